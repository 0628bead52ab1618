"""The owner's month on paper: the clinic on the first page, then a page for each administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import escape

from auricle import stats
from auricle.comparison import TOP, Comparison
from auricle.reports.charts import weeks, whiskers
from auricle.stats import Interval
from auricle.store.access import Access
from auricle.store.figures import Figures, Moment, figures
from auricle.store.filters import CallFilter
from auricle.store.funnel import FunnelCounts, funnel
from auricle.store.standings import TOTAL, PersonWeek, person_weeks, standings
from auricle.store.versions import rubrics_in_use
from dashboards.language import _, number
from dashboards.language import month as month_of
from dashboards.parts import wording
from dashboards.parts.criteria import criterion_title, learn
from dashboards.retelling import retold

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
        (number(way.counted), _("calls came in"), ""),
        _share(_("answered"), way.answered, way.counted),
        _share(_("booked of those who could be"), way.booked, way.opportunities),
    ]
    if way.settled:
        facts.append(_share(_("arrived"), way.arrived, way.settled))
    if way.no_slot:
        facts.append(
            (
                number(way.no_slot),
                _("found no free time"),
                _("nobody's loss but the clinic's"),
            )
        )
    head = f"<h1>{escape(clinic or _('Clinic'))}</h1><p>{escape(month_of(first))}</p>"
    parts = [head, _facts(facts)]
    if total and total.standings:
        in_order = sorted(total.standings, key=lambda one: -one.interval.value)
        rows = [(one.administrator, one.interval) for one in in_order]
        parts += [
            _heading(_("Administrators: score, 0 to 100")),
            whiskers(rows, total.mean),
            _note(
                _(
                    "With 90 % intervals, as if all had taken the same mix of calls; few calls are "
                    "drawn to the clinic's mean (dashed). Where intervals overlap nobody is ahead."
                )
            ),
        ]
        for group in total.groups():
            if len(group) > 1:
                names = wording.listed(group)
                same = _("≈ {names}: no order can be stated.", names=names)
                parts.append(f"<p>{escape(same)}</p>")
    if total and total.few:
        parts.append(_note(_("Not enough calls yet: {names}.", names=wording.listed(total.few))))
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
    met = _heading(_("Calls that met each criterion, per cent"))
    parts = [met, whiskers(rows)] if rows else []
    return "".join(parts + _by_week(points))


def _by_week(points: Sequence[tuple[date, Interval]]) -> list[str]:
    return [_heading(_("Score by week")), weeks(points)] if points else []


def _person(
    access: Access, name: str, chosen: CallFilter, found: Mapping[str, Comparison],
    way: FunnelCounts | None,
) -> str:  # fmt: skip
    own = figures(access, replace(chosen, administrator=name))
    total = found.get(TOTAL)
    standing = (
        next((o for o in total.standings if o.administrator == name), None) if total else None
    )
    facts = [(number(own.total.calls), _("calls"), "")]
    if standing:
        ends = wording.points(standing.interval)
        facts.append((f"{standing.interval.value:.0f}", _("score, 0 to 100"), ends))
    else:
        facts.append((wording.DASH, _("score, 0 to 100"), _("not enough calls yet")))
    if way:
        facts.append(_share(_("booked"), way.booked, way.opportunities))
    facts.append((number(own.total.critical), _("with a critical failure"), ""))
    parts = [f"<h1>{escape(name)}</h1>", _facts(facts)]
    rows = [
        (criterion_title(criterion), _interval(comparison, name))
        for criterion, comparison in found.items()
        if criterion != TOTAL
    ]
    if rows:
        parts += [_heading(_("Share of the points, by criterion")), whiskers(rows)]
        parts += _stands_out(found, name)
    points = [point for week in person_weeks(access, chosen, TOTAL) if week.administrator == name
              if (point := _point(week))]  # fmt: skip
    parts += _by_week(points)
    if own.moments:
        lines = "".join(
            f"<li>{escape(_moment(moment))} <small>{escape(moment.call_id)}</small></li>"
            for moment in own.moments[:3]
        )
        parts.append(_heading(_("Worth listening to together")) + f"<ul>{lines}</ul>")
    return "".join(parts)


def _moment(moment: Moment) -> str:
    return _(
        "{criterion}, {time}, at {second}: {reason}",
        criterion=criterion_title(moment.criterion),
        time=wording.moment_of(moment.start_local),
        second=wording.clock(moment.start_s),
        reason=retold(moment.reason),
    )


def _stands_out(found: Mapping[str, Comparison], name: str) -> list[str]:
    sides: dict[str, list[str]] = {"above": [], "below": [], "level": []}
    for criterion, comparison in found.items():
        own = next((one for one in comparison.standings if one.administrator == name), None)
        if criterion != TOTAL and own is not None:
            sides[comparison.against_mean(own)].append(criterion_title(criterion))
    above, below = wording.listed(sides["above"]), wording.listed(sides["below"])
    said = [
        _("Above the clinic's mean: {criteria}.", criteria=above) if above else "",
        _("Below the clinic's mean: {criteria}.", criteria=below) if below else "",
    ]
    level = _("No criterion can be told apart from the clinic's mean.")
    return [f"<p>{escape(text)}</p>" for text in filter(None, said)] or [f"<p>{escape(level)}</p>"]


def _interval(comparison: Comparison, name: str) -> Interval | None:
    return next((o.interval for o in comparison.standings if o.administrator == name), None)


def _point(week: PersonWeek) -> tuple[date, Interval] | None:
    interval = stats.mean_interval_from(week.n, week.total, week.squares)
    mean = week.total / week.n
    return week.monday, interval or Interval(mean, 0.0, TOP, week.n)


def _share(label: str, yes: int, n: int) -> tuple[str, str, str]:
    share = stats.wilson(yes, n)
    if share is None:
        return wording.DASH, label, _("not known for any call")
    of = _("{share} of {n}", share=wording.percents(share), n=number(n))
    return wording.percent(share.value), label, of


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


def _facts(facts: list[tuple[str, str, str]]) -> str:
    items = "".join(
        f"<div><b>{figure}</b>{escape(label)}<br><small>{escape(note)}</small></div>"
        for figure, label, note in facts
    )
    return f'<div class="facts">{items}</div>'
