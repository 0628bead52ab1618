"""The overview's administrators: compared where the calls allow it, and not where they don't."""

from dataclasses import replace

from auricle import stats
from auricle.store.figures import Figures, Group
from auricle.store.filters import CallFilter
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address
from dashboards.parts.markup import card_title, esc, link, whisker


def people(found: Figures, chosen: CallFilter) -> str:
    intervals = {
        group.key: interval
        for group in found.administrators
        if (interval := stats.mean_interval_of(group.scored, group.mean_total, group.sd_total))
    }
    groups = stats.tie_groups(intervals)
    by_name = {group.key: group for group in found.administrators}
    few = sorted(set(by_name) - set(intervals))
    body = "".join(_tier(names, by_name, intervals, chosen) for names in groups)
    if few:
        body += _tier(few, by_name, intervals, chosen, "Too few scored calls to compare.")
    head = (
        '<div class="au-person au-head" aria-hidden="true"><span>Administrator</span>'
        "<span>Calls</span><span>Score</span><span>Mean and 90 % interval, 0 to 100</span>"
        "<span>Offered</span><span>Booked</span></div>"
    )
    title = card_title("Administrators", "Order means something only between groups.")
    return f'{title}<div class="au-people" data-testid="administrators">{head}{body}</div>'


def _tier(
    names: list[str],
    by_name: dict[str, Group],
    intervals: dict[str, stats.Interval],
    chosen: CallFilter,
    note: str = "",
) -> str:
    if not note and len(names) > 1:
        people = wording.listed([wording.person(name) for name in names])
        note = f"{people} can't be told apart yet: their intervals overlap."
    lines = "".join(_person(by_name[name], intervals.get(name), chosen) for name in names)
    said = f'<p class="au-tie">{esc(note)}</p>' if note else ""
    return f'<div class="au-tier">{lines}{said}</div>'


def _person(group: Group, interval: stats.Interval | None, chosen: CallFilter) -> str:
    own = replace(chosen, administrator=group.key)
    offered = replace(own, criterion="booking_offered", verdict="met")
    booked = replace(own, booking="won")
    name = link(calls_address(own), esc(wording.person(group.key)), "au-link au-name")
    calls = link(calls_address(own), f"{group.calls:,}", "au-link")
    mean = wording.DASH if group.mean_total is None else f"{group.mean_total:.0f}"
    score = link(calls_address(own, sort="lowest"), f"<b>{mean}</b>", "au-link")
    ends = f"{mean}, interval {wording.points(interval)}" if interval else ""
    return (
        f'<div class="au-person"><span>{name}</span><span data-label="calls">{calls}</span>'
        f'<span data-label="score">{score}</span>'
        f"<span>{whisker(interval, 100, 'au-wide', ends) if interval else ''}</span>"
        f'<span data-label="offered">{_of(group.offered, group.chances, offered)}</span>'
        f'<span data-label="booked">{_of(group.won, group.decided, booked)}</span></div>'
    )


def _of(count: int, n: int, chosen: CallFilter) -> str:
    if n == 0:
        return wording.DASH
    return link(calls_address(chosen), f"{count} <small>of {n}</small>")
