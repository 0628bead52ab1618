"""Screenshots of every page of the dashboards, light and dark, laptop and phone.

``python -m bench.shots STORE.duckdb FOLDER`` needs Playwright and a Chromium.
"""

import argparse
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from auricle.settings import Clinic, Dashboard, Settings, StoreSettings
from auricle.store import listing
from auricle.store.access import as_owner
from auricle.store.filters import CallFilter
from dashboards import serve

WIDTHS = {"laptop": (1440, 900), "tablet": (1024, 800), "phone": (390, 844)}


WHOLE_PX = 2600
"""Pages scroll inside the window, so a picture of all of one needs a window as high."""


@contextmanager
def dashboards(store: Path, language: str = "") -> Iterator[str]:
    """The address of a dashboards' server on a free port, for as long as the block runs."""
    settings = Settings(
        store=StoreSettings(path=store.absolute()),
        clinic=Clinic(desks=store.absolute().with_name("desks.csv")),
        dashboard=Dashboard(language=language),
    )
    port = serve.free_port("127.0.0.1", 8600)
    server = subprocess.Popen(
        serve.command("127.0.0.1", port),
        env=serve.environment(settings),
        stdout=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        serve.wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def settle(page: Page) -> None:
    """Wait until Streamlit has finished the page."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_selector("h1, [data-testid=empty]")
    page.wait_for_function("document.fonts.status === 'loaded'")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="part of a picture's name")
    parser.add_argument("--language", default="", help="of the pages")
    parser.add_argument("--whole", action="store_true", help="all of a page: a very high window")
    parser.add_argument("--proof", nargs=3, metavar=("CALL", "CRITERION", "PICTURE"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rows = listing.calls(as_owner(options.store), CallFilter(), order="lowest").rows
    call = f"scorecard?call={rows[0].call_id}" if rows else "scorecard"
    pages = {
        "overview": "",
        "administrators": "administrators",
        "administrator": "administrators?administrator=Julia+Brandt&measure=prices",
        "funnel": "funnel",
        "line": "line",
        "line-missed": "line?heat=missed",
        "rubric": "rubric?rubric=clinic-phone",
        "desks": "desks",
        "unrecorded": "calls?recorded=false",
        "calls": "calls",
        "found": "calls?criterion=prices&verdict=missed",
        "scorecard": call,
        "runs": "runs",
        "reviews": "reviews",
        "calibration": "calibration",
        "coaching": "coaching",
        "mystery": "mystery",
    }
    with dashboards(options.store, options.language) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, path in pages.items():
            for size, (width, height) in WIDTHS.items():
                for scheme in ("light", "dark"):
                    shot = options.folder / f"{name}-{size}-{scheme}.png"
                    if options.only not in shot.name:
                        continue
                    page = browser.new_page(
                        viewport={"width": width, "height": WHOLE_PX if options.whole else height},
                        color_scheme="dark" if scheme == "dark" else "light",
                    )
                    page.goto(f"{address}/{path}")
                    settle(page)
                    page.wait_for_timeout(400)  # charts fade in
                    page.screenshot(path=shot)
                    page.close()
        if options.proof:
            picture(browser, f"{address}/scorecard?call={options.proof[0]}", *options.proof[1:])
        browser.close()


def picture(browser: Browser, address: str, criterion: str, shot: str) -> None:
    """A scorecard while it plays the first proof of a criterion."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000}, device_scale_factor=1.5)
    page.goto(address)
    settle(page)
    proof = page.locator(f"[data-criterion={criterion}] [data-testid=evidence]").first
    proof.click()
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.wait_for_timeout(900)  # some words in
    page.screenshot(path=shot)
    page.close()


if __name__ == "__main__":
    main()
