"""The dashboards as people meet them: a server, Chromium, clicks, sound."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote_plus

import made_up_clinic
import pytest
from helpers_browser import PATIENCE_MS, open_page, run_server, settled
from playwright.sync_api import expect

from auricle.desks import Desk, read_desks, write_desks
from auricle.models import Call, Recording
from auricle.settings import Clinic, Settings, StoreSettings
from auricle.store import Store, listing
from auricle.store.access import as_owner
from auricle.store.filters import CallFilter
from auricle.store.reads import call_detail
from dashboards import serve


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return made_up_clinic.build(tmp_path_factory.mktemp("clinic"), calls=20)


def settings_of(store: Path) -> Settings:
    return Settings(
        store=StoreSettings(path=store), clinic=Clinic(desks=store.with_name("desks.csv"))
    )


def serving(store: Path) -> Iterator[str]:
    yield from run_server(settings_of(store), serve.free_port("127.0.0.1", 8510))


@pytest.fixture(scope="module")
def address(clinic: Store) -> Iterator[str]:
    yield from serving(clinic.path)


@pytest.fixture(scope="module")
def logged_clinic(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """With calls that were not recorded, the last of them today."""
    start = datetime.now(UTC) - timedelta(days=56)
    folder = tmp_path_factory.mktemp("logged")
    store = made_up_clinic.build(folder, calls=4, start=start, logged=150)
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    missed = [
        {
            "call_key": number, "start": now - timedelta(hours=hours_ago), "caller": number,
            "outcome": "abandoned", "duration_s": 31.0, "queue": "front-desk",
        }
        for number, hours_ago in [("020 7000 0001", 30), ("020 7000 0002", 2)]
    ]  # fmt: skip
    made_up_clinic.log(store, missed)
    return store


@pytest.fixture(scope="module")
def logged_address(logged_clinic: Store) -> Iterator[str]:
    yield from serving(logged_clinic.path)


def position_s(page) -> float:
    return float(page.get_by_test_id("player").get_attribute("data-position-s"))


def wait_until_past(page, second: float) -> None:
    player = page.get_by_test_id("player").element_handle()
    page.wait_for_function(
        "([player, second]) => Number(player.dataset.positionS) > second",
        arg=[player, second],
        timeout=PATIENCE_MS,
    )


def test_every_page_opens(page, address: str) -> None:
    titles = {
        "": "Overview", "line": "Line", "calls": "Calls", "reviews": "Reviews",
        "calibration": "Calibration", "coaching": "Coaching", "desks": "Desks",
        "runs": "Runs and failures",
    }  # fmt: skip
    for path, title in titles.items():
        open_page(page, f"{address}/{path}")
        expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    open_page(page, f"{address}/scorecard")
    expect(page.get_by_test_id("empty")).to_contain_text("No call chosen")
    open_page(page, f"{address}/scorecard?call=nonsense")
    expect(page.get_by_test_id("empty")).to_contain_text("There is no call nonsense")


def test_a_figure_leads_to_its_calls_and_a_call_to_its_scorecard(page, address: str) -> None:
    open_page(page, address)
    missed = page.get_by_test_id("criteria").get_by_role("link", name=re.compile(r"^\d+ missed$"))
    number = missed.first.inner_text().split()[0]
    missed.first.click()
    page.wait_for_url("**/calls?criterion=*&verdict=missed")
    expect(page.get_by_test_id("found")).to_have_text(re.compile(rf"^{number}\s"))
    page.get_by_test_id("calls").get_by_role("link").first.click()
    page.wait_for_url("**/scorecard?call=*")
    expect(page.get_by_test_id("criterion").first).to_be_visible()
    page.go_back()
    page.wait_for_url("**/calls?criterion=*&verdict=missed")
    expect(page.get_by_test_id("found")).to_have_text(re.compile(rf"^{number}\s"))


def test_a_click_on_evidence_plays_that_second(page, address: str) -> None:
    open_page(page, f"{address}/scorecard?call=call-1002")
    evidence = page.locator('[data-testid="evidence"][data-kind="quote"]').nth(2)
    second = float(evidence.get_attribute("data-start-s"))
    assert second > 1
    evidence.click()
    wait_until_past(page, second + 0.5)  # it moves on, so the sound really plays
    expect(page.get_by_test_id("player")).to_have_attribute("data-playing", "true")
    assert second < position_s(page) < second + 20
    quote = evidence.locator("q").inner_text()
    quoted = page.locator(".word.quoted").all_inner_texts()
    assert quoted == quote.split()
    page.keyboard.press("Space")
    expect(page.get_by_test_id("player")).to_have_attribute("data-playing", "false")
    stopped = position_s(page)
    page.keyboard.press("ArrowLeft")
    assert position_s(page) == pytest.approx(stopped - 5, abs=0.1)
    kept = page.evaluate("Number(new URLSearchParams(location.search).get('t'))")
    assert kept == pytest.approx(stopped - 5, abs=0.15)


def test_a_link_to_a_second_lands_there(page, address: str, clinic: Store) -> None:
    asked = CallFilter(text="hardly sleep")
    row = next(row for row in listing.calls(as_owner(clinic.path), asked).rows if row.hit)
    assert row.hit is not None and row.hit.start_s is not None
    open_page(page, f"{address}/calls?q=hardly+sleep")
    hit = page.get_by_test_id("calls").get_by_role("link", name=f"Open call {row.call_id}")
    expect(hit.locator("mark")).to_have_text("hardly sleep")
    hit.click()
    player = page.get_by_test_id("player")
    expect(player).to_have_attribute("data-position-s", f"{row.hit.start_s:.1f}0")
    page.reload()
    settled(page)
    expect(player).to_have_attribute("data-position-s", f"{row.hit.start_s:.1f}0")
    expect(page.locator(".word.current")).to_have_text("hardly")


def test_words_that_two_talk_through_are_marked(page, address: str, clinic: Store) -> None:
    access = as_owner(clinic.path)
    mono = next(
        row.call_id for row in listing.calls(access, CallFilter()).rows
        if (detail := call_detail(access, row.call_id)) and detail.transcript
        and any(word.also for turn in detail.transcript.turns for word in turn.words)
    )  # fmt: skip
    open_page(page, f"{address}/scorecard?call={mono}")
    both = page.locator(".word.both").first
    expect(both).to_have_text("Yes,")
    expect(both).to_have_attribute("title", re.compile("two people talk at once"))


def test_without_the_sound_the_page_still_works(page, address: str) -> None:
    open_page(page, f"{address}/scorecard?call=call-1010")  # every tenth call lacks its media file
    expect(page.get_by_test_id("no-audio")).to_contain_text("No sound")
    evidence = page.locator('[data-testid="evidence"][data-kind="quote"]').first
    evidence.click()
    second = float(evidence.get_attribute("data-start-s"))
    assert position_s(page) == pytest.approx(second, abs=0.01)
    expect(page.locator(".word.quoted").first).to_be_visible()


def test_filters_survive_a_reload(page, address: str) -> None:
    open_page(page, f"{address}/calls")
    page.get_by_role("combobox", name="Administrator").click()
    page.get_by_role("option", name="Julia Brandt").click()
    page.wait_for_url("**administrator=Julia+Brandt**")
    chip = page.get_by_role("link", name="Remove the filter: Julia Brandt")
    expect(chip).to_be_visible()
    found = page.get_by_test_id("found").inner_text()
    page.reload()
    settled(page)
    expect(page.get_by_test_id("found")).to_have_text(found)
    chip.click()
    expect(page.get_by_test_id("found")).to_have_text(re.compile(r"^20\scalls$"))


@pytest.mark.parametrize("width", [390, 1024])
@pytest.mark.parametrize(
    "path",
    ["", "administrators?measure=prices", "funnel", "line", "calls?q=toothache",
     "calls?recorded=false", "scorecard?call=call-1001&t=20",
     "desks", "runs", "rubric"],
)  # fmt: skip
def test_no_page_scrolls_sideways(page, logged_address: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, f"{logged_address}/{path}")
    overflow = page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
                 .map((element) => element.scrollWidth - element.clientWidth)"""
    )
    assert max(overflow) <= 0


def test_on_a_phone_the_tab_of_the_page_is_in_view(page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{address}/runs")
    expect(page.locator(".au-tab.au-here")).to_be_in_viewport(ratio=0.99)


def test_the_line_page_counts_what_its_links_list(page, logged_address: str) -> None:
    open_page(page, f"{logged_address}/line")
    expect(page.get_by_test_id("no-logs")).to_have_count(0)
    missed = page.get_by_role("link", name=re.compile(r"^\d+\smissed calls$"))
    number = missed.inner_text().split()[0]
    missed.click()
    page.wait_for_url("**/calls?direction=inbound&outcome=missed")
    expect(page.get_by_test_id("found")).to_have_text(re.compile(rf"^{number}\s"))
    first = page.get_by_test_id("unrecorded").first
    expect(first).to_contain_text("Gave up after 31")
    expect(first.get_by_role("link")).to_have_count(0)


def test_whom_to_call_back_is_listed_and_exported(page, logged_address: str) -> None:
    open_page(page, f"{logged_address}/line")
    callers = page.get_by_test_id("call-back").locator(".au-caller-row:not(.au-head)")
    newest = callers.filter(has_text="020 7000 0002")
    expect(newest).to_contain_text("still today")
    expect(callers.filter(has_text="020 7000 0001")).to_contain_text("1\N{NO-BREAK SPACE}day ago")
    with page.expect_download() as waiting:
        card = page.locator(".st-key-au-card-call-back")
        card.get_by_role("button", name="Download as CSV").click()
    lines = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(lines) == callers.count() + 1
    [exported] = [line for line in lines if line.startswith("020 7000 0002")]
    assert exported.endswith(",1,31,front-desk,0,yes")


def test_the_heat_map_switches_and_the_address_keeps_it(page, logged_address: str) -> None:
    open_page(page, f"{logged_address}/line")
    expect(page.locator(".au-heat-calls")).to_be_visible()
    page.get_by_role("radio", name="Share not answered").click()
    page.wait_for_url("**/line?heat=missed")
    expect(page.locator(".au-heat-missed")).to_be_visible()
    page.reload()
    settled(page)
    expect(page.locator(".au-heat-missed")).to_be_visible()
    page.locator(".au-few").first.hover()
    expect(page.locator(".au-few").first).to_have_attribute(
        "data-tip", re.compile("not answered.*too few to tell")
    )


def test_without_logs_the_line_page_says_what_to_configure(page, address: str) -> None:
    open_page(page, f"{address}/line")
    expect(page.get_by_test_id("no-logs")).to_contain_text("[ingest] logs")
    expect(page.get_by_test_id("kpi").first).to_contain_text("20")


def test_the_funnel_leads_to_the_calls_that_were_lost(page, logged_address: str) -> None:
    open_page(page, logged_address)
    busy = page.get_by_test_id("funnel").get_by_role("link", name=re.compile(r"^\d+ busy$"))
    number = busy.inner_text().split()[0]
    busy.click()
    page.wait_for_url("**/calls?direction=inbound&outcome=busy")
    expect(page.get_by_test_id("found")).to_have_text(re.compile(rf"^{number}\s"))


def test_the_line_is_drawn_above_the_waveform(page, logged_address: str) -> None:
    open_page(page, f"{logged_address}/scorecard?call=call-1001")
    lane = page.get_by_test_id("line")
    rows = lane.locator(".line-row")
    expect(rows).to_have_count(3)
    ringing = lane.locator("[data-kind=ring]")
    expect(ringing).to_have_attribute("title", re.compile(r"^Ringing: 0:00.* s \(audio\)$"))
    expect(page.get_by_test_id("answer").first).to_be_visible()
    legend = page.get_by_test_id("line-legend").locator("li").all_inner_texts()
    assert {"Ringing", "Speech", "Answered"} <= set(legend) and "Busy tone" not in legend
    expect(page.get_by_role("note").filter(has_text="Sources disagree")).to_contain_text(
        "(telephone system)"
    )
    waited = page.locator(".au-facts div").filter(has_text="Waited")
    expect(waited).to_have_attribute("title", re.compile(r"^telephone system, ±"))


def choose_name(page, label: str, name: str) -> None:
    page.get_by_role("combobox", name=label).fill(name)
    page.keyboard.press("Enter")


def test_a_desk_is_assigned_and_past_calls_follow(page, browser, tmp_path: Path) -> None:
    store = Store(tmp_path / "auricle.duckdb")
    day = datetime(2026, 3, 2, 9)
    made_up_clinic.log(store, [
        {"start": day, "caller": "020 7000 0001", "agent": "2003", "queue": "front-desk"},
        {"start": day, "caller": "020 7000 0002", "agent": "2003"},
        {"start": day, "caller": "020 7000 0003", "agent": "2001",
         "administrator": "Anna Kowalska"},
    ])  # fmt: skip
    desks = tmp_path / "desks.csv"
    write_desks(desks, [Desk(agent="2001", administrator="Anna Kowalska")])
    server = serving(store.path)
    url = next(server)
    try:
        open_page(page, f"{url}/desks")
        unknown = page.locator(".st-key-au-card-unknown")
        expect(unknown).to_contain_text("2003")
        expect(unknown).to_contain_text(re.compile(r"2\scalls · 2 Mar 2026 · front-desk"))
        # Somebody else's desk first: told at its line, and nothing is written.
        page.get_by_role("textbox", name="Extension or agent's id").fill("2001")
        choose_name(page, "Administrator of the new line", "Julia Brandt")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".st-key-au-card-desks").get_by_role("alert")).to_contain_text(
            "2001 is Anna Kowalska's at that time, not Julia Brandt's."
        )
        assert len(read_desks(desks)) == 1
        page.get_by_role("textbox", name="Extension or agent's id").fill("2002")
        choose_name(page, "Administrator of 2003", "Marta Lis")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Calls have their names now")).to_be_visible()
        assert {desk.agent: desk.administrator for desk in read_desks(desks)} == {
            "2001": "Anna Kowalska", "2002": "Julia Brandt", "2003": "Marta Lis",
        }  # fmt: skip
        expect(unknown).to_contain_text("Every call has a name")
        open_page(page, f"{url}/calls?administrator=Marta+Lis")
        expect(page.get_by_test_id("found")).to_have_text(re.compile(r"^2\scalls of 3$"))
        open_page(page, f"{url}/desks")
        page.locator(".st-key-au-card-desks").get_by_text("Remove").first.click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Calls have their names now")).to_be_visible()
        assert [desk.agent for desk in read_desks(desks)] == ["2002", "2003"]
        expect(unknown).to_contain_text("2001")
    finally:
        page.goto("about:blank")
        server.close()


def leave_a_bare_call(store: Store) -> None:
    """As a run leaves it that was killed after its first step."""
    recording = Recording(
        sha256="0" * 64, path="bare.wav", channels=1, sample_rate_hz=8000, duration_s=9.0,
        layout="mono",
    )  # fmt: skip
    store.save_call(Call(call_id="bare", recording=recording), None, fingerprint="", run_id="")


def test_what_is_empty_says_what_to_do(page, tmp_path: Path) -> None:
    server = serving(tmp_path / "auricle.duckdb")
    url = next(server)
    try:
        open_page(page, url)
        expect(page.get_by_test_id("empty")).to_contain_text("auricle run PATH")
        Store(tmp_path / "auricle.duckdb")  # the open page follows by itself
        expect(page.get_by_test_id("empty")).to_contain_text("still empty")
        open_page(page, f"{url}/runs")
        expect(page.get_by_test_id("empty")).to_contain_text("Nothing has run yet")
        leave_a_bare_call(Store(tmp_path / "auricle.duckdb"))
        open_page(page, url)
        page.get_by_role("link", name="All calls: show the calls").click()
        page.wait_for_url("**/calls")
        expect(page.get_by_test_id("found")).to_have_text(re.compile(r"^1\scall$"))
        page.get_by_role("link", name="Open call bare").click()
        expect(page.get_by_test_id("conversation")).to_contain_text("Not transcribed yet")
        expect(page.get_by_test_id("criteria")).to_contain_text("Not scored yet")
    finally:
        page.goto("about:blank")  # or it would complain of the server that goes away
        server.close()


def test_administrators_are_ordered_only_between_groups(page, address: str) -> None:
    open_page(page, f"{address}/administrators")
    standing = page.get_by_test_id("standing")
    expect(standing.locator(".au-tie")).to_have_text("No order can be stated within this group.")
    expect(standing.locator(".au-tier").last).to_contain_text(
        re.compile("^Not enough calls yet .* Julia Brandt")
    )
    plot = page.get_by_test_id("plot").first
    point = plot.get_by_role("link").first
    name = point.get_attribute("data-tip").splitlines()[0]
    point.click()
    expect(page).to_have_url(re.compile(re.escape(f"administrator={quote_plus(name)}")))


def test_one_administrators_criteria_are_shown_against_the_clinics_mean(page, address: str) -> None:
    open_page(page, f"{address}/administrators")
    page.get_by_test_id("standing").get_by_role("link", name="Anna Kowalska").click()
    page.wait_for_url("**/administrators?administrator=Anna+Kowalska")
    settled(page)
    rows = page.get_by_test_id("by-criterion").locator(".au-by-criterion")
    expect(rows.filter(has_text="Polite goodbye")).to_contain_text(
        re.compile("clinic's mean|from the mean|not enough")
    )
    rows.first.get_by_role("link").click()
    page.wait_for_url("**measure=wait_time**")


def test_a_rubric_is_read_and_tried_without_saving(page, address):
    page.goto(f"{address}/rubric?rubric=clinic-phone")
    expect(page.locator("[data-criterion=greeting]").first).to_contain_text("clinic's name")
    expect(page.locator("[data-criterion=greeting]").first).to_contain_text("0 of 10 blind reviews")
    page.get_by_role("tab", name="Try on a call").click()
    row = page.get_by_test_id("what-if").locator("[data-criterion=greeting]")
    expect(row).to_contain_text("of 10")
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()
    page.get_by_text("Edit the text").click()
    text = page.get_by_label("The rubric's text")
    assert text.evaluate("area => getComputedStyle(area).whiteSpace") == "pre"
    assert text.bounding_box()["width"] > 600  # a rubric has 700 lines
    expect(text).to_have_value(re.compile("points: 10"))
    text.fill(text.input_value().replace("points: 10", "points: 40"))
    page.get_by_role("button", name="Try", exact=True).click()
    expect(row).to_contain_text("of 40")
    page.get_by_role("button", name=re.compile("Try on .* calls")).click()
    moved = page.get_by_test_id("moves").get_by_role("row")
    expect(page.get_by_test_id("moved").first).to_contain_text("→")
    expect(moved).to_have_count(1 + len({"Anna Kowalska", "Julia Brandt", "Marta Lis"}))
    anna = moved.filter(has_text="Anna Kowalska").get_by_role("cell")
    now, then = (float(anna.nth(at).inner_text()) for at in (1, 2))
    change, *ends = re.findall(r"[+\N{MINUS SIGN}]\d+\.\d", anna.nth(3).inner_text())
    assert float(change) == pytest.approx(then - now, abs=1.0) and float(change) > 0
    assert len(ends) == 2  # an interval: other calls would move more, or less
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Raise 'version'").or_(page.get_by_text("Copy it"))).to_be_visible()
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_text("No history yet")).to_be_visible()
