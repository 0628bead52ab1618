"""Charts as Vega-Lite specifications: plain data, which the browser checks and draws.

Altair would check every part of them against its schema: 0.1 s for each look at a chart.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

Spec = dict[str, Any]
"""A piece of Vega-Lite (https://vega.github.io/vega-lite/docs/)."""


def put_chart(layers: Sequence[Spec], height: int) -> None:
    """Layers that share their axes, as wide as their card; ``height`` in pixels.

    Colours are the theme's: only the browser knows which one is on.
    """
    spec = {"layer": list(layers), "height": height, "background": "transparent"}
    st.vega_lite_chart(spec, width="stretch")


def number(field: str, **more: Any) -> Spec:
    """A channel for a number."""
    return {"field": field, "type": "quantitative", "title": None, **more}


def tip(field: str, title: str, form: str | None = None) -> Spec:
    """A line of a tooltip; ``form``: how a number is written, as in d3."""
    kind = "quantitative" if form else "nominal"
    return {"field": field, "type": kind, "title": title, **({"format": form} if form else {})}
