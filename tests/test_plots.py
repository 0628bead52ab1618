"""Plots: what they say, where it stands, and that nothing of it can break out of the page."""

import re
from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.comparison import Comparison, Standing
from auricle.stats import Interval
from auricle.store.filters import CallFilter
from auricle.store.line_figures import LAST_BIN, LineCounts, LineFigures
from auricle.trends import Limits
from dashboards.parts import wording
from dashboards.parts.funnel_plot import funnel_plot
from dashboards.parts.plot import Axis, Plot, round_steps
from dashboards.parts.trend import Week, trend
from dashboards.parts.waits import waits

MONDAY = date(2026, 3, 23)
WEEKS = [
    Week(MONDAY + timedelta(weeks=n), 60.0 + n, Interval(60.0 + n, 55.0, 103.0, 30), 30)
    for n in range(3)
] + [Week(MONDAY + timedelta(weeks=5), 70.0, None, 1)]


def shapes(html: str, css: str) -> list[list[tuple[float, ...]]]:
    """Corners of every shape of a kind: per cent from the left, per cent from the top."""
    found = "".join(re.findall(rf'class="au-shape {css}" style="--shape:url\(([^)]*)', html))
    corners = re.findall(r'points="([^"]*)"', unquote(found))
    return [[tuple(map(float, pair.split(","))) for pair in one.split()] for one in corners]


def test_a_trend_says_its_weeks_and_their_intervals() -> None:
    limits = [Limits(0.6, 0.4, 0.8)] * len(WEEKS)
    html = trend(WEEKS, CallFilter(administrator="Ann"), "Mean", "Calls", limits, [MONDAY])
    assert "Week from 23 Mar 2026\nMean: 60.0\n90 % interval: 55–100\nCalls: 30" in html
    assert "Mean: 70.0\n90 % interval: one call: none\nCalls: 1" in html
    assert "administrator=Ann" in html and "from=2026-03-23" in html and "to=2026-03-29" in html
    assert "A new level from 23 Mar 2026" in html
    [line] = shapes(html, "")
    assert [top for _, top in line] == [40.0, 39.0, 38.0, 30.0]
    [band] = shapes(html, "au-band")
    assert [top for _, top in band] == [0.0] * 3 + [45.0] * 3  # the week of one call has none
    assert [{top for _, top in one} for one in shapes(html, "au-limits")] == [{60.0}, {20.0}]


def test_one_week_alone_stands_in_the_middle() -> None:
    html = trend(WEEKS[:1], CallFilter(), "Mean", "Calls")
    assert shapes(html, "") == [[(50.0, 40.0)]]


def test_a_year_of_weeks_has_labels_that_leave_room() -> None:
    year = [Week(MONDAY + timedelta(weeks=n), 60.0, None, 1) for n in range(52)]
    below = trend(year, CallFilter(), "Mean", "Calls").split('class="au-plot-x">')[1]
    places = [float(left) for left in re.findall(r"left:([\d.]+)%", below)]
    assert len(places) == 8 and min(b - a for a, b in pairwise(places)) > 10


def test_waits_stand_above_and_below_the_line() -> None:
    nobody = LineCounts(None, 0, 0, 0, 0, 0, 0, 0, None)
    answered, gave_up = [0] * (LAST_BIN + 1), [0] * (LAST_BIN + 1)
    answered[1], gave_up[LAST_BIN] = 20, 10
    found = LineFigures(True, nobody, (), (), (), tuple(answered), tuple(gave_up))
    html = waits(found, target_s=62.5)
    assert f"20{wording.NBSP}calls answered\nafter 5–10 s" in html
    assert f"10{wording.NBSP}calls given up\nafter 120 s and longer" in html
    up, down = re.findall(r"bottom:([\d.]+)%;height:([\d.]+)%", html)
    assert float(down[0]) + float(down[1]) == pytest.approx(float(up[0]), abs=0.02)
    assert float(up[1]) == pytest.approx(2 * float(down[1]), abs=0.02)
    assert shapes(html, "au-target") == [[(50.0, 100.0), (50.0, 0.0)]]


def test_a_funnel_plot_names_who_is_outside() -> None:
    people = [("Ann", 70.0), ("Bo", 71.0), ("Cy", 40.0)]
    standings = tuple(
        Standing(name, mean, mean, Interval(mean, mean - 2, mean + 2, 100)) for name, mean in people
    )
    html = funnel_plot(Comparison(70.0, 15.0, 5.0, standings, ()), CallFilter(), "")
    told = re.findall(r"(\w+)\nCalls: 100\nMean, same mix: [\d.]+\n.*\nThe funnel: (\w+)", html)
    assert told == [("Ann", "inside"), ("Bo", "inside"), ("Cy", "below")]
    assert re.findall(r"<b>(\w+)</b>", html) == ["Cy"] and "▼" in html
    lower = shapes(html, "au-limits")[0]
    assert lower[0][1] > lower[-1][1], "the funnel narrows"


def test_names_are_text() -> None:
    axis = Axis(0, 1, [(0, "<i>")], "<i>")
    html = Plot(axis, axis).html([], [Plot(axis, axis).dot((0, 0), '"><i>', name="<i>")], 9, "<i>")
    assert "<i>" not in html


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(1, 12), st.booleans())
def test_round_steps_lie_within_and_are_few(
    low: float, span: float, most: int, whole: bool
) -> None:
    steps = round_steps(low, low + span, most, whole)
    assert len(steps) <= most + 1
    slack = 1e-6 * (abs(low) + span)
    assert all(low - slack <= step <= low + span + slack for step in steps)
    assert steps or span < 1 or most < 3
