"""The script that Streamlit runs for every look at a page: ``auricle dashboard`` starts it.

It stands above the dashboards, so that they can be handed what they must not import.
"""

import os

import streamlit as st

from auricle.commands.board.publishing import workbench
from auricle.settings import Settings
from dashboards.app import main
from dashboards.serve import SETTINGS_VARIABLE


@st.cache_resource(show_spinner=False)
def _read(text: str) -> Settings:
    """Once: looking up the time zone alone takes 20 ms."""
    return Settings.model_validate_json(text)


settings = _read(os.environ[SETTINGS_VARIABLE])
main(settings, workbench(settings))
