"""The overview's key figures: how many calls, how soon answered, how good."""

from dataclasses import replace

from auricle import stats
from auricle.store.figures import Group
from auricle.store.filters import CallFilter
from dashboards.parts import wording
from dashboards.parts.cards import card, cards, others, service_level, share
from dashboards.parts.markup import whisker


def key_figures(total: Group, chosen: CallFilter) -> str:
    """The key figures, each a link to its calls."""
    offered = replace(chosen, criterion="booking_offered")
    score = stats.mean_interval_of(total.scored, total.mean_total, total.sd_total)
    worst = (
        others(f"{total.critical:,} with a critical failure", replace(chosen, critical=True))
        if total.critical
        else others("the lowest first", chosen, sort="lowest")
    )
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
            whisker(score, 100) + worst if score else "",
            sort="lowest",
        ),
        share(
            "Appointment offered", stats.wilson(total.offered, total.chances),
            replace(offered, verdict="met"),
            others(f"{total.not_offered:,} not offered", replace(offered, verdict="missed")),
        ),
    ])  # fmt: skip
