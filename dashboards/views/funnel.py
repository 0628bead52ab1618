"""For the owner: from the call to the treatment, and whom to call back because they were lost."""

import streamlit as st

from auricle import stats
from auricle.settings import Settings
from auricle.store import funnel as funnels
from auricle.store import line_figures, reads
from auricle.store.access import Access
from auricle.store.filters import CallFilter
from auricle.store.funnel import FunnelCounts, Lost, Reason
from auricle.store.line_figures import CALL_BACK_DAYS
from dashboards.parts import controls, wording
from dashboards.parts.addresses import call_address, filter_from
from dashboards.parts.downloads import groups, records
from dashboards.parts.funnel import funnel
from dashboards.parts.looking import few_lack_unseen, lacks_unseen
from dashboards.parts.markup import card_title, esc, link, page_title, put, whisker
from dashboards.parts.page import no_calls
from dashboards.parts.reading import counted
from dashboards.parts.trend import Week, trend
from rubrics.facts import FactSheet, load_facts

REASONS: dict[Reason, str] = {
    "not_offered": "no appointment offered",
    "declined": "offered, not taken",
    "no_slot": "no free time",
}
COLUMNS = ("counted", "answered", "booked", "not_booked", "no_slot", "not_an_opportunity",
           "unknown", "settled", "arrived", "treated")  # fmt: skip


def show(settings: Settings, access: Access) -> None:
    choices = counted(reads.choices, access)
    if not choices.calls:
        no_calls()
        return
    page_title("Funnel", "Who called, who booked, who came, and who might still be won.")
    with st.container(horizontal=True, key="au-filters"):
        if len(choices.clinics) > 1:
            controls.pick_name("Clinic", "clinic", choices.clinics, "All clinics")
        controls.days("Period", choices)
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
            "Booked by week",
            "Per cent of calls that could end in a booking, with 90 % intervals.",
        ))  # fmt: skip
        _trend(found.weeks, chosen)
    with right, st.container(key="au-card-funnel-groups"):
        put(_groups("By administrator", found.administrators, settings.dashboard.booked_benchmark))
        put(_groups("By source", found.sources, settings.dashboard.booked_benchmark))
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
        put(trend(points, chosen, "Booked, %", "Opportunities"))
    else:
        st.caption("No call with a date could end in a booking yet.")


def _groups(title: str, groups: tuple[FunnelCounts, ...], benchmark: float) -> str:
    """A line a group: the share booked, what was the group's loss and what was nobody's."""
    lines = ""
    for one in sorted(groups, key=lambda one: -one.opportunities):
        share = stats.wilson(one.booked, one.opportunities)
        if share is None:
            continue
        mark = f'<i class="au-benchmark" style="left:{100 * benchmark:g}%"></i>'
        lost = f"{one.not_booked:,} lost"
        if one.no_slot:
            lost += f", {one.no_slot:,} no free time"
        lines += (
            f'<div class="au-person au-by-criterion"><span class="au-name">'
            f"{esc(str(one.key) or 'Not told')}</span><span><b>{wording.percent(share.value)}</b>"
            f'</span><span><div class="au-scale">{whisker(share, 1)}{mark}</div></span>'
            f"<span><small>{wording.percents(share)} of {one.opportunities:,}; {lost}</small>"
            f"</span></div>"
        )
    lines = lines or '<p class="au-note">No call could end in a booking yet.</p>'
    return f'{card_title(title)}<div class="au-people">{lines}</div>'


def _prices(settings: Settings) -> FactSheet | None:
    """The price list, when the owner wants to know what is at stake."""
    if not settings.dashboard.money or settings.clinic.facts is None:
        return None
    return load_facts(settings.clinic.facts)


def _lost(lost: tuple[Lost, ...], facts: FactSheet | None) -> str:
    worth = {one.call_id: facts.price_of(one.services) for one in lost} if facts else {}
    known = [price for price in worth.values() if price is not None]
    note = (
        f"Callers of the last {CALL_BACK_DAYS} days who could have been booked and have no "
        "appointment since. Those nobody answered are on the page of the line."
    )
    if facts and known:
        note += (
            f" At stake: {sum(known):,.0f} {facts.currency} by the price list, for the "
            f"{len(known)} of {len(lost)} who named a service on it."
        )
    title = card_title(f"Might still be won ({len(lost):,})", note)
    if not lost:
        return title + '<p class="au-fine">✓ Nobody is left to be won back.</p>'
    head = (
        '<div class="au-caller-row au-lost au-head" aria-hidden="true"><span>Number</span>'
        "<span>Call</span><span>Why</span><span>Administrator</span><span>Proof</span><span></span></div>"
    )
    body = "".join(_row(one, worth.get(one.call_id), facts) for one in lost)
    return f'{title}<div class="au-callers" data-testid="lost">{head}{body}</div>'


def _row(one: Lost, price: float | None, facts: FactSheet | None) -> str:
    dial = "".join(c for c in one.caller if c.isdigit() or c == "+")
    when = link(call_address(one.call_id), wording.moment_of(one.start_local))
    money = f"{price:,.0f} {esc(facts.currency)}" if price is not None and facts else ""
    return (
        f'<div class="au-caller-row au-lost"><a class="au-link au-name" href="tel:{dial}">'
        f"{esc(one.caller)}</a><span>{when}</span><span>{REASONS[one.reason]}</span>"
        f"<span>{esc(wording.person(one.administrator))}</span>"
        f"<span><small>{esc(one.said)}</small></span><span>{money}</span></div>"
    )
