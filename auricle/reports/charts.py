"""Small charts as SVG, for paper and for mail programs: no script, no font of their own."""

from collections.abc import Sequence
from datetime import date
from html import escape

from auricle.stats import Interval
from dashboards.language import _, short_day

INK, FAINT, ACCENT = "#1d2238", "#c9cddb", "#3547c9"


def whiskers(
    rows: Sequence[tuple[str, Interval | None]], mean: float | None = None, top: float = 100.0
) -> str:
    """A row each: a name, a dot with its interval on 0..``top``, figures; ``mean`` as a line."""
    height, left, width = 24, 240, 270
    parts = []
    for index, (name, interval) in enumerate(rows):
        y = height * index + height / 2
        parts.append(_text(0, y + 4, name))
        parts.append(_line(left, y, left + width, y, FAINT, 1))
        if interval is None:
            parts.append(_text(left + width + 14, y + 4, _("not enough calls yet")))
            continue
        low, dot, high = (
            left + width * min(max(value / top, 0.0), 1.0)
            for value in (interval.low, interval.value, interval.high)
        )
        parts.append(_line(low, y, high, y, ACCENT, 5, opacity=0.4))
        parts.append(f'<circle cx="{dot:.1f}" cy="{y:.1f}" r="5" fill="{ACCENT}"/>')
        ends = f"{max(0, interval.low):.0f}\N{EN DASH}{min(top, interval.high):.0f}"
        figures = f"{interval.value:.0f} ({ends})"
        parts.append(_text(left + width + 14, y + 4, f"{figures}, n = {interval.n}"))
    tall = height * max(len(rows), 1)
    if mean is not None:
        at = left + width * mean / top
        parts.append(_line(at, 0, at, tall, INK, 1.2, dash="3 3"))
    return _svg(640, tall, parts)


def weeks(points: Sequence[tuple[date, Interval]], top: float = 100.0) -> str:
    """A line over time with a band of intervals."""
    width, height, left, bottom = 600, 130, 30, 20
    if not points:
        return ""
    step = (width - left - 20) / max(len(points) - 1, 1)

    def y(value: float) -> float:
        return (height - bottom) * (1 - min(max(value / top, 0.0), 1.0)) + 4

    xs = [left + step * index for index in range(len(points))]
    band = [(x, y(one.high)) for x, (_, one) in zip(xs, points, strict=True)]
    band += [(x, y(one.low)) for x, (_, one) in reversed(list(zip(xs, points, strict=True)))]
    parts = [_line(left, y(level), width - 20, y(level), FAINT, 0.7) for level in (0, top / 2, top)]
    parts += [_text(0, y(level) + 4, f"{level:.0f}", 9) for level in (0, top / 2, top)]
    parts.append(f'<polygon points="{_path(band)}" fill="{ACCENT}" opacity="0.15"/>')
    line = [(x, y(one.value)) for x, (_, one) in zip(xs, points, strict=True)]
    parts.append(
        f'<polyline points="{_path(line)}" fill="none" stroke="{ACCENT}" stroke-width="2"/>'
    )
    parts += [f'<circle cx="{x:.1f}" cy="{at:.1f}" r="3" fill="{ACCENT}"/>' for x, at in line]
    every = max(1, len(points) // 8)
    for index in range(0, len(points), every):
        parts.append(_text(xs[index] - 12, height + 2, short_day(points[index][0]), 9))
    return _svg(width, height + 6, parts)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: str, size: float = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{INK}">{escape(text)}</text>'


def _line(
    x: float, y: float, to_x: float, to_y: float, colour: str, width: float,
    opacity: float = 1.0, dash: str = "none",
) -> str:  # fmt: skip
    return (
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{colour}" '
        f'stroke-width="{width}" opacity="{opacity}" stroke-dasharray="{dash}" '
        f'stroke-linecap="round"/>'
    )
