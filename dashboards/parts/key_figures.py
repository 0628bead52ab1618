"""The overview's key figures: how many calls, how soon answered, how good."""

from dataclasses import replace

from auricle import stats
from auricle.store.figures import Group
from auricle.store.filters import CallFilter
from dashboards.language import _, number, short
from dashboards.parts import wording
from dashboards.parts.cards import card, cards, others, service_level, share
from dashboards.parts.markup import whisker


def key_figures(total: Group, chosen: CallFilter) -> str:
    """The key figures, each a link to its calls."""
    offered = replace(chosen, criterion="booking_offered")
    score = stats.mean_interval_of(total.scored, total.mean_total, total.sd_total)
    worst = (
        others(
            _("{n} with a critical failure", n=number(total.critical)),
            replace(chosen, critical=True),
        )
        if total.critical
        else others(_("the lowest first"), chosen, sort="lowest")
    )
    unrecorded = total.calls - total.recorded
    alone = chosen.administrator is not None  # nobody's missed calls are an administrator's
    in_time = stats.wilson(total.in_time, total.waits) if alone else service_level(total)
    return cards([
        card(
            _("All calls"), number(total.calls), chosen,
            _("{recorded} recorded, {scored} scored", recorded=number(total.recorded),
              scored=number(total.scored)),
            others(_("{n} not recorded", n=number(unrecorded)), replace(chosen, recorded=False))
            if unrecorded else "",
        ),
        share(
            _("Answered within {limit} s", limit=short(chosen.target_s)), in_time,
            replace(chosen, wait="in_time"),
            others(_("{n} later", n=number(total.waits - total.in_time)),
                   replace(chosen, wait="late")),
        ),
        card(
            _("Average score"),
            wording.DASH if total.mean_total is None else f"{total.mean_total:.0f}",
            chosen,
            f"{wording.points(score)} · n = {number(score.n)}" if score
            else _("too few calls to tell"),
            whisker(score, 100) + worst if score else "",
            sort="lowest",
        ),
        share(
            _("Appointment offered"), stats.wilson(total.offered, total.chances),
            replace(offered, verdict="met"),
            others(_("{n} not offered", n=number(total.not_offered)),
                   replace(offered, verdict="missed")),
        ),
    ])  # fmt: skip
