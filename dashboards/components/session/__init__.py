"""Remembers in the browser who is signed in, and in which language it was read last."""

from importlib.resources import files

import streamlit as st

COOKIE = "auricle_session"
LANGUAGE_COOKIE = "auricle_language"
YEAR_S = 365 * 24 * 3600

_mount = st.components.v2.component(
    "auricle.session", js=files(__package__).joinpath("session.js").read_text(encoding="utf-8")
)


def keep_session(token: str, max_age_s: int) -> None:
    """Let the browser send ``token`` from now on."""
    _mount(data={"name": COOKIE, "value": token, "max_age_s": max_age_s}, key="session")


def show_language(code: str, *, keep: bool) -> None:
    """Let the browser read the page as text of that language; and send ``code`` for a year."""
    cookie = {"name": LANGUAGE_COOKIE, "value": code, "max_age_s": YEAR_S} if keep else {}
    _mount(data={**cookie, "language": code}, key="language-shown")
