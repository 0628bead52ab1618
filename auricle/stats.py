"""Honest figures from few calls: intervals for means and shares, and who can't be told apart."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scipy.special import ndtri, stdtrit

LEVEL = 0.90
"""Confidence level of every interval Auricle shows, unless another is asked for."""


@dataclass(frozen=True)
class Interval:
    """An estimate with its uncertainty, in the unit of what was measured."""

    value: float
    low: float
    high: float
    n: int
    """Number of observations behind it."""

    def overlaps(self, other: "Interval") -> bool:
        return self.low <= other.high and other.low <= self.high


def mean_interval(values: Iterable[float], level: float = LEVEL) -> Interval | None:
    """The mean of ``values`` with Student's t interval; None for fewer than two values."""
    numbers = list(values)
    n = len(numbers)
    if n < 2:
        return None
    mean = math.fsum(numbers) / n
    sd = math.sqrt(math.fsum((number - mean) ** 2 for number in numbers) / (n - 1))
    return mean_interval_of(n, mean, sd, level)


def mean_interval_of(
    n: int, mean: float | None, sd: float | None, level: float = LEVEL
) -> Interval | None:
    """The same from what a database returns: count, mean and sample standard deviation.

    Student's t with n - 1 degrees of freedom (Student, "The probable error of a mean", Biometrika
    6, 1908). Scores are bounded and rarely normal, but the t interval of a mean is robust to that.
    """
    if n < 2 or mean is None or sd is None:
        return None
    margin = float(stdtrit(n - 1, (1 + level) / 2)) * sd / math.sqrt(n)
    return Interval(mean, mean - margin, mean + margin, n)


def mean_interval_from(n: int, total: float, squares: float) -> Interval | None:
    """The same from a sum and a sum of squares."""
    if n < 2:
        return None
    mean = total / n
    return mean_interval_of(n, mean, math.sqrt(max(0.0, squares - n * mean**2) / (n - 1)))


def difference(one: Interval, other: Interval) -> Interval:
    """Value of ``one`` minus value of ``other``, from the intervals of both (MOVER).

    Zou and Donner, "Construction of confidence limits about effect measures: a general approach",
    Statistics in Medicine 27, 2008. It is right for skewed intervals too, and for groups whose
    members are all equal. ``n`` counts both.
    """
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Interval(value, value - below, value + above, one.n + other.n)


def wilson(successes: int, n: int, level: float = LEVEL) -> Interval | None:
    """The share ``successes / n`` with Wilson's score interval; None when n is 0.

    Wilson, "Probable inference", JASA 22, 1927. Preferred for small n, and never outside 0..1:
    Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", Stat. Sci. 16, 2001.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes must lie in 0..{n}, not {successes}")
    return wilson_of(successes / n, n, n, level) if n else None


def wilson_of(share: float, effective_n: float, n: int, level: float = LEVEL) -> Interval:
    """The same for a share of weighted observations: ``n`` of them, worth ``effective_n`` equal
    ones (above 0)."""
    z = float(ndtri((1 + level) / 2))
    scale = 1 + z * z / effective_n
    centre = (share + z * z / (2 * effective_n)) / scale
    margin = (
        z
        / scale
        * math.sqrt(share * (1 - share) / effective_n + z * z / (4 * effective_n * effective_n))
    )
    # Exactly 0 and 1 at the ends, where rounding would leave 1e-17 or cut the share itself off.
    low = 0.0 if share <= 0 else centre - margin
    high = 1.0 if share >= 1 else centre + margin
    return Interval(share, low, high, n)


def tie_groups(intervals: Mapping[str, Interval]) -> list[list[str]]:
    """Names from best to worst in groups within which no order can be stated.

    Two whose intervals overlap are in the same group, and so are the ends of a chain of overlaps:
    any cut in a chain would rank two apart whose intervals overlap. This is cautious: intervals
    that just touch at 90 % differ at about the 2 % level (Schenker and Gentleman, "On judging the
    significance of differences by examining the overlap between confidence intervals", The
    American Statistician 55, 2001). Within a group names are in alphabetical order.
    """
    groups: list[list[str]] = []
    floor = -math.inf
    for name in sorted(intervals, key=lambda name: -intervals[name].high):
        interval = intervals[name]
        if groups and interval.high >= floor:
            groups[-1].append(name)
            floor = min(floor, interval.low)
        else:
            groups.append([name])
            floor = interval.low
    return [sorted(group) for group in groups]
