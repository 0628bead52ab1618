"""Agreement equals the reference implementations, and its intervals hold the truth."""

import math

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score

from auricle.agreement import (
    ORDERED,
    VERDICTS,
    agreement,
    cohen_kappa,
    gwet_ac1,
    nominal_alpha,
    ordinal_alpha,
    same,
    same_or_next,
    tally,
)

values = st.sampled_from([*VERDICTS, None])
ordered = st.sampled_from([*ORDERED, None])


TWO_TO_FIVE = st.integers(2, 5)


def tables(value, judges=TWO_TO_FIVE):
    return judges.flatmap(
        lambda n: st.lists(st.lists(value, min_size=n, max_size=n), min_size=3, max_size=30)
    )


def coded(ratings, scale):
    return [[math.nan if v is None else float(scale.index(v)) for v in row] for row in ratings]


def pairable(ratings):
    return {v for row in ratings if sum(x is not None for x in row) > 1 for v in row} - {None}


@settings(max_examples=60, deadline=None)
@given(tables(values))
def test_nominal_alpha_is_krippendorffs(ratings):
    assume(len(pairable(ratings)) > 1)
    expected = krippendorff.alpha(
        np.array(coded(ratings, VERDICTS)).T, level_of_measurement="nominal"
    )
    found = nominal_alpha(tally(ratings, VERDICTS), np.ones(len(ratings)))
    assert found == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(ordered))
def test_ordinal_alpha_is_krippendorffs(ratings):
    assume(len(pairable(ratings)) > 1)
    expected = krippendorff.alpha(
        np.array(coded(ratings, ORDERED)).T, level_of_measurement="ordinal"
    )
    found = ordinal_alpha(tally(ratings, ORDERED), np.ones(len(ratings)))
    assert found == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(values))
def test_ac1_is_irrcacs(ratings):
    assume(pairable(ratings))
    counts = tally(ratings, VERDICTS)
    found = gwet_ac1(counts, np.ones(len(ratings)))
    reference = CAC(pd.DataFrame(ratings), categories=list(VERDICTS), digits=14).gwet()
    assert found == pytest.approx(float(reference["est"]["coefficient_value"]), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(values, st.just(2)))
def test_kappa_is_scikit_learns_over_the_units_that_both_judged(ratings):
    both = [row for row in ratings if None not in row]
    assume(len({value for row in both for value in row}) > 1)
    expected = cohen_kappa_score([a for a, _ in both], [b for _, b in both])
    assert cohen_kappa(ratings) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(tables(ordered))
def test_shares_are_those_of_pairs(ratings):
    def share(near):
        units = []
        for row in ratings:
            given = [ORDERED.index(v) for v in row if v is not None]
            pairs = [(a, b) for i, a in enumerate(given) for b in given[i + 1 :]]
            if pairs:
                units.append(sum(abs(a - b) <= near for a, b in pairs) / len(pairs))
        return sum(units) / len(units)

    assume(pairable(ratings))
    counts, even = tally(ratings, ORDERED), np.ones(len(ratings))
    assert same(counts, even) == pytest.approx(share(0))
    assert same_or_next(counts, even) == pytest.approx(share(1))


@settings(max_examples=20, deadline=None)
@given(tables(values, st.just(2)))
def test_a_weight_stands_for_so_many_equal_units(ratings):
    weights = [1.0 + index % 3 for index in range(len(ratings))]
    repeated = [row for row, weight in zip(ratings, weights, strict=True)
                for _ in range(int(weight))]  # fmt: skip
    counts = tally(ratings, VERDICTS)
    for statistic in (same, gwet_ac1, nominal_alpha):
        assert statistic(counts, np.array(weights)) == pytest.approx(
            statistic(tally(repeated, VERDICTS), np.ones(len(repeated))), nan_ok=True
        )


def test_an_abstention_is_no_judgement():
    found = agreement([["met", "met"], ["abstain", "missed"], ["met", "missed"]])
    assert found.units == 2
    assert found.exact is not None and found.exact.value == 0.5


def test_judges_who_always_agree_still_have_an_interval():
    found = agreement([["met", "met"]] * 5)
    assert found.exact is not None
    assert found.exact.value == found.exact.high == 1
    assert 0.6 < found.exact.low < 0.7
    assert found.alpha is None  # nothing could have differed
    assert found.prevalence["met"] == 1


def test_nothing_judged_says_nothing():
    found = agreement([])
    assert (found.units, found.exact, found.kappa, found.alpha, found.ac1) == (0,) + (None,) * 4


def test_more_than_two_judges_have_no_kappa():
    assert agreement([["met", "missed", "met"], ["missed", "missed", "met"]]).kappa is None


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Two judges of whom each sees the truth with probability 0.85, and else guesses."""
    rng = np.random.default_rng(5)
    names = np.array(VERDICTS)
    prior = [0.15, 0.1, 0.6, 0.15]

    def judged(n):
        truth = rng.choice(4, size=n, p=prior)
        return [np.where(rng.random(n) < 0.85, truth, rng.choice(4, size=n, p=prior))
                for _ in range(2)]  # fmt: skip

    def table(n):
        return [list(names[list(pair)]) for pair in zip(*judged(n), strict=True)]

    many = table(200_000)
    even = np.ones(len(many))
    exact, ac1 = (f(tally(many, VERDICTS), even) for f in (same, gwet_ac1))
    alpha = nominal_alpha(tally(many, VERDICTS), even)
    held = np.zeros(3)
    for _ in range(40):
        found = agreement(table(80))
        for index, (interval, truth) in enumerate(
            [(found.exact, exact), (found.ac1, ac1), (found.alpha, alpha)]
        ):
            held[index] += interval is not None and interval.low <= truth <= interval.high
    assert (held / 40 > 0.80).all()


def test_perfect_agreement_is_told_though_no_draw_differs():
    found = agreement([["met", "met"]] * 10 + [["missed", "missed"]] * 10)
    for figure in (found.kappa, found.alpha, found.alpha_ordinal, found.ac1):
        assert figure is not None and (figure.value, figure.low, figure.high) == (1.0, 1.0, 1.0)
    assert found.exact is not None and found.exact.low < 1  # a share's is Wilson's


def test_chance_agreement_is_told_where_one_judge_says_only_one_thing():
    found = agreement([["met", "met"], ["met", "missed"], ["met", "met"]])
    assert found.kappa is not None and found.kappa.value == pytest.approx(0)
