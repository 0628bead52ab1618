"""The owner's month on paper: the clinic on the first page, then a page for each administrator."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from html import escape

from auricle import stats
from auricle.comparison import TOP, Comparison
from auricle.reports.charts import weeks, whiskers
from auricle.stats import Interval
from auricle.store.access import Access
from auricle.store.figures import Figures, figures
from auricle.store.filters import CallFilter
from auricle.store.funnel import FunnelCounts, funnel
from auricle.store.standings import TOTAL, PersonWeek, person_weeks, standings
from auricle.store.versions import rubrics_in_use
from dashboards.parts import wording
from dashboards.parts.criteria import criterion_title, learn

STYLE = """
@page { size: A4; margin: 16mm 16mm 18mm;
        @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }
body { font-family: Inter, "DejaVu Sans", "WenQuanYi Micro Hei", sans-serif; font-size: 10pt;
       color: #1d2238; line-height: 1.45; }
h1 { font-size: 18pt; margin: 0; } h2 { font-size: 11.5pt; margin: 7mm 0 2mm; }
p { margin: 1mm 0; } .page { break-before: page; }
small, .note { color: #5b6178; font-size: 8.5pt; }
.facts { display: flex; gap: 9mm; margin-top: 5mm; } .facts b { display: block; font-size: 16pt; }
svg { max-width: 100%; } svg text { font-family: inherit; } ul { padding-left: 5mm; margin: 0; }
"""


def first_and_last(month: str) -> tuple[date, date]:
    """Of ``2026-03``. Raises ValueError for what isn't a month."""
    first = date.fromisoformat(f"{month}-01")
    return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def monthly(access: Access, clinic: str, month: str) -> str:
    """The report as an HTML document, ready for ``auricle.pdf``. Raises ValueError for what isn't
    a month."""
    first, last = first_and_last(month)
    learn(rubrics_in_use(access))
    chosen = CallFilter(since=first, until=last)
    found, way = standings(access, chosen), funnel(access, chosen)
    total = found.get(TOTAL)
    names = [one.key for one in way.administrators]
    pages = [_clinic(clinic, first, way.total, total) + _habits(figures(access, chosen))]
    booked = {one.key: one for one in way.administrators}
    pages += [_person(access, name, chosen, found, booked.get(name)) for name in names]
    body = "".join(
        f'<section class="{"page" if index else ""}">{page}</section>'
        for index, page in enumerate(pages)
    )
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(clinic)} {month}</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>"
    )


def _clinic(clinic: str, first: date, way: FunnelCounts, total: Comparison | None) -> str:
    facts = [
        (f"{way.counted:,}", "calls came in", ""),
        _share("answered", way.answered, way.counted),
        _share("booked of those who could be", way.booked, way.opportunities),
    ]
    if way.settled:
        facts.append(_share("arrived", way.arrived, way.settled))
    if way.no_slot:
        facts.append((f"{way.no_slot:,}", "found no free time", "nobody's loss but the clinic's"))
    parts = [f"<h1>{escape(clinic or 'Clinic')}</h1><p>{first:%B %Y}</p>", _facts(facts)]
    if total and total.standings:
        in_order = sorted(total.standings, key=lambda one: -one.interval.value)
        rows = [(one.administrator, one.interval) for one in in_order]
        parts += [
            "<h2>Administrators: score, 0 to 100</h2>", whiskers(rows, total.mean),
            '<p class="note">With 90 % intervals, as if all had taken the same mix of calls; few '
            "calls are drawn to the clinic's mean (dashed). Where intervals overlap nobody is "
            "ahead.</p>",
        ]  # fmt: skip
        for group in total.groups():
            if len(group) > 1:
                parts.append(f"<p>≈ {escape(wording.listed(group))}: no order can be stated.</p>")
    if total and total.few:
        few = escape(wording.listed(total.few))
        parts.append(f'<p class="note">Not enough calls yet: {few}.</p>')
    return "".join(parts)


def _habits(found: Figures) -> str:
    """How often the clinic as a whole does what each criterion asks, and its score by week."""
    rows: list[tuple[str, Interval | None]] = []
    for one in found.criteria:
        share = stats.wilson(one.met, one.judged)
        if share:
            ends = Interval(TOP * share.value, TOP * share.low, TOP * share.high, share.n)
            rows.append((criterion_title(one.criterion), ends))
    points = [
        (week.key, interval)
        for week in found.weeks
        if (interval := stats.mean_interval_of(week.scored, week.mean_total, week.sd_total))
    ]
    parts = ["<h2>Calls that met each criterion, per cent</h2>", whiskers(rows)] if rows else []
    return "".join(parts + (["<h2>Score by week</h2>", weeks(points)] if points else []))


def _person(
    access: Access, name: str, chosen: CallFilter, found: Mapping[str, Comparison],
    way: FunnelCounts | None,
) -> str:  # fmt: skip
    own = figures(access, replace(chosen, administrator=name))
    total = found.get(TOTAL)
    standing = (
        next((o for o in total.standings if o.administrator == name), None) if total else None
    )
    facts = [(f"{own.total.calls:,}", "calls", "")]
    if standing:
        facts.append((f"{standing.interval.value:.0f}", "score", wording.points(standing.interval)))
    else:
        facts.append((wording.DASH, "score", "not enough calls yet"))
    if way:
        facts.append(_share("booked", way.booked, way.opportunities))
    facts.append((f"{own.total.critical:,}", "with a critical failure", ""))
    parts = [f"<h1>{escape(name)}</h1>", _facts(facts)]
    rows = [
        (criterion_title(criterion), _interval(comparison, name))
        for criterion, comparison in found.items()
        if criterion != TOTAL
    ]
    if rows:
        parts += ["<h2>Share of the points, by criterion</h2>", whiskers(rows)]
        parts += _stands_out(found, name)
    points = [point for week in person_weeks(access, chosen, TOTAL) if week.administrator == name
              if (point := _point(week))]  # fmt: skip
    if points:
        parts += ["<h2>Score by week</h2>", weeks(points)]
    if own.moments:
        lines = "".join(
            f"<li>{escape(criterion_title(moment.criterion))}, "
            f"{wording.moment_of(moment.start_local)}, at {wording.clock(moment.start_s)}: "
            f"{escape(moment.reason)} <small>{escape(moment.call_id)}</small></li>"
            for moment in own.moments[:3]
        )
        parts.append(f"<h2>Worth listening to together</h2><ul>{lines}</ul>")
    return "".join(parts)


def _stands_out(found: Mapping[str, Comparison], name: str) -> list[str]:
    sides: dict[str, list[str]] = {"above": [], "below": [], "level": []}
    for criterion, comparison in found.items():
        own = next((one for one in comparison.standings if one.administrator == name), None)
        if criterion != TOTAL and own is not None:
            sides[comparison.against_mean(own)].append(criterion_title(criterion))
    parts = [
        f"<p>{side.capitalize()} the clinic's mean: {escape(wording.listed(sides[side]))}.</p>"
        for side in ("above", "below")
        if sides[side]
    ]
    return parts or ["<p>No criterion can be told apart from the clinic's mean.</p>"]


def _interval(comparison: Comparison, name: str) -> Interval | None:
    return next((o.interval for o in comparison.standings if o.administrator == name), None)


def _point(week: PersonWeek) -> tuple[date, Interval] | None:
    interval = stats.mean_interval_from(week.n, week.total, week.squares)
    mean = week.total / week.n
    return week.monday, interval or Interval(mean, 0.0, TOP, week.n)


def _share(label: str, yes: int, n: int) -> tuple[str, str, str]:
    share = stats.wilson(yes, n)
    if share is None:
        return wording.DASH, label, "not known for any call"
    return wording.percent(share.value), label, f"{wording.percents(share)} of {n:,}"


def _facts(facts: list[tuple[str, str, str]]) -> str:
    items = "".join(
        f"<div><b>{figure}</b>{escape(label)}<br><small>{escape(note)}</small></div>"
        for figure, label, note in facts
    )
    return f'<div class="facts">{items}</div>'
