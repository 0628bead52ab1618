"""The score week by week, as a line with its interval."""

from datetime import timedelta

import altair as alt
import pandas as pd
import streamlit as st

from auricle import stats
from auricle.store.figures import Group
from auricle.store.filters import CallFilter
from dashboards.parts.addresses import calls_address

_COLOURS = {
    "light": {"line": "#3547c9", "text": "#646a78", "grid": "#e3e3de", "card": "#ffffff"},
    "dark": {"line": "#a5b0ff", "text": "#9aa1b0", "grid": "#2e323d", "card": "#1b1e26"},
}
"""Charts are drawn on a canvas, where the style sheet doesn't reach."""


def trend(weeks: tuple[Group, ...], chosen: CallFilter) -> None:
    """A point a week; a click on it opens the week's calls."""
    colours = _COLOURS["dark" if st.context.theme.type == "dark" else "light"]
    table = _table(weeks, chosen)
    if table.empty:
        st.caption("No scored call has a date yet.")
        return
    x = alt.X("week:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=6))
    y = alt.Y("mean:Q", title=None, scale=alt.Scale(domain=[0, 100]))
    base = alt.Chart(table).encode(x=x)
    band = base.mark_area(color=colours["line"], opacity=0.16).encode(
        y=alt.Y("low:Q", title=None), y2="high:Q"
    )
    line = base.mark_line(color=colours["line"], strokeWidth=2.5).encode(y=y)
    points = base.mark_circle(
        color=colours["line"], size=90, opacity=1, stroke=colours["card"], strokeWidth=2,
        cursor="pointer",
    ).encode(
        y=y,
        href="href:N",
        tooltip=[
            alt.Tooltip("week:T", title="Week from", format="%-d %b %Y"),
            alt.Tooltip("mean:Q", title="Mean", format=".1f"),
            alt.Tooltip("interval:N", title="90 % interval"),
            alt.Tooltip("n:Q", title="Scored calls"),
        ],
    )  # fmt: skip
    chart = (
        alt.layer(band, line, points)
        .properties(height=300, background="transparent")
        .configure(font="Inter, system-ui, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=colours["text"], gridColor=colours["grid"], domain=False, ticks=False,
            labelFontSize=12, labelPadding=8,
        )
        .configure_axisX(grid=False)
    )  # fmt: skip
    st.altair_chart(chart, width="stretch", theme=None)


def _table(weeks: tuple[Group, ...], chosen: CallFilter) -> pd.DataFrame:
    """One row a week that has a mean; a week of one call has no interval, only its point."""
    lines = []
    for week in weeks:
        if week.mean_total is None:
            continue
        interval = stats.mean_interval_of(week.scored, week.mean_total, week.sd_total)
        low = max(0.0, interval.low) if interval else None
        high = min(100.0, interval.high) if interval else None
        since, until = week.key, week.key + timedelta(days=6)
        own = CallFilter(
            clinic=chosen.clinic, administrator=chosen.administrator,
            since=max(since, chosen.since or since), until=min(until, chosen.until or until),
        )  # fmt: skip
        lines.append(
            {
                "week": pd.Timestamp(week.key),
                "mean": week.mean_total,
                "low": low,
                "high": high,
                "interval": f"{low:.0f} to {high:.0f}" if interval else "one call: none",
                "n": week.scored,
                "href": calls_address(own),
            }
        )
    return pd.DataFrame(lines)
