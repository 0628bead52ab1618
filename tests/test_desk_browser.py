"""Review, dispute, answer: the whole loop as people walk it, each with their own sign-in."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import made_up_clinic
import pytest
from helpers_browser import open_page, run_server, settled
from playwright.sync_api import expect

from auricle.models import Run
from auricle.settings import Clinic, Review, Settings, SignIn, StoreSettings
from auricle.store import Store, calibrations, coaching, disputes, people, reviews
from auricle.store.access import Access, Viewer, as_owner
from auricle.store.filters import CallFilter
from auricle.store.listing import calls
from auricle.store.people import Person
from auricle.store.reads import call_detail, rows
from auricle.store.reviews import Judgement
from dashboards import serve

PASSWORD = "correct horse battery"
TEAM = (
    Person("olga", "Olga", "owner", "", True, True),
    Person("ann", "Ann", "analyst", "", True, True),
    Person("bob", "Bob", "analyst", "", True, True),
    Person("julia", "Julia", "administrator", "Julia Brandt", True, True),
)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Scored just now, so that marks may be contested."""
    now = datetime.now(UTC)
    store = made_up_clinic.build(
        tmp_path_factory.mktemp("desk"), calls=14, start=now - timedelta(days=30), sound=False
    )
    store.save_run(Run(run_id="run-2", started=now, finished=now, version="0.1.0"))
    for person in TEAM:
        people.add_person(as_owner(store.path), person, PASSWORD)
    return store


def settings_of(store: Store) -> Settings:
    return Settings(
        store=StoreSettings(path=store.path),
        clinic=Clinic(
            name=made_up_clinic.CLINIC, administrators=("Anna", "Marta", "Julia"),
            desks=store.path.with_name("desks.csv"),
        ),
        sign_in=SignIn(method="local"), review=Review(random_share=0.05),
    )  # fmt: skip


@pytest.fixture(scope="module")
def address(clinic: Store) -> Iterator[str]:
    yield from run_server(settings_of(clinic), serve.free_port("127.0.0.1", 8610))


def sign_in(page, address: str, login: str) -> None:
    open_page(page, address)
    before = page.evaluate("document.cookie")
    page.get_by_label("Login").fill(login)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"Signed in as {login}")).to_be_visible()
    page.wait_for_function("before => document.cookie !== before", arg=before)  # it's kept
    settled(page)


def sign_out(page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Login")).to_be_visible()


def listen(page) -> list[bytes]:
    """All that the server sends from now on."""
    received: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(
        frame if isinstance(frame, bytes) else frame.encode()
    )))  # fmt: skip
    return received


def arrived(secrets: list[str], received: list[bytes], shown: str) -> tuple[list[str], list[str]]:
    """Which of them the server sent (as text or inside JSON), and which are in the page."""
    sent = b"".join(received).decode("utf-8", "ignore")
    told = [word for word in secrets if word in sent or json.dumps(word)[1:-1] in sent]
    return told, [word for word in secrets if word in shown]


def criterion(page, name: str):
    return page.locator(f'[data-criterion="{name}"]')


def choose_words(page, turn: int, first: int, last: int) -> None:
    words = page.get_by_test_id("turn").nth(turn).locator(".word")
    words.nth(first).click()
    words.nth(last).click(modifiers=["Shift"])


def the_history(page, text: str):
    """While a page is drawn anew, Streamlit may show the old list beside the new one."""
    return page.get_by_test_id("history").filter(has_text=text).first


def a_call_of_julias(store: Store) -> str:
    """With a critical failure, and not in the random sample."""
    access = as_owner(store.path)
    chosen = CallFilter(administrator="Julia Brandt", critical=True)
    return calls(access, chosen, "newest").rows[0].call_id


def test_from_the_queue_to_the_owners_page(page, clinic: Store, address: str) -> None:
    call_id = a_call_of_julias(clinic)
    before = call_detail(as_owner(clinic.path), call_id)

    sign_in(page, address, "ann")
    page.goto(f"{address}/scorecard?call={call_id}&review=open")
    settled(page)
    card = criterion(page, "prices")
    expect(card).to_contain_text("Missed")
    # Two keystrokes: the fourth criterion, and what it is.
    for _ in range(4):
        page.keyboard.press("j")
    page.keyboard.press("2")
    page.get_by_test_id("save-review").click()
    expect(page.get_by_test_id("review-bar")).to_contain_text("Write why")
    choose_words(page, turn=4, first=0, last=3)
    page.get_by_test_id("prove").click()
    card.get_by_test_id("why").fill("She gives a price, if not the right one.")
    page.get_by_test_id("save-review").click()
    expect(the_history(page, "She gives a price")).to_be_visible()
    expect(card.get_by_test_id("said-by")).to_have_text("ann; the machine: missed")
    machine = next(v for v in before.machine_scorecard.criteria if v.id == "prices")
    card.get_by_text("Why the machine says missed").click()
    expect(card.get_by_test_id("overruled")).to_contain_text(machine.reason)
    expect(card.get_by_test_id("overruled").get_by_test_id("evidence").first).to_be_visible()
    detail = call_detail(as_owner(clinic.path), call_id)
    verdict = next(v for v in detail.scorecard.criteria if v.id == "prices")
    assert verdict.evidence[0].quote == " ".join(
        w.text for w in detail.transcript.turns[4].words[:4]
    )
    assert detail.scorecard.total > before.scorecard.total
    sign_out(page)

    sign_in(page, address, "julia")
    expect(page.get_by_role("heading", level=1, name="My calls")).to_be_visible()
    elses = calls(as_owner(clinic.path), CallFilter(administrator="Anna Kowalska")).rows[0].call_id
    for path in (f"scorecard?call={elses}", f"scorecard?call={elses}&review=open"):
        open_page(page, f"{address}/{path}")
        expect(page.get_by_test_id("empty")).to_contain_text(f"There is no call {elses}")
    expect(page.get_by_role("link", name="Reviews")).to_have_count(0)
    open_page(page, f"{address}/scorecard?call={call_id}")
    card = criterion(page, "prices")
    card.get_by_role("button", name="Contest").click()
    page.get_by_test_id("save-review").click()
    expect(page.get_by_test_id("review-bar")).to_contain_text("Write why")
    card.get_by_test_id("why").fill("The patient asked about a filling.")
    page.get_by_test_id("save-review").click()
    expect(the_history(page, "contested")).to_be_visible()
    expect(card.get_by_test_id("spoken")).to_contain_text("You contested it")
    expect(card.get_by_role("button", name="Contest")).to_have_count(0)
    # Said twice, from two pages: the second one is told so, and goes on.
    criterion(page, "greeting").get_by_role("button", name="Accept").click()
    disputes.speak(Access(clinic.path, Viewer("julia", "administrator", "Julia Brandt")), call_id,
                   [disputes.Answer("greeting", "accepted")], 7)  # fmt: skip
    page.get_by_test_id("save-review").click()
    bar = page.get_by_test_id("review-bar")
    expect(bar).to_contain_text("You have accepted this mark already.")
    expect(bar).to_contain_text("Send (0)")
    expect(criterion(page, "greeting").get_by_test_id("spoken")).to_have_text("You accepted it.")
    open_page(page, address)
    line = page.get_by_test_id("contested").get_by_role("row").last
    expect(line.get_by_role("cell").last).to_have_text("not answered yet")
    expect(line.get_by_role("link")).to_have_attribute("href", re.compile(call_id))
    wide = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    cells = page.get_by_test_id("contested").locator("td")
    expect(cells.last).to_be_in_viewport(ratio=1)  # what became of it, with nothing to be scrolled
    page.set_viewport_size(wide)
    sign_out(page)
    # It is reviewed meanwhile: an answer doesn't undo that.
    bob = Access(clinic.path, Viewer("bob", "analyst"))
    reviews.submit(bob, call_id, "queue", [Judgement("prices", "missed", "No price at all.")])

    sign_in(page, address, "bob")
    open_page(page, f"{address}/reviews")
    first = page.get_by_test_id("queue").get_by_role("link").first
    expect(first).to_contain_text("Contested")
    expect(first).to_contain_text(call_id)
    page.get_by_test_id("balances").get_by_role("link", name="1 to answer").click()
    expect(page).to_have_url(re.compile("why=dispute"))
    expect(page.get_by_test_id("queue")).to_contain_text(call_id)
    open_page(page, f"{address}/scorecard?call={call_id}&review=open")
    form = page.get_by_test_id("stForm").filter(has=page.get_by_label("Answer"))
    expect(form.get_by_role("radio", name="Missed")).to_be_checked()
    expect(card.get_by_test_id("spoken")).to_contain_text("Contested")
    form.get_by_text("Met", exact=True).click()
    form.get_by_label("Answer").fill("You are right: it was about a filling.")
    form.get_by_role("button", name="Answer").click()
    expect(the_history(page, "changed")).to_be_visible()
    expect(card).to_contain_text("Met")
    sign_out(page)

    sign_in(page, address, "julia")
    open_page(page, f"{address}/scorecard?call={call_id}")
    expect(criterion(page, "prices")).to_contain_text("Met")
    expect(page.get_by_test_id("history")).to_contain_text("You are right: it was about a filling.")
    sign_out(page)

    sign_in(page, address, "olga")
    open_page(page, f"{address}/calls?critical=true")
    expect(page.get_by_role("heading", level=1, name="Calls")).to_be_visible()
    expect(page.locator(f'a[href*="{call_id}"]')).to_have_count(0)  # no critical failure any more
    open_page(page, f"{address}/reviews")
    expect(page.get_by_test_id("balances")).to_contain_text("1 of 1")
    done = {row["action"] for row in rows(as_owner(clinic.path), "SELECT action FROM audit")}
    assert {"sign in", "look", "review", "answer marks", "resolve dispute"} <= done


def test_what_a_blind_reviewer_must_not_know_never_arrives(
    page, clinic: Store, address: str
) -> None:
    waiting = rows(as_owner(clinic.path), "SELECT call_id FROM calls ORDER BY call_id")
    received = listen(page)
    sign_in(page, address, "ann")
    open_page(page, f"{address}/reviews?why=random")
    drawn = page.get_by_test_id("queue").get_by_role("link").first
    expect(drawn).to_contain_text("Random sample")
    call_id = next(row["call_id"] for row in waiting if row["call_id"] in drawn.inner_text())
    detail = call_detail(as_owner(clinic.path), call_id)
    reasons = [verdict.reason for verdict in detail.machine_scorecard.criteria]

    def told() -> tuple[list[str], list[str]]:
        """Reasons that were sent to the browser, and that are in the page."""
        shown = page.locator("body").inner_text() + page.get_by_test_id("criteria").inner_html()
        return arrived(reasons, received, shown)

    received.clear()
    open_page(page, f"{address}/calls?q={call_id}&min=0")
    expect(page.get_by_test_id("lacks-sample")).to_be_visible()
    for path in ("", "funnel", "rubric"):
        received.clear()
        open_page(page, f"{address}/{path}")
        if path == "rubric":
            page.get_by_role("tab", name="Try on a call").click()
        expect(page.get_by_test_id("lacks-sample")).to_be_visible()
        assert arrived([call_id], received, page.content()) == ([], [])
    open_page(page, f"{address}/calls?q={call_id}")
    row = page.get_by_test_id("calls").get_by_role("link", name=f"Open call {call_id}")
    expect(row).to_contain_text("To be judged blind")
    assert arrived(reasons, received, row.inner_text()) == ([], [])
    open_page(page, f"{address}/scorecard?call={call_id}")
    expect(page.get_by_test_id("empty")).to_contain_text("in the random sample")
    button = page.get_by_role("link", name="Review it now")
    colours = button.evaluate(
        "a => [getComputedStyle(a).color, getComputedStyle(a).backgroundColor]"
    )
    assert colours[0] != colours[1]
    received.clear()
    open_page(page, f"{address}/scorecard?call={call_id}&review=random")
    expect(page.get_by_test_id("criterion")).to_have_count(len(reasons))
    assert told() == ([], [])
    expect(page.get_by_test_id("score")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    bar = page.get_by_test_id("review-bar")
    expect(bar).to_contain_text("left to judge")
    for number in range(len(reasons)):
        page.keyboard.press("j" if number else "k")
        page.keyboard.press("1" if number % 2 else "3")
    expect(bar).not_to_contain_text("left to judge")
    page.get_by_test_id("save-review").click()
    expect(page.get_by_test_id("score")).to_be_visible()  # now everything is told
    onwards = page.get_by_test_id("judged").get_by_role("link")
    expect(onwards).to_have_attribute("href", re.compile("why=random"))
    expect(page.get_by_test_id("criterion").first).to_contain_text("the machine")
    assert all(told())
    [review] = rows(as_owner(clinic.path), "SELECT * FROM reviews WHERE purpose = 'random'")
    assert review["blind"] and 0 < review["drawn_with"] <= 1
    judged = rows(as_owner(clinic.path), "SELECT verdict FROM review_verdicts WHERE review_id = "
                  f"'{review['review_id']}'")  # fmt: skip
    assert len(judged) == len(reasons)


def test_a_calibration_tells_neither_names_nor_verdicts(page, clinic: Store, address: str) -> None:
    name = "Marta Lis"
    owner = as_owner(clinic.path)
    call_id, other = [row.call_id for row in calls(owner, CallFilter(administrator=name)).rows[:2]]
    session = calibrations.open_session(
        owner, "March", [call_id, other], ["ann", "bob"], date.today() + timedelta(days=2), "bob"
    )
    criteria = [verdict.id for verdict in call_detail(owner, call_id).machine_scorecard.criteria]
    bobs = [Judgement(criterion, "partly", "Bob heard a sigh.") for criterion in criteria]
    reviews.submit(Access(clinic.path, Viewer("bob", "analyst")), call_id, "calibration", bobs,
                   blind=True, calibration_id=session)  # fmt: skip
    secret = [verdict.reason for verdict in call_detail(owner, call_id).machine_scorecard.criteria]
    secret += [name, "Bob heard a sigh."]
    received = listen(page)
    sign_in(page, address, "ann")

    def told() -> list[str]:
        shown = page.content() + page.get_by_test_id("criteria").inner_html()
        sent, there = arrived(secret, received, shown)
        return sent + there

    open_page(page, f"{address}/reviews")
    expect(page.get_by_test_id("session-waits")).to_contain_text(
        "March waits for your judgement of"
    )
    # Nor does the call's own page tell, while the session waits for her.
    received.clear()
    open_page(page, f"{address}/scorecard?call={call_id}&review=open")
    expect(page.get_by_test_id("empty")).to_contain_text("This call is in a calibration")
    assert arrived(secret, received, page.content()) == ([], [])
    page.get_by_role("link", name="Judge it now").click()
    expect(page.get_by_test_id("criterion")).to_have_count(len(criteria))
    expect(page.get_by_role("heading", level=1)).to_have_text("Who answered isn't told")
    expect(page.get_by_test_id("blind")).to_contain_text("March: call 1 of 2")
    expect(page.get_by_test_id("blind")).to_contain_text("when everybody has judged")
    assert told() == []
    for number in range(len(criteria)):
        page.keyboard.press("j")
        page.keyboard.press("2" if number else "3")
    page.get_by_test_id("save-review").click()
    expect(page.get_by_test_id("empty")).to_contain_text("Your judgement is kept")
    page.get_by_role("link", name="Judge the next call (1 left)").click()
    expect(page.get_by_test_id("criterion")).to_have_count(len(criteria))
    assert told() == []
    open_page(page, f"{address}/scorecard?call={call_id}&review=open")
    expect(page.get_by_test_id("score")).to_be_visible()
    assert name in told()
    for login, verdict in (("ann", "met"), ("bob", "missed")):
        reviews.submit(Access(clinic.path, Viewer(login, "analyst")), other,
                       "calibration", [Judgement(criterion, verdict) for criterion in criteria],
                       blind=True, calibration_id=session)  # fmt: skip
    open_page(page, f"{address}/calibration?session={session}")
    table = page.get_by_test_id("agreement")
    expect(table.get_by_role("row")).to_have_count(len(criteria) + 1)
    expect(table).to_contain_text("ann 1 of 2 as bob")
    expect(page.get_by_test_id("few-calls")).to_be_visible()
    # What is two steps apart comes first; the one judgement a step apart waits for its turn.
    divided = page.get_by_test_id("divided")
    expect(divided).to_have_count(8)
    expect(divided.filter(has_text=other)).to_have_count(8)
    open_still = page.get_by_test_id("more-divided")
    expect(open_still).to_contain_text(f"{len(criteria) - 7} more")

    # Nothing is chosen beforehand; what is kept makes room for the next, and can be changed.
    keep = page.get_by_role("button", name="Keep what we agreed")
    keep.first.click()
    expect(page.get_by_text("Choose the verdict that you agreed on.")).to_be_visible()
    page.get_by_role("combobox", name="Agreed").first.click()
    page.get_by_role("option", name="Partly").click()
    keep.first.click()
    page.get_by_text(f"Agreed on: 1 of {len(criteria) + 1}").click()
    expect(open_still).to_contain_text(f"{len(criteria) - 8} more")
    kept = divided.filter(has_text="→")
    expect(kept).to_contain_text("→ Partly ann")
    change = page.get_by_role("button", name="Change it")
    change.locator("xpath=ancestor::form | ancestor::div[@data-testid='stForm']").get_by_label(
        "Why"
    ).fill("She names it late.")
    change.click()
    expect(kept).to_contain_text("→ Partly She names it late. ann")


def test_an_opened_session_leaves_an_empty_form(page, clinic: Store, address: str) -> None:
    sign_in(page, address, "olga")
    open_page(page, f"{address}/calibration")
    page.get_by_label("Title").fill("April, prices")
    page.get_by_role("combobox", name="Calls").click()
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.get_by_text("Select all")).to_have_count(0)
    page.keyboard.press("Escape")
    for label, wanted in (("Calls", "call-1001"), ("Reviewers", "ann"), ("Reviewers", "bob")):
        page.get_by_role("combobox", name=label).fill(wanted)
        page.get_by_role("option", name=wanted).click()
        page.keyboard.press("Escape")
    page.get_by_test_id("stBaseButton-primaryFormSubmit").click()
    expect(page.get_by_role("heading", name="April, prices")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("")
    chosen = page.get_by_test_id("stMultiSelect").filter(has_text="call-1001")
    expect(chosen).to_have_count(0)

    page.get_by_text("When it ends").click()
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_text("Nobody has judged.")).to_be_visible()
    expect(page.get_by_text("Ended (olga, ")).to_be_visible()
    expect(page.get_by_text("When it ends")).to_have_count(0)


def test_a_corrected_conversation_is_scored_at_once(page, clinic: Store, address: str) -> None:
    owner = as_owner(clinic.path)
    met = CallFilter(administrator="Anna Kowalska", criterion="greeting", verdict="met")
    call_id = calls(owner, met).rows[0].call_id

    def turns():
        return call_detail(owner, call_id).transcript.turns

    def greeting() -> str:
        found = call_detail(owner, call_id).machine_scorecard.criteria
        return next(verdict.verdict for verdict in found if verdict.id == "greeting")

    heard = [turn.role for turn in turns()]
    sign_in(page, address, "olga")
    open_page(page, f"{address}/scorecard?call={call_id}")
    choose_words(page, turn=1, first=0, last=1)
    page.get_by_test_id("reword").click()
    page.get_by_test_id("new-words").fill("Good evening, I")
    page.get_by_test_id("correct").click()
    expect(the_history(page, "Good evening, I")).to_be_visible()
    assert [word.text for word in turns()[1].words[:3]] == ["Good", "evening,", "I"]
    assert greeting() == "met"
    expect(criterion(page, "greeting")).to_contain_text("Met")

    page.get_by_test_id("whose").nth(1).select_option("administrator")
    expect(the_history(page, "turn 2, whose turn")).to_be_visible()
    assert [turn.role for turn in turns()] == [heard[0], "administrator", *heard[2:]]

    page.get_by_test_id("swap").click()
    expect(criterion(page, "greeting").locator(".badge")).not_to_have_text(re.compile("Met"))
    other = {"administrator": "patient", "patient": "administrator"}
    swapped = [heard[0], "administrator", *heard[2:]]
    assert [turn.role for turn in turns()] == [other.get(role, role) for role in swapped]
    assert greeting() != "met"
    done = rows(owner, "SELECT login FROM audit WHERE action = 'correct'")
    assert [row["login"] for row in done] == ["olga"] * 3


def test_the_owner_says_who_decides_and_the_analyst_confirms(
    page, clinic: Store, address: str
) -> None:
    owner = as_owner(clinic.path)
    sign_in(page, address, "olga")
    open_page(page, f"{address}/rubric?rubric=clinic-phone")
    page.get_by_role("tab", name="Who decides").click()
    choice = page.get_by_role("radiogroup", name="Who decides: Right prices")
    choice.get_by_text("Assisted").click()
    expect(page.get_by_text("The machine gets it back only by agreement")).to_be_visible()
    page.get_by_role("button", name="Change it").click()
    expect(page.locator('[data-criterion=prices][data-mode="assisted"]')).to_be_visible()
    choice.get_by_text("Machine").click()
    expect(page.get_by_text("Not yet: 30 blind reviews are needed, there are 0")).to_be_visible()
    expect(page.get_by_role("button", name="Change it")).to_have_count(0)
    sign_out(page)

    sign_in(page, address, "ann")
    open_page(page, f"{address}/reviews?why=undecided")
    first = page.get_by_test_id("queue").get_by_role("link").first
    expect(first).to_contain_text("Needs a person")
    found = call_detail(owner, first.locator(".au-note").inner_text().split("· ")[1])
    suggested = next(v for v in found.machine_scorecard.criteria if v.id == "prices")
    first.click()
    card = criterion(page, "prices")
    expect(card).to_contain_text("Waits for a person")
    expect(card).to_contain_text("The machine suggests")
    position = [verdict.id for verdict in found.scorecard.criteria].index("prices")
    for _ in range(position + 1):
        page.keyboard.press("j")
    page.keyboard.press({"met": "1", "partly": "2", "missed": "3"}[suggested.verdict])
    page.get_by_test_id("save-review").click()
    expect(card.get_by_test_id("said-by")).to_contain_text("ann; the machine")
    now = call_detail(owner, found.call.call_id).scorecard
    assert now.scored_share > found.scorecard.scored_share
    assert next(v for v in now.criteria if v.id == "prices").evidence == suggested.evidence


def test_a_coaching_note_is_written_shared_and_read(page, clinic: Store, address: str) -> None:
    hers = CallFilter(administrator="Julia Brandt")
    call_id = calls(as_owner(clinic.path), hers, "newest").rows[0].call_id
    sign_in(page, address, "olga")
    open_page(page, f"{address}/scorecard?call={call_id}")
    page.get_by_role("button", name="Write a note").click()
    page.get_by_role("button", name="Share the note").click()
    expect(page.get_by_test_id("stAlertContainer")).to_be_visible()  # without a word of it
    page.get_by_label("Note").fill("Try their name once more.")
    page.get_by_role("button", name="Share the note").click()
    note = page.get_by_test_id("note")
    expect(note).to_contain_text("Try their name once more.")
    expect(note).to_contain_text("not read yet")
    expect(page.get_by_role("button", name="Write a note")).to_be_visible()
    sign_out(page)

    sign_in(page, address, "julia")
    expect(page.get_by_test_id("note")).to_contain_text("Try their name once more.")
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_test_id("note")).to_have_count(0)
    [kept] = coaching.notes(as_owner(clinic.path), call_id)
    assert kept.acknowledged_utc is not None


def test_a_wrong_password_lets_nobody_in(page, address: str) -> None:
    open_page(page, address)
    page.get_by_label("Login").fill("olga")
    page.get_by_role("textbox", name="Password").fill("guess")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("don't belong together")).to_be_visible()
    open_page(page, f"{address}/calls")
    expect(page.get_by_label("Login")).to_be_visible()


def test_a_reload_keeps_who_is_signed_in_and_leaving_ends_it(page, address: str) -> None:
    sign_in(page, address, "olga")
    page.reload()
    settled(page)
    expect(page.get_by_text("Signed in as olga")).to_be_visible()
    sign_out(page)
    page.reload()
    expect(page.get_by_label("Login")).to_be_visible()
