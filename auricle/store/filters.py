"""Which calls a page shows, as SQL conditions."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from auricle.models import VerdictKind


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
    booking: Literal["won", "lost"] | None = None
    wait: Literal["in_time", "late"] | None = None
    target_s: float = 20.0
    """What ``wait`` compares with."""
    critical: bool = False
    """Only calls that failed a critical criterion."""
    text: str | None = None
    """Words said in the call, or part of its id, caller or administrator."""

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
            kind = "met" if self.booking == "won" else "missed"
            conditions.append(("l.booking_won = ?", [kind]))
        if self.wait is not None:
            sign = "<=" if self.wait == "in_time" else ">"
            conditions.append((f"l.wait_s {sign} ?", [self.target_s]))
        if self.critical:
            conditions.append(("len(l.failed_critical) > 0", []))
        if self.text:
            conditions.append((_MENTIONS, [self.text, self.text]))
        return (
            " AND ".join(["true", *(condition for condition, _ in conditions)]),
            [value for _, values in conditions for value in values],
        )


_JUDGED = """EXISTS (SELECT 1 FROM verdicts v WHERE v.call_id = l.call_id
                     AND v.criterion = ? AND v.verdict = ?)"""
_MENTIONS = """(contains(lower(concat_ws(' ', l.call_id, l.caller, l.administrator)), lower(?))
                OR EXISTS (SELECT 1 FROM turns t WHERE t.call_id = l.call_id
                           AND contains(lower(t.text), lower(?))))"""
