"""Which call each planned one is, how that is known, and a person's correction of it."""

from datetime import timedelta

import streamlit as st

from auricle.mystery.campaign import Campaign
from auricle.store import mystery, mystery_calls
from auricle.store.access import Access
from auricle.store.mystery import Task
from auricle.store.mystery_calls import Logged, MysteryCall
from dashboards.language import _
from dashboards.parts.addresses import call_address
from dashboards.parts.markup import card_title, esc, link, put
from dashboards.parts.reading import remembered
from dashboards.parts.wording import followed, moment_of, percent, together, told
from dashboards.parts.workbench import Workbench

AROUND = timedelta(hours=12)
"""Calls so long before and after the planned time are offered."""
NONE = ""
MOST = 0.99
"""Likelihoods of clocks and words are not so exact that more could be said."""


def calls_found(access: Access, campaign: Campaign, wave: int, workbench: Workbench) -> None:
    """The wave's planned calls, each with the call it is; and a form to say otherwise."""
    tasks = [one for one in remembered(mystery.tasks, access, campaign.id) if one.wave == wave]
    found: dict[str, list[MysteryCall]] = {}
    for call in remembered(mystery_calls.mystery_calls, access):
        found.setdefault(call.task, []).append(call)
    said = remembered(mystery_calls.pins, access)
    put(
        card_title(
            _("Calls found"),
            _("Each planned call, and which recording or line of the log it is."),
        )
    )
    lines = "".join(_line(campaign, task, found.get(task.task, []), said) for task in tasks)
    put(f'<ul class="au-found" data-testid="found">{lines}</ul>')
    own = [task for task in tasks if task.own]
    if own:
        with st.expander(_("Correct a match")):
            _correct(access, campaign, own, workbench)


def _line(campaign: Campaign, task: Task, calls: list[MysteryCall], said: dict[str, str]) -> str:
    title = campaign.scenario(task.scenario).title
    links = together(
        f"{link(call_address(call.call_id), esc(call.call_id))} {esc(_how(call))}" for call in calls
    )
    none = _("by a person's word none of these") if task.task in said else _("not found")
    planned = esc(followed(followed(task.clinic, title), task.shopper))
    return f"<li><b>{moment_of(task.call_at)}</b> {told(planned, links or esc(none))}</li>"


def _how(call: MysteryCall) -> str:
    if call.how == "log":
        if call.probability < MOST:
            return _(
                "(found among the clinic's calls, {share} sure)", share=percent(call.probability)
            )
        return _("(found among the clinic's calls, over {share} sure)", share=percent(MOST))
    return _("(said by a person)") if call.how == "hand" else _("(the shopper's recording)")


def _correct(access: Access, campaign: Campaign, own: list[Task], workbench: Workbench) -> None:
    by_id = {task.task: task for task in own}
    chosen = st.selectbox(
        _("Planned call"), by_id,
        format_func=lambda name: followed(
            followed(moment_of(by_id[name].call_at), by_id[name].shopper),
            campaign.scenario(by_id[name].scenario).title,
        ),
    )  # fmt: skip
    task = by_id[chosen]
    near = {
        call.call_id: call
        for call in remembered(
            mystery_calls.calls_between, access, (task.clinic,),
            task.call_at - AROUND, task.call_at + AROUND,
        )
    }  # fmt: skip
    options = [*sorted(near, key=lambda name: abs(near[name].start - task.call_at)), NONE]
    call_id = st.selectbox(
        _("It is"),
        options,
        format_func=lambda name: _called(near[name]) if name else _("None of these"),
    )
    if st.button(_("Save and match anew")):
        mystery_calls.pin(access, chosen, call_id)
        with st.spinner(_("Matching and scoring")):
            workbench.match()
        st.rerun()


def _called(call: Logged) -> str:
    told = [moment_of(call.start), call.caller or _("number withheld")]
    if call.duration_s:
        told.append(_("{n} s", n=f"{call.duration_s:.0f}"))
    return f"{_(', ').join(told)} ({call.call_id})"
