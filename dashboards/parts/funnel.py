"""From the call to the treatment, step by step, with benchmarks."""

from dataclasses import replace

from auricle import stats
from auricle.settings import Dashboard
from auricle.stats import Interval
from auricle.store.filters import SHORT_S, CallFilter, Result
from auricle.store.funnel import FunnelCounts
from auricle.store.line_figures import LineCounts
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address
from dashboards.parts.cards import others
from dashboards.parts.markup import card_title, esc, link, whisker


def funnel(came: LineCounts, counts: FunnelCounts, chosen: CallFilter, settings: Dashboard) -> str:
    """Calls that came in, answered, booked, and, where the clinic's system tells, arrived and
    treated."""
    inbound = replace(chosen, direction="inbound")
    apart: list[tuple[int, str, Result]] = [
        (came.short, f"hung up within {SHORT_S:g} s", "short"),
        (came.untold, "with no known outcome", "untold"),
    ]
    first = _step(
        "Calls in", link(calls_address(inbound), f"{came.came:,}", "au-figure"),
        "" if came.came == came.counted else f"{came.counted:,} counted",
        "".join(
            others(f"{number:,} {what}", replace(inbound, result=result))
            for number, what, result in apart if number
        ),
    )  # fmt: skip
    missed = others(f"{came.missed:,} missed", replace(inbound, result="missed"))
    if came.busy:
        missed += others(f"{came.busy:,} busy", replace(inbound, result="busy"))
    answered = _share_step(
        "Answered", stats.wilson(counts.answered, counts.counted), "calls counted",
        replace(inbound, result="answered"), missed, settings.answered_benchmark,
    )  # fmt: skip
    lost = others(f"{counts.not_booked:,} not booked", replace(inbound, booking="lost"))
    if counts.no_slot:
        lost += others(f"{counts.no_slot:,} with no free time", replace(inbound, booking="no_slot"))
    booked = _share_step(
        "Booked", stats.wilson(counts.booked, counts.opportunities),
        "calls that could end in a booking", replace(inbound, booking="won"), lost,
        settings.booked_benchmark,
    )  # fmt: skip
    steps = [first, answered, booked]
    if counts.settled:
        steps += [
            _visit_step("Arrived", counts.arrived, counts.settled, "bookings that are over"),
            _visit_step("Treated", counts.treated, counts.settled, "bookings that are over"),
        ]
    title = card_title(
        f"From the call to the {'treatment' if counts.settled else 'appointment'}",
        "Shares with their 90 % intervals; the upright mark is the benchmark of the settings.",
    )
    arrow = '<i class="au-arrow" aria-hidden="true">→</i>'
    return (
        f'<section class="au-card au-funnel" data-testid="funnel">{title}'
        f'<div class="au-steps au-steps-{len(steps)}">{arrow.join(steps)}</div></section>'
    )


def _visit_step(label: str, number: int, n: int, of: str) -> str:
    share = stats.wilson(number, n)
    assert share is not None
    figure = f'<b class="au-figure">{wording.percent(share.value)}</b>'
    return _step(label, figure, f"{wording.percents(share)} · of {n:,} {of}", whisker(share, 1))


def _step(label: str, figure: str, note: str, extra: str = "") -> str:
    return (
        f'<div class="au-step"><h3>{esc(label)}</h3>{figure}<p class="au-note">{esc(note)}</p>'
        f'<div class="au-extra">{extra}</div></div>'
    )


def _share_step(
    label: str, interval: Interval | None, of: str, yes: CallFilter, rest: str, benchmark: float
) -> str:
    if interval is None:
        return _step(label, f'<b class="au-figure">{wording.DASH}</b>', "not known for any call")
    figure = link(calls_address(yes), wording.percent(interval.value), "au-figure")
    note = f"{wording.percents(interval)} · of {interval.n:,} {of}"
    mark = (
        f'<i class="au-benchmark" style="left:{100 * benchmark:g}%" '
        f'title="Benchmark: {wording.percent(benchmark)}"></i>'
    )
    line = f'<div class="au-scale">{whisker(interval, 1)}{mark}</div>'
    said = _against(interval, benchmark)
    return _step(label, figure, note, f"{line}<span>{said}</span><span>{rest}</span>")


def _against(interval: Interval, benchmark: float) -> str:
    goal = f"the benchmark of {wording.percent(benchmark)}"
    if interval.low > benchmark:
        return f"above {goal}"
    if interval.high < benchmark:
        return f"below {goal}"
    return f"can't be told apart from {goal}"
