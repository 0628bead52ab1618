"""The dashboards. ``auricle dashboard`` runs this with Streamlit."""

import os
from importlib.resources import files
from pathlib import Path

import streamlit as st

from auricle.settings import Settings
from dashboards.components.links import quick_links
from dashboards.parts.page import guarded, tabs
from dashboards.parts.reading import follow
from dashboards.serve import SETTINGS_VARIABLE
from dashboards.views import calls, desks, line, overview, runs, scorecard


def main(settings: Settings) -> None:
    """Show the page that the address names."""
    here = Path(str(files("dashboards")))
    st.set_page_config(
        page_title="Auricle", page_icon=str(here / "static" / "mark.svg"), layout="wide"
    )
    st.logo(str(here / "static" / "wordmark.svg"), size="large")
    st.html(here / "colours.css")
    st.html(here / "style.css")
    pages = [
        st.Page(guarded(overview.show, settings), title="Overview", url_path="", default=True),
        st.Page(guarded(line.show, settings), title="Line", url_path="line"),
        st.Page(guarded(calls.show, settings), title="Calls", url_path="calls"),
        st.Page(guarded(scorecard.show, settings), title="Scorecard", url_path="scorecard"),
        st.Page(guarded(desks.show, settings), title="Desks", url_path="desks"),
        st.Page(guarded(runs.show, settings), title="Runs", url_path="runs"),
    ]
    page = st.navigation(pages, position="top")
    quick_links()
    follow(settings.store.path)
    page.run()
    tabs([(other.title, other.url_path, other is page) for other in pages])


main(Settings.model_validate_json(os.environ[SETTINGS_VARIABLE]))
