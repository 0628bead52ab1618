"""The score week by week, as a line with its interval."""

from datetime import timedelta

import altair as alt
import pandas as pd
import streamlit as st

from auricle import stats
from auricle.store.figures import Group
from auricle.store.filters import CallFilter
from dashboards.parts.addresses import calls_address


def trend(weeks: tuple[Group, ...], chosen: CallFilter) -> None:
    """A point a week; a click on it opens the week's calls."""
    table = _table(weeks, chosen)
    if table.empty:
        st.caption("No scored call has a date yet.")
        return
    mondays = [alt.DateTime(year=d.year, month=d.month, date=d.day) for d in table["week"]]
    axis = alt.Axis(format="%-d %b", values=mondays, labelOverlap=True)
    x = alt.X("week:T", title=None, axis=axis)
    y = alt.Y("mean:Q", title=None, scale=alt.Scale(domain=[0, 100]))
    base = alt.Chart(table).encode(x=x)
    band = base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
    line = base.mark_line(strokeWidth=2.5).encode(y=y)
    points = base.mark_circle(size=110, opacity=1, cursor="pointer").encode(
        y=y,
        href="href:N",
        tooltip=[
            alt.Tooltip("week:T", title="Week from", format="%-d %b %Y"),
            alt.Tooltip("mean:Q", title="Mean", format=".1f"),
            alt.Tooltip("interval:N", title="90 % interval"),
            alt.Tooltip("n:Q", title="Scored calls"),
        ],
    )
    # Colours are the theme's: only the browser knows which one is on.
    chart = alt.layer(band, line, points).properties(height=300, background="transparent")
    st.altair_chart(chart, width="stretch")


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
