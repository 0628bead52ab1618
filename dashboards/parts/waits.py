"""How long callers waited: those who were answered above the line, those who gave up below."""

import altair as alt
import pandas as pd
import streamlit as st

from auricle.store.line_figures import BIN_S, LAST_BIN, LineFigures
from dashboards.parts import wording

GAVE_UP = "#d9604a"
TARGET = "#8a8f9b"
"""Between the light and the dark theme's colours of the same: a chart knows neither."""


def waits(found: LineFigures, target_s: float) -> None:
    rows = [
        {
            "from": index * BIN_S,
            "to": (index + 1) * BIN_S,
            "waited": f"{index * BIN_S}{wording.DASH}{(index + 1) * BIN_S} s"
            if index < LAST_BIN
            else f"{LAST_BIN * BIN_S} s and longer",
            "calls": number,
            "drawn": sign * number,
            "zero": 0,
            "what": what,
        }
        for what, sign, counts in (
            ("answered", 1, found.answered_after),
            ("gave up", -1, found.gave_up_after),
        )
        for index, number in enumerate(counts)
    ]
    table = pd.DataFrame(rows)
    last = LAST_BIN * BIN_S
    axis = alt.Axis(
        values=list(range(0, last + 1, 20)),
        grid=False,
        labelExpr=f"datum.value == {last} ? '{last}+' : datum.value",
    )
    scale = alt.Scale(domain=[0, last + BIN_S], nice=False)
    x = alt.X("from:Q", title="seconds", scale=scale, axis=axis)
    y = alt.Y("drawn:Q", title=None, axis=alt.Axis(labelExpr="format(abs(datum.value), ',')"))
    tip = [
        alt.Tooltip("what:N", title="Calls that were"),
        alt.Tooltip("waited:N", title="After"),
        alt.Tooltip("calls:Q", title="Calls", format=","),
    ]
    base = alt.Chart(table).encode(x=x, x2="to:Q", y=y, y2="zero:Q", tooltip=tip)
    up = base.transform_filter("datum.drawn > 0").mark_bar(binSpacing=1)
    down = base.transform_filter("datum.drawn < 0").mark_bar(binSpacing=1, color=GAVE_UP)
    target = alt.Chart(pd.DataFrame({"x": [target_s]})).encode(x="x:Q")
    rule = target.mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=TARGET)
    chart = alt.layer(up, down, rule).properties(height=300, background="transparent")
    st.altair_chart(chart, width="stretch")
