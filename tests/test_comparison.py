"""The comparison of administrators: fair to few calls and to hard ones; bench has the figures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.comparison import MIN_CALLS, TOP, Cell, compare
from auricle.trends import changes, p_limits
from bench.comparison import study


def cell(name, scores, *mix):
    return Cell(name, mix, len(scores), sum(scores), sum(score**2 for score in scores))


def standings(cells):
    found = compare(cells)
    assert found is not None
    return {one.administrator: one for one in found.standings}


def test_few_calls_are_drawn_to_the_clinics_mean():
    rng = np.random.default_rng(1)
    many = [cell(f"m{i}", list(rng.normal(60 + 2 * i, 12, 100))) for i in range(10)]
    found = standings([*many, cell("few", [95.0] * MIN_CALLS)])
    assert 69 < found["few"].interval.value < 92
    assert found["few"].raw == 95
    assert found["m0"].interval.value == pytest.approx(found["m0"].raw, abs=2)


def test_hard_calls_are_not_held_against_who_took_them():
    rng = np.random.default_rng(2)
    scores = {"easy": 85, "hard": 60}
    cells = []
    for name, hard in (("Ann", 0.9), ("Bea", 0.1), ("Cleo", 0.5), ("Dora", 0.5)):
        for kind, level in scores.items():
            n = round(200 * (hard if kind == "hard" else 1 - hard))
            cells.append(cell(name, list(rng.normal(level, 8, n)), kind))
    found = standings(cells)
    assert found["Bea"].raw - found["Ann"].raw > 15
    assert abs(found["Bea"].adjusted - found["Ann"].adjusted) < 4
    comparison = compare(cells)
    assert comparison is not None and len(comparison.groups()) == 1


def test_too_few_calls_is_an_answer():
    found = compare([cell("Ann", [50.0] * 30), cell("Bea", [90.0] * (MIN_CALLS - 1))])
    assert found is not None
    assert found.few == ("Bea",)
    assert [one.administrator for one in found.standings] == ["Ann"]


def test_no_calls_no_comparison():
    assert compare([]) is None


def test_calls_that_are_all_alike_still_have_width():
    found = standings([cell("Ann", [100.0] * 6), cell("Bea", [100.0] * 200)])
    assert found["Ann"].interval.high - found["Ann"].interval.low > 1
    assert found["Ann"].interval.high <= TOP


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABCDEF"),
            st.tuples(st.sampled_from(["x", "y"]), st.sampled_from(["1", "2", "3"])),
            st.lists(st.floats(0, TOP), min_size=1, max_size=30),
        ),
        min_size=1, max_size=20,
    )
)  # fmt: skip
def test_intervals_are_in_order_and_independent_of_the_cells_order(found):
    cells = [cell(name, scores, *mix) for name, mix, scores in found]
    there, back = standings(cells), standings(cells[::-1])
    assert set(there) == set(back)
    for name, one in there.items():
        assert 0 <= one.interval.low <= one.interval.value <= one.interval.high <= TOP
        assert one.interval.value == pytest.approx(back[name].interval.value, abs=1e-6)


def test_a_smaller_study_of_made_up_clinics_holds_what_results_say():
    found = study(12, seed=7)
    assert 0.86 < np.mean(found["pooled"].held) < 0.94
    assert found["pairs"].right / found["pairs"].apart > 0.95
    board = found["board"]
    assert board.right / board.apart < found["pairs"].right / found["pairs"].apart


def test_funnel_limits_narrow_with_calls():
    found = compare([cell(n, [40.0, 60, 80] * 10) for n in "ABC"])
    assert found is not None
    few, many = found.limits(10, 1.96), found.limits(1000, 1.96)
    assert few[0] < many[0] < found.mean < many[1] < few[1]


def test_control_limits_are_the_textbooks():
    [first, second] = p_limits([(5, 50), (15, 150)])
    assert first.centre == second.centre == 0.1
    assert first.low == 0
    assert first.high == pytest.approx(0.1 + 3 * (0.1 * 0.9 / 50) ** 0.5)
    assert second.high == pytest.approx(0.1 + 3 * (0.1 * 0.9 / 150) ** 0.5)


def test_a_change_of_level_is_marked_where_it_is():
    rng = np.random.default_rng(3)
    values = [*rng.normal(60, 3, 12), *rng.normal(72, 3, 12), *rng.normal(60, 3, 12)]
    found = changes(values, [20.0] * 36)
    assert [round(at / 12) for at in found] == [1, 2]


def test_chance_alone_is_seldom_marked():
    rng = np.random.default_rng(4)
    marked = sum(bool(changes(rng.normal(70, 5, 26), [10.0] * 26)) for _ in range(60))
    assert marked <= 3


def test_where_nearly_all_have_all_points_nobody_stands_out():
    found = compare([cell(name, [100.0] * 20) for name in ("Ann", "Bea", "Cleo")])
    assert found is not None
    assert {found.against_mean(one) for one in found.standings} == {"level"}


def test_whose_interval_lies_beyond_the_mean_stands_out():
    rng = np.random.default_rng(3)
    cells = [cell(str(level), list(rng.normal(level, 5, 80))) for level in (40, 60, 61, 80)]
    found = compare(cells)
    assert found is not None
    sides = {one.administrator: found.against_mean(one) for one in found.standings}
    assert sides == {"40": "below", "60": "level", "61": "level", "80": "above"}
