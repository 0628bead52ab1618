"""Does she behave better when it is a test? Mystery calls against ordinary ones that are alike.

Calls are compared within a stratum only: the same administrator, the same kind of call, the same
part of the day. ``score = stratum + gap * mystery + chance``: least squares with an effect a
stratum, so strata without both kinds of calls say nothing, and each of the others counts by
``a * b / (a + b)`` for its a mystery and b ordinary calls (a randomised block's within-block
contrast: Cochran and Cox, "Experimental Designs", 2nd ed., ch. 4). The interval is Student's.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from scipy.special import stdtrit

from auricle.stats import LEVEL, Interval

PART_OF_DAY_H = 3


@dataclass(frozen=True)
class Scored:
    """One scored call of the clinic's own."""

    administrator: str
    kind: str
    hour: int
    total: float
    mystery: bool

    @property
    def stratum(self) -> tuple[str, str, int]:
        return self.administrator, self.kind, self.hour // PART_OF_DAY_H


@dataclass(frozen=True)
class Gap:
    """Points by which mystery calls score higher than ordinary ones that are alike."""

    interval: Interval
    mystery: int
    """Calls that were compared ..."""
    ordinary: int
    """... with so many."""


def spotted_gap(calls: Iterable[Scored], level: float = LEVEL) -> Gap | None:
    """None where too few calls are alike to say anything."""
    strata: dict[tuple[str, str, int], tuple[list[float], list[float]]] = defaultdict(
        lambda: ([], [])
    )
    for call in calls:
        strata[call.stratum][call.mystery].append(call.total)
    both = [(ordinary, test) for ordinary, test in strata.values() if ordinary and test]
    weights = [len(o) * len(t) / (len(o) + len(t)) for o, t in both]
    n = sum(len(o) + len(t) for o, t in both)
    freedom = n - len(both) - 1
    if not both or freedom < 1:
        return None
    gap = sum(
        w * (_mean(t) - _mean(o)) for w, (o, t) in zip(weights, both, strict=True)
    ) / sum(weights)  # fmt: skip
    left = 0.0
    for ordinary, test in both:
        moved = [*ordinary, *(total - gap for total in test)]
        middle = _mean(moved)
        left += math.fsum((total - middle) ** 2 for total in moved)
    margin = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(left / freedom / sum(weights))
    return Gap(
        Interval(gap, gap - margin, gap + margin, n),
        sum(len(test) for _, test in both),
        sum(len(ordinary) for ordinary, _ in both),
    )


def _mean(numbers: list[float]) -> float:
    return math.fsum(numbers) / len(numbers)
