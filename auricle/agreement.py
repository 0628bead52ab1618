"""How far people, or people and the machine, agree: shares, and figures corrected for chance.

A unit is what is judged (one criterion of one call), a row of ``Ratings``; a column is who judged.
None, or what isn't on the scale, is missing. Units may carry weights: a call drawn with probability
p stands for 1/p calls, so that a stratified draw tells of all calls.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auricle.stats import LEVEL, Interval, wilson_of

Ratings = Sequence[Sequence[str | None]]
Matrix = NDArray[np.float64]

ORDERED = ("missed", "partly", "met")
"""Verdicts with an order, from worst to best."""
VERDICTS = (*ORDERED, "not_applicable")
"""What two judges can differ in. ``abstain`` is no judgement: it counts as missing."""

DRAWS = 1000
_SEED = 20_240_229
"""Any number would do; the same one gives the same intervals every time."""


@dataclass(frozen=True)
class Agreement:
    """Agreement over some units. None: nobody judged with another, or nothing could have differed
    (all are of one kind). An interval of no width: every draw is alike, so none can be told."""

    units: int
    """Judged by two at least."""
    exact: Interval | None
    """Share of pairs of judgements that are the same."""
    adjacent: Interval | None
    """The same, or one step apart on the ordered scale; of pairs that are both on it."""
    kappa: Interval | None
    """Cohen's; only with two judges."""
    alpha: Interval | None
    """Krippendorff's, nominal."""
    alpha_ordinal: Interval | None
    """Krippendorff's, ordinal, over the ordered verdicts."""
    ac1: Interval | None
    """Gwet's."""
    prevalence: Mapping[str, float]
    """Share of each verdict among all judgements. Where one is nearly all, kappa and alpha say
    little; AC1 still does."""


def agreement(ratings: Ratings, weights: Sequence[float] | None = None) -> Agreement:
    """Everything at once, with 90 % intervals.

    Intervals are percentiles of a bootstrap over units (Efron and Tibshirani, "An Introduction to
    the Bootstrap", 1993, ch. 13). Judgements that all agree have nothing to resample, so those of
    shares are widened to Wilson's.
    """
    counts, given = tally(ratings, VERDICTS), _weights(weights, len(ratings))
    ordered = tally(ratings, ORDERED)
    pairs = {len(row) for row in ratings} == {2}
    tables = _pair_tables(ratings, VERDICTS) if pairs else None
    return Agreement(
        units=int((counts.sum(axis=1) >= 2).sum()),
        exact=_share(counts, given, same),
        adjacent=_share(ordered, given, same_or_next),
        kappa=None if tables is None else _bootstrap(tables, given, _kappa),
        alpha=_bootstrap(counts, given, nominal_alpha),
        alpha_ordinal=_bootstrap(ordered, given, ordinal_alpha),
        ac1=_bootstrap(counts, given, gwet_ac1),
        prevalence=_prevalence(counts, given),
    )


def exact(ratings: Ratings, weights: Sequence[float] | None = None) -> Interval | None:
    """Share of pairs of judgements that are the same, as in ``agreement``."""
    return _share(tally(ratings, VERDICTS), _weights(weights, len(ratings)), same)


def tally(ratings: Ratings, scale: Sequence[str]) -> Matrix:
    """How many judges gave each unit each value: an array (units, len(scale))."""
    place = {value: index for index, value in enumerate(scale)}
    counts = np.zeros((len(ratings), len(scale)))
    for unit, row in enumerate(ratings):
        for value in row:
            if value in place:
                counts[unit, place[value]] += 1
    return counts


Statistic = Callable[[Matrix, Matrix], Matrix]
"""Of counts (units, values) and weights (..., units): figures (...), NaN where not defined."""


def same(counts: Matrix, weights: Matrix) -> Matrix:
    """Mean share of a unit's pairs of judgements that are the same."""
    return _agreeing(counts, counts, weights)


def same_or_next(counts: Matrix, weights: Matrix) -> Matrix:
    """Mean share of a unit's pairs that are at most one step of the scale apart."""
    near = counts.copy()
    near[:, 1:] += counts[:, :-1]
    near[:, :-1] += counts[:, 1:]
    return _agreeing(counts, near, weights)


def _agreeing(counts: Matrix, near: Matrix, weights: Matrix) -> Matrix:
    judges = counts.sum(axis=1)
    pairs = judges * (judges - 1)
    agreeing = (counts * (near - 1)).sum(axis=1)
    shares = np.divide(agreeing, pairs, out=np.zeros_like(pairs), where=pairs > 0)
    return _ratio(weights @ shares, weights @ (pairs > 0).astype(float))


def cohen_kappa(ratings: Ratings, scale: Sequence[str] = VERDICTS) -> float:
    """Cohen's kappa of two judges over the units that both judged.

    Cohen, "A coefficient of agreement for nominal scales", Educ. Psychol. Meas. 20, 1960.
    """
    return float(_kappa(_pair_tables(ratings, scale), np.ones(len(ratings))))


def _pair_tables(ratings: Ratings, scale: Sequence[str]) -> Matrix:
    """(units, values, values): a single 1 where both judged, at (first's, second's) value."""
    place = {value: index for index, value in enumerate(scale)}
    tables = np.zeros((len(ratings), len(scale), len(scale)))
    for unit, (first, second) in enumerate(ratings):
        if first in place and second in place:
            tables[unit, place[first], place[second]] = 1
    return tables


def _kappa(tables: Matrix, weights: Matrix) -> Matrix:
    table = np.tensordot(weights, tables, axes=1)
    n = table.sum(axis=(-2, -1))
    observed = _ratio(np.trace(table, axis1=-2, axis2=-1), n)
    expected = _ratio((table.sum(axis=-2) * table.sum(axis=-1)).sum(axis=-1), n**2)
    return _ratio(observed - expected, 1 - expected)


def nominal_alpha(counts: Matrix, weights: Matrix) -> Matrix:
    """Krippendorff's alpha where values merely differ.

    Krippendorff, "Computing Krippendorff's alpha-reliability", 2011. NaN when only one value
    occurs: then nothing could have differed.
    """
    coincidences = _coincidences(counts, weights)
    return _alpha(coincidences, 1 - np.eye(counts.shape[1]))


def ordinal_alpha(counts: Matrix, weights: Matrix) -> Matrix:
    """Krippendorff's alpha over values in order: further apart is a greater disagreement."""
    coincidences = _coincidences(counts, weights)
    values = coincidences.sum(axis=-1)
    middle = np.cumsum(values, axis=-1) - values / 2
    return _alpha(coincidences, (middle[..., :, None] - middle[..., None, :]) ** 2)


def _coincidences(counts: Matrix, weights: Matrix) -> Matrix:
    """(..., values, values): pairs of values within units, each unit's worth its judges."""
    judges = counts.sum(axis=1)
    worth = np.divide(1, judges - 1, out=np.zeros_like(judges), where=judges > 1)
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(counts.shape[1])
    found: Matrix = np.tensordot(weights, pairs * worth[:, None, None], axes=1)
    return found


def _alpha(coincidences: Matrix, distances: Matrix) -> Matrix:
    values = coincidences.sum(axis=-1)
    expected = (values[..., :, None] * values[..., None, :] * distances).sum(axis=(-2, -1))
    observed = (coincidences * distances).sum(axis=(-2, -1))
    found: Matrix = 1 - (values.sum(axis=-1) - 1) * _ratio(observed, expected)
    return found


def gwet_ac1(counts: Matrix, weights: Matrix) -> Matrix:
    """Gwet's AC1, which holds up where one value is nearly all.

    Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement",
    Br. J. Math. Stat. Psychol. 61, 2008; with missing judgements as in his "Handbook of Inter-Rater
    Reliability", 4th ed., 2014, ch. 2.
    """
    judges = counts.sum(axis=1)
    judged = (judges > 0).astype(float)
    shares = weights @ (counts / np.maximum(judges, 1)[:, None])
    shares = _ratio(shares, (weights @ judged)[..., None])
    expected = (shares * (1 - shares)).sum(axis=-1) / (counts.shape[1] - 1)
    return _ratio(same(counts, weights) - expected, 1 - expected)


def _ratio(above: Matrix, below: Matrix) -> Matrix:
    """NaN where what is below is nothing, or as little as rounding leaves."""
    above, below = np.broadcast_arrays(above, below)
    found: Matrix = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 1e-12)
    return found


def _weights(weights: Sequence[float] | None, units: int) -> Matrix:
    """With a mean of 1, so that sums are still numbers of units."""
    given = np.ones(units) if weights is None else np.asarray(weights, dtype=float)
    return given / given.mean() if units else given


def _bootstrap(counts: Matrix, weights: Matrix, statistic: Statistic) -> Interval | None:
    """The statistic with its interval, of no width where no draw differs; None where it isn't
    defined.

    Units that are all alike are drawn together, as a number: the same draws, much sooner.
    """
    usable = counts.any(axis=tuple(range(1, counts.ndim)))
    kept, given = counts[usable], weights[usable]
    value = float(statistic(kept, given))
    if np.isnan(value):
        return None
    n = len(kept)
    _, kinds, alike = np.unique(
        np.column_stack([kept.reshape(n, -1), given]), axis=0, return_index=True, return_counts=True
    )
    draws = np.random.default_rng(_SEED).multinomial(n, alike / n, size=DRAWS)
    found = statistic(kept[kinds], given[kinds] * draws)
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(found, [tail, 1 - tail])
    return Interval(value, float(low), float(high), n)


def _share(counts: Matrix, weights: Matrix, statistic: Statistic) -> Interval | None:
    several = counts.sum(axis=1) >= 2
    kept, given = counts[several], weights[several]
    n = len(kept)
    if not n:
        return None
    effective = given.sum() ** 2 / (given**2).sum()  # Kish, "Survey Sampling", 1965, 11.7
    wilson = wilson_of(float(statistic(kept, given)), float(effective), n)
    drawn = _bootstrap(kept, given, statistic) or wilson
    return Interval(wilson.value, min(drawn.low, wilson.low), max(drawn.high, wilson.high), n)


def _prevalence(counts: Matrix, weights: Matrix) -> dict[str, float]:
    sums = weights @ counts
    total = sums.sum()
    return {
        value: float(count / total) if total else 0.0
        for value, count in zip(VERDICTS, sums, strict=True)
    }
