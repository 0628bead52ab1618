"""When it rings: every hour of every day of the week, coloured by one figure."""

from collections.abc import Sequence
from typing import Literal

from auricle.store.line_figures import Hour
from dashboards.parts import wording
from dashboards.parts.markup import esc

Shown = Literal["calls", "missed", "wait"]
TITLES: dict[Shown, str] = {
    "calls": "Calls", "missed": "Share not answered", "wait": "Median wait"
}  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FEW = 10
"""A share or a median of fewer calls is drawn grey: 3 calls say nothing about Monday mornings."""


def heat(hours: Sequence[Hour], shown: Shown) -> str:
    """A table, a row a weekday. Hours before the first and after the last call are left out."""
    if not hours:
        return '<p class="au-note">No call has a time yet.</p>'
    by_place = {(item.weekday, item.hour): item for item in hours}
    columns = range(min(item.hour for item in hours), max(item.hour for item in hours) + 1)
    values = [value for item in hours if (value := _value(item, shown)) is not None]
    most = max(values, default=0.0) or 1.0
    head = "".join(f'<th scope="col">{hour}</th>' for hour in columns)
    lines = "".join(
        f'<tr><th scope="row">{day}</th>'
        + "".join(_cell(by_place.get((number, hour)), day, hour, shown, most) for hour in columns)
        + "</tr>"
        for number, day in enumerate(DAYS, start=1)
    )
    return (
        f'<table class="au-heat au-heat-{shown}" data-testid="heat"><thead><tr><td></td>{head}</tr>'
        f"</thead><tbody>{lines}</tbody></table>"
    )


def _value(item: Hour, shown: Shown) -> float | None:
    """What colours the cell; None when too few calls are behind it."""
    if shown == "calls":
        return float(item.calls)
    if shown == "missed":
        return item.missed / item.calls if item.calls >= FEW else None
    return item.median_wait_s if item.waits >= FEW else None


def _cell(item: Hour | None, day: str, hour: int, shown: Shown, most: float) -> str:
    if item is None:
        return '<td class="au-none"></td>'
    value = _value(item, shown)
    wait = "" if item.median_wait_s is None else f", median wait {wording.span(item.median_wait_s)}"
    tip = (
        f"{day} {hour}:00{wording.DASH}{hour + 1}:00: {wording.count(item.calls, 'call')}, "
        f"{item.missed:,} not answered{wait}"
    )
    if value is None:
        return f'<td class="au-few" data-tip="{esc(tip)}; too few to tell"><span>·</span></td>'
    said = {
        "calls": f"{item.calls:,}",
        "missed": f"{100 * value:.0f}%",
        "wait": f"{value:.0f}s",
    }[shown]
    level = " au-strong" if value / most > 0.55 else ""
    return (
        f'<td class="au-warm{level}" style="--heat:{100 * value / most:.0f}%" '
        f'data-tip="{esc(tip)}"><span>{said}</span></td>'
    )
