"""Remembers in the browser who is signed in."""

from importlib.resources import files

import streamlit as st

COOKIE = "auricle_session"

_mount = st.components.v2.component(
    "auricle.session", js=files(__package__).joinpath("session.js").read_text(encoding="utf-8")
)


def keep_session(token: str, max_age_s: int) -> None:
    """Let the browser send ``token`` from now on."""
    data = {"name": COOKIE, "token": token, "max_age_s": max_age_s}
    _mount(data=data, key="session")
