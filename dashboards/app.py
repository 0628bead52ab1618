"""The dashboards: which pages there are, and for whom. ``auricle.commands.board`` runs it."""

from functools import partial
from importlib.resources import files
from pathlib import Path

import streamlit as st

from auricle.settings import Settings
from auricle.store.access import as_owner
from dashboards.components.links import quick_links
from dashboards.parts.page import guarded, tabs
from dashboards.parts.reading import follow
from dashboards.parts.workbench import Workbench
from dashboards.views import (
    administrators,
    calls,
    desks,
    funnel,
    line,
    mystery,
    overview,
    rubric,
    runs,
    scorecard,
    shopper,
)


def main(settings: Settings, workbench: Workbench) -> None:
    """Show the page that the address names."""
    here = Path(str(files("dashboards")))
    st.set_page_config(page_title="Auricle", page_icon=str(here / "mark.svg"), layout="wide")
    st.logo(str(here / "wordmark.svg"), size="large")
    st.html(here / "colours.css")
    st.html(here / "style.css")
    if shopper.TOKEN in st.query_params:  # no account, and no other page
        title = "Mystery calls"
        st.navigation(
            [st.Page(lambda: shopper.show(settings), title=title)], position="hidden"
        ).run()
        return
    access = as_owner(settings.store.path)
    pages = [
        st.Page(
            guarded(overview.show, settings, access), title="Overview", url_path="", default=True
        ),
        st.Page(
            guarded(administrators.show, settings, access),
            title="Administrators",
            url_path="administrators",
        ),
        st.Page(guarded(funnel.show, settings, access), title="Funnel", url_path="funnel"),
        st.Page(guarded(line.show, settings, access), title="Line", url_path="line"),
        st.Page(guarded(calls.show, settings, access), title="Calls", url_path="calls"),
        st.Page(guarded(scorecard.show, settings, access), title="Scorecard", url_path="scorecard"),
        st.Page(
            guarded(partial(rubric.show, workbench=workbench), settings, access),
            title="Rubric",
            url_path="rubric",
        ),
        st.Page(guarded(mystery.show, settings, access), title="Mystery", url_path="mystery"),
        st.Page(guarded(desks.show, settings, access), title="Desks", url_path="desks"),
        st.Page(guarded(runs.show, settings, access), title="Runs", url_path="runs"),
    ]
    page = st.navigation(pages, position="top")
    quick_links()
    follow(settings.store.path)
    page.run()
    tabs([(other.title, other.url_path, other is page) for other in pages])
