"""A figure week by week, as a line with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from auricle.stats import Interval
from auricle.store.filters import CallFilter
from auricle.trends import Limits
from dashboards.language import _, day_of_year, number
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address
from dashboards.parts.plot import Axis, Plot

MOST_LABELS = 8


@dataclass(frozen=True)
class Week:
    """One point: 0 to 100, points or per cent."""

    monday: date
    value: float
    interval: Interval | None
    """In the same unit; None: one call has none."""
    n: int

    @property
    def day(self) -> int:
        return self.monday.toordinal()


def trend(
    weeks: Sequence[Week], chosen: CallFilter, title: str, counted: str,
    limits: Sequence[Limits] = (), changed: Sequence[date] = (),
) -> str:  # fmt: skip
    """A point a week; a click on it opens the week's calls.

    ``title``: of the figure; ``counted``: what ``n`` is a number of, both for people;
    ``limits``: control limits of each week, 0 to 1; ``changed``: weeks at which a new level began.
    """
    margin = max(3, (weeks[-1].day - weeks[0].day) // 40)
    every = -(-len(weeks) // MOST_LABELS)
    x = Axis(
        weeks[0].day - margin, weeks[-1].day + margin,
        [(week.day, day_of_year(week.monday)) for week in weeks[::every]],
    )  # fmt: skip
    plot = Plot(x, Axis(0, 100, [(at, number(at)) for at in range(0, 101, 20)]))
    shapes = [
        *_bands(plot, weeks),
        *_limits(plot, weeks, limits),
        plot.line([(week.day, week.value) for week in weeks], width=2.5),
    ]
    levels = [
        plot.dot(
            (monday.toordinal(), 50),
            _("A new level from {day}", day=wording.day(monday)),
            "au-level",
        )
        for monday in changed
    ]
    points = [
        plot.dot(
            (week.day, week.value), _tip(week, title, counted), "au-point", _calls(week, chosen)
        )
        for week in weeks
    ]
    return plot.html(shapes, [*levels, *points], 270, _("{figure}, week by week", figure=title))


def _bands(plot: Plot, weeks: Sequence[Week]) -> list[str]:
    """The intervals, in one piece as far as every week has one."""
    bands = []
    for known, run in groupby(weeks, lambda week: week.interval is not None):
        ends = [(week.day, week.interval) for week in run if week.interval]
        if known:
            above = [(day, one.high) for day, one in ends]
            below = [(day, one.low) for day, one in reversed(ends)]
            bands.append(plot.area([*above, *below], "au-band"))
    return bands


def _limits(plot: Plot, weeks: Sequence[Week], limits: Sequence[Limits]) -> list[str]:
    """Dashed steps above and below which chance alone seldom goes."""
    if not limits:
        return []
    days = [(week.day + half, one) for week, one in zip(weeks, limits, strict=True)
            for half in (-3.5, 3.5)]  # fmt: skip
    low = [(day, 100 * one.low) for day, one in days]
    high = [(day, 100 * one.high) for day, one in days]
    return [plot.line(low, high, css="au-limits", dashed=True)]


def _tip(week: Week, title: str, counted: str) -> str:
    ends = _("one call: none")
    if week.interval:
        low, high = max(0.0, week.interval.low), min(100.0, week.interval.high)
        ends = f"{low:.0f}{wording.DASH}{high:.0f}"
    return "\n".join((
        _("Week from {day}", day=wording.day(week.monday)),
        wording.told(title, number(week.value, 1)),
        wording.told(_("90 % interval"), ends),
        wording.told(counted, number(week.n)),
    ))  # fmt: skip


def _calls(week: Week, chosen: CallFilter) -> str:
    since, until = week.monday, week.monday + timedelta(days=6)
    own = replace(
        chosen,
        since=max(since, chosen.since or since),
        until=min(until, chosen.until or until),
    )
    return calls_address(own)
