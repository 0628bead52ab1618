"""The overview's key figures: from the call to the appointment, and how good it was."""

from dataclasses import replace

from auricle import stats
from auricle.stats import Interval
from auricle.store.figures import Group
from auricle.store.filters import SHORT_S, CallFilter, Result
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address
from dashboards.parts.cards import card, cards, others, service_level, share
from dashboards.parts.markup import card_title, esc, link, whisker

ANSWERED_BENCHMARK = 0.80
BOOKED_BENCHMARK = 0.70
"""Yardsticks of the product: of the calls that come in, so many answered; of those that could end
in a booking, so many booked."""


def funnel(total: Group, chosen: CallFilter) -> str:
    """Calls that came in, those answered, those that ended with an appointment."""
    came = replace(chosen, direction="inbound")
    apart: list[tuple[int, str, Result]] = [
        (total.short, f"hung up within {SHORT_S:g} s", "short"),
        (total.untold, "with no known outcome", "untold"),
    ]
    first = _step(
        "Calls in", link(calls_address(came), f"{total.came:,}", "au-figure"),
        "" if total.came == total.counted else f"{total.counted:,} counted",
        "".join(
            others(f"{number:,} {what}", replace(came, result=result))
            for number, what, result in apart if number
        ),
    )  # fmt: skip
    lost = others(f"{total.missed:,} missed", replace(came, result="missed"))
    if total.busy:
        lost += others(f"{total.busy:,} busy", replace(came, result="busy"))
    answered = _share_step(
        "Answered", stats.wilson(total.answered, total.counted), "calls counted",
        replace(came, result="answered"), lost, ANSWERED_BENCHMARK,
    )  # fmt: skip
    booked = _share_step(
        "Booked", stats.wilson(total.won, total.decided), "calls that could end in a booking",
        replace(chosen, booking="won"),
        others(f"{total.decided - total.won:,} not booked", replace(chosen, booking="lost")),
        BOOKED_BENCHMARK,
    )  # fmt: skip
    title = card_title(
        "From the call to the appointment",
        "Shares with their 90 % intervals; the upright mark is a usual benchmark.",
    )
    arrow = '<i class="au-arrow" aria-hidden="true">→</i>'
    return (
        f'<section class="au-card au-funnel" data-testid="funnel">{title}'
        f'<div class="au-steps">{first}{arrow}{answered}{arrow}{booked}</div></section>'
    )


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


def key_figures(total: Group, chosen: CallFilter) -> str:
    """The key figures, each a link to its calls."""
    offered = replace(chosen, criterion="booking_offered")
    score = stats.mean_interval_of(total.scored, total.mean_total, total.sd_total)
    critical = others(f"{total.critical:,} with a critical failure", replace(chosen, critical=True))
    unrecorded = total.calls - total.recorded
    alone = chosen.administrator is not None  # nobody's missed calls are an administrator's
    in_time = stats.wilson(total.in_time, total.waits) if alone else service_level(total)
    return cards([
        card(
            "All calls", f"{total.calls:,}", chosen,
            f"{total.recorded:,} recorded, {total.scored:,} scored",
            others(f"{unrecorded:,} not recorded", replace(chosen, recorded=False))
            if unrecorded else "",
        ),
        share(
            f"Answered within {chosen.target_s:g} s", in_time, replace(chosen, wait="in_time"),
            others(f"{total.waits - total.in_time:,} later", replace(chosen, wait="late")),
        ),
        card(
            "Average score",
            wording.DASH if total.mean_total is None else f"{total.mean_total:.0f}",
            chosen,
            f"{wording.points(score)} · n = {score.n}" if score else "too few calls to tell",
            (whisker(score, 100) if score else "") + (critical if total.critical else ""),
            sort="lowest",
        ),
        share(
            "Appointment offered", stats.wilson(total.offered, total.chances),
            replace(offered, verdict="met"),
            others(f"{total.not_offered:,} not offered", replace(offered, verdict="missed")),
        ),
    ])  # fmt: skip
