"""Who was missed and hasn't been spoken to since: a list to call back from."""

from datetime import datetime, timedelta
from typing import Any

from auricle.store.line_figures import CALL_BACK_DAYS, CallBack, MissedCaller
from dashboards.language import _, n_, number
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
    parts = [card_title(_("Call back ({n})", n=number(len(found.open))), _became(found))]
    if not found.open:
        none = _("Nobody is left to be called back.")
        parts.append(f'<p class="au-fine">✓ {esc(none)}</p>')
        return "".join(parts)
    titles = (_("Number"), _("Called last"), _("Attempts"), _("Waited"), _("Queue"), "")
    head = "".join(f"<span>{esc(title)}</span>" for title in titles)
    head = f'<div class="au-caller-row au-head" aria-hidden="true">{head}</div>'
    body = "".join(_row(caller, now, True) for caller in today[:SHOWN])
    body += "".join(_row(caller, now, False) for caller in late[: max(0, SHOWN - len(today))])
    parts.append(f'<div class="au-callers" data-testid="call-back">{head}{body}</div>')
    if len(found.open) > SHOWN:
        more = _("The first {n} are shown; files have them all.", n=number(SHOWN))
        parts.append(f'<p class="au-note">{esc(more)}</p>')
    return "".join(parts)


def _became(found: CallBack) -> str:
    callers = (
        len(found.open) + found.reached + found.called_in_a_day + found.called_later
    )  # each of them a number
    told = [
        n_(
            "Of {n} caller missed in the last {days} days of the period, {reached} called again "
            "and got through, {in_a_day} were called back within a day and {later} later.",
            "Of {n} callers missed in the last {days} days of the period, {reached} called again "
            "and got through, {in_a_day} were called back within a day and {later} later.",
            callers, days=CALL_BACK_DAYS, reached=number(found.reached),
            in_a_day=number(found.called_in_a_day), later=number(found.called_later),
        )
    ]  # fmt: skip
    if found.hidden:
        told.append(
            n_(
                "{n} missed call with a hidden number can't be called back.",
                "{n} missed calls with a hidden number can't be called back.",
                found.hidden,
            )
        )
    return wording.sentences(told)


def _row(caller: MissedCaller, now: datetime, today: bool) -> str:
    dial = "".join(c for c in caller.caller if c.isdigit() or c == "+")
    waited = wording.DASH if caller.waited_s is None else wording.span(round(caller.waited_s))
    days = _days_ago(caller, now)
    when = (
        f'<b class="au-today">{esc(_("still today"))}</b>' if today else
        f"<span>{esc(n_('{n} day ago', '{n} days ago', days))}</span>"
    )  # fmt: skip
    return (
        f'<div class="au-caller-row"><a class="au-link au-name" href="tel:{dial}">'
        f"{esc(caller.caller)}</a>"
        f'<span class="au-when">{wording.moment_of(caller.last_local)}</span>'
        f'<span data-label="{esc(_("attempts"))}">{number(caller.attempts)}</span>'
        f'<span data-label="{esc(_("waited"))}">{waited}</span>'
        f"<span>{esc(caller.queue) or wording.DASH}</span>"
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
