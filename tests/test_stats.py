"""The intervals: against published figures, and properties that hold for any data."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.stats import Interval, mean_interval, mean_interval_of, tie_groups, wilson

scores = st.floats(0, 100, allow_nan=False)


def test_wilson_agrees_with_the_published_example() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263 at 95 %.
    interval = wilson(81, 263, level=0.95)
    assert interval is not None
    assert interval.low == pytest.approx(0.2553, abs=5e-5)
    assert interval.high == pytest.approx(0.3662, abs=5e-5)


def test_t_interval_agrees_with_the_table() -> None:
    # t(0.95, 4) = 2.132; mean 3, sd sqrt(2.5).
    interval = mean_interval([1, 2, 3, 4, 5])
    assert interval is not None
    assert interval.high - 3 == pytest.approx(2.132 * math.sqrt(2.5 / 5), abs=1e-3)


def test_too_little_data_gives_no_interval() -> None:
    assert mean_interval([]) is None
    assert mean_interval([70]) is None
    assert mean_interval_of(1, 70.0, None) is None
    assert wilson(0, 0) is None


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.\.3"):
        wilson(4, 3)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_its_share_within_0_and_1(counts: tuple[int, int]) -> None:
    interval = wilson(*counts)
    assert interval is not None
    assert 0 <= interval.low <= interval.value <= interval.high <= 1


@given(st.lists(scores, min_size=2, max_size=30), st.floats(0.5, 0.98))
def test_a_higher_level_is_never_narrower(values: list[float], level: float) -> None:
    narrow, wide = mean_interval(values, level), mean_interval(values, 0.99)
    assert narrow is not None and wide is not None
    assert wide.low <= narrow.low + 1e-9 and narrow.high <= wide.high + 1e-9


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.tuples(scores, scores), max_size=12))
def test_no_two_that_overlap_are_ranked_apart(ends: dict[str, tuple[float, float]]) -> None:
    intervals = {
        name: Interval((a + b) / 2, min(a, b), max(a, b), 5) for name, (a, b) in ends.items()
    }
    groups = tie_groups(intervals)
    assert sorted(name for group in groups for name in group) == sorted(intervals)
    for better, worse in pairwise(groups):
        assert all(intervals[a].low > intervals[b].high for a in better for b in worse)


def test_a_chain_of_overlaps_is_one_group() -> None:
    chain = {"Ann": (80, 90), "Bea": (72, 82), "Cat": (65, 75), "Dot": (40, 50)}
    intervals = {name: Interval((a + b) / 2, a, b, 9) for name, (a, b) in chain.items()}
    assert tie_groups(intervals) == [["Ann", "Bea", "Cat"], ["Dot"]]
