"""How long callers waited: those who were answered above the line, those who gave up below."""

from auricle.store.line_figures import BIN_S, LAST_BIN, LineFigures
from dashboards.parts import wording
from dashboards.parts.charts import number, put_chart, tip

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
    last = LAST_BIN * BIN_S
    encoding = {
        "x": number(
            "from", title="seconds", scale={"domain": [0, last + BIN_S], "nice": False},
            axis={"values": list(range(0, last + 1, 20)), "grid": False,
                  "labelExpr": f"datum.value == {last} ? '{last}+' : datum.value"},
        ),
        "x2": {"field": "to"},
        "y": number("drawn", axis={"labelExpr": "format(abs(datum.value), ',')"}),
        "y2": {"field": "zero"},
        "tooltip": [
            tip("what", "Calls that were"), tip("waited", "After"), tip("calls", "Calls", ",")
        ],
    }  # fmt: skip
    up = {"transform": [{"filter": "datum.drawn > 0"}], "mark": {"type": "bar", "binSpacing": 1}}
    down = {
        "transform": [{"filter": "datum.drawn < 0"}],
        "mark": {"type": "bar", "binSpacing": 1, "color": GAVE_UP},
    }
    rule = {
        "data": {"values": [{"x": target_s}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "strokeWidth": 1.5, "color": TARGET},
        "encoding": {"x": number("x", title="seconds")},
    }
    bars = {"data": {"values": rows}, "encoding": encoding, "layer": [up, down]}
    put_chart([bars, rule], height=300)
