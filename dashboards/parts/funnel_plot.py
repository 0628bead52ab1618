"""A funnel plot: every administrator's mean against her number of calls, and what chance explains.

What lies inside the funnel is no better and no worse than chance makes an average administrator.
"""

import numpy as np

from auricle.comparison import Comparison
from auricle.store.filters import CallFilter
from dashboards.parts import wording
from dashboards.parts.addresses import administrators_address
from dashboards.parts.charts import number, put_chart, tip

INNER_Z, OUTER_Z = 1.96, 3.09
"""95 % and 99.8 %: of a hundred average administrators five, or none, lie outside."""

NEUTRAL = "#858b99"
"""Legible on light and on dark: the theme leaves text and rules black."""


def funnel_plot(comparison: Comparison, chosen: CallFilter, criterion: str) -> None:
    """A click on somebody opens her own page."""
    rows = [
        {
            "name": one.administrator, "n": one.interval.n, "mean": one.adjusted,
            "where": where(comparison, one.interval.n, one.adjusted),
            "interval": wording.points(one.interval),
            "href": administrators_address(chosen, criterion, one.administrator),
        }
        for one in comparison.standings
    ]  # fmt: skip
    most = max(one.interval.n for one in comparison.standings) * 1.15
    lines = [
        {"n": n, "value": value, "line": f"{name}{side}"}
        for n in np.unique(np.geomspace(2, max(most, 4), 60).round()).tolist()
        for name, z in (("95 %", INNER_Z), ("99.8 %", OUTER_Z))
        for side, value in zip((" low", " high"), comparison.limits(int(n), z), strict=True)
    ]
    means = [one.adjusted for one in comparison.standings]
    low, high = min(*means, comparison.mean - 20), max(*means, comparison.mean + 20)
    scale = {"domain": [max(0, low - 5), min(100, high + 5)], "clamp": True}
    calls = number("n", title="Calls", scale={"domain": [0, most]},
                   axis={"tickMinStep": 1})  # fmt: skip
    funnel = {
        "data": {"values": lines},
        "mark": {"type": "line", "strokeWidth": 1.2, "opacity": 0.7},
        "encoding": {
            "x": calls,
            "y": number("value", scale=scale),
            "detail": {"field": "line", "type": "nominal"},
            "strokeDash": {
                "condition": {"test": "indexof(datum.line, '99.8') == 0", "value": [1, 0]},
                "value": [4, 4],
            },
        },
    }
    mean = {
        "data": {"values": [{"value": comparison.mean}]},
        "mark": {"type": "rule", "color": NEUTRAL},
        "encoding": {"y": number("value", scale=scale)},
    }
    names = {
        "transform": [{"filter": "datum.where != 'inside'"}],
        "mark": {"type": "text", "dx": 10, "align": "left", "fontSize": 12, "color": NEUTRAL},
        "encoding": {"text": {"field": "name", "type": "nominal"}},
    }
    dots = {
        "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "cursor": "pointer"},
        "encoding": {
            "href": {"field": "href", "type": "nominal"},
            "shape": {
                "field": "where", "type": "nominal", "legend": None,
                "scale": {"domain": ["inside", "above", "below"],
                          "range": ["circle", "triangle-up", "triangle-down"]},
            },
            "tooltip": [
                tip("name", "Administrator"), tip("n", "Calls", ","),
                tip("mean", "Mean, same mix", ".1f"), tip("interval", "90 % interval, pooled"),
                tip("where", "The funnel"),
            ],
        },
    }  # fmt: skip
    people = {
        "data": {"values": rows},
        "encoding": {"x": calls, "y": number("mean", scale=scale)},
        "layer": [names, dots],
    }
    put_chart([funnel, mean, people], height=340)


def where(comparison: Comparison, n: int, mean: float) -> str:
    """``inside``, ``above`` or ``below`` what chance explains at 95 %."""
    low, high = comparison.limits(n, INNER_Z)
    return "above" if mean > high else "below" if mean < low else "inside"
