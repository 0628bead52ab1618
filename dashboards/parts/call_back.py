"""Who was missed and hasn't been spoken to since: a list to call back from."""

from datetime import datetime, timedelta
from typing import Any

from auricle.store.line_figures import CALL_BACK_DAYS, CallBack, MissedCaller
from dashboards.parts import wording
from dashboards.parts.markup import card_title, esc

DAY = timedelta(hours=24)
SHOWN = 60
"""More rows than anybody calls in a day; the files have them all."""
COLUMNS = ("caller", "last_attempt", "attempts", "waited_s", "queue", "days_ago", "still_today")


def ordered(found: CallBack, now: datetime) -> tuple[list[MissedCaller], list[MissedCaller]]:
    """Callers who can still be called within a day of their call, and the others; newest first.

    ``now``: UTC, without an offset, as the store's times.
    """
    today = [caller for caller in found.open if now - caller.last_utc <= DAY]
    return today, [caller for caller in found.open if now - caller.last_utc > DAY]


def table(found: CallBack, now: datetime) -> str:
    today, late = ordered(found, now)
    parts = [card_title(f"Call back ({len(found.open):,})", _became(found))]
    if not found.open:
        parts.append('<p class="au-fine">✓ Nobody is left to be called back.</p>')
        return "".join(parts)
    head = (
        '<div class="au-caller-row au-head" aria-hidden="true"><span>Number</span>'
        "<span>Called last</span><span>Attempts</span><span>Waited</span><span>Queue</span>"
        "<span></span></div>"
    )
    body = "".join(_row(caller, now, True) for caller in today[:SHOWN])
    body += "".join(_row(caller, now, False) for caller in late[: max(0, SHOWN - len(today))])
    parts.append(f'<div class="au-callers" data-testid="call-back">{head}{body}</div>')
    if len(found.open) > SHOWN:
        parts.append(f'<p class="au-note">The first {SHOWN} are shown; files have them all.</p>')
    return "".join(parts)


def _became(found: CallBack) -> str:
    callers = (
        len(found.open) + found.reached + found.called_in_a_day + found.called_later
    )  # each of them a number
    told = [
        f"Of {wording.count(callers, 'caller')} missed in the last {CALL_BACK_DAYS} days "
        "of the period, "
        f"{found.reached:,} called again and got through, {found.called_in_a_day:,} were called "
        f"back within a day and {found.called_later:,} later."
    ]
    if found.hidden:
        told.append(
            f"{wording.count(found.hidden, 'missed call')} with a hidden number can't be called "
            "back."
        )
    return " ".join(told)


def _row(caller: MissedCaller, now: datetime, today: bool) -> str:
    number = esc(caller.caller)
    dial = "".join(c for c in caller.caller if c.isdigit() or c == "+")
    waited = wording.DASH if caller.waited_s is None else wording.span(round(caller.waited_s))
    days = _days_ago(caller, now)
    when = (
        '<b class="au-today">still today</b>' if today else
        f"<span>{wording.count(days, 'day')} ago</span>"
    )  # fmt: skip
    return (
        f'<div class="au-caller-row"><a class="au-link au-name" href="tel:{dial}">{number}</a>'
        f'<span class="au-when">{wording.moment_of(caller.last_local)}</span>'
        f'<span data-label="attempts">{caller.attempts:,}</span>'
        f'<span data-label="waited">{waited}</span><span>{esc(caller.queue) or wording.DASH}</span>'
        f"{when}</div>"
    )


def _days_ago(caller: MissedCaller, now: datetime) -> int:
    return max(0, (now - caller.last_utc).days)


def rows(found: CallBack, now: datetime) -> list[list[Any]]:
    """The same list for a table calculator, under ``COLUMNS``."""
    today, late = ordered(found, now)
    return [
        [caller.caller, caller.last_local, caller.attempts,
         None if caller.waited_s is None else round(caller.waited_s), caller.queue,
         _days_ago(caller, now), "yes" if caller in today else "no"]
        for caller in today + late
    ]  # fmt: skip
