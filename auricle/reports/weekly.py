"""The week in one page of HTML that mail programs can show."""

from datetime import date, timedelta
from html import escape

from auricle import stats
from auricle.messages import N_
from auricle.stats import Interval
from auricle.store.access import Access
from auricle.store.figures import Figures, Moment, figures
from auricle.store.filters import CallFilter
from auricle.store.funnel import FunnelCounts, funnel, lost_opportunities
from auricle.store.modes import fallen
from auricle.store.standings import TOTAL, standings
from auricle.store.versions import rubrics_in_use
from dashboards.language import _, n_, number
from dashboards.parts import wording
from dashboards.parts.criteria import criterion_title, learn
from dashboards.retelling import retold

THIS, BEFORE = N_("this week"), N_("the week before")
STYLE = "font-family: sans-serif; color: #1d2238; max-width: 42rem; line-height: 1.5"


def last_week(today: date) -> date:
    """The Monday of the last week that is over."""
    return today - timedelta(days=today.weekday() + 7)


def weekly(access: Access, clinic: str, monday: date) -> str:
    """The digest of the week that begins on ``monday``, with the week before beside it."""
    learn(rubrics_in_use(access))
    this = CallFilter(since=monday, until=monday + timedelta(days=6))
    before = CallFilter(since=monday - timedelta(days=7), until=monday - timedelta(days=1))
    way, way_before = funnel(access, this).total, funnel(access, before).total
    found, found_before = figures(access, this), figures(access, before)
    rows = [
        (_("Calls in"), number(way.counted), number(way_before.counted)),
        (_("Answered"), _answered(way), _answered(way_before)),
        (_("Booked of those who could be"), _booked(way), _booked(way_before)),
        (_("Average score"), _score(found), _score(found_before)),
        (_("Critical failures"), number(found.total.critical), number(found_before.total.critical)),
    ]
    table = "".join(
        f'<tr><td style="padding: 3px 18px 3px 0">{escape(label)}</td>'
        f'<td style="padding-right: 18px"><b>{now}</b></td><td>{then}</td></tr>'
        for label, now, then in rows
    )
    comparison = standings(access, this, TOTAL).get(TOTAL)
    people = ""
    if comparison and comparison.standings:
        in_order = sorted(comparison.standings, key=lambda one: -one.interval.value)
        lines = "".join(
            f'<tr><td style="padding-right: 18px">{escape(one.administrator)}</td>'
            f"<td><b>{one.interval.value:.0f}</b> ({wording.points(one.interval)})</td></tr>"
            for one in in_order
        )
        people = (
            f"<h3>{escape(_('Administrators'))}</h3><table>{lines}</table><p>"
            + escape(_("Scores with 90 % intervals. Where these overlap nobody is ahead."))
            + "</p>"
        )
    worst = "".join(f"<li>{escape(_moment(moment))}</li>" for moment in found.moments[:3])
    listen = f"<h3>{escape(_('Worth listening to'))}</h3><ul>{worst}</ul>" if worst else ""
    lost = len(lost_opportunities(access, this))
    fell = "".join(
        "<p>"
        + escape(
            _(
                "{criterion} needs a person's verdict since {day}. {reason}.",
                criterion=criterion_title(one.criterion),
                day=wording.day(one.at_utc),
                reason=retold(one.reason),
            )
        )
        + "</p>"
        for one in fallen(access)
    )
    won = n_(
        "{n} caller might still be won: see the page Funnel.",
        "{n} callers might still be won: see the page Funnel.",
        lost,
    )
    title = _(
        "{clinic}, week from {day}", clinic=clinic or _("The clinic"), day=wording.day(monday)
    )
    columns = "".join(f"<td>{escape(_(name))}</td>" for name in ("", THIS, BEFORE))
    return (
        f'<!doctype html><html><head><meta charset="utf-8"></head><body style="{STYLE}">'
        f"<h2>{escape(title)}</h2><table><tr>{columns}</tr>{table}</table>"
        f"{people}{listen}{fell}{f'<p>{escape(won)}</p>' if lost else ''}</body></html>"
    )


def _moment(moment: Moment) -> str:
    return _(
        "{criterion}: {administrator}, {time}, at {second}",
        criterion=criterion_title(moment.criterion),
        administrator=wording.person(moment.administrator),
        time=wording.moment_of(moment.start_local),
        second=wording.clock(moment.start_s),
    )


def _answered(way: FunnelCounts) -> str:
    return _percent(stats.wilson(way.answered, way.counted))


def _booked(way: FunnelCounts) -> str:
    return _percent(stats.wilson(way.booked, way.opportunities))


def _percent(share: Interval | None) -> str:
    return f"{wording.percent(share.value)} ({wording.percents(share)})" if share else wording.DASH


def _score(found: Figures) -> str:
    total = found.total
    mean = stats.mean_interval_of(total.scored, total.mean_total, total.sd_total)
    return f"{mean.value:.0f} ({wording.points(mean)})" if mean else wording.DASH
