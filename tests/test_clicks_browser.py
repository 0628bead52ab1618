"""A click always counts, even one made while the page looks whether something was written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers_browser import run_server
from playwright.sync_api import Browser, expect

from auricle.settings import Settings
from dashboards import serve

CLICKS = 5
LOOKING = """
import time
import streamlit as st
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

if not hasattr(ScriptRunner, "ends"):
    ScriptRunner.ends = ScriptRunner._on_script_finished
    def ends_slowly(*told):  # as on a machine with much to do
        time.sleep(0.3)
        ScriptRunner.ends(*told)
    ScriptRunner._on_script_finished = ends_slowly

@st.fragment(run_every=0.4)
def look():
    pass

look()
time.sleep(0.5)
made = st.session_state.setdefault("made", 0)
if st.button("Click"):
    made = st.session_state.made = made + 1
st.title(f"{made} made")
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    script = tmp_path / "looking.py"
    script.write_text(LOOKING, "utf-8")
    yield from run_server(Settings(), serve.free_port("127.0.0.1", 8590), script=script)


def test_no_click_is_lost_while_the_page_looks_for_news(address: str, browser: Browser) -> None:
    """Streamlit's usual settings lose every one."""
    page = browser.new_page()  # not the tests' usual one, which clicks on pages that stand still
    page.goto(address)
    for made in range(CLICKS):
        expect(page.get_by_role("heading", name=f"{made} made")).to_be_visible()
        page.get_by_role("button", name="Click").click()
    expect(page.get_by_role("heading", name=f"{CLICKS} made")).to_be_visible()
    page.close()
