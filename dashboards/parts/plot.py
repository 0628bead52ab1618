"""Plots as HTML and SVG: nothing that a browser would have to load, compile and check first.

Lines and areas are masks, SVG that is stretched to the width of the card, through which the colours
of the theme show (Streamlit takes SVG itself out of HTML). Marks and labels lie over them as HTML,
so that they keep their size on a phone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from urllib.parse import quote

from dashboards.parts.markup import esc

Place = tuple[float, float]
"""A value on either axis."""


@dataclass(frozen=True)
class Axis:
    low: float
    high: float
    """Above ``low``."""
    ticks: Sequence[tuple[float, str]]
    """Where a label stands, and what it says."""
    title: str = ""

    def at(self, value: float) -> float:
        """Per cent of the way from ``low`` to ``high``; what lies outside stands at the end."""
        return 100 * min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


@dataclass(frozen=True)
class Plot:
    """Two axes; its methods make what is drawn between them. Values are on the axes' scales."""

    x: Axis
    y: Axis

    def line(
        self, *lines: Iterable[Place], css: str = "", width: float = 1.2, dashed: bool = False
    ) -> str:
        """Lines of one kind, ``width`` pixels thick."""
        dashes = ' stroke-dasharray="5 4"' if dashed else ""
        style = (
            f'fill="none" stroke="#000" stroke-width="{width:g}" stroke-linejoin="round"{dashes}'
        )
        return _shape(
            css,
            "".join(
                f'<polyline {style} vector-effect="non-scaling-stroke" '
                f'points="{self._points(places)}"/>'
                for places in lines
            ),
        )

    def area(self, places: Iterable[Place], css: str = "") -> str:
        """What lies within the corners; as thick as a line where it has no width."""
        style = 'stroke="#000" stroke-width="2" vector-effect="non-scaling-stroke"'
        return _shape(css, f'<polygon {style} points="{self._points(places)}"/>')

    def dot(
        self, place: Place, tip: str, css: str = "", href: str = "", name: str = "", sign: str = ""
    ) -> str:
        """A mark that says ``tip`` when pointed at, with ``name`` beside it; ``href``: a link."""
        left, bottom = self.x.at(place[0]), self.y.at(place[1])
        side = _side(left)
        where = f'style="left:{left:.2f}%;bottom:{bottom:.2f}%" data-tip="{esc(tip)}"'
        said = f"{sign}{f'<b>{esc(name)}</b>' if name else ''}"
        if not href:
            return f'<span class="au-mark {css}{side}" {where}>{said}</span>'
        label = esc(tip.replace("\n", ", "))
        return (
            f'<a class="au-mark {css}{side}" {where} href="{esc(href)}" data-au-link="1" '
            f'aria-label="{label}">{said}</a>'
        )

    def bar(self, since: float, until: float, value: float, tip: str, css: str = "") -> str:
        """From nothing to ``value``, up or down."""
        left, right = self.x.at(since), self.x.at(until)
        low, high = sorted((self.y.at(0.0), self.y.at(value)))
        return (
            f'<span class="au-column {css}{_side(left)}" data-tip="{esc(tip)}" '
            f'style="left:{left:.2f}%;width:{right - left:.2f}%;'
            f'bottom:{low:.2f}%;height:{high - low:.2f}%"></span>'
        )

    def html(self, shapes: Iterable[str], marks: Iterable[str], height: int, label: str) -> str:
        """All of it, ``height`` pixels high; ``label``: what it shows, for screen readers."""
        y, x = self.y, self.x
        grid = self.line(
            *([(x.low, at), (x.high, at)] for at, _text in y.ticks), css="au-grid", width=1
        )
        beside = "".join(
            f'<span style="bottom:{y.at(at):.2f}%">{esc(text)}</span>' for at, text in y.ticks
        )
        below = "".join(
            f'<span style="left:{x.at(at):.2f}%">{esc(text)}</span>' for at, text in x.ticks
        )
        title = f'<p class="au-plot-title">{esc(x.title)}</p>' if x.title else ""
        return (
            f'<div class="au-plot" data-testid="plot" role="group" aria-label="{esc(label)}">'
            f'<div class="au-plot-y">{beside}</div>'
            f'<div class="au-plot-area" style="height:{height}px">{grid}{"".join(shapes)}'
            f'{"".join(marks)}</div><div class="au-plot-x">{below}</div>{title}</div>'
        )

    def _points(self, places: Iterable[Place]) -> str:
        return " ".join(f"{self.x.at(x):.2f},{100 - self.y.at(y):.2f}" for x, y in places)


def _side(left: float) -> str:
    """The class that keeps what is said at a place, in per cent from the left, on the page."""
    return " au-tip-right" if left > 70 else " au-tip-left" if left < 30 else ""


def _shape(css: str, drawn: str) -> str:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none">'
        f"{drawn}</svg>"
    )
    return f'<i class="au-shape {css}" style="--shape:url(data:image/svg+xml,{quote(svg)})"></i>'


def round_steps(low: float, high: float, most: int = 5, whole: bool = False) -> list[float]:
    """At most ``most`` + 1 round numbers from ``low`` to ``high``; ``whole``: no fractions.

    P. S. Heckbert, "Nice numbers for graph labels", Graphics Gems (1990): steps of 1, 2, 5 x 10^n.
    """
    rough = (high - low) / most
    ten = 10.0 ** floor(log10(rough))
    step = next(ten * digit for digit in (1, 2, 5, 10) if ten * digit >= rough - 1e-9 * ten)
    step = max(step, 1.0) if whole else step
    first = ceil(low / step - 1e-9)
    return [step * n for n in range(first, floor(high / step + 1e-9) + 1)]
