"""Reads of the store that are remembered for as long as the database file stays the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import streamlit as st

from auricle.store.access import Access, Viewer
from auricle.store.connection import version

T = TypeVar("T")


def remembered(read: Callable[..., T], access: Access, *args: object) -> T:
    """``read(access, *args)``, from memory unless something was written since."""
    name = f"{read.__module__}.{read.__qualname__}"
    return cast(T, _read(name, access.viewer, args, version(access.path), read, access))


@st.fragment(run_every=5)
def follow(path: Path) -> None:
    """Show the page anew within five seconds of the pipeline's writing."""
    now = version(path)
    if st.session_state.setdefault("seen_version", now) != now:
        st.session_state["seen_version"] = now
        st.rerun()


@st.cache_data(show_spinner=False, max_entries=300)
def _read(
    name: str,
    viewer: Viewer,
    args: tuple[object, ...],
    as_of: tuple[object, ...],
    _read: Callable[..., Any],
    _access: Access,
) -> Any:
    """Streamlit keys this by the arguments without an underscore; ``as_of`` names the file."""
    return _read(_access, *args)
