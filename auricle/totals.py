"""From verdicts to a total between 0 and 100, with an interval: the machine's and people's alike.

Let criterion *i* be worth w points (section weights applied) and its verdict the share s of them
(met 1, partly the criterion's own share, missed 0).

- ``total = 100 * sum(w*s) / sum(w)`` over the judged criteria: what was not applicable or abstained
  drops out of both sums, so its weight is shared out among the rest in proportion.
- ``scored_share = judged weight / (judged + abstained weight)``.
- The interval says where the total of a perfectly sure listener would lie with 90 %. A verdict of
  confidence c is right with probability c, otherwise it is one of the other two with (1-c)/2 each;
  an abstained criterion is each of the three with 1/3. Criteria are independent, so mean and
  variance of the weighted sum over judged *and* abstained criteria add up in closed form, and
  ``low, high = mean -+ 1.645 * sd``, cut to 0..100 and widened, if need be, to hold the total.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from auricle.models import Verdict

Z_90 = 1.6448536269514722
"""Two-sided 90 % of the normal distribution."""
PRECISION = 1
"""Decimals of totals."""


Critical = Literal["none", "criterion", "section", "call"]
"""Missing a criterion: is flagged / empties its section / empties the call."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a criterion of a rubric brings into the total."""

    id: str
    section: str
    worth: float
    """Points, section weights applied."""
    partly: float
    """Share of the points for ``partly``."""
    critical: Critical


@dataclass(frozen=True, slots=True)
class Total:
    """The arithmetic's outcome; None where nothing could be judged."""

    total: float | None
    low: float | None
    high: float | None
    scored_share: float
    failed_critical: tuple[str, ...]


def share(partly: float, verdict: str) -> float | None:
    """Share of the points for a verdict; None when it doesn't enter the score."""
    return {"met": 1.0, "partly": partly, "missed": 0.0}.get(verdict)


def total(criteria: Sequence[Weighing], verdicts: Sequence[Verdict]) -> Total:
    """Total of one call's verdicts, given in the order of the rubric's criteria."""
    failed = failed_critical(criteria, verdicts)
    void = voided(criteria, failed)
    judged = abstained = points = mean = variance = 0.0
    for criterion, verdict in zip(criteria, verdicts, strict=True):
        weight = criterion.worth
        got = share(criterion.partly, verdict.verdict)
        if got is None and verdict.verdict != "abstain":
            continue
        if got is None:
            abstained += weight
        else:
            judged += weight
            points += weight * (0.0 if criterion.id in void else got)
        m, v = spread(criterion.partly, got, verdict.confidence)
        if criterion.id in void:
            m, v = 0.0, 0.0
        mean += weight * m
        variance += weight * weight * v
    if judged == 0:
        return Total(None, None, None, 0.0 if abstained else 1.0, failed)
    everything = judged + abstained
    value = round(100 * points / judged, PRECISION)
    centre, half = 100 * mean / everything, 100 * Z_90 * math.sqrt(variance) / everything
    low = max(0.0, min(value, round(centre - half, PRECISION)))
    high = min(100.0, max(value, round(centre + half, PRECISION)))
    return Total(value, low, high, round(judged / everything, 4), failed)


def spread(partly: float, got: float | None, confidence: float) -> tuple[float, float]:
    """Mean and variance of the share a perfectly sure listener would give."""
    values = (1.0, partly, 0.0)
    if got is None:
        chances = (1 / 3, 1 / 3, 1 / 3)
    else:
        at = values.index(got)
        other = (1 - confidence) / 2
        chances = (
            confidence if at == 0 else other,
            confidence if at == 1 else other,
            confidence if at == 2 else other,
        )
    mean = sum(p * v for p, v in zip(chances, values, strict=True))
    square = sum(p * v * v for p, v in zip(chances, values, strict=True))
    return mean, max(0.0, square - mean * mean)


def failed_critical(criteria: Sequence[Weighing], verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Ids of critical criteria that were missed; an abstention never fails anybody."""
    return tuple(
        c.id
        for c, v in zip(criteria, verdicts, strict=True)
        if c.critical != "none" and v.verdict == "missed"
    )


def voided(criteria: Sequence[Weighing], failed: Sequence[str]) -> frozenset[str]:
    """Criteria whose points are lost because a critical one of their section or call failed."""
    found: set[str] = set()
    for criterion in criteria:
        if criterion.id in failed and criterion.critical in ("section", "call"):
            whole = criterion.critical == "call"
            found |= {c.id for c in criteria if whole or c.section == criterion.section}
    return frozenset(found)
