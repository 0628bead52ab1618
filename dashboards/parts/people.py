"""Administrators: compared where the calls allow it, and not where they don't."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from auricle import stats
from auricle.comparison import Comparison, Standing
from auricle.stats import Interval
from auricle.store.figures import Figures, Group
from auricle.store.filters import CallFilter
from auricle.store.funnel import FunnelCounts
from auricle.store.line_figures import LineCounts
from dashboards.language import _, number
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address
from dashboards.parts.markup import card_title, esc, link, whisker

FEW = 10
"""A share of fewer calls says nothing yet about a person, whatever its interval."""


def people(
    found: Figures, comparison: Comparison | None, booked: Mapping[str, FunnelCounts],
    chosen: CallFilter, shown: str | None = None, *, names_desks: bool,
) -> str:  # fmt: skip
    """By score, in groups within which no order can be stated; of ``shown`` alone, if given.

    ``names_desks``: the reader may say whose calls without a name are.
    """
    standings = {one.administrator: one for one in comparison.standings} if comparison else {}
    by_name = {group.key: group for group in found.administrators if shown in (None, group.key)}
    intervals = {name: one.interval for name, one in standings.items() if name in by_name}
    body = _tiers(
        list(by_name), intervals, _("Not enough calls yet to compare."), names_desks,
        lambda name: _person(by_name[name], standings.get(name), booked.get(name), chosen),
    )  # fmt: skip
    head = _head(
        _("Administrator"), _("Answered"), _("Score"), _("Score and 90 % interval, 0 to 100"),
        _("Offered"), _("Booked"),
    )  # fmt: skip
    title = card_title(
        _("Administrators"),
        _(
            "Scores as if all had taken the same mix of calls; few calls are drawn to the clinic's "
            "mean. Order means something only between groups."
        ),
    )
    return f'{title}<div class="au-people" data-testid="administrators">{head}{body}</div>'


def answerers(groups: Sequence[LineCounts], chosen: CallFilter, *, names_desks: bool) -> str:
    """Who answered, and how many of those calls within the target."""
    by_name = {group.key: group for group in groups}
    intervals = {
        group.key: interval
        for group in groups
        if group.key
        and group.waits >= FEW
        and (interval := stats.wilson(group.in_time, group.waits))
    }
    body = _tiers(
        list(by_name), intervals, _("Too few answered calls with a known wait to compare."),
        names_desks,
        lambda name: _answerer(by_name[name], intervals.get(name), chosen),
    )  # fmt: skip
    head = _head(
        _("Administrator"), _("Answered"), _("In time"),
        _("Share within {n} s and 90 % interval", n=f"{chosen.target_s:g}"), _("Median wait"),
    )  # fmt: skip
    title = card_title(
        _("Who answered"),
        _(
            "Of answered calls only: nobody knows whose a missed call would have been. "
            "Order means something only between groups."
        ),
    )
    return f'{title}<div class="au-people" data-testid="answerers">{head}{body}</div>'


def _head(*titles: str) -> str:
    cells = "".join(f"<span>{esc(title)}</span>" for title in titles)
    return f'<div class="au-person au-head" aria-hidden="true">{cells}</div>'


def _tiers(
    names: Sequence[str], intervals: Mapping[str, Interval], too_few: str, names_desks: bool,
    line: Callable[[str], str],
) -> str:  # fmt: skip
    """Calls without a name may be several people's: they are counted, and compared with nobody."""
    body = ""
    for tied in stats.tie_groups(intervals):
        people = wording.listed([wording.person(name) for name in tied])
        note = _("{names} can't be told apart yet: their intervals overlap.", names=people)
        body += _tier(tied, line, f'<p class="au-tie">{esc(note)}</p>' if len(tied) > 1 else "")
    if few := sorted({*names} - {*intervals, ""}):
        body += _tier(few, line, f'<p class="au-note">{esc(too_few)}</p>')
    if "" in names:
        note = (
            _(
                "Nobody has said whose these calls are: {link}.",
                link=link("desks", esc(_("say who sits where")), "au-link au-others"),
            )
            if names_desks
            else _("Nobody has said whose these calls are: the owner can, on the page Desks.")
        )
        body += _tier([""], line, f'<p class="au-note">{note}</p>')
    return body


def _tier(names: list[str], line: Callable[[str], str], note: str) -> str:
    """``note`` is HTML."""
    return f'<div class="au-tier">{"".join(map(line, names))}{note}</div>'


def _person(
    group: Group, standing: Standing | None, counts: FunnelCounts | None, chosen: CallFilter
) -> str:
    own = replace(chosen, administrator=group.key)
    taken = replace(own, result="answered")
    offered = replace(own, criterion="booking_offered", verdict="met")
    booked = replace(own, direction="inbound", booking="won")
    won, of = (counts.booked, counts.opportunities) if counts else (0, 0)
    name = link(calls_address(taken), esc(wording.person(group.key)), "au-link au-name")
    calls = link(calls_address(taken), number(group.calls), "au-link")
    interval = standing.interval if standing else None
    value = f"{interval.value:.0f}" if interval else wording.DASH
    score = link(calls_address(own, sort="lowest"), f"<b>{value}</b>", "au-link")
    ends = ""
    if standing:
        ends = _(
            "{value}, interval {ends}; plain mean {mean}",
            value=value,
            ends=wording.points(standing.interval),
            mean=f"{standing.raw:.0f}",
        )
    return (
        f'<div class="au-person"><span>{name}</span>'
        f"<span {_label(_('Answered'))}>{calls}</span><span {_label(_('Score'))}>{score}</span>"
        f"<span>{whisker(interval, 100, 'au-wide', ends) if interval else ''}</span>"
        f"<span {_label(_('Offered'))}>{_of(group.offered, group.chances, offered)}</span>"
        f"<span {_label(_('Booked'))}>{_of(won, of, booked)}</span></div>"
    )


def _answerer(group: LineCounts, interval: Interval | None, chosen: CallFilter) -> str:
    own = replace(chosen, administrator=group.key, direction="inbound", result="answered")
    name = link(calls_address(own), esc(wording.person(group.key)), "au-link au-name")
    calls = link(calls_address(own), number(group.answered), "au-link")
    prompt = wording.percent(interval.value) if interval else wording.DASH
    ends = ""
    if interval:
        ends = _("{value}, interval {ends}", value=prompt, ends=wording.percents(interval))
    median = wording.DASH if group.median_wait_s is None else wording.span(group.median_wait_s)
    return (
        f'<div class="au-person"><span>{name}</span>'
        f"<span {_label(_('Answered'))}>{calls}</span>"
        f"<span {_label(_('In time'))}><b>{prompt}</b></span>"
        f"<span>{whisker(interval, 1, 'au-wide', ends) if interval else ''}</span>"
        f"<span {_label(_('Median wait'))}>{median}</span></div>"
    )


def _label(title: str) -> str:
    """What phones write before a figure, in place of the table's head."""
    return f'data-label="{esc(title.lower())}"'


def _of(count: int, n: int, chosen: CallFilter) -> str:
    if n == 0:
        return wording.DASH
    # Translators: {small} and {end} surround what is written smaller.
    html = _("{n} {small}of {total}{end}", n=count, total=n, small="<small>", end="</small>")
    return link(calls_address(chosen), html)
