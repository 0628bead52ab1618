"""Weeks in a row: which share is out of control, and where a level changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray

SIGMAS = 3.0
"""Shewhart's control limits: chance alone leaves them about once in 370 points."""
FEWEST_POINTS = 8
"""Fewer tell no change of level from chance."""
SHORTEST = 3
"""Points on either side of a change, at least."""
ALPHA = 0.01
"""How often a change is marked where there is none."""
_DRAWS, _SEED = 299, 1


@dataclass(frozen=True)
class Limits:
    centre: float
    low: float
    high: float


def p_limits(counts: Sequence[tuple[int, int]]) -> list[Limits]:
    """Control limits of shares, one a point of ``(yes, n)`` with n above 0: a p-chart.

    Shewhart, "Economic Control of Quality of Manufactured Product", 1931; NIST/SEMATECH e-Handbook
    of Statistical Methods, 6.3.3.2.
    """
    if not counts:
        return []
    centre = sum(yes for yes, _ in counts) / sum(n for _, n in counts)
    margins = [SIGMAS * sqrt(centre * (1 - centre) / n) for _, n in counts]
    return [Limits(centre, max(0.0, centre - m), min(1.0, centre + m)) for m in margins]


def changes(values: Sequence[float], weights: Sequence[float]) -> list[int]:
    """Where the level of a row of points changed: indices of the first points of new levels.

    Circular binary segmentation (Olshen et al., "Circular binary segmentation for the analysis of
    array-based DNA copy number data", Biostatistics 5, 2004): of all stretches, the one whose
    level differs most from the rest, by the weighted squares explained; it stands when fewer than
    ``ALPHA`` of random orders of the same points have one that explains as much.
    """
    y, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    found: list[int] = []
    waiting = [(0, len(y))]
    while waiting:
        start, end = waiting.pop()
        if end - start < FEWEST_POINTS:
            continue
        ends = _stretch(y[start:end], w[start:end])
        places = [start, *(start + at for at in ends), end]
        found += places[1:-1]
        if ends:
            waiting += list(pairwise(places))
    return sorted(found)


def _stretch(y: NDArray[np.float64], w: NDArray[np.float64]) -> list[int]:
    """Beginning and end of the stretch that differs, without the row's own ends; or nothing."""
    n = len(y)
    first, last = (side.ravel() for side in np.indices((n + 1, n + 1)))
    inside = last - first
    fits = (inside >= SHORTEST) & (inside < n)
    for piece in (first, n - last):
        fits &= (piece == 0) | (piece >= SHORTEST)
    first, last = first[fits], last[fits]
    gains = _gains(y, w, first, last)
    best = float(gains.max())
    if best <= 1e-9:
        return []
    rng = np.random.default_rng(_SEED)
    as_much = 0
    for _ in range(_DRAWS):
        order = rng.permutation(n)
        as_much += float(_gains(y[order], w[order], first, last).max()) >= best
    if (1 + as_much) / (1 + _DRAWS) >= ALPHA:
        return []
    at = int(gains.argmax())
    return [end for end in (int(first[at]), int(last[at])) if 0 < end < n]


def _gains(
    y: NDArray[np.float64], w: NDArray[np.float64], first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> NDArray[np.float64]:  # fmt: skip
    """Weighted squares explained by another level from each ``first`` up to each ``last``."""
    weight, total = (np.concatenate([[0.0], np.cumsum(row)]) for row in (w, w * y))
    own, all_ = weight[last] - weight[first], weight[-1]
    difference = (total[last] - total[first]) / own
    difference -= (total[-1] - total[last] + total[first]) / (all_ - own)
    gains: NDArray[np.float64] = own * (all_ - own) / all_ * difference**2
    return gains
