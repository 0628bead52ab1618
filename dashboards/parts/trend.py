"""A figure week by week, as a line with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from auricle.stats import Interval
from auricle.store.filters import CallFilter
from auricle.trends import Limits
from dashboards.parts import wording
from dashboards.parts.addresses import calls_address
from dashboards.parts.charts import Spec, number, put_chart, tip


@dataclass(frozen=True)
class Week:
    """One point: 0 to 100, points or per cent."""

    monday: date
    value: float
    interval: Interval | None
    """In the same unit; None: one call has none."""
    n: int


def trend(
    weeks: Sequence[Week], chosen: CallFilter, title: str, counted: str,
    limits: Sequence[Limits] = (), changed: Sequence[date] = (),
) -> None:  # fmt: skip
    """A point a week; a click on it opens the week's calls.

    ``title``: of the figure; ``counted``: what ``n`` is a number of; ``limits``: control limits of
    each week, 0 to 1; ``changed``: weeks at which a new level began.
    """
    x = {
        "field": "week",
        "type": "temporal",
        "title": None,
        "axis": {"format": "%-d %b", "values": [_day(week.monday) for week in weeks],
                 "labelOverlap": True},
    }  # fmt: skip
    points = {
        "mark": {"type": "circle", "size": 110, "opacity": 1, "cursor": "pointer"},
        "encoding": {
            "y": _value("value"),
            "href": {"field": "href", "type": "nominal"},
            "tooltip": [
                _when("Week from"), tip("value", title, ".1f"), tip("interval", "90 % interval"),
                tip("n", counted, ","),
            ],
        },
    }  # fmt: skip
    layers: list[Spec] = [
        {"mark": {"type": "area", "opacity": 0.18},
         "encoding": {"y": _value("low"), "y2": {"field": "high"}}},
        {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": {"y": _value("value")}},
        *_limits(weeks, limits),
        *_levels(changed),
        points,
    ]  # fmt: skip
    rows = [_point(week, chosen) for week in weeks]
    put_chart([{"data": {"values": rows}, "encoding": {"x": x}, "layer": layers}], height=300)


def _value(field: str) -> Spec:
    return number(field, scale={"domain": [0, 100]})


def _when(title: str) -> Spec:
    return {"field": "week", "type": "temporal", "title": title, "format": "%-d %b %Y"}


def _limits(weeks: Sequence[Week], limits: Sequence[Limits]) -> list[Spec]:
    """Dashed steps above and below which chance alone seldom goes."""
    if not limits:
        return []
    rows = [
        {"week": _midnight(week.monday), "low": 100 * one.low, "high": 100 * one.high}
        for week, one in zip(weeks, limits, strict=True)
    ]
    mark = {
        "type": "line", "interpolate": "step", "strokeDash": [5, 4], "strokeWidth": 1,
        "opacity": 0.7,
    }  # fmt: skip
    return [
        {"data": {"values": rows}, "mark": mark, "encoding": {"y": _value(end)}}
        for end in ("low", "high")
    ]


def _levels(changed: Sequence[date]) -> list[Spec]:
    """Upright lines where a new level began."""
    if not changed:
        return []
    rows = [{"week": _midnight(monday)} for monday in changed]
    mark = {"type": "rule", "strokeDash": [2, 3], "strokeWidth": 2}
    return [{
        "data": {"values": rows}, "mark": mark,
        "encoding": {"tooltip": [_when("A new level from")]},
    }]  # fmt: skip


def _midnight(day: date) -> str:
    """In the browser's own time zone: a date without a time would be UTC's."""
    return f"{day.isoformat()}T00:00:00"


def _day(day: date) -> Spec:
    return {"year": day.year, "month": day.month, "date": day.day}


def _point(week: Week, chosen: CallFilter) -> dict[str, object]:
    since, until = week.monday, week.monday + timedelta(days=6)
    own = replace(
        chosen,
        since=max(since, chosen.since or since),
        until=min(until, chosen.until or until),
    )
    ends = week.interval
    low, high = (max(0.0, ends.low), min(100.0, ends.high)) if ends else (None, None)
    return {
        "week": _midnight(week.monday),
        "value": week.value,
        "low": low,
        "high": high,
        "interval": f"{low:.0f}{wording.DASH}{high:.0f}" if ends else "one call: none",
        "n": week.n,
        "href": calls_address(own),
    }
