"""Which calls a page shows, as SQL conditions."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from auricle.models import VerdictKind
from auricle.settings import Dashboard

Result = Literal["answered", "missed", "short", "busy", "untold"]
"""What became of a call. ``missed``: it rang or queued, and nobody came; ``short``: the same, but
the other side hung up within ``SHORT_S``; ``busy``: it never got through; ``untold``: no log tells,
and no recording does."""

Booking = Literal["won", "lost", "no_slot"]
"""What became of an answered call that could end in a booking. ``lost``: there was a free time."""

SHORT_S = 5.0
"""Who hangs up so soon has misdialled or changed their mind; nobody could have answered. A
convention of ours, so the pages always say how many were set apart."""

RESULT = f"""CASE WHEN l.outcome = 'answered' THEN 'answered'
     WHEN l.outcome IN ('busy', 'failed') THEN 'busy'
     WHEN l.outcome NOT IN ('abandoned', 'unanswered') THEN 'untold'
     WHEN l.duration_s < {SHORT_S:g} THEN 'short' ELSE 'missed' END"""
"""The Result of a call of ``call_list AS l``."""


@dataclass(frozen=True)
class CallFilter:
    """Which calls. Every field that is set narrows the choice; days are the clinic's own."""

    clinic: str | None = None
    administrator: str | None = None
    since: date | None = None
    until: date | None = None
    """The last day, included."""
    criterion: str | None = None
    verdict: VerdictKind | None = None
    """Of ``criterion``; without a criterion it has no effect."""
    min_total: float | None = None
    max_total: float | None = None
    booking: Booking | None = None
    direction: Literal["inbound", "outbound"] | None = None
    result: Result | None = None
    recorded: bool | None = None
    wait: Literal["in_time", "late"] | None = None
    """Of calls that came in and were answered."""
    target_s: float = Dashboard().answer_within_s
    """What ``wait`` compares with."""
    critical: bool = False
    """Only calls that failed a critical criterion."""
    mystery: Literal["without", "only", "with"] = "without"
    """Mystery calls are no patients: unless they are asked for, no figure counts them."""
    text: str | None = None
    """Words said in the call, or part of its id, caller or administrator."""

    @property
    def tells_verdicts(self) -> bool:
        """Whether who sees the chosen calls knows something of what the machine thinks of them."""
        judged = self.criterion is not None and self.verdict is not None
        scored = self.min_total is not None or self.max_total is not None
        return judged or scored or self.booking is not None or self.critical

    def where(self) -> tuple[str, list[Any]]:
        """SQL conditions over ``call_list AS l`` with the values of their placeholders."""
        conditions: list[tuple[str, list[Any]]] = []
        if self.clinic is not None:
            conditions.append(("l.clinic = ?", [self.clinic]))
        if self.administrator is not None:
            conditions.append(("l.administrator = ?", [self.administrator]))
        if self.since is not None:
            conditions.append(("CAST(l.start_local AS DATE) >= ?", [self.since]))
        if self.until is not None:
            conditions.append(("CAST(l.start_local AS DATE) <= ?", [self.until]))
        if self.criterion is not None and self.verdict is not None:
            conditions.append((_JUDGED, [self.criterion, self.verdict]))
        if self.min_total is not None:
            conditions.append(("l.total >= ?", [self.min_total]))
        if self.max_total is not None:
            conditions.append(("l.total <= ?", [self.max_total]))
        if self.booking is not None:
            conditions.append((_BECAME, [_BECOME[self.booking]]))
        if self.direction is not None:
            conditions.append(("l.direction = ?", [self.direction]))
        if self.result is not None:
            conditions.append((f"{RESULT} = ?", [self.result]))
        if self.recorded is not None:
            conditions.append(("l.recorded = ?", [self.recorded]))
        if self.wait is not None:
            sign = "<=" if self.wait == "in_time" else ">"
            conditions.append((f"{IN_AND_ANSWERED} AND l.wait_s {sign} ?", [self.target_s]))
        if self.critical:
            conditions.append(("len(l.failed_critical) > 0", []))
        if self.mystery != "with":
            conditions.append((_MYSTERY if self.mystery == "only" else f"NOT {_MYSTERY}", []))
        if self.text:
            conditions.append((_MENTIONS, [self.text, self.text]))
        return (
            " AND ".join(["true", *(condition for condition, _ in conditions)]),
            [value for _, values in conditions for value in values],
        )


IN_AND_ANSWERED = "l.direction = 'inbound' AND l.outcome = 'answered'"

_BECOME: dict[Booking, str] = {"won": "booked", "lost": "not_booked", "no_slot": "no_slot"}
_BECAME = """EXISTS (SELECT 1 FROM opportunities o WHERE o.call_id = l.call_id
                     AND o.became = ?)"""
_JUDGED = """EXISTS (SELECT 1 FROM marks v WHERE v.number = l.number
                     AND v.criterion = ? AND v.verdict = ?)"""
_MYSTERY = "EXISTS (SELECT 1 FROM mystery_calls m WHERE m.call_id = l.call_id)"
_MENTIONS = """(contains(lower(concat_ws(' ', l.call_id, l.caller, l.administrator)), lower(?))
                OR EXISTS (SELECT 1 FROM turns t WHERE t.call_id = l.call_id
                           AND contains(lower(t.text), lower(?))))"""
