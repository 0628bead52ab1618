"""The dashboards: which pages there are, and for whom. ``auricle.commands.board`` runs it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

import streamlit as st

from auricle.messages import N_
from auricle.settings import Settings
from auricle.store import versions
from auricle.store.access import Access, PersonRole, as_owner
from auricle.store.connection import open_between_reads
from auricle.store.reviews import to_judge_blind
from dashboards.components.links import quick_links
from dashboards.language import _
from dashboards.parts import criteria, language_choice, signing_in
from dashboards.parts.page import guarded, tabs
from dashboards.parts.reading import catch_up, follow, remembered
from dashboards.parts.workbench import Workbench
from dashboards.views import (
    administrators,
    calibration,
    calls,
    coaching,
    desks,
    funnel,
    line,
    my_calls,
    mystery,
    overview,
    reviews,
    rubric,
    runs,
    scorecard,
    shopper,
)  # fmt: skip

Page = tuple[str, str, Callable[[Settings, Access], None]]
"""Title, address, and what shows it."""


def main(settings: Settings, workbench: Workbench) -> None:
    """Show the page that the address names to whoever looks."""
    here = Path(str(files("dashboards")))
    st.set_page_config(page_title="Auricle", page_icon=str(here / "mark.svg"), layout="wide")
    st.logo(str(here / "wordmark.svg"), size="large")
    st.html(here / "colours.css")
    st.html(here / "style.css")
    language_choice.begin(settings)
    if shopper.TOKEN in st.query_params:  # no account, and no other page
        title = _("Mystery calls")
        st.navigation(
            [st.Page(lambda: shopper.show(settings), title=title)], position="hidden"
        ).run()
        return
    language_choice.choose()
    who = signing_in.viewer(settings)
    if who is None:
        return
    access = Access(settings.store.path, who)
    pages = [
        st.Page(
            guarded(partial(_shown, show), settings, access),
            title=_(title),
            url_path=address,
            default=not number,
        )
        for number, (title, address, show) in enumerate(pages_for(who.role, workbench))
    ]
    page = st.navigation(pages, position="top")
    quick_links()
    with follow(settings.store.path), open_between_reads():
        page.run()
    catch_up()
    signing_in.leave(settings, who)
    tabs([(other.title, other.url_path, other is page) for other in pages])


def _shown(show: Callable[[Settings, Access], None], settings: Settings, access: Access) -> None:
    """A page, with what every page needs of the database: names of criteria, and which calls the
    viewer is still to judge blind."""
    criteria.learn(remembered(versions.rubrics_in_use, as_owner(settings.store.path)))
    if access.viewer.sees_everything:
        today = datetime.now(settings.clinic.zone).date()
        unseen = remembered(to_judge_blind, access, settings.review, today)
        access = replace(access, unseen=unseen)
    show(settings, access)


def pages_for(role: PersonRole, workbench: Workbench) -> list[Page]:
    """The pages of a role; the first is where they arrive."""
    one_call = (N_("Scorecard"), "scorecard", partial(scorecard.show, workbench=workbench))
    if role == "administrator":
        return [(N_("My calls"), "", my_calls.show), (N_("Calls"), "calls", calls.show), one_call]
    if role == "shopper":
        return [(N_("Calls"), "calls", calls.show)]
    pages: list[Page] = [
        (N_("Overview"), "", overview.show),
        (N_("Administrators"), "administrators", administrators.show),
        (N_("Funnel"), "funnel", funnel.show),
        (N_("Line"), "line", line.show),
        (N_("Calls"), "calls", calls.show),
        one_call,
        (N_("Reviews"), "reviews", reviews.show),
        (N_("Calibration"), "calibration", calibration.show),
        (N_("Coaching"), "coaching", coaching.show),
        (N_("Rubric"), "rubric", partial(rubric.show, workbench=workbench)),
        (N_("Mystery"), "mystery", partial(mystery.show, workbench=workbench)),
        (N_("Desks"), "desks", desks.show),
        (N_("Runs"), "runs", runs.show),
    ]
    return [page for page in pages if page[1] != "desks" or role == "owner"]
