"""When it rings: every hour of every day of the week, coloured by one figure."""

from collections.abc import Sequence
from typing import Literal

from auricle.messages import N_
from auricle.store.line_figures import Hour
from dashboards.language import _, n_, number, weekday
from dashboards.parts import wording
from dashboards.parts.markup import esc

Shown = Literal["calls", "missed", "wait"]
TITLES: dict[Shown, str] = {
    "calls": N_("Calls"), "missed": N_("Share not answered"), "wait": N_("Median wait")
}  # fmt: skip
FEW = 10
"""A share or a median of fewer calls is drawn grey: 3 calls say nothing about Monday mornings."""


def heat(hours: Sequence[Hour], shown: Shown) -> str:
    """A table, a row a weekday. Hours before the first and after the last call are left out."""
    if not hours:
        return f'<p class="au-note">{esc(_("No call has a time yet."))}</p>'
    by_place = {(item.weekday, item.hour): item for item in hours}
    columns = range(min(item.hour for item in hours), max(item.hour for item in hours) + 1)
    values = [value for item in hours if (value := _value(item, shown)) is not None]
    most = max(values, default=0.0) or 1.0
    head = "".join(f'<th scope="col">{hour}</th>' for hour in columns)
    lines = "".join(
        f'<tr><th scope="row">{esc(weekday(day))}</th>'
        + "".join(_cell(by_place.get((day, hour)), hour, shown, most) for hour in columns)
        + "</tr>"
        for day in range(1, 8)
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


def _cell(item: Hour | None, hour: int, shown: Shown, most: float) -> str:
    if item is None:
        return '<td class="au-none"></td>'
    value = _value(item, shown)
    tip = _tip(item, hour)
    if value is None:
        tip = _("{what}; too few to tell", what=tip)
        return f'<td class="au-few" data-tip="{esc(tip)}"><span>·</span></td>'
    said = {
        "calls": number(item.calls),
        # Translators: a share in a narrow cell.
        "missed": _("{n}%", n=number(100 * value)),
        # Translators: seconds in a narrow cell.
        "wait": _("{n}s", n=number(value)),
    }[shown]
    level = " au-strong" if value / most > 0.55 else ""
    return (
        f'<td class="au-warm{level}" style="--heat:{100 * value / most:.0f}%" '
        f'data-tip="{esc(tip)}"><span>{esc(said)}</span></td>'
    )


def _tip(item: Hour, hour: int) -> str:
    facts = [
        n_("{n} call", "{n} calls", item.calls),
        _("{n} not answered", n=number(item.missed)),
    ]
    if item.median_wait_s is not None:
        facts.append(_("median wait {wait}", wait=wording.span(item.median_wait_s)))
    when = f"{weekday(item.weekday)} {hour}:00{wording.DASH}{hour + 1}:00"
    return wording.told(when, _(", ").join(facts))
