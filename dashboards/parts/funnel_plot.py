"""A funnel plot: every administrator's mean against her number of calls, and what chance explains.

What lies inside the funnel is no better and no worse than chance makes an average administrator.
"""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from auricle.comparison import Comparison
from auricle.store.filters import CallFilter
from dashboards.parts import wording
from dashboards.parts.addresses import administrators_address

INNER_Z, OUTER_Z = 1.96, 3.09
"""95 % and 99.8 %: of a hundred average administrators five, or none, lie outside."""


def funnel_plot(comparison: Comparison, chosen: CallFilter, criterion: str) -> None:
    """A click on somebody opens her own page."""
    table = pd.DataFrame([
        {
            "name": one.administrator, "n": one.interval.n, "mean": one.adjusted,
            "where": where(comparison, one.interval.n, one.adjusted),
            "interval": wording.points(one.interval),
            "href": administrators_address(chosen, criterion, one.administrator),
        }
        for one in comparison.standings
    ])  # fmt: skip
    most = float(table["n"].max()) * 1.15
    lines = pd.DataFrame([
        {"n": n, "value": value, "line": f"{name}{side}"}
        for n in np.unique(np.geomspace(2, max(most, 4), 60).round())
        for name, z in (("95 %", INNER_Z), ("99.8 %", OUTER_Z))
        for side, value in zip((" low", " high"), comparison.limits(int(n), z), strict=True)
    ])  # fmt: skip
    low = min(table["mean"].min(), comparison.mean - 20)
    high = max(table["mean"].max(), comparison.mean + 20)
    y = alt.Scale(domain=[max(0, low - 5), min(100, high + 5)], clamp=True)
    funnel = (
        alt.Chart(lines).mark_line(strokeWidth=1.2, opacity=0.7)
        .encode(
            x=alt.X("n:Q", title="Calls", scale=alt.Scale(domain=[0, most])),
            y=alt.Y("value:Q", title=None, scale=y), detail="line:N",
            strokeDash=alt.condition(
                "indexof(datum.line, '99.8') == 0", alt.value([1, 0]), alt.value([4, 4])
            ),
        )
    )  # fmt: skip
    mean = (
        alt.Chart(pd.DataFrame([{"value": comparison.mean}]))
        .mark_rule(opacity=0.6).encode(y=alt.Y("value:Q", scale=y))
    )  # fmt: skip
    dots = alt.Chart(table).mark_point(filled=True, size=110, opacity=1, cursor="pointer").encode(
        x="n:Q", y=alt.Y("mean:Q", scale=y), href="href:N",
        shape=alt.Shape("where:N", legend=None, scale=alt.Scale(
            domain=["inside", "above", "below"],
            range=["circle", "triangle-up", "triangle-down"])),
        tooltip=[alt.Tooltip("name:N", title="Administrator"), alt.Tooltip("n:Q", title="Calls"),
                 alt.Tooltip("mean:Q", title="Mean, same mix", format=".1f"),
                 alt.Tooltip("interval:N", title="90 % interval, pooled"),
                 alt.Tooltip("where:N", title="The funnel")],
    )  # fmt: skip
    names = (
        alt.Chart(table[table["where"] != "inside"]).mark_text(dx=10, align="left", fontSize=12)
        .encode(x="n:Q", y=alt.Y("mean:Q", scale=y), text="name:N")
    )  # fmt: skip
    chart = alt.layer(funnel, mean, names, dots).properties(height=340, background="transparent")
    st.altair_chart(chart, width="stretch")


def where(comparison: Comparison, n: int, mean: float) -> str:
    """``inside``, ``above`` or ``below`` what chance explains at 95 %."""
    low, high = comparison.limits(n, INNER_Z)
    return "above" if mean > high else "below" if mean < low else "inside"
