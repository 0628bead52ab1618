"""Administrators compared fairly: few calls count for little, and hard calls aren't held against
whoever took them.

A call's score is ``y = m + x'b + u_j + e``: the clinic's mean, what the case mix x adds (call type,
hour, queue, direction), what administrator j adds, and the call's own chance. ``u ~ N(0, t^2)``
pools administrators partially; ``e`` has a variance of j's own. Given t all is linear and normal,
so posteriors have a closed form; t is integrated out on a grid under a half-Cauchy prior (Gelman et
al., "Bayesian Data Analysis", 3rd ed., 5.4; Gelman, "Prior distributions for variance parameters in
hierarchical models", Bayesian Analysis 1, 2006). ``bench/comparison.py`` measures how often the
intervals hold the truth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from auricle.stats import LEVEL, Interval, tie_groups

TOP = 100.0
"""Scores and shares of points lie in 0..TOP."""
MIN_CALLS = 5
"""Fewer are shown as "not enough calls yet": the figure would be everybody else's."""
RARE = 20
"""Kinds of calls rarer than this share one effect."""
PRIOR_CALLS = 10
"""An administrator's own spread counts beside the clinic's, which is worth so many calls."""
_STEPS = 80

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """One administrator's judged calls of one kind."""

    administrator: str
    mix: tuple[str, ...]
    """The kind: one level a factor, the same factors in all cells."""
    n: int
    total: float
    """Sum of the calls' scores, each in 0..``TOP``."""
    squares: float
    """Sum of their squares."""


@dataclass(frozen=True)
class Standing:
    """One administrator's figure, as if she had taken the clinic's usual mix of calls."""

    administrator: str
    raw: float
    """The plain mean of her calls."""
    adjusted: float
    """The same, after the case mix; without pooling."""
    interval: Interval
    """Posterior mean with its 90 % interval."""


@dataclass(frozen=True)
class Comparison:
    mean: float
    """Of an average administrator."""
    call_sd: float
    """Of one call's score, within administrators and kinds of calls."""
    between_sd: float
    """How much administrators differ: posterior mean of t."""
    standings: tuple[Standing, ...]
    """Who has enough calls, by name."""
    few: tuple[str, ...]
    """Who hasn't yet."""

    def groups(self) -> list[list[str]]:
        """From best to worst, ties together: between two of a group no order can be stated."""
        return tie_groups({one.administrator: one.interval for one in self.standings})

    def against_mean(self, one: Standing) -> Literal["above", "below", "level"]:
        """Whether an interval lies wholly on one side of the clinic's mean, in whole points as they
        are shown: where everybody has nearly all of them nobody stands out by a fraction."""
        if round(one.interval.low) > round(self.mean):
            return "above"
        return "below" if round(one.interval.high) < round(self.mean) else "level"

    def limits(self, n: int, z: float) -> tuple[float, float]:
        """What chance alone explains for ``n`` calls of an average administrator (a funnel plot's
        lines: Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in
        Medicine 24, 2005); ``z``: 1.96 for 95 %, 3.09 for 99.8 %."""
        margin = z * self.call_sd / n**0.5
        return max(0.0, self.mean - margin), min(TOP, self.mean + margin)


def compare(cells: Sequence[Cell]) -> Comparison | None:
    """All administrators of ``cells``; None without a call."""
    names = sorted({cell.administrator for cell in cells})
    if not names:
        return None
    n = np.array([cell.n for cell in cells], dtype=float)
    totals = np.array([cell.total for cell in cells])
    squares = np.array([cell.squares for cell in cells])
    place = {name: j for j, name in enumerate(names)}
    who = np.array([place[cell.administrator] for cell in cells])
    mix = _case_mix(cells, n)
    calls = np.bincount(who, n).astype(float)
    variances = _spread(who, calls, n, totals, squares)
    for _ in range(2):  # the second time without what the case mix explains
        fit = _fit(who, n, totals, mix, variances)
        left = totals - n * (mix @ fit.effects)
        left_squares = squares - 2 * totals * (mix @ fit.effects) + n * (mix @ fit.effects) ** 2
        variances = _spread(who, calls, n, left, left_squares)
    fit = _fit(who, n, totals, mix, variances)
    raw = np.bincount(who, totals) / calls
    adjusted = np.bincount(who, totals - n * (mix[:, 1:] @ fit.effects[1:])) / calls
    centre, low, high = fit.posterior()
    standings = tuple(
        Standing(name, float(raw[j]), float(adjusted[j]),
                 Interval(_cut(centre[j]), _cut(low[j]), _cut(high[j]), int(calls[j])))
        for j, name in enumerate(names) if calls[j] >= MIN_CALLS
    )  # fmt: skip
    return Comparison(
        mean=float(fit.effects[0]),
        call_sd=float(np.sqrt(np.average(variances, weights=calls))),
        between_sd=float(fit.weights @ fit.spreads),
        standings=standings,
        few=tuple(name for j, name in enumerate(names) if calls[j] < MIN_CALLS),
    )


def _cut(value: float) -> float:
    return min(max(float(value), 0.0), TOP)


def _case_mix(cells: Sequence[Cell], n: Matrix) -> Matrix:
    """(cells, 1 + levels): a constant, and each level but the commonest of each factor, centred so
    that the constant is about the clinic's usual mix."""
    columns = [np.ones(len(cells))]
    for levels in zip(*(cell.mix for cell in cells), strict=True):
        names, which = np.unique(levels, return_inverse=True)
        counts = np.bincount(which, n)
        common = max(range(len(names)), key=lambda level: (counts[level], names[level]))
        rare = counts < RARE
        kept = np.where(rare[which], "", names[which])
        for level in sorted({*kept} - {names[common]}):
            column = (kept == level).astype(float)
            columns.append(column - np.average(column, weights=n))
    return np.stack(columns, axis=1)


def _spread(
    who: NDArray[np.intp], calls: Matrix, n: Matrix, totals: Matrix, squares: Matrix
) -> Matrix:
    """Per administrator: the variance of one call, her own pooled with the clinic's.

    Half a call at each end of the scale keeps it above 0 where all calls were alike.
    """
    sums, own = np.bincount(who, totals), np.bincount(who, squares)
    within = np.maximum(own - sums**2 / calls, 0.0)
    pooled = (within.sum() + TOP**2 / 4) / (np.maximum(calls - 1, 0).sum() + 1)
    found: Matrix = (PRIOR_CALLS * pooled + within) / (PRIOR_CALLS + calls - 1)
    return found


@dataclass(frozen=True)
class _Fit:
    spreads: Matrix
    """(grid): values of t."""
    weights: Matrix
    """(grid): their posterior probabilities."""
    effects: Matrix
    """Posterior means of m and b."""
    means: Matrix
    """(grid, administrators) of ``m + u`` given t."""
    sds: Matrix

    def posterior(self) -> tuple[Matrix, Matrix, Matrix]:
        """Mean and ends of the interval of ``m + u``, a mixture of normals over the grid."""
        tail = (1 - LEVEL) / 2
        return self.weights @ self.means, self._quantile(tail), self._quantile(1 - tail)

    def _quantile(self, share: float) -> Matrix:
        low = (self.means - 10 * self.sds).min(axis=0)
        high = (self.means + 10 * self.sds).max(axis=0)
        for _ in range(50):
            middle = (low + high) / 2
            below = self.weights @ ndtr((middle - self.means) / self.sds) < share
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found: Matrix = (low + high) / 2
        return found


def _fit(who: NDArray[np.intp], n: Matrix, totals: Matrix, mix: Matrix, variances: Matrix) -> _Fit:
    """The model above from its sufficient statistics.

    Effects of the case mix have a normal prior as wide as calls differ, so that kinds of calls that
    only one administrator takes don't make it unsolvable.
    """
    people, width = len(variances), mix.shape[1]
    precision = n / variances[who]
    weighted = mix * precision[:, None]
    own = np.bincount(who, precision)
    seen = np.stack([np.bincount(who, weighted[:, k], people) for k in range(width)], axis=1)
    score = np.bincount(who, totals / variances[who])
    plain = mix.T @ weighted
    moment = mix.T @ (totals / variances[who])
    scale = float(np.sqrt(np.average(variances, weights=np.bincount(who, n))))
    ridge = np.diag([0.0, *[1 / scale**2] * (width - 1)])
    grid = np.linspace(0, 1, _STEPS) ** 2 * 3 * scale
    # All values of t at once: the first axis of what follows.
    pooled = np.square(grid)[:, None] * own
    k = np.square(grid)[:, None] / (1 + pooled)
    curvature = plain - (seen.T * k[:, None, :]) @ seen + ridge
    covariance = np.linalg.inv(curvature)
    vector = moment - (k * score) @ seen
    effects = (covariance @ vector[:, :, None])[:, :, 0]
    u = k * (score - effects @ seen.T)
    # m + u_j has the weights (1, 0, ...) - k_j * seen_j on b, and its own variance k_j.
    on = -k[:, :, None] * seen
    on[:, :, 0] += 1
    variances = k + ((on @ covariance) * on).sum(axis=2)
    logs = -0.5 * np.log1p(pooled).sum(axis=1) - 0.5 * np.linalg.slogdet(curvature)[1]
    logs += 0.5 * (k * score**2).sum(axis=1) + 0.5 * (vector * effects).sum(axis=1)
    logs -= np.log1p(np.square(grid / scale))
    cells = np.gradient(grid)
    posterior = np.exp(logs - logs.max()) * cells
    weights = posterior / posterior.sum()
    return _Fit(grid, weights, weights @ effects, effects[:, :1] + u, np.sqrt(variances))
