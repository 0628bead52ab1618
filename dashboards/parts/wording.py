"""How values are put into words and figures, the same on every page."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from auricle.models import Conflict, Direction, LineFact, Role, VerdictKind
from auricle.stats import Interval
from auricle.store.filters import SHORT_S, Result

NBSP = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"

VERDICT_LABELS: dict[VerdictKind, str] = {
    "met": "Met",
    "partly": "Partly",
    "missed": "Missed",
    "abstain": "Can't tell",
    "not_applicable": "Didn't apply",
}
VERDICT_ICONS: dict[VerdictKind, str] = {
    "met": "✓", "partly": "◐", "missed": "✕", "abstain": "?", "not_applicable": DASH,
}  # fmt: skip
"""With the label, so that colour never carries the meaning alone."""

ROLE_LABELS: dict[Role, str] = {
    "administrator": "Administrator",
    "patient": "Patient",
    "ivr": "Recorded voice",
    "unknown": "Speaker unknown",
}
SEGMENT_LABELS = {
    "ring": "Ringing", "busy": "Busy tone", "reorder": "No line free", "ivr": "Recorded voice",
    "queue": "Queue", "hold": "On hold", "music": "Music", "silence": "Silence",
    "muted": "Muted", "speech": "Speech", "noise": "Other side leaking in",
}  # fmt: skip

RESULT_LABELS: dict[Result, str] = {
    "answered": "Answered",
    "missed": "Missed",
    "short": f"Hung up within {SHORT_S:g} s",
    "busy": "Busy or failed",
    "untold": "Not known",
}


def segment(kind: str) -> str:
    """What the line carries, also of a kind that isn't known here yet."""
    return SEGMENT_LABELS.get(kind, kind.replace("_", " ").capitalize())


def clock(seconds: float) -> str:
    """``1:05``, or ``1:02:05`` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def span(seconds: float) -> str:
    """``8.4 s``, ``3 min 5 s``, ``1 h 12 min``."""
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + f"{NBSP}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min" + (f" {rest}{NBSP}s" if rest else "")
    return f"{minutes // 60}{NBSP}h {minutes % 60}{NBSP}min"


def percent(share: float) -> str:
    return f"{100 * share:.0f}{NBSP}%"


def percents(interval: Interval) -> str:
    """The ends of an interval of a share."""
    return f"{100 * interval.low:.0f}{DASH}{100 * interval.high:.0f}{NBSP}%"


def points(interval: Interval) -> str:
    """The ends of an interval of a score; scores end at 0 and 100."""
    return f"{max(0.0, interval.low):.0f}{DASH}{min(100.0, interval.high):.0f}"


def day(moment: date | datetime | None) -> str:
    return f"{moment.day} {moment:%b %Y}" if moment else "day unknown"


def moment_of(moment: datetime | None) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M}" if moment else "time unknown"


def zone(name: str | None) -> ZoneInfo:
    """A browser's time zone, or UTC when it gives none that is known here."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 call``, ``2 calls``."""
    return f"{number:,}{NBSP}{one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def other_side(direction: Direction, caller: str, callee: str) -> str:
    """The patient's number; empty if nobody knows it. Tables of calls have one column for it."""
    return callee or caller if direction == "outbound" else caller


def person(name: str) -> str:
    return name or "Not named"


ORIGINS = {
    "pbx": "telephone system", "log": "telephone system", "audio": "audio",
    "manifest": "table of calls", "queue_log": "queue log", "asterisk_cdr": "Asterisk's records",
    "3cx": "3CX", "aircall": "Aircall", "twilio": "Twilio", "file_name": "file name",
}  # fmt: skip
"""Where a fact about the line comes from."""


def origin(source: str) -> str:
    return ORIGINS.get(source, source)


def known_from(fact: LineFact) -> str:
    """``telephone system, ± 1 s``."""
    precise = f", ±{NBSP}{span(fact.precision_s)}" if fact.precision_s else ""
    sure = "" if fact.confidence >= 1 else f", {percent(fact.confidence)} sure"
    return origin(fact.source) + precise + sure


def disagreement(conflict: Conflict) -> str:
    """``wait 31 s (telephone system) - 12 s (audio)``: what was kept comes first."""
    return (
        f"{conflict.field} {conflict.kept} ({origin(conflict.source)}) {DASH} "
        f"{conflict.other} ({origin(conflict.other_source)})"
    )


SOURCE_LABELS = {
    "pbx": "from the telephone system's log",
    "audio": "measured in the recording",
    "log": "from the telephone system's log",
    "transcript": "measured in the transcript",
    "turn times": "from when each side speaks",
    "turns": "counted in the conversation",
    "text": "counted in the words",
}
_UNIT_SUFFIXES = ("_s", "_hz", "_db", "_words")


def measure(name: str) -> str:
    """A measure's name for people: ``wait_s`` is "Wait"."""
    for suffix in _UNIT_SUFFIXES:
        name = name.removesuffix(suffix)
    return name.replace("_", " ").capitalize()
