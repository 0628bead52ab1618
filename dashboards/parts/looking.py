"""Whoever is shown a call is told to the audit log, once a session; and whoever isn't shown its
verdicts yet is told so."""

from collections.abc import Iterable

import streamlit as st

from auricle.store import reads
from auricle.store.access import Access, look
from auricle.store.filters import CallFilter
from dashboards.language import _
from dashboards.parts.markup import esc, put
from dashboards.parts.reading import remembered


def looked(access: Access, call_ids: Iterable[str], *, verdicts: bool) -> None:
    """``verdicts``: they are shown too; whoever sees them can't judge the calls blind any more."""
    keys = {f"looked {verdicts} {call_id}": call_id for call_id in call_ids}
    new = {key: call_id for key, call_id in keys.items() if key not in st.session_state}
    if new:
        look(access, new.values(), verdicts=verdicts)
        st.session_state.update(dict.fromkeys(new, True))


def few_lack_unseen(access: Access, chosen: CallFilter) -> None:
    """Above figures: that the calls are so few that some of them are left out."""
    if remembered(reads.lacks_unseen, access, chosen):
        said = _(
            "So few scored calls would tell of single ones: verdicts and scores are without the "
            "calls that you can still judge blind."
        )
        put(f'<p class="au-hint" role="note" data-testid="few-lack-sample">{esc(said)}</p>')


def lacks_unseen(access: Access) -> None:
    """Below a list that tells verdicts: that it isn't whole, where it may lack calls."""
    if access.unseen:
        said = _("Without the calls that you can still judge blind.")
        put(f'<p class="au-note" data-testid="lacks-sample">{esc(said)}</p>')
