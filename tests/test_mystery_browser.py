"""A shopper with her telephone: her page, her recording, and the call in the wave's report."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from helpers_browser import open_page, run_server
from playwright.sync_api import Page, expect

from auricle import pipeline
from auricle.commands.demo import MYSTERY, SAMPLE
from auricle.mystery import tokens
from auricle.mystery.campaign import Campaign, load_campaign
from auricle.mystery.plan import plan
from auricle.settings import Clinic, Ingest, Settings, StoreSettings
from auricle.store import Store, mystery
from auricle.store.access import as_owner
from dashboards import serve

PHONE = {"width": 390, "height": 844}
CAMPAIGN = """
id: today
title: Today
language: en
scenarios: [price-shopping]
clinics:
  - {name: Riverside Dental, number: "020 7946 0100", own: true}
  - {name: Bridge Street Dental, number: "020 7946 0211"}
shoppers: [{name: Ewa}, {name: Tom}]
waves: [{first: TODAY, last: TODAY, calls: 1}]
bands:
  - {id: day, from: "00:00", to: "23:55", days: [monday, tuesday, wednesday, thursday, friday,
     saturday, sunday]}
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Campaign]:
    folder = tmp_path_factory.mktemp("shopper")
    (folder / "recordings").mkdir()
    file = folder / "today.yaml"
    file.write_text(CAMPAIGN.replace("TODAY", f"{datetime.now(UTC):%Y-%m-%d}"), "utf-8")
    store = Store(folder / "data" / "auricle.duckdb")
    campaign = load_campaign(file)
    mystery.save_campaign(
        store.path, campaign.id, campaign.model_dump_json(by_alias=True), plan(campaign)
    )
    settings = Settings(
        clinic=Clinic(name="Riverside Dental", languages=("en",), facts=SAMPLE / "facts.yaml",
                      desks=folder / "desks.csv"),
        ingest=Ingest(recordings=(str(folder / "recordings"),), tones="uk"),
        store=StoreSettings(path=store.path),
    )  # fmt: skip
    return settings, campaign


@pytest.fixture(scope="module")
def address(clinic: tuple[Settings, Campaign]) -> Iterator[str]:
    yield from run_server(clinic[0], serve.free_port("127.0.0.1", 8560))


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return page


def test_a_shopper_s_recording_is_found_scored_in_the_wave_s_report(
    clinic: tuple[Settings, Campaign], address: str, phone: Page
) -> None:
    settings, _ = clinic
    path = settings.store.path
    task = next(task for task in mystery.tasks(as_owner(path)) if not task.own)
    token = tokens.issue(path, "today", task.shopper, days=1)
    open_page(phone, f"{address}/?shopper={token}")
    expect(phone.get_by_role("heading", name="Comparing prices")).to_be_visible()
    expect(phone.get_by_test_id("task")).to_have_count(1)
    body = phone.locator("body")
    expect(body).to_contain_text("How much is a check-up for a new patient?")
    expect(body).not_to_contain_text("Riverside")  # the other shopper's
    for page in ("calls", "scorecard", "mystery"):
        expect(phone.get_by_role("link", name=page.capitalize(), exact=True)).to_have_count(0)
    assert phone.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    polite = phone.get_by_role("radiogroup", name="Was the administrator polite?")
    polite.locator("label").filter(has_text="4").click()
    expect(polite.get_by_role("radio").nth(3)).to_be_checked()
    phone.get_by_label("Words you remember").fill("She gave me the prices at once.")
    recording = MYSTERY / "uploads" / "autumn-2026-1-004.opus"
    phone.locator("input[type=file]").set_input_files(recording)
    expect(phone.get_by_role("region")).to_contain_text("KB")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", name="Made")).to_be_visible()
    expect(phone.get_by_role("button", name="Send")).to_have_count(0)
    told = mystery.debriefs(as_owner(path))[task.task]
    assert (told.remembered, told.marks["polite"]) == ("She gave me the prices at once.", 4)
    assert Path(told.path).read_bytes() == recording.read_bytes()

    assert pipeline.run(settings).errors == []

    phone.set_viewport_size({"width": 1280, "height": 900})
    open_page(phone, f"{address}/mystery")
    report = phone.frame_locator("iframe").first
    expect(report.get_by_role("heading", name="Mystery calls, wave 1")).to_be_visible()
    heard = report.locator("tr").filter(has_text="Clinic A").first
    expect(heard).to_contain_text("Clinic A111")  # planned, made, heard
    waiting = report.get_by_test_id("elements").locator("tr").filter(has_text="Waiting")
    expect(waiting).to_contain_text("n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}1")
    open_page(phone, f"{address}/calls?mystery=only")
    expect(phone.get_by_test_id("mystery")).to_have_count(1)
    open_page(phone, f"{address}/scorecard?call={task.task}")
    answered = phone.get_by_test_id("scenario").locator("li").filter(has_text="Answered price")
    expect(answered.get_by_text("Met")).to_be_visible()
    phone.get_by_text("Judge it yourself").click()
    phone.get_by_label("What").click()
    phone.get_by_role("option", name="Clear").click()
    phone.get_by_test_id("stForm").get_by_text("Missed", exact=True).click()
    phone.get_by_label("Why", exact=True).fill("She mumbled.")
    phone.get_by_role("button", name="Save", exact=True).click()
    judged = phone.get_by_test_id("scenario").locator("li").filter(has_text="owner: She mumbled.")
    expect(judged.get_by_text("Missed")).to_be_visible()
    open_page(phone, f"{address}/mystery")
    found = phone.get_by_test_id("found").locator("li")
    expect(found.filter(has_text="the shopper's recording")).to_have_count(1)
    expect(found.filter(has_text="not found")).to_have_count(1)
    phone.get_by_text("Correct a match").click()
    phone.get_by_role("button", name="Save and match anew").click()
    expect(found.filter(has_text="none of these")).to_have_count(1)


def test_a_report_with_long_words_fits_a_phone(address: str, phone: Page) -> None:
    open_page(phone, f"{address}/mystery")
    phone.get_by_test_id("stButtonGroup").get_by_text("Українська").click()
    report = phone.frame_locator("iframe").first
    expect(report.get_by_role("heading", name="Вибірка")).to_be_visible()
    assert report.locator("html").evaluate("page => page.scrollWidth <= page.clientWidth")


def test_links_that_ended_show_nothing(
    clinic: tuple[Settings, Campaign], address: str, phone: Page
) -> None:
    path = clinic[0].store.path
    good = tokens.issue(path, "today", "Ewa", days=1)
    past = datetime.now(UTC) - timedelta(minutes=1)
    mystery.save_token(path, tokens.hashed("expired"), "today", "Ewa", past)
    shown = phone.get_by_test_id("task").first
    open_page(phone, f"{address}/?shopper={good}")
    expect(shown).to_be_visible()
    assert mystery.revoke_tokens(path, "today", "Ewa") >= 1
    for token in (good, "expired", "guessed", ""):
        open_page(phone, f"{address}/?shopper={token}")
        expect(phone.get_by_test_id("empty")).to_contain_text("isn't valid any more")
        expect(phone.get_by_test_id("task")).to_have_count(0)


def test_a_new_link_can_be_sent_as_it_stands(address: str, page: Page) -> None:
    open_page(page, f"{address}/mystery?wave=1")
    page.get_by_role("button", name="New link").first.click()
    link = page.locator("code").filter(has_text="shopper=")
    expect(link).to_be_visible()
    sent = link.inner_text().strip()
    assert sent.startswith(f"{address}/?shopper=")
    open_page(page, sent)
    expect(page.get_by_test_id("task").first).to_be_visible()
