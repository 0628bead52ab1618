"""Whoever is shown a call is told to the audit log, once a session."""

import streamlit as st

from auricle.store.access import Access, look


def looked(access: Access, call_id: str, *, verdicts: bool) -> None:
    """``verdicts``: they are shown too; whoever sees them can't judge the call blind any more."""
    key = f"looked {verdicts} {call_id}"
    if key not in st.session_state:
        st.session_state[key] = True
        look(access, call_id, verdicts=verdicts)
