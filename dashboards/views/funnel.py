"""For the owner: from the call to the treatment, and whom to call back because they were lost."""

import streamlit as st

from auricle import stats
from auricle.messages import N_
from auricle.settings import Settings
from auricle.store import funnel as funnels
from auricle.store import line_figures, reads
from auricle.store.access import Access
from auricle.store.filters import CallFilter
from auricle.store.funnel import FunnelCounts, Lost, Reason
from auricle.store.line_figures import CALL_BACK_DAYS
from dashboards.language import _, n_, number
from dashboards.parts import controls, wording
from dashboards.parts.addresses import call_address, filter_from
from dashboards.parts.downloads import groups, records
from dashboards.parts.funnel import funnel
from dashboards.parts.looking import few_lack_unseen, lacks_unseen
from dashboards.parts.markup import card_title, esc, link, page_title, put, whisker
from dashboards.parts.page import no_calls
from dashboards.parts.reading import counted
from dashboards.parts.trend import Week, trend
from dashboards.retelling import retold
from rubrics.facts import FactSheet, load_facts

REASONS: dict[Reason, str] = {
    "not_offered": N_("no appointment offered"),
    "declined": N_("offered, not taken"),
    "no_slot": N_("no free time"),
}
COLUMNS = ("counted", "answered", "booked", "not_booked", "no_slot", "not_an_opportunity",
           "unknown", "settled", "arrived", "treated")  # fmt: skip


def show(settings: Settings, access: Access) -> None:
    choices = counted(reads.choices, access)
    if not choices.calls:
        no_calls()
        return
    page_title(_("Funnel"), _("Who called, who booked, who came, and who might still be won."))
    with st.container(horizontal=True, key="au-filters"):
        if len(choices.clinics) > 1:
            controls.pick_name(_("Clinic"), "clinic", choices.clinics, _("All clinics"))
        controls.days(_("Period"), choices)
    asked = filter_from(st.query_params.to_dict(), settings.dashboard.answer_within_s)
    chosen = CallFilter(clinic=asked.clinic, since=asked.since, until=asked.until)
    names = tuple(settings.dashboard.sources.items())
    few_lack_unseen(access, chosen)
    found = counted(funnels.funnel, access, chosen, names)
    came = counted(line_figures.line_total, access, chosen)
    put(funnel(came, found.total, chosen, settings.dashboard))
    lost = counted(funnels.lost_opportunities, access, chosen)
    with st.container(key="au-card-lost"):
        put(_lost(lost, _prices(settings)))
        lacks_unseen(access)
        if lost:
            records("lost-opportunities", Lost, lambda: lost, without=("services",))
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="au-card-booked-trend"):
        put(card_title(
            _("Booked by week"),
            _("Per cent of calls that could end in a booking, with 90 % intervals."),
        ))  # fmt: skip
        _trend(found.weeks, chosen)
    with right, st.container(key="au-card-funnel-groups"):
        goal = settings.dashboard.booked_benchmark
        put(_groups(_("By administrator"), found.administrators, goal))
        put(_groups(_("By source"), found.sources, goal))
        groups("funnel", COLUMNS, {
            "all": [found.total], "administrator": found.administrators,
            "source": found.sources, "week": found.weeks,
        })  # fmt: skip


def _trend(weeks: tuple[FunnelCounts, ...], chosen: CallFilter) -> None:
    points = []
    for week in weeks:
        share = stats.wilson(week.booked, week.opportunities)
        if share:
            ends = stats.Interval(100 * share.value, 100 * share.low, 100 * share.high, share.n)
            points.append(Week(week.key, ends.value, ends, share.n))
    if points:
        put(trend(points, chosen, _("Booked, %"), _("Opportunities")))
    else:
        st.caption(_("No call with a date could end in a booking yet."))


def _groups(title: str, groups: tuple[FunnelCounts, ...], benchmark: float) -> str:
    """A line a group: the share booked, what was the group's loss and what was nobody's."""
    lines = ""
    for one in sorted(groups, key=lambda one: -one.opportunities):
        share = stats.wilson(one.booked, one.opportunities)
        if share is None:
            continue
        mark = f'<i class="au-benchmark" style="left:{100 * benchmark:g}%"></i>'
        of = _("{share} of {n}", share=wording.percents(share), n=number(one.opportunities))
        lost = _("{n} lost", n=number(one.not_booked))
        if one.no_slot:
            lost = _(", ").join((lost, _("{n} no free time", n=number(one.no_slot))))
        lines += (
            f'<div class="au-person au-by-criterion"><span class="au-name">'
            f"{esc(str(one.key) or _('Not told'))}</span>"
            f"<span><b>{wording.percent(share.value)}</b>"
            f'</span><span><div class="au-scale">{whisker(share, 1)}{mark}</div></span>'
            f"<span><small>{esc(wording.together((of, lost)))}</small>"
            f"</span></div>"
        )
    none = _("No call could end in a booking yet.")
    lines = lines or f'<p class="au-note">{esc(none)}</p>'
    return f'{card_title(title)}<div class="au-people">{lines}</div>'


def _prices(settings: Settings) -> FactSheet | None:
    """The price list, when the owner wants to know what is at stake."""
    if not settings.dashboard.money or settings.clinic.facts is None:
        return None
    return load_facts(settings.clinic.facts)


def _lost(lost: tuple[Lost, ...], facts: FactSheet | None) -> str:
    worth = {one.call_id: facts.price_of(one.services) for one in lost} if facts else {}
    known = [price for price in worth.values() if price is not None]
    notes = [
        n_(
            "Callers of the last {n} day who could have been booked and have no appointment since.",
            "Callers of the last {n} days who could have been booked and have no appointment "
            "since.",
            CALL_BACK_DAYS,
        ),
        _("Those nobody answered are on the page of the line."),
    ]
    if facts and known:
        notes.append(_(
            "At stake: {money} by the price list, for the {known} of {all} who named a service on "
            "it.",
            money=_money(sum(known), facts), known=number(len(known)), all=number(len(lost)),
        ))  # fmt: skip
    title = card_title(_("Might still be won ({n})", n=number(len(lost))), wording.sentences(notes))
    if not lost:
        none = _("Nobody is left to be won back.")
        return f'{title}<p class="au-fine">✓ {esc(none)}</p>'
    titles = (_("Number"), _("Call"), _("Why"), _("Administrator"), _("Proof"), "")
    head = "".join(f"<span>{esc(text)}</span>" for text in titles)
    head = f'<div class="au-caller-row au-lost au-head" aria-hidden="true">{head}</div>'
    body = "".join(_row(one, worth.get(one.call_id), facts) for one in lost)
    return f'{title}<div class="au-callers" data-testid="lost">{head}{body}</div>'


def _money(price: float, facts: FactSheet) -> str:
    return f"{number(price)} {facts.currency}"


def _row(one: Lost, price: float | None, facts: FactSheet | None) -> str:
    dial = "".join(c for c in one.caller if c.isdigit() or c == "+")
    when = link(call_address(one.call_id), wording.moment_of(one.start_local))
    money = esc(_money(price, facts)) if price is not None and facts else ""
    return (
        f'<div class="au-caller-row au-lost"><a class="au-link au-name" href="tel:{dial}">'
        f"{esc(one.caller)}</a><span>{when}</span><span>{esc(_(REASONS[one.reason]))}</span>"
        f"<span>{esc(wording.person(one.administrator))}</span>"
        f"<span><small>{esc(retold(one.said))}</small></span><span>{money}</span></div>"
    )
