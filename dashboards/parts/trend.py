"""A figure week by week, as a line with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import altair as alt
import pandas as pd
import streamlit as st

from auricle.stats import Interval
from auricle.store.filters import CallFilter
from auricle.trends import Limits
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address


@dataclass(frozen=True)
class Week:
    """One point: 0 to 100, points or per cent."""

    monday: date
    value: float
    interval: Interval | None
    """In the same unit; None: one call has none."""
    n: int


def trend(
    weeks: Sequence[Week], chosen: CallFilter, title: str, counted: str,
    limits: Sequence[Limits] = (), changed: Sequence[date] = (),
) -> None:  # fmt: skip
    """A point a week; a click on it opens the week's calls.

    ``title``: of the figure; ``counted``: what ``n`` is a number of; ``limits``: control limits of
    each week, 0 to 1; ``changed``: weeks at which a new level began.
    """
    table = pd.DataFrame([_point(week, chosen) for week in weeks])
    mondays = [alt.DateTime(year=d.year, month=d.month, date=d.day) for d in table["week"]]
    axis = alt.Axis(format="%-d %b", values=mondays, labelOverlap=True)
    x = alt.X("week:T", title=None, axis=axis)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, 100]))
    base = alt.Chart(table).encode(x=x)
    band = base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
    line = base.mark_line(strokeWidth=2.5).encode(y=y)
    points = base.mark_circle(size=110, opacity=1, cursor="pointer").encode(
        y=y,
        href="href:N",
        tooltip=[
            alt.Tooltip("week:T", title="Week from", format="%-d %b %Y"),
            alt.Tooltip("value:Q", title=title, format=".1f"),
            alt.Tooltip("interval:N", title="90 % interval"),
            alt.Tooltip("n:Q", title=counted, format=","),
        ],
    )
    # Colours are the theme's: only the browser knows which one is on.
    marks = pd.DataFrame({"week": [pd.Timestamp(monday) for monday in changed]})
    new_level = alt.Chart(marks).mark_rule(strokeDash=[2, 3], strokeWidth=2).encode(
        x="week:T", tooltip=alt.Tooltip("week:T", title="A new level from", format="%-d %b %Y")
    )  # fmt: skip
    chart = alt.layer(
        band, line, *_limits(weeks, limits), *([new_level] if changed else []), points
    ).properties(height=300, background="transparent")
    st.altair_chart(chart, width="stretch")


def _limits(weeks: Sequence[Week], limits: Sequence[Limits]) -> list[alt.Chart]:
    """Dashed steps above and below which chance alone seldom goes."""
    if not limits:
        return []
    table = pd.DataFrame([
        {"week": pd.Timestamp(week.monday), "low": 100 * one.low, "high": 100 * one.high}
        for week, one in zip(weeks, limits, strict=True)
    ])  # fmt: skip
    base = alt.Chart(table).mark_line(
        interpolate="step", strokeDash=[5, 4], strokeWidth=1, opacity=0.7
    )
    return [base.encode(x="week:T", y=f"{end}:Q") for end in ("low", "high")]


def _point(week: Week, chosen: CallFilter) -> dict[str, object]:
    since, until = week.monday, week.monday + timedelta(days=6)
    own = replace(
        chosen,
        since=max(since, chosen.since or since),
        until=min(until, chosen.until or until),
    )
    ends = week.interval
    low, high = (max(0.0, ends.low), min(100.0, ends.high)) if ends else (None, None)
    return {
        "week": pd.Timestamp(week.monday),
        "value": week.value,
        "low": low,
        "high": high,
        "interval": f"{low:.0f}{wording.DASH}{high:.0f}" if ends else "one call: none",
        "n": week.n,
        "href": calls_address(own),
    }
