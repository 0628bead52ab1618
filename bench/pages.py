"""How soon every page stands in a browser, over a hundred thousand calls; into bench/RESULTS.md.

    make bench-pages    or     .venv/bin/python -m bench.pages [--store FOLDER] [--loads 5]

From the address entered to the last change on the page, in a Chromium that has seen one page of
the running dashboards before. After a write, figures over many calls stand as they were before it
until new ones are counted: both moments are told. ``--store`` keeps the made-up clinic for the next
time.
"""

import argparse
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from auricle.store import reviews
from auricle.store.access import as_owner
from bench.big_clinic import build
from bench.results import say, stamp, write_section
from bench.shots import dashboards

WANTED_S = 1.0
WHO = "administrator=Person+20"
PAGES = {
    "Overview": "",
    "Overview, one administrator": f"?{WHO}",
    "Overview, one month": "?from=2026-10-01&to=2026-10-31",
    "Administrators": "administrators",
    "Administrators, one of them": f"administrators?{WHO}&measure=empathy",
    "Funnel": "funnel",
    "Line": "line",
    "Calls": "calls",
    "Calls, lost bookings": "calls?booking=lost",
    "Calls, lowest first": "calls?sort=lowest",
    "Calls, words said": "calls?q=appointment",
    "Scorecard": "scorecard?call=c50001",
    "Reviews": "reviews",
    "Calibration": "calibration",
    "Coaching": f"coaching?{WHO}&criterion=empathy",
    "Rubric": "rubric",
    "Mystery": "mystery",
    "Desks": "desks",
    "Runs": "runs",
}
AFTER_WRITE = 3


@contextmanager
def browser(width: int, height: int) -> Iterator[Page]:
    """A tab of a browser that keeps what it has loaded, as everybody's does."""
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=shutil.which("chromium"), headless=True,
            args=["--no-sandbox", "--disable-gpu"], viewport={"width": width, "height": height},
        )  # fmt: skip
        context.add_init_script(path=Path(__file__).with_name("settled.js"))
        yield context.new_page()
        context.close()


def load(page: Page, address: str) -> float:
    """Seconds from the navigation until the page stands still."""
    page.goto(address)
    return settled(page)


def settled(page: Page) -> float:
    found = page.wait_for_function("window.auricleSettled()", timeout=60_000, polling=50)
    return float(found.json_value()) / 1000


def anew(page: Page) -> float:
    """Seconds from the navigation until the figures are those of after the last write."""
    page.wait_for_selector("[data-testid=counting]", state="detached", timeout=60_000)
    return settled(page)


def write(store: Path, number: int) -> None:
    """What makes all that was read out of date: somebody reviews a call."""
    said = reviews.Judgement("greeting", "missed", "Heard again.")
    reviews.submit(as_owner(store), f"c{number}", "queue", [said])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--store", type=Path, help="a folder to build it in, or to find it")
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--only", default="", help="part of a page's name; nothing is written")
    parser.add_argument("--phone", action="store_true", help="390 px wide; nothing is written")
    options = parser.parse_args()
    size = (390, 844) if options.phone else (1440, 900)
    rows, missed, written = [], [], 0
    others = os.getloadavg()[0]
    with nullcontext(options.store) if options.store else tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "auricle.duckdb"
        if not path.exists():
            say("building the clinic")
            build(Path(folder), options.calls)
        with dashboards(path) as address, browser(*size) as page:
            load(page, f"{address}/runs")
            for name, place in PAGES.items():
                if options.only not in name:
                    continue
                load(page, f"{address}/{place}")  # as somebody did before the write
                fresh, renewed = [], []
                for _ in range(AFTER_WRITE):
                    write(path, 10 + written)
                    written += 1
                    fresh.append(load(page, f"{address}/{place}"))
                    renewed.append(anew(page))
                warm = [load(page, f"{address}/{place}") for _ in range(options.loads)]
                middle = statistics.median
                cells = (middle(warm), max(warm), middle(fresh), max(fresh), middle(renewed))
                rows.append(f"| {name} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
                missed += [name] * (max(middle(warm), middle(fresh)) >= WANTED_S)
                print(rows[-1], flush=True)
    if options.only or options.phone:
        return
    write_section(
        "Pages",
        [
            f"{stamp(f'python -m bench.pages --loads {options.loads}')}, Chromium.",
            "",
            f"{options.calls:,} recorded and scored calls (and a third as many that only logs know)"
            "; seconds from the address entered to the last change on the page. Wanted: under "
            f"{WANTED_S:g} s. Medians that aren't: {', '.join(missed) or 'none'}. Load "
            f"of the machine when it began: {others:.1f} on {os.cpu_count()} cores.",
            "",
            f"| page | median of {options.loads} | worst | first after a write, median of "
            f"{AFTER_WRITE} | worst | figures anew, median |",
            "|---|---|---|---|---|---|",
            *rows,
        ],
    )


if __name__ == "__main__":
    main()
