"""Make the sample clinic's telephone logs: ``data/sample/logs/Master.csv`` and ``queue_log``.

    python bench/sample_clinic/telephone.py

Six weeks at the reception: calls that were answered but not recorded, given up, not answered, and
called back, as Asterisk writes them. Seeded: the same program gives the same files. Numbers are
from the ranges that Ofcom keeps free for stories.
"""

import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

LOGS = Path(__file__).resolve().parents[2] / "data" / "sample" / "logs"
LONDON = ZoneInfo("Europe/London")
FIRST, DAYS = datetime(2026, 9, 7, tzinfo=LONDON), 39
CALLS_AN_HOUR = {8: 1.0, 9: 3.2, 10: 2.2, 11: 1.6, 12: 1.8, 13: 1.3, 14: 1.2, 15: 1.2, 16: 1.4,
                 17: 0.8}  # fmt: skip
PATIENCE_S = 95.0
"""Mean time after which a caller gives up."""
DESKS = (("201", 0.42), ("202", 0.30), ("203", 0.22), ("204", 0.06))
CALLED_BACK = 0.35
CALLS_AGAIN = 0.3


def main() -> None:
    dice = random.Random("Riverside Dental")
    records: list[tuple[int, str]] = []
    events: list[tuple[int, str]] = []
    number = 0
    for day in range(DAYS):
        date = FIRST + timedelta(days=day)
        if date.weekday() == 6:
            continue
        for hour, mean in CALLS_AN_HOUR.items():
            if date.weekday() == 5 and not 9 <= hour < 13:
                continue
            busy = mean * (1.5 if date.weekday() == 0 else 1.0)
            for _ in range(round(dice.gauss(busy, busy**0.5 / 2))):
                at = date.replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60))
                caller = stranger(dice)
                number += 1
                answered = inbound(dice, at, caller, number, hour, records, events)
                if not answered and dice.random() < CALLS_AGAIN:
                    number += 1
                    again = at + timedelta(minutes=dice.randrange(2, 50))
                    answered = inbound(dice, again, caller, number, hour, records, events)
                if not answered and dice.random() < CALLED_BACK:
                    number += 1
                    back = at + timedelta(minutes=dice.randrange(20, 300))
                    outbound(dice, back, caller, number, records)
    LOGS.mkdir(parents=True, exist_ok=True)
    for name, lines in (("Master.csv", records), ("queue_log", events)):
        text = "".join(f"{line}\n" for _, line in sorted(lines))
        (LOGS / name).write_text(text, encoding="utf-8", newline="")
        print(f"{LOGS / name}: {len(lines)} lines")


def stranger(dice: random.Random) -> str:
    return dice.choice(["02079460", "07700900"]) + f"{dice.randrange(200, 1000)}"


def inbound(
    dice: random.Random, at: datetime, caller: str, number: int, hour: int,
    records: list[tuple[int, str]], events: list[tuple[int, str]],
) -> bool:  # fmt: skip
    """A call into the queue; whether somebody answered. Lunch is when two desks are empty."""
    epoch = int(at.timestamp())
    call = f"{epoch}.{number}"
    wait = int(min(dice.expovariate(1 / (42 if hour in (12, 13) else 17)) + 3, 180))
    patience = int(dice.expovariate(1 / PATIENCE_S) + 4)
    rings = epoch + 4  # a short greeting comes first
    events.append((rings, f"{rings}|{call}|reception|NONE|ENTERQUEUE||{caller}|1"))
    if wait > patience:
        left = rings + patience
        events.append((left, f"{left}|{call}|reception|NONE|ABANDON|1|1|{patience}"))
        records.append(cdr(at, patience + 4, caller, "", call, number))
        return False
    if wait >= 120:
        left = rings + 120
        events.append((left, f"{left}|{call}|reception|NONE|EXITWITHTIMEOUT|1|1|120"))
        records.append(cdr(at, 124, caller, "", call, number))
        return False
    desk = dice.choices([name for name, _ in DESKS], [share for _, share in DESKS])[0]
    talk = int(dice.lognormvariate(4.7, 0.6))
    picked, done = rings + wait, rings + wait + talk
    who = f"PJSIP/{desk}"
    events.append(
        (picked, f"{picked}|{call}|reception|{who}|CONNECT|{wait}|{call}0|{min(wait, 5)}")
    )
    ends = dice.choice(["COMPLETECALLER", "COMPLETECALLER", "COMPLETEAGENT"])
    events.append((done, f"{done}|{call}|reception|{who}|{ends}|{wait}|{talk}|1"))
    records.append(cdr(at, wait + talk + 4, caller, desk, call, number))
    return True


def cdr(
    at: datetime, length: int, caller: str, desk: str, call: str, number: int
) -> tuple[int, str]:  # fmt: skip
    """A record of a call through the queue, and when it is written."""
    end = at + timedelta(seconds=length)
    other = f"PJSIP/{desk}-{number:08x}" if desk else ""
    return int(end.timestamp()), (
        f'"","{caller}","600","ext-queues","""{caller}"" <{caller}>","PJSIP/trunk-{number:08x}",'
        f'"{other}","Queue","reception,t,,,120","{at:%F %T}","{at:%F %T}","{end:%F %T}",{length},'
        f'{length},"ANSWERED","DOCUMENTATION","{call}",""'
    )


def outbound(
    dice: random.Random, at: datetime, callee: str, number: int, records: list[tuple[int, str]]
) -> None:
    """Somebody calls back."""
    desk = dice.choice(["201", "202", "203"])
    rang, talk = dice.randrange(4, 20), int(dice.lognormvariate(4.5, 0.5))
    answered, end = at + timedelta(seconds=rang), at + timedelta(seconds=rang + talk)
    records.append(
        (int(end.timestamp()),
         f'"","{desk}","{callee}","from-internal","""Reception"" <{desk}>",'
         f'"PJSIP/{desk}-{number:08x}","PJSIP/trunk-{number:08x}","Dial","PJSIP/{callee}@trunk,60",'
         f'"{at:%F %T}","{answered:%F %T}","{end:%F %T}",{rang + talk},{talk},"ANSWERED",'
         f'"DOCUMENTATION","{int(at.timestamp())}.{number}",""')
    )  # fmt: skip


if __name__ == "__main__":
    main()
