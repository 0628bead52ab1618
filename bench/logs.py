"""Measure the import of large logs and write the section "Logs" of ``bench/RESULTS.md``.

    make bench-logs       or     .venv/bin/python -m bench.logs [--calls 1000000]

The logs are made up, seeded: a clinic's queue over many years, one Master.csv record and two or
three queue_log events a call. ``auricle run`` is measured as a user would run it; the baseline is
Python's csv module reading the same files and doing nothing with them.
"""

import argparse
import random
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auricle.store.access import as_owner
from auricle.store.reads import rows
from bench.results import say, stamp, timed, write_section

FIRST = 1_500_000_000
"""July 2017, in UTC seconds."""
ANSWERED = 0.8
GROWTH = 1000
"""Calls appended before the third run."""

BASELINE = """
import csv, sys
for path, delimiter in zip(sys.argv[1:], ",|"):
    with open(path, newline="") as file:
        for row in csv.reader(file, delimiter=delimiter):
            pass
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=1_000_000)
    calls = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "recordings").mkdir()
        (folder / "auricle.toml").write_text(
            "[clinic]\ntimezone = 'Europe/Warsaw'\n[ingest]\nlogs = ['logs']\n"
        )
        say("Writing the logs")
        events = write_logs(folder / "logs", 0, calls)
        size_mb = sum(path.stat().st_size for path in (folder / "logs").iterdir()) / 1e6
        run = [sys.executable, "-m", "auricle.cli", "run", "-c", str(folder)]
        say("Import")
        first = timed(*run)
        say("Again, nothing new")
        second = timed(*run)
        grown = write_logs(folder / "logs", calls, GROWTH)
        say(f"{GROWTH} calls more")
        third = timed(*run)
        say("Baseline")
        files = [str(folder / "logs" / name) for name in ("Master.csv", "queue_log")]
        baseline = timed(sys.executable, "-c", BASELINE, *files)
        [counted] = rows(
            as_owner(folder / "auricle-data/auricle.duckdb"),
            """SELECT count(*) AS calls, count(*) FILTER (outcome = 'answered') AS answered,
                      count(wait_s) AS waits FROM call_list""",
        )
    assert counted["calls"] == calls + GROWTH, counted
    text = write_section(
        "Logs",
        [
            f"{stamp('make bench-logs')}.",
            "",
            f"{calls:,} CDR and {events:,} queue_log lines ({size_mb:.0f} MB) into an empty "
            f"database, joined into calls; {counted['answered']:,} answered, all "
            f"{counted['waits']:,} with a wait. Whole `auricle run` commands.",
            "",
            "| | measured | wanted |",
            "|---|---|---|",
            f"| first import | {first.wall_s:.0f} s | < 60 s |",
            f"| the same against the baseline: Python's csv module reading both files "
            f"({baseline.wall_s:.1f} s) | ratio {first.wall_s / baseline.wall_s:.1f} | |",
            f"| peak memory | {first.peak_mb:.0f} MB | < 1000 MB |",
            f"| again, nothing new | {second.wall_s:.1f} s | |",
            f"| {GROWTH:,} calls ({grown:,} events) more | {third.wall_s:.1f} s | |",
        ],
    )
    print(text)


def write_logs(folder: Path, begin: int, count: int) -> int:
    """Append so many calls to both logs; how many queue events that was."""
    folder.mkdir(exist_ok=True)
    dice = random.Random(begin)
    events = 0
    with (folder / "Master.csv").open("a") as cdr, (folder / "queue_log").open("a") as queue:
        for number in range(begin, begin + count):
            # One after the other, minutes apart: a switch writes records in order of their ends.
            epoch = FIRST + 240 * number + dice.randrange(100)
            wait, talk = dice.randrange(2, 60), dice.randrange(10, 80)
            answered = dice.random() < ANSWERED
            length = wait + talk * answered
            call, agent = f"{epoch}.{number}", 200 + dice.randrange(20)
            caller = f"0048{dice.randrange(10**9):09d}"
            start = datetime.fromtimestamp(epoch, UTC) + timedelta(hours=2)
            end = start + timedelta(seconds=length)
            other = f"PJSIP/{agent}-{number:08x}" if answered else ""
            cdr.write(
                f'"","{caller}","600","ext-queues","""Jan"" <{caller}>","PJSIP/in-{number:08x}",'
                f'"{other}","Queue","600,t,,,60","{start:%F %T}","{start:%F %T}","{end:%F %T}",'
                f'{length},{length},"ANSWERED","DOCUMENTATION","{call}",""\n'
            )
            told = [f"{epoch}|{call}|600|NONE|ENTERQUEUE||{caller}|1"]
            if answered:
                told.append(f"{epoch + wait}|{call}|600|PJSIP/{agent}|CONNECT|{wait}|{call}9|4")
            else:
                told.append(f"{epoch + wait}|{call}|600|NONE|ABANDON|1|1|{wait}")
            queue.writelines(f"{line}\n" for line in told)
            events += len(told)
    return events


if __name__ == "__main__":
    main()
