"""For the owner: how the clinic answers its phone, and the calls behind every figure."""

from dataclasses import replace

import streamlit as st

from auricle import stats
from auricle.settings import Settings
from auricle.store import figures, reads, standings
from auricle.store import funnel as funnels
from auricle.store.access import Access
from auricle.store.figures import CriterionCounts, Group
from auricle.store.filters import CallFilter
from auricle.store.reads import Choices
from dashboards.language import _, n_
from dashboards.parts import controls, wording
from dashboards.parts.addresses import administrators_address, filter_from
from dashboards.parts.downloads import records
from dashboards.parts.funnel import funnel
from dashboards.parts.key_figures import key_figures
from dashboards.parts.looking import few_lack_unseen, lacks_unseen
from dashboards.parts.losses import criteria, moments_to_hear
from dashboards.parts.markup import card_title, empty, esc, link, page_title, put
from dashboards.parts.modes import fallen_notice
from dashboards.parts.page import no_calls
from dashboards.parts.people import people
from dashboards.parts.reading import counted
from dashboards.parts.trend import Week, trend


def show(settings: Settings, access: Access) -> None:
    choices = counted(reads.choices, access)
    if not choices.calls:
        no_calls()
        return
    page_title(_("Overview"), _subtitle(choices))
    fallen_notice(access)
    _filters(choices)
    asked = filter_from(st.query_params.to_dict(), settings.dashboard.answer_within_s)
    chosen = CallFilter(
        clinic=asked.clinic, administrator=asked.administrator,
        since=asked.since, until=asked.until, target_s=asked.target_s,
    )  # fmt: skip
    found = counted(figures.figures, access, chosen)
    if not found.total.calls:
        empty(
            _("No calls match these filters"),
            _("Widen the period, or {clear}.", clear=link("./", esc(_("clear all filters")))),
        )
        return
    few_lack_unseen(access, chosen)
    way = counted(funnels.funnel, access, chosen)
    if chosen.administrator is None:  # nobody's missed calls are an administrator's
        put(funnel(found.total, way.total, chosen, settings.dashboard))
    put(key_figures(found.total, chosen))
    everybody = counted(
        standings.standings, access, replace(chosen, administrator=None), standings.TOTAL
    )
    with st.container(key="au-card-people"):
        total = everybody.get(standings.TOTAL)
        booked = {counts.key: counts for counts in way.administrators}
        put(people(
            found, total, booked, chosen, chosen.administrator,
            names_desks=access.viewer.role == "owner",
        ))  # fmt: skip
        put(link(
            administrators_address(chosen), esc(_("How they compare")), "au-link au-others"
        ))  # fmt: skip
        records("overview-administrators", Group, lambda: found.administrators)
    left, right = st.columns(2, gap="medium")
    with left:
        with st.container(key="au-card-trend"):
            put(card_title(
                _("Score by week"), _("Mean of the week's calls with its 90 % interval.")
            ))  # fmt: skip
            _trend(found, chosen)
        with st.container(key="au-card-moments"):
            put(moments_to_hear(found.moments))
            lacks_unseen(access)
    with right, st.container(key="au-card-criteria"):
        put(criteria(found.criteria, chosen))
        records("overview-criteria", CriterionCounts, lambda: found.criteria)


def _trend(found: figures.Figures, chosen: CallFilter) -> None:
    weeks = [
        Week(
            week.key,
            week.mean_total,
            stats.mean_interval_of(week.scored, week.mean_total, week.sd_total),
            week.scored,
        )
        for week in found.weeks
        if week.mean_total is not None
    ]
    if weeks:
        put(trend(weeks, chosen, _("Mean"), _("Scored calls")))
    else:
        st.caption(_("No scored call has a date yet."))


def _subtitle(choices: Choices) -> str:
    clinic = choices.clinics[0] if len(choices.clinics) == 1 else ""
    period = f"{wording.day(choices.first)} {wording.DASH} {wording.day(choices.last)}"
    calls = n_("{n} call", "{n} calls", choices.calls - choices.mystery)
    parts = [clinic, calls, period if choices.first else ""]
    return " · ".join(filter(None, parts))


def _filters(choices: Choices) -> None:
    with st.container(horizontal=True, key="au-filters"):
        if len(choices.clinics) > 1:
            controls.pick_name(_("Clinic"), "clinic", choices.clinics, _("All clinics"))
        controls.pick_name(
            _("Administrator"), "administrator", choices.administrators, _("Everyone")
        )
        controls.days(_("Period"), choices)
