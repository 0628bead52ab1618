"""Pages in the reader's language: asked of the browser, set by the clinic, or chosen on a page."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import made_up_clinic
import pytest
from helpers_browser import open_page, run_server, settled
from playwright.sync_api import Browser, Page, expect

from auricle.desks import Desk, write_desks
from auricle.models import Run
from auricle.settings import Clinic, Dashboard, Settings, SignIn, StoreSettings
from auricle.store import Store, disputes, people
from auricle.store.access import as_owner
from auricle.store.people import Person
from dashboards import serve
from dashboards.components.session import LANGUAGE_COOKIE

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Scored just now, so that marks may be contested."""
    now = datetime.now(UTC)
    store = made_up_clinic.build(
        tmp_path_factory.mktemp("languages"), calls=14, start=now - timedelta(days=30), sound=False
    )
    store.save_run(Run(run_id="run-2", started=now, finished=now, version="0.1.0"))
    julia = Person("julia", "Julia", "administrator", "Julia Brandt", True, True)
    people.add_person(as_owner(store.path), julia, PASSWORD)
    return store


@pytest.fixture(scope="module")
def address(clinic: Store) -> Iterator[str]:
    settings = Settings(store=StoreSettings(path=clinic.path))
    yield from run_server(settings, serve.free_port("127.0.0.1", 8710))


@pytest.fixture(scope="module")
def polish_address(clinic: Store) -> Iterator[str]:
    """Of a clinic that has set Polish, and where everybody signs in."""
    settings = Settings(
        store=StoreSettings(path=clinic.path),
        dashboard=Dashboard(language="pl"),
        sign_in=SignIn(method="local"),
    )
    yield from run_server(settings, serve.free_port("127.0.0.1", 8730))


def test_a_page_speaks_what_the_browser_asks_for(browser: Browser, address: str) -> None:
    for locale, title in (("pl-PL", "Rozmowy"), ("zh-CN", "通话"), ("de-DE", "Calls")):
        context = browser.new_context(locale=locale)
        page = context.new_page()
        open_page(page, f"{address}/calls")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        context.close()


def test_longer_words_are_not_cut_on_a_tablet(
    browser: Browser, clinic: Store, tmp_path: Path
) -> None:
    desks = tmp_path / "desks.csv"
    write_desks(desks, [Desk(agent="2001", administrator="Julia Brandt")])
    settings = Settings(store=StoreSettings(path=clinic.path), clinic=Clinic(desks=desks))
    server = run_server(settings, serve.free_port("127.0.0.1", 8750))
    try:
        context = browser.new_context(locale="uk-UA", viewport={"width": 820, "height": 1180})
        page = context.new_page()
        open_page(page, f"{next(server)}/desks")
        label = page.get_by_test_id("stCheckbox").get_by_test_id("stMarkdownContainer")
        expect(label).to_have_text("Вилучити")
        assert label.evaluate(
            "label => [label, ...label.querySelectorAll('*')].every("
            "part => part.scrollWidth <= part.clientWidth + 1)"
        )
    finally:
        server.close()


def test_a_language_that_is_chosen_stays(page: Page, address: str) -> None:
    open_page(page, f"{address}/reviews")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    kept = {cookie["name"] for cookie in page.context.cookies()}
    assert LANGUAGE_COOKIE not in kept  # else it would stand above what the clinic sets later
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Українська").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Перевірки")
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    settled(page)
    open_page(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Огляд")


def test_an_administrator_reads_and_contests_a_mark_in_polish(
    page: Page, clinic: Store, polish_address: str
) -> None:
    open_page(page, polish_address)
    page.get_by_label("Login").fill("julia")
    page.get_by_role("textbox", name="Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj się").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Moje rozmowy")
    page.get_by_test_id("mine").locator("a").first.click()
    card = page.locator("[data-criterion=prices]")
    expect(card).to_contain_text("Poprawne ceny")
    expect(page.get_by_test_id("score")).to_contain_text("na 100")
    card.locator("button[data-kind=contested]").click()
    card.get_by_test_id("why").fill("Cenę podałam z cennika.")
    page.get_by_test_id("save-review").click()
    expect(card.get_by_test_id("spoken")).to_contain_text("Cenę podałam z cennika.")
    [said] = disputes.disputes(as_owner(clinic.path))
    assert (said.criterion, said.comment) == ("prices", "Cenę podałam z cennika.")


def test_by_keyboard_the_language_is_chosen_before_the_page_is_read(
    page: Page, address: str
) -> None:
    """Whoever can't read the page needs it first; it stands first, too."""
    open_page(page, f"{address}/calls")
    stops: list[str] = []
    while "Search" not in stops and len(stops) < 60:
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''"))
    assert stops.index("Language") < stops.index("Search")


def test_a_list_without_matches_says_so_in_no_language(browser: Browser, address: str) -> None:
    """Streamlit's words for it are English, so others are shown a dash."""
    for locale, hidden in (("pl-PL", True), ("en-GB", False)):
        page = browser.new_context(locale=locale).new_page()
        open_page(page, f"{address}/administrators")
        page.get_by_test_id("stSelectbox").locator("input").last.fill("ŁŁŁ")
        words = page.get_by_text("No results")
        expect(words).to_have_count(1)
        size = words.evaluate("element => getComputedStyle(element).fontSize")
        assert (size == "0px") == hidden
        page.context.close()
