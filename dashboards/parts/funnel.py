"""From the call to the treatment, step by step, with benchmarks."""

from dataclasses import replace

from auricle import stats
from auricle.settings import Dashboard
from auricle.stats import Interval
from auricle.store.filters import SHORT_S, CallFilter, Result
from auricle.store.funnel import FunnelCounts
from auricle.store.line_figures import LineCounts
from dashboards.language import _, n_, number, short
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address
from dashboards.parts.cards import others
from dashboards.parts.markup import card_title, esc, link, whisker


def funnel(came: LineCounts, counts: FunnelCounts, chosen: CallFilter, settings: Dashboard) -> str:
    """Calls that came in, answered, booked, and, where the clinic's system tells, arrived and
    treated."""
    inbound = replace(chosen, direction="inbound")
    apart: list[tuple[int, str, Result]] = [
        (came.short, hung_up(came.short), "short"),
        (came.untold, _("{n} with no known outcome", n=number(came.untold)), "untold"),
    ]
    first = _step(
        _("Calls in"), link(calls_address(inbound), number(came.came), "au-figure"),
        "" if came.came == came.counted else _("{n} counted", n=number(came.counted)),
        "".join(
            others(text, replace(inbound, result=result)) for n, text, result in apart if n
        ),
    )  # fmt: skip
    missed = others(_("{n} missed", n=number(came.missed)), replace(inbound, result="missed"))
    if came.busy:
        missed += others(_("{n} busy", n=number(came.busy)), replace(inbound, result="busy"))
    answered = _share_step(
        _("Answered"), stats.wilson(counts.answered, counts.counted),
        n_("of {n} call counted", "of {n} calls counted", counts.counted),
        replace(inbound, result="answered"), missed, settings.answered_benchmark,
    )  # fmt: skip
    lost = others(
        _("{n} not booked", n=number(counts.not_booked)), replace(inbound, booking="lost")
    )
    if counts.no_slot:
        lost += others(
            _("{n} with no free time", n=number(counts.no_slot)),
            replace(inbound, booking="no_slot"),
        )
    booked = _share_step(
        _("Booked"), stats.wilson(counts.booked, counts.opportunities),
        n_("of {n} call that could end in a booking", "of {n} calls that could end in a booking",
           counts.opportunities),
        replace(inbound, booking="won"), lost, settings.booked_benchmark,
    )  # fmt: skip
    steps = [first, answered, booked]
    if counts.settled:
        steps += [
            _visit_step(_("Arrived"), counts.arrived, counts.settled),
            _visit_step(_("Treated"), counts.treated, counts.settled),
        ]
    title = card_title(
        _("From the call to the treatment") if counts.settled
        else _("From the call to the appointment"),
        _("Shares with their 90 % intervals; the upright mark is the benchmark of the settings."),
    )  # fmt: skip
    arrow = '<i class="au-arrow" aria-hidden="true">→</i>'
    return (
        f'<section class="au-card au-funnel" data-testid="funnel">{title}'
        f'<div class="au-steps au-steps-{len(steps)}">{arrow.join(steps)}</div></section>'
    )


def hung_up(n: int) -> str:
    """How many callers hung up almost at once."""
    return _("{n} hung up within {limit} s", n=number(n), limit=short(SHORT_S))


def _visit_step(label: str, came: int, n: int) -> str:
    share = stats.wilson(came, n)
    assert share is not None
    figure = f'<b class="au-figure">{wording.percent(share.value)}</b>'
    of = n_("of {n} booking that is over", "of {n} bookings that are over", n)
    return _step(label, figure, f"{wording.percents(share)} · {of}", whisker(share, 1))


def _step(label: str, figure: str, note: str, extra: str = "") -> str:
    return (
        f'<div class="au-step"><h3>{esc(label)}</h3>{figure}<p class="au-note">{esc(note)}</p>'
        f'<div class="au-extra">{extra}</div></div>'
    )


def _share_step(
    label: str, interval: Interval | None, of: str, yes: CallFilter, rest: str, benchmark: float
) -> str:
    if interval is None:
        return _step(label, f'<b class="au-figure">{wording.DASH}</b>', _("not known for any call"))
    figure = link(calls_address(yes), wording.percent(interval.value), "au-figure")
    note = f"{wording.percents(interval)} · {of}"
    mark = (
        f'<i class="au-benchmark" style="left:{100 * benchmark:g}%" '
        f'title="{esc(_("Benchmark: {share}", share=wording.percent(benchmark)))}"></i>'
    )
    line = f'<div class="au-scale">{whisker(interval, 1)}{mark}</div>'
    said = _against(interval, benchmark)
    return _step(label, figure, note, f"{line}<span>{esc(said)}</span><span>{rest}</span>")


def _against(interval: Interval, benchmark: float) -> str:
    goal = wording.percent(benchmark)
    if interval.low > benchmark:
        return _("above the benchmark of {share}", share=goal)
    if interval.high < benchmark:
        return _("below the benchmark of {share}", share=goal)
    return _("can't be told apart from the benchmark of {share}", share=goal)
