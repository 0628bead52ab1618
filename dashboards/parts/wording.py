"""How values are put into words and figures, the same on every page."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import reduce
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from auricle.errors import AuricleError
from auricle.messages import N_
from auricle.models import Conflict, Direction, LineFact, VerdictKind
from auricle.stats import Interval
from auricle.store.filters import SHORT_S
from dashboards import language
from dashboards.language import NBSP as NBSP
from dashboards.language import _, number
from dashboards.retelling import retold

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"

_VERDICTS: dict[str, str] = {
    "met": N_("Met"),
    "partly": N_("Partly"),
    "missed": N_("Missed"),
    "abstain": N_("Can't tell"),
    "not_applicable": N_("Didn't apply"),
}
VERDICT_ICONS: dict[VerdictKind, str] = {
    "met": "✓", "partly": "◐", "missed": "✕", "abstain": "?", "not_applicable": DASH,
}  # fmt: skip
"""With the label, so that colour never carries the meaning alone."""

ROLES: dict[str, str] = {
    "administrator": N_("Administrator"),
    "patient": N_("Patient"),
    "ivr": N_("Recorded voice"),
    "unknown": N_("Speaker unknown"),
}
_SEGMENTS = {
    "ring": N_("Ringing"), "busy": N_("Busy tone"), "reorder": N_("No line free"),
    "ivr": N_("Recorded voice"), "queue": N_("Queue"), "hold": N_("On hold"),
    "music": N_("Music"), "silence": N_("Silence"), "muted": N_("Muted"),
    "speech": N_("Speech"), "noise": N_("Other side leaking in"),
}  # fmt: skip

RESULTS: dict[str, str] = {
    "answered": N_("Answered"),
    "missed": N_("Missed call"),
    "short": N_("Hung up within {n} s"),
    "busy": N_("Busy or failed"),
    "untold": N_("Not known"),
}


def verdict(kind: str) -> str:
    return _(_VERDICTS[kind])


def role(name: str) -> str:
    return _(ROLES[name])


def result(name: str) -> str:
    """How a call ended."""
    return _(RESULTS[name], n=f"{SHORT_S:g}")


def segment(kind: str) -> str:
    """What the line carries, also of a kind that isn't known here yet."""
    return _(_SEGMENTS[kind]) if kind in _SEGMENTS else kind.replace("_", " ").capitalize()


def clock(seconds: float) -> str:
    """``1:05``, or ``1:02:05`` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def span(seconds: float) -> str:
    """``8.4 s``, ``3 min 5 s``, ``1 h 12 min``."""
    if seconds < 60:
        return unbroken(_("{n} s", n=number(seconds, 1).removesuffix("0").rstrip(".,")))
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        whole = unbroken(_("{n} min", n=minutes))
        return f"{whole} {unbroken(_('{n} s', n=rest))}" if rest else whole
    return unbroken(_("{h} h {n} min", h=minutes // 60, n=minutes % 60))


def unbroken(text: str) -> str:
    """All on one line, as a number and its unit are."""
    return text.replace(" ", NBSP)


def figure(value: float) -> str:
    """``3``, ``2.5``: one decimal place, and none where it is whole."""
    return number(value, 0 if round(value, 1) % 1 == 0 else 1)


_UNITS = {
    "s": N_("{n} s"),
    "%": N_("{n} %"),
    "words": N_("{n} words"),
    "words/min": N_("{n} words/min"),
}


def amount(measure: str, value: float | None, unit: str) -> str:
    """What was measured: ``140 words/min``, ``2 of 3``, ``60 %``."""
    if value is not None and measure.endswith("_share"):
        return percent(value)
    n = DASH if value is None else figure(value)
    if unit.startswith("of "):
        return _("{n} of {total}", n=n, total=unit.removeprefix("of "))
    return _(_UNITS[unit], n=n) if unit in _UNITS else f"{n} {unit}".strip()


def percent(share: float) -> str:
    return unbroken(_("{n} %", n=number(100 * share)))


def percents(interval: Interval) -> str:
    """The ends of an interval of a share."""
    return unbroken(_("{n} %", n=f"{100 * interval.low:.0f}{DASH}{100 * interval.high:.0f}"))


def points(interval: Interval) -> str:
    """The ends of an interval of a score; scores end at 0 and 100."""
    return f"{max(0.0, interval.low):.0f}{DASH}{min(100.0, interval.high):.0f}"


def day(moment: date | datetime | None) -> str:
    return language.day(moment) if moment else _("day unknown")


def moment_of(moment: datetime | None) -> str:
    return language.minute(moment) if moment else _("time unknown")


def error(found: AuricleError) -> str:
    """What is wrong and what to do next."""
    return sentences((retold(found.reason), retold(found.remedy)))


def zone(name: str | None) -> ZoneInfo:
    """A browser's time zone, or UTC when it gives none that is known here."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def told(what: str, value: str) -> str:
    """``Calls: 12``; both are in the reader's language already."""
    return _("{what}: {value}", what=what, value=value)


def listed(names: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}", first=_(", ").join(names[:-1]), last=names[-1])


def other_side(direction: Direction, caller: str, callee: str) -> str:
    """The patient's number; empty if nobody knows it. Tables of calls have one column for it."""
    return callee or caller if direction == "outbound" else caller


def entered() -> str:
    """How days stand in fields where they are picked, one of Streamlit's patterns."""
    # Translators: only these: YYYY/MM/DD, DD/MM/YYYY, MM/DD/YYYY, with / or - or . between.
    return _("YYYY/MM/DD")


def together(parts: Iterable[str]) -> str:
    """``A; B``: the ones that aren't empty."""
    return _("; ").join(filter(None, parts))


def followed(what: str, more: str) -> str:
    """``A, B``: two facts that aren't a list."""
    return _("{what}, {more}", what=what, more=more)


def sentences(parts: Iterable[str]) -> str:
    """Whole sentences after one another, those that aren't empty; Chinese has no space there."""
    return reduce(
        lambda said, more: _("{said} {more}", said=said, more=more), filter(None, parts), ""
    ).strip()


def person(name: str) -> str:
    return name or _("Not named")


_ORIGINS = {
    "pbx": N_("telephone system"), "log": N_("telephone system"), "audio": N_("audio"),
    "manifest": N_("table of calls"), "queue_log": N_("queue log"),
    "asterisk_cdr": N_("Asterisk's records"), "3cx": "3CX", "aircall": "Aircall",
    "twilio": "Twilio", "file_name": N_("file name"),
}  # fmt: skip
"""Where a fact about the line comes from."""


def origin(source: str) -> str:
    return _(_ORIGINS.get(source, source))


def known_from(fact: LineFact) -> str:
    """``telephone system, ± 1 s``."""
    parts = [origin(fact.source)]
    if fact.precision_s:
        parts.append(f"±{NBSP}{span(fact.precision_s)}")
    if fact.confidence < 1:
        parts.append(sure(fact.confidence))
    return _(", ").join(parts)


def sure(confidence: float) -> str:
    """``90 % sure``"""
    return _("{share} sure", share=percent(confidence))


_CONFLICTS = {
    "wait": N_("wait"), "hold": N_("hold"), "ring": N_("ring"), "queue": N_("queue"),
    "ended by": N_("ended by"),
    "duration": N_("duration"), "talk": N_("talk"), "start": N_("start"),
    "direction": N_("direction"), "caller": N_("caller"), "agent": N_("agent"),
    "answered": N_("answered"),
}  # fmt: skip
"""What sources may disagree about."""
_KEPT = {"yes": N_("yes"), "no": N_("no"), "inbound": N_("inbound"), "outbound": N_("outbound")}
"""What a source may say of it, but for numbers and people."""


def disagreement(conflict: Conflict) -> str:
    """``wait 31 s (telephone system) - 12 s (audio)``: what was kept comes first."""
    return (
        f"{_(_CONFLICTS.get(conflict.field, conflict.field))} "
        f"{_told(conflict.kept)} ({origin(conflict.source)}) {DASH} "
        f"{_told(conflict.other)} ({origin(conflict.other_source)})"
    )


def _told(value: str) -> str:
    if value in ROLES:
        return role(value).lower()
    if seconds := re.fullmatch(r"(\d+(?:\.(\d+))?) s", value):
        return _("{n} s", n=number(float(seconds[1]), len(seconds[2] or "")))
    return _(_KEPT[value]) if value in _KEPT else value


_SOURCES = {
    "pbx": N_("from the telephone system's log"),
    "audio": N_("measured in the recording"),
    "log": N_("from the telephone system's log"),
    "transcript": N_("measured in the transcript"),
    "turn times": N_("from when each side speaks"),
    "turns": N_("counted in the conversation"),
    "text": N_("counted in the words"),
}
_MEASURES = {
    "wait_s": N_("Wait"),
    "hold_s": N_("Hold"),
    "ring_s": N_("Ring"),
    "queue_s": N_("Queue"),
    "ivr_s": N_("Recorded voice"),
    "interruptions": N_("Interruptions"),
    "interruptions_by_patient": N_("Interruptions by patient"),
    "talk_share": N_("Talk share"),
    "words_per_minute": N_("Words per minute"),
    "mean_sentence_words": N_("Mean sentence"),
    "longest_sentence_words": N_("Longest sentence"),
    "longest_turn_s": N_("Longest turn"),
    "longest_silence_s": N_("Longest silence"),
    "mean_response_s": N_("Mean response"),
    "repeated_requests": N_("Repeated requests"),
    "lix": N_("Readability (LIX)"),
    "exchanges": N_("Exchanges"),
    "patient_words_per_turn": N_("Patient words per turn"),
    "unexplained_jargon": N_("Unexplained jargon"),
    "questions_answered": N_("Questions answered"),
}


def measured(source: str) -> str:
    """How a measurement was made."""
    return _(_SOURCES.get(source, source))


def measure(name: str) -> str:
    """A measure's name for people: ``wait_s`` is "Wait"."""
    return _(_MEASURES[name]) if name in _MEASURES else name.replace("_", " ").capitalize()
