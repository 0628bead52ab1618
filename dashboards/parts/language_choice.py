"""Which language pages are shown in: the one chosen on a page, the clinic's, the browser's."""

import streamlit as st

from auricle.settings import Settings
from dashboards.components.session import LANGUAGE_COOKIE, show_language
from dashboards.language import ENGLISH, HELD, _, current, known, nearest, speak

_LIST = "language-list"
_CHOSEN = "language-chosen"


def begin(settings: Settings) -> None:
    """Before anything is shown."""
    chosen = st.session_state.get(_CHOSEN) or st.context.cookies.get(LANGUAGE_COOKIE)
    wanted = chosen or settings.dashboard.language or st.context.locale or ""
    st.session_state[HELD] = nearest(wanted)
    speak(st.session_state[HELD])


def choose() -> None:
    """A list of the languages, at the top of a page, and before all of it for who goes through it
    by keyboard: whoever can't read the page needs it first. What is chosen stays in this browser.
    """
    names = known()
    if len(names) == 1:
        return
    st.session_state[_LIST] = current()
    with st.container(key="au-language"):
        st.selectbox(
            _("Language"), list(names), key=_LIST, format_func=names.__getitem__,
            label_visibility="collapsed", on_change=_choose,
        )  # fmt: skip
    chosen = _CHOSEN in st.session_state
    if chosen or current() != ENGLISH:  # which Streamlit's pages are said to be in anyway
        show_language(current(), keep=chosen)


def _choose() -> None:
    st.session_state[_CHOSEN] = st.session_state[_LIST]
