"""An open page follows what others write, and loses no click for that nor for what it writes."""

import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from auricle.store import Store


def page(path: str, others_write: bool) -> None:
    """Look at a call, and be as old as pages are when they look whether there is something new."""
    import dataclasses
    from pathlib import Path

    import streamlit as st

    from auricle.store.access import as_owner
    from auricle.store.connection import connected
    from dashboards.parts import reading
    from dashboards.parts.looking import looked

    st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1
    with reading.follow(Path(path)):
        if others_write and st.session_state["drawn"] == 1:
            Path(path + ".changed").touch()
        judged_blind = dataclasses.replace(as_owner(Path(path)), unseen=frozenset({"call"}))
        looked(judged_blind, ["call"], verdicts=True)
        if st.button("Save"):
            with connected(Path(path), write=True):
                st.write("Saved")
    reading._await_writes(Path(path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = Store(tmp_path / "auricle.duckdb").path
    os.utime(path.with_name(path.name + ".changed"), (1, 1))  # long ago
    return path


def test_a_page_isn_t_shown_anew_for_what_it_writes_itself(path: Path) -> None:
    shown = AppTest.from_function(page, args=(str(path), False)).run()
    assert shown.session_state["drawn"] == 1
    shown.button[0].click().run()
    assert [text.value for text in shown.markdown] == ["Saved"]


def test_a_page_that_writes_is_shown_anew_for_what_others_write(path: Path) -> None:
    shown = AppTest.from_function(page, args=(str(path), True)).run()
    assert shown.session_state["drawn"] == 2


def test_a_click_isn_t_lost_to_a_write_that_came_before_it(path: Path) -> None:
    shown = AppTest.from_function(page, args=(str(path), False)).run()
    path.with_name(path.name + ".changed").touch()
    shown.button[0].click().run()
    assert [text.value for text in shown.markdown] == ["Saved"]
