"""A funnel plot: every administrator's mean against her number of calls, and what chance explains.

What lies inside the funnel is no better and no worse than chance makes an average administrator.
"""

import numpy as np

from auricle.comparison import Comparison, Standing
from auricle.messages import N_
from auricle.store.filters import CallFilter
from dashboards.language import _, number, short
from dashboards.parts import wording
from dashboards.parts.addresses import administrators_address
from dashboards.parts.plot import Axis, Plot, round_steps

INNER_Z, OUTER_Z = 1.96, 3.09
"""95 % and 99.8 %: of a hundred average administrators five, or none, lie outside."""

SIGNS = {"inside": "", "above": "▲", "below": "▼"}
_PLACES = {
    "inside": N_("The funnel: inside"),
    "above": N_("The funnel: above"),
    "below": N_("The funnel: below"),
}


def funnel_plot(comparison: Comparison, chosen: CallFilter, criterion: str) -> str:
    """A click on somebody opens her own page."""
    standings = comparison.standings
    most = 1.15 * max(one.interval.n for one in standings)
    means = [one.adjusted for one in standings]
    low = max(0.0, min(*means, comparison.mean - 20) - 5)
    high = min(100.0, max(*means, comparison.mean + 20) + 5)
    plot = Plot(
        Axis(0, most, [(n, number(n)) for n in round_steps(0, most, whole=True)], _("Calls")),
        Axis(low, high, [(at, short(at)) for at in round_steps(low, high)]),
    )
    calls = np.unique(np.geomspace(2, max(most, 4), 60).round()).tolist()
    limits = [
        plot.line(
            *([(n, comparison.limits(int(n), z)[side]) for n in calls] for side in (0, 1)),
            css="au-limits", dashed=z == INNER_Z,
        )
        for z in (INNER_Z, OUTER_Z)
    ]  # fmt: skip
    mean = plot.line([(0, comparison.mean), (most, comparison.mean)], css="au-mean")
    people = [_person(plot, comparison, one, chosen, criterion) for one in standings]
    label = _("Administrators against their number of calls")
    return plot.html([*limits, mean], people, 310, label)


def _person(
    plot: Plot, comparison: Comparison, one: Standing, chosen: CallFilter, criterion: str
) -> str:
    place = where(comparison, one.interval.n, one.adjusted)
    tip = "\n".join((
        one.administrator,
        wording.told(_("Calls"), number(one.interval.n)),
        wording.told(_("Mean, same mix"), number(one.adjusted, 1)),
        wording.told(_("90 % interval, pooled"), wording.points(one.interval)),
        _(_PLACES[place]),
    ))  # fmt: skip
    return plot.dot(
        (one.interval.n, one.adjusted), tip, "au-sign" if SIGNS[place] else "au-point",
        administrators_address(chosen, criterion, one.administrator),
        one.administrator if SIGNS[place] else "", SIGNS[place],
    )  # fmt: skip


def where(comparison: Comparison, n: int, mean: float) -> str:
    """``inside``, ``above`` or ``below`` what chance explains at 95 %."""
    low, high = comparison.limits(n, INNER_Z)
    return "above" if mean > high else "below" if mean < low else "inside"
