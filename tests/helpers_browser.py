"""A dashboard's server and Chromium in front of it, for the tests that walk its pages."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from auricle.settings import Settings
from dashboards import serve

PATIENCE_MS = 60_000
"""Two busy cores are slow; conditions are waited for, so a fast machine loses nothing."""
expect.set_options(timeout=PATIENCE_MS)
ITSELF = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")
"""Opened below its root, Streamlit first asks there for itself, is told 404, and tries the root."""
DRAWING = '[data-testid="stApp"]:not([data-test-script-state="notRunning"])'
"""What is clicked or typed while a page is drawn, the drawing may undo."""
UNFOLDING = '[data-testid="stExpander"] details[style*="hidden"]'
"""A list that is opened in there half a second too early, the next scrolling closes."""


def run_server(
    settings: Settings,
    port: int,
    host: str = "127.0.0.1",
    secrets: Path | None = None,
    script: Path | None = None,
) -> Iterator[str]:
    """The dashboards' address, until the caller is done with it; ``script``'s in their place."""
    address = f"http://{host}:{port}"
    command = serve.command("127.0.0.1", port, secrets)
    server = subprocess.Popen(
        [str(script) if script and part.endswith("script.py") else part for part in command],
        env=serve.environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert serve.wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test for any error on the console, in a script, or from Streamlit.

    Whatever is done to it waits until it is drawn and at rest.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    for restless in (DRAWING, UNFOLDING):
        page.add_locator_handler(page.locator(restless), lambda: None)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: complain(message, problems))
    yield page
    shown = page.locator('[data-testid="stException"]').all_inner_texts()
    context.close()
    assert not problems, problems
    assert not shown, shown


def complain(message: ConsoleMessage, problems: list[str]) -> None:
    where = message.location.get("url", "")
    if message.type == "error" and not ITSELF.search(where):
        problems.append(f"{message.text} ({where})")


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    settled(page)


def settled(page: Page) -> None:
    app = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    expect(app).to_be_attached()
    expect(page.locator("h1, [data-testid=empty]").first).to_be_visible()
