"""The overview's cards: the key figures with their intervals."""

from dataclasses import replace

from auricle import stats
from auricle.store.figures import Group
from auricle.store.filters import CallFilter
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address
from dashboards.parts.markup import esc, link, whisker


def key_figures(total: Group, chosen: CallFilter) -> str:
    """The key figures, each a link to its calls."""
    offered = replace(chosen, criterion="booking_offered")
    score = stats.mean_interval_of(total.scored, total.mean_total, total.sd_total)
    unscored = total.calls - total.scored
    critical = _others(
        f"{total.critical:,} with a critical failure", replace(chosen, critical=True)
    )
    cards = [
        _card(
            "Calls", f"{total.calls:,}", chosen, f"{total.scored:,} scored",
            f"{unscored:,} without a score" if unscored else "",
        ),
        _card(
            "Average score",
            wording.DASH if total.mean_total is None else f"{total.mean_total:.0f}",
            chosen,
            f"{wording.points(score)} · n = {score.n}" if score else "too few calls to tell",
            (whisker(score, 100) if score else "") + (critical if total.critical else ""),
            sort="lowest",
        ),
        _share(
            f"Answered within {chosen.target_s:.0f} s", total.in_time, total.waits,
            replace(chosen, wait="in_time"),
            _others(f"{total.waits - total.in_time:,} later", replace(chosen, wait="late")),
        ),
        _share(
            "Appointment offered", total.offered, total.chances, replace(offered, verdict="met"),
            _others(f"{total.not_offered:,} not offered", replace(offered, verdict="missed")),
        ),
        _share(
            "Booked", total.won, total.decided, replace(chosen, booking="won"),
            _others(f"{total.decided - total.won:,} not booked", replace(chosen, booking="lost")),
        ),
    ]  # fmt: skip
    return f'<div class="au-cards">{"".join(cards)}</div>'


def _card(
    label: str, figure: str, chosen: CallFilter, note: str, extra: str = "", **more: str
) -> str:
    number = link(calls_address(chosen, **more), figure, "au-figure", f"{label}: show the calls")
    return (
        f'<section class="au-card au-kpi" data-testid="kpi"><h2>{esc(label)}</h2>{number}'
        f'<p class="au-note">{esc(note)}</p><div class="au-extra">{extra}</div></section>'
    )


def _share(label: str, count: int, n: int, yes: CallFilter, others: str) -> str:
    """A share as a card: the figure leads to its calls, ``others`` to the rest."""
    interval = stats.wilson(count, n)
    if interval is None:
        return _card(label, wording.DASH, yes, "not known for any call")
    note = f"{wording.percents(interval)} · n = {n:,}"
    extra = whisker(interval, 1) + others
    return _card(label, wording.percent(interval.value), yes, note, extra)


def _others(text: str, chosen: CallFilter) -> str:
    return link(calls_address(chosen), esc(text), "au-link au-others")
