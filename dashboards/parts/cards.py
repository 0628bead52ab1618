"""Cards of key figures: a figure that leads to its calls, with its interval."""

from auricle import stats
from auricle.stats import Interval
from auricle.store.filters import CallFilter
from auricle.store.line_figures import LineCounts
from dashboards.language import _, number
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address
from dashboards.parts.markup import esc, link, whisker


def cards(items: list[str]) -> str:
    return f'<div class="au-cards" style="--cards:{len(items)}">{"".join(items)}</div>'


def card(
    label: str, figure: str, chosen: CallFilter, note: str, extra: str = "", **more: str
) -> str:
    said = _("{figure}: show the calls", figure=label)
    shown = link(calls_address(chosen, **more), figure, "au-figure", said)
    return (
        f'<section class="au-card au-kpi" data-testid="kpi"><h2>{esc(label)}</h2>{shown}'
        f'<p class="au-note">{esc(note)}</p><div class="au-extra">{extra}</div></section>'
    )


def share(
    label: str, interval: Interval | None, yes: CallFilter, others: str,
    unknown: str = "",
) -> str:  # fmt: skip
    """A share as a card: the figure leads to its calls, ``others`` to the rest; ``unknown``: what
    is said if there is none, in place of the usual words."""
    if interval is None:
        return card(label, wording.DASH, yes, unknown or _("not known for any call"))
    note = f"{wording.percents(interval)} · n = {number(interval.n)}"
    return card(label, wording.percent(interval.value), yes, note, whisker(interval, 1) + others)


def others(text: str, chosen: CallFilter, **more: str) -> str:
    return link(calls_address(chosen, **more), esc(text), "au-link au-others")


def service_level(counts: LineCounts) -> Interval | None:
    """The share of calls answered within the target, missed and busy ones among the calls.

    Answered calls whose wait nobody knows may have been in time or late: the interval covers both,
    the value takes them to be like the others, and ``n`` leaves them out. None when no wait is
    known.
    """
    unknown = counts.answered - counts.waits
    low = stats.wilson(counts.in_time, counts.counted)
    high = stats.wilson(counts.in_time + unknown, counts.counted)
    if low is None or high is None or (counts.answered and not counts.waits):
        return None
    prompt = counts.in_time / counts.waits if counts.waits else 0.0
    known = counts.counted - unknown
    return Interval(prompt * counts.answered / counts.counted, low.low, high.high, known)
