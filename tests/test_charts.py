"""What the browser draws is Vega-Lite: nobody checks it there, so it is checked here."""

from datetime import date, timedelta
from typing import Any

import altair
import pytest
import streamlit as st

from auricle.comparison import Comparison, Standing
from auricle.stats import Interval
from auricle.store.filters import CallFilter
from auricle.store.line_figures import LAST_BIN, LineCounts, LineFigures
from auricle.trends import Limits
from dashboards.parts.funnel_plot import funnel_plot
from dashboards.parts.trend import Week, trend
from dashboards.parts.waits import waits

MONDAY = date(2026, 3, 23)
WEEKS = [
    Week(MONDAY + timedelta(weeks=n), 60.0 + n, Interval(60.0 + n, 55.0, 103.0, 30), 30)
    for n in range(3)
] + [Week(MONDAY + timedelta(weeks=5), 70.0, None, 1)]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Specifications of charts, each valid."""
    found: list[dict[str, Any]] = []

    def draw(spec: dict[str, Any], **_: Any) -> None:
        altair.LayerChart.from_dict(spec)  # raises SchemaValidationError
        found.append(spec)

    monkeypatch.setattr(st, "vega_lite_chart", draw)
    return found


def test_a_trend_says_its_weeks_and_their_intervals(drawn: list[dict[str, Any]]) -> None:
    limits = [Limits(0.6, 0.4, 0.8)] * len(WEEKS)
    trend(WEEKS, CallFilter(administrator="Ann"), "Mean", "Calls", limits, [MONDAY])
    rows = drawn[0]["layer"][0]["data"]["values"]
    assert [row["week"] for row in rows][:2] == ["2026-03-23T00:00:00", "2026-03-30T00:00:00"]
    assert [(row["low"], row["high"]) for row in rows][2:] == [(55.0, 100.0), (None, None)]
    assert "administrator=Ann" in rows[0]["href"] and "from=2026-03-23" in rows[0]["href"]
    steps = [layer["data"]["values"] for layer in drawn[0]["layer"][0]["layer"] if "data" in layer]
    assert [(step[0]["low"], step[0]["high"]) for step in steps[:2]] == [(40.0, 80.0)] * 2
    assert steps[2] == [{"week": "2026-03-23T00:00:00"}]


def test_waits_stand_above_and_below_the_line(drawn: list[dict[str, Any]]) -> None:
    nobody = LineCounts(None, 0, 0, 0, 0, 0, 0, 0, None)
    after = tuple(range(LAST_BIN + 1))
    waits(LineFigures(True, nobody, (), (), (), after, after), target_s=20.0)
    bars, target = drawn[0]["layer"]
    assert sum(row["drawn"] for row in bars["data"]["values"]) == 0
    assert target["data"]["values"] == [{"x": 20.0}]


def test_a_funnel_plot_names_who_is_outside(drawn: list[dict[str, Any]]) -> None:
    people = [("Ann", 70.0), ("Bo", 71.0), ("Cy", 40.0)]
    standings = tuple(
        Standing(name, mean, mean, Interval(mean, mean - 2, mean + 2, 100)) for name, mean in people
    )
    funnel_plot(Comparison(70.0, 15.0, 5.0, standings, ()), CallFilter(), "")
    shown = {row["name"]: row["where"] for row in drawn[0]["layer"][2]["data"]["values"]}
    assert shown == {"Ann": "inside", "Bo": "inside", "Cy": "below"}
    ends = [row["value"] for row in drawn[0]["layer"][0]["data"]["values"] if row["n"] == 2]
    assert ends == pytest.approx([49.2, 90.8, 37.2, 100.0], abs=0.1)
