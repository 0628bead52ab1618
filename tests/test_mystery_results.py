"""From judged calls to figures, findings, a report in five languages, and the written standard."""

import io
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from made_up_clinic import CLINIC, build
from pypdf import PdfReader

from auricle.commands.run import show
from auricle.errors import AccessError, SettingsError
from auricle.models import Evidence, Run, Verdict, VerdictKind, Word
from auricle.mystery.campaign import Campaign, load_campaign
from auricle.mystery.findings import Said, findings
from auricle.mystery.gap import Scored, spotted_gap
from auricle.mystery.integrity import doubts
from auricle.mystery.plan import plan
from auricle.mystery.report import html
from auricle.mystery.results import (
    MadeCall,
    apart,
    element_of,
    elements,
    estimate,
    letters,
    results,
    value,
)
from auricle.mystery.sentences import whole_sentences
from auricle.mystery.standard import markdown
from auricle.mystery.texts import languages, texts
from auricle.mystery.wave import anonymised, examples, wave_report
from auricle.pdf import pdf_of
from auricle.pipeline import Summary
from auricle.settings import Clinic, Settings, StoreSettings
from auricle.store import Store, figures, funnel, mystery, mystery_calls, standard, standings
from auricle.store.access import Access, Viewer, as_owner
from auricle.store.filters import CallFilter
from auricle.store.mystery import Debrief
from auricle.store.reads import rows
from auricle.waves import settle
from dashboards.language import catalogue
from rubrics.loader import list_rubrics, load_rubric

POINTS = {"met": 1.0, "partly": 0.5, "missed": 0.0}
QUOTE = Evidence(kind="quote", role="administrator", turn=1, start_s=4, end_s=6, quote="Good words")


def verdict(criterion: str, kind: VerdictKind) -> Verdict:
    return Verdict(id=criterion, verdict=kind, points=POINTS.get(kind), max_points=1,
                   confidence=0.9, reason="", evidence=(QUOTE,))  # fmt: skip


def call(number: int, clinic: str, wave: int, *verdicts: Verdict, who: str = "Anna") -> MadeCall:
    return MadeCall(f"t{number}", f"c{number}", wave, clinic, clinic == "A", "s", who, None,
                    verdicts, {})  # fmt: skip


def test_what_isn_t_judged_counts_neither_way() -> None:
    one = call(1, "A", 1, verdict("empathy", "met"), verdict("greeting", "abstain"),
               verdict("polite_close", "missed"), verdict("prices", "not_applicable"))  # fmt: skip
    assert value(one, "empathy") == 50
    assert value(one, "knowledge") is None


def test_the_clinic_stands_against_its_past_and_against_letters() -> None:
    kinds: list[VerdictKind] = ["met", "missed", "met", "partly"]
    calls = [call(n, "A", 1, verdict("empathy", "missed")) for n in range(3)]
    calls += [call(10 + n, "A", 2, verdict("empathy", kind)) for n, kind in enumerate(kinds)]
    calls += [call(20 + n, "B", 2, verdict("empathy", "met")) for n in range(3)]
    found = results(calls, "A", 2, ["B", "C"])
    row = next(row for row in found.rows if row.element == "empathy")
    assert row.now and row.before and row.change and row.lead
    assert (row.now.mean, row.now.n, row.before.mean) == (62.5, 4, 0)
    assert row.change.value == 62.5
    assert row.lead.value == -37.5
    assert row.others[1] is None  # nothing is known of C
    assert found.letters == ("A", "B")
    waiting = next(row for row in found.rows if row.element == "waiting")
    assert waiting.now is waiting.change is None


@given(st.lists(st.floats(0, 100), min_size=2, max_size=12),
       st.lists(st.floats(0, 100), min_size=2, max_size=12))  # fmt: skip
@limits(max_examples=60, deadline=None)
def test_a_difference_turns_round_with_its_sides(one: list[float], other: list[float]) -> None:
    there, back = apart(estimate(one), estimate(other)), apart(estimate(other), estimate(one))
    assert there and back
    assert there.value == pytest.approx(np.mean(one) - np.mean(other), abs=1e-9)
    assert there.high - there.low > 0  # equal calls are no certainty
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-9)
    assert there.low <= there.value <= there.high


def test_the_gap_is_least_squares_with_an_effect_a_stratum() -> None:
    rng = np.random.default_rng(3)
    calls = [
        Scored(f"a{n % 3}", "price", 9 + 3 * (n % 2), 60 + 9 * (n % 3) + 6 * (n % 5 == 0)
               + float(rng.normal(0, 4)), n % 5 == 0)
        for n in range(90)
    ]  # fmt: skip
    lonely = Scored("nobody else", "price", 9, 0.0, True)
    found = spotted_gap([*calls, lonely])
    assert found
    strata = sorted({one.stratum for one in calls})
    design = np.array([[*(one.stratum == s for s in strata), one.mystery] for one in calls], float)
    totals = np.array([one.total for one in calls])
    fit, left, *_ = np.linalg.lstsq(design, totals, rcond=None)
    assert found.interval.value == pytest.approx(fit[-1])
    spread = left[0] / (len(calls) - len(strata) - 1) * np.linalg.inv(design.T @ design)[-1, -1]
    half = (found.interval.high - found.interval.low) / 2
    assert half == pytest.approx(spread**0.5 * 1.663, rel=0.01)
    assert (found.mystery, found.ordinary) == (18, 72)


def test_calls_that_aren_t_alike_say_nothing_of_a_gap() -> None:
    test, usual = Scored("Anna", "price", 9, 90, True), Scored("Anna", "price", 9, 60, False)
    assert spotted_gap([test, replace(usual, administrator="Mark")]) is None
    assert spotted_gap([test, replace(usual, hour=15)]) is None
    assert spotted_gap([test, usual]) is None  # two calls, and no freedom left
    assert spotted_gap([test, usual, replace(usual, total=62)]) is not None


def test_a_weak_criterion_is_a_finding_with_words_and_people() -> None:
    calls = [
        call(1, "A", 1, verdict("empathy", "missed"), verdict("right_price", "missed"), who="Mark"),
        call(2, "A", 1, verdict("empathy", "missed"), verdict("right_saturday", "met"), who="Mark"),
        call(3, "A", 1, verdict("empathy", "met"), verdict("clear", "missed"), who="Anna"),
    ]
    best = {"empathy": [Said("c3", "Anna", QUOTE)]}
    rights, empathy = findings(calls, best)
    assert (rights.criterion, rights.share.n, rights.coach) == ("right_*", 2, ())
    assert rights.example is None
    assert (empathy.criterion, empathy.coach) == ("empathy", ("Mark",))
    assert empathy.example and empathy.example.call_id == "c3"
    assert [said.call_id for said in empathy.proof] == ["c1", "c2"]


def test_every_criterion_an_element_names_exists_and_has_a_title() -> None:
    titled: dict[str, list[str]] = {}
    for rubric in map(load_rubric, list_rubrics()):
        for criterion in rubric.criteria():
            titled.setdefault(criterion.id, []).append(criterion.title)
    known = {*titled}
    known |= {"right_*", "answered_*", "clear", "complete", "patient"}
    named = {criterion for found in elements().values() for criterion in found}
    assert named <= known
    assert element_of("right_price") == "knowledge"
    for language in languages():
        words = texts(language)
        assert set(words.criteria) == named
        said = catalogue(language).texts.gettext  # one title, in the report and on the pages
        for name, title in words.criteria.items():
            assert title in map(said, titled.get(name, [title])), (language, name)
        assert set(words.elements) == set(elements())
        assert set(words.report) == set(texts("en").report)
        assert set(words.page) == set(texts("en").page)
        assert set(words.form) == set(texts("en").form)
        assert set(words.doubts) == set(texts("en").doubts)
        assert set(words.signs) == set(texts("en").signs)
        assert set(words.measured) == set(texts("en").measured)


@pytest.mark.parametrize(
    ("language", "seconds", "of", "share", "quote", "call_at"),
    [
        ("en", "12.5\u00a0s", "3 of 5", "5\u00a0%", "“Yes.”",
         "Call on 7 September at 11:30, by 14:00 at the latest"),
        ("pl", "12,5\u00a0s", "3 z 5", "5%", "„Yes.”",
         "Zadzwoń 07.09 o 11:30, najpóźniej o 14:00"),
        ("ru", "12,5\u00a0с", "3 из 5", "5\u00a0%", "«Yes.»",
         "Позвоните 07.09 в 11:30, не позже 14:00"),
        ("uk", "12,5\u00a0с", "3 із 5", "5\u00a0%", "«Yes.»",
         "Зателефонуйте 07.09, 11:30, не пізніше 14:00"),
        ("zh", "12.5 秒", "5 个中的 3 个", "5%", "“Yes.”", "请在9月7日 11:30 拨打，最迟 14:00"),
    ],
)  # fmt: skip
def test_numbers_dates_and_quotes_are_written_as_in_the_language(
    language: str, seconds: str, of: str, share: str, quote: str, call_at: str
) -> None:
    words = texts(language)
    assert words.measurement(12.5, "s") == seconds
    assert words.measurement(3, "of 5") == of
    assert words.measurement(3, "") == "3"
    assert words.percent("5") == share
    assert words.quoted("Yes.") == quote
    at, until = datetime(2026, 9, 7, 11, 30), datetime(2026, 9, 7, 14)
    assert words.page["call_at"].format(at=at, until=until) == call_at


def test_what_doesn_t_fit_together_is_said() -> None:
    campaign = load_campaign(Path(__file__).parents[1] / "data/sample/mystery/campaign.yaml")
    tasks = {task.task: task for task in plan(campaign) if task.own}
    first, second, *_ = tasks
    copied = "She was warm and exact, told me the prices at once and offered a time."
    told = {
        first: Debrief(first, datetime(2026, 9, 7), "1", 180, {}, copied, "sha"),
        second: Debrief(second, datetime(2026, 9, 8), "1", 60, {}, copied + " Fine.", "sha"),
    }
    found = doubts(tasks, told, {"sha": 58.0}, {first})
    assert [(doubt.task, doubt.kind) for doubt in found] == [
        (first, "too_short"), (second, "same_recording"), (second, "same_text"),
        (second, "not_in_log"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, Campaign]:
    """The made-up clinic, six of whose calls are planned ones."""
    folder = tmp_path_factory.mktemp("waves")
    store = build(folder)
    text = f"""
id: winter
title: Winter
language: en
scenarios: [price-shopping, acute-pain]
clinics: [{{name: {CLINIC}, number: "1", own: true}}, {{name: Secret Dental, number: "2"}}]
shoppers: [{{name: Ewa}}]
waves: [{{first: 2026-01-12, last: 2026-01-30, calls: 3}},
        {{first: 2026-02-02, last: 2026-02-20, calls: 3}}]
bands: [{{id: day, from: "08:00", to: "18:00"}}]
"""
    (folder / "winter.yaml").write_text(text)
    found = load_campaign(folder / "winter.yaml")
    tasks = plan(found)
    mystery.save_campaign(store.path, found.id, found.model_dump_json(by_alias=True), tasks)
    own = [task for task in tasks if task.own]
    worst = rows(as_owner(store.path), "SELECT call_id FROM call_list ORDER BY total LIMIT 6")
    mystery_calls.save_mystery_calls(
        store.path,
        [
            mystery_calls.MysteryCall(row["call_id"], task.task, "log", 1.0)
            for row, task in zip(worst, own, strict=True)
        ],
    )
    mystery.save_debrief(
        store.path, Debrief(own[0].task, own[0].call_at, "1", 90, {"polite": 4}, "words")
    )
    return store, found


@pytest.mark.parametrize("language", ["en", "pl", "ru", "uk", "zh"])
def test_a_report_tells_all_and_names_no_competitor(
    campaign: tuple[Store, Campaign], language: str
) -> None:
    store, found = campaign
    access = as_owner(store.path)
    report = wave_report(access, found, 2)
    page = html(report, language, mystery_calls.playable(access) if language == "en" else None)
    said = unescape(page)
    words = texts(language)
    assert "Secret" not in page
    assert words.report["competitor"].format(letter="A") in said
    assert words.report["method_text"] in said
    for title in words.elements.values():
        assert title in said
    assert [sample.heard for sample in report.sample] == [3, 0]
    assert page.count('data-testid="finding"') == len(report.findings) > 0
    assert ("data:audio/wav" in page) == (language == "en")
    printed = "".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf_of(page))).pages)
    assert words.report["method"] in printed


@pytest.mark.parametrize(
    ("text", "quote", "whole", "times"),
    [
        ("Oh dear. Dr. Lee, must hurt a lot, poor you. Shall I look?", "must hurt",
         "Dr. Lee, must hurt a lot, poor you.", (2, 10)),
        ("好的。您别着急。", "别着急", "您别着急。", (3, 8)),
        ("no end", "end", "no end", (0, 2)),
        ("Something else", "not there", "not there", (1.0, 2.0)),
    ],
)  # fmt: skip
def test_words_to_take_over_are_whole_sentences(
    text: str, quote: str, whole: str, times: tuple[float, float]
) -> None:
    units = text.split() if " " in text else list(text)
    words = [
        Word(text=unit, start_s=at, end_s=at + 1, confidence=1) for at, unit in enumerate(units)
    ]
    said = Evidence(kind="quote", role="administrator", turn=0, start_s=1, end_s=2, quote=quote)
    found = whole_sentences(said, text, words)
    assert (found.quote, (found.start_s, found.end_s)) == (whole, times)


def test_a_proposal_is_a_sentence_that_says_something(copy: Access) -> None:
    """Of a better call's 'Yes, dentist.' and a worse one's whole sentence it is the latter."""
    better, worse = (
        row["call_id"]
        for row in rows(
            copy,
            """SELECT call_id FROM call_list SEMI JOIN mystery_calls USING (call_id)
               WHERE total IS NOT NULL ORDER BY total DESC LIMIT 2""",
        )
    )

    def met(turn: int, quote: str) -> list[Verdict]:
        proof = Evidence(kind="quote", role="administrator", turn=turn, quote=quote)
        return [Verdict(id="right_fee", verdict="met", confidence=1, reason="-", points=1,
                        max_points=1, evidence=(proof,))]  # fmt: skip

    [short], [long] = (
        rows(copy, "SELECT turn, text FROM turns WHERE call_id = ? AND role = 'administrator' "
             f"ORDER BY end_s - start_s {order} LIMIT 1", [call])
        for call, order in ((better, "ASC"), (worse, "DESC"))
    )  # fmt: skip
    mystery_calls.save_scenario_verdicts(
        copy.path,
        {better: met(short["turn"], short["text"]), worse: met(long["turn"], long["text"])},
    )
    offered = [said.call_id for said in examples(copy, [CLINIC])["right_*"]]
    assert offered == [worse, better]


def test_what_the_reader_may_not_know_yet_is_said_to_be_missing(
    campaign: tuple[Store, Campaign],
) -> None:
    store, found = campaign
    owner = as_owner(store.path)
    heard = [one.call_id for one in mystery_calls.heard_calls(owner, found.id)]
    whole = wave_report(owner, found, 2)
    assert whole.unseen == 0 and 'data-testid="unseen"' not in html(whole, "en")
    ann = Access(store.path, Viewer("ann", "analyst"), frozenset(heard))
    lacking = wave_report(ann, found, 2)
    assert lacking.unseen == whole.sample[0].heard
    assert f"{lacking.unseen} of the calls heard" in html(lacking, "en")


def test_letters_are_the_same_in_every_wave_and_tell_nothing(
    campaign: tuple[Store, Campaign],
) -> None:
    _, found = campaign
    assert anonymised(found) == anonymised(found) == ["Secret Dental"]


def test_an_accepted_proposal_is_measured_by_the_next_wave(
    campaign: tuple[Store, Campaign],
) -> None:
    store, found = campaign
    access = as_owner(store.path)
    assert standard.standard(access) == (0, [])
    first = standard.accept_clause(access, "empathy", "I'm so sorry.", "c1", "winter/1")
    standard.accept_clause(access, "greeting", "Good morning, ...", "", "winter/1")
    version = standard.accept_clause(access, "empathy", "Oh dear.", "", "winter/2")
    assert (first, version) == (1, 3)
    assert [c.wording for c in standard.standard(access, 1)[1]] == ["I'm so sorry."]
    number, clauses = standard.standard(access)
    assert [(c.criterion, c.wording) for c in clauses] == [
        ("greeting", "Good morning, ..."), ("empathy", "Oh dear."),
    ]  # fmt: skip
    text = markdown(number, clauses, texts("pl"))
    assert "`empathy`" in text
    assert "> Oh dear." in text
    report = wave_report(access, found, 2)
    kept = {one.criterion: one.share for one in report.standard}
    assert kept["empathy"] and kept["empathy"].n == 3
    assert 'data-testid="kept"' in html(report, "en")


def test_equal_calls_are_no_certainty() -> None:
    found = estimate([100.0, 100.0, 100.0])
    assert found is not None and found.interval is not None
    assert found.interval.low < 60 and found.interval.high == 100


def test_more_competitors_than_letters_still_have_no_names() -> None:
    names = letters(29)
    assert names[:2] == ("A", "B") and names[25:] == ("Z", "AA", "AB", "AC")
    assert len(set(names)) == 29


@pytest.fixture
def copy(campaign: tuple[Store, Campaign], tmp_path: Path) -> Access:
    """The same clinic, to be changed at will."""
    path = tmp_path / "auricle.duckdb"
    shutil.copy(campaign[0].path, path)
    return as_owner(path)


def test_a_person_s_word_of_which_call_it_is_beats_the_matching(
    copy: Access, campaign: tuple[Store, Campaign]
) -> None:
    settings = Settings(store=StoreSettings(path=copy.path), clinic=Clinic(name=CLINIC))
    first, second, *_ = [task.task for task in mystery.tasks(copy) if task.own]
    chosen = rows(copy, "SELECT call_id FROM call_list WHERE recorded ORDER BY call_id")[0][
        "call_id"
    ]
    mystery_calls.pin(copy, first, chosen)
    mystery_calls.pin(copy, second, "")
    settle(settings)
    found = {call.task: call for call in mystery_calls.mystery_calls(copy)}
    assert (found[first].call_id, found[first].how) == (chosen, "hand")
    assert second not in found
    assert mystery_calls.scenario_verdicts(copy, chosen)
    mystery_calls.pin(copy, second, chosen)  # the same call can't be two planned ones
    settle(settings)
    assert [c.task for c in mystery_calls.mystery_calls(copy) if c.call_id == chosen] == [second]
    done = rows(copy, "SELECT count(*) AS n FROM audit WHERE action = 'match mystery call'")
    assert done[0]["n"] == 3


def test_what_a_person_says_of_an_answer_counts_and_the_machine_s_word_stays(copy: Access) -> None:
    call = mystery_calls.mystery_calls(copy)[0].call_id
    left_open = Verdict(id="right_fee", verdict="abstain", confidence=0, reason="A person must",
                        points=None, max_points=1)  # fmt: skip
    mystery_calls.save_scenario_verdicts(copy.path, {call: [left_open]})
    mystery_calls.mark(copy, call, "right_fee", "missed", "She said it costs nothing.")
    mystery_calls.mark(copy, call, "right_fee", "partly", "Only the first half.")
    [now] = mystery_calls.scenario_verdicts(copy, call)
    assert (now.verdict, now.points) == ("partly", 0.5)
    assert now.reason == "owner: Only the first half. (the machine: abstain)"
    kept = rows(copy, "SELECT verdict FROM scenario_verdicts")
    assert kept == [{"verdict": "abstain"}]
    with pytest.raises(SettingsError, match="right_price"):
        mystery_calls.mark(copy, call, "right_price", "met", "?")
    hers = Access(copy.path, Viewer("julia", "administrator", "Julia Brandt"))
    with pytest.raises(AccessError):
        mystery_calls.mark(hers, call, "right_fee", "met", "It was right.")
    mystery_calls.save_scenario_verdicts(copy.path, {call: [left_open]})  # matched anew
    assert mystery_calls.scenario_verdicts(copy, call) == [now]


def test_the_terminal_s_summary_counts_no_mystery_calls_either(
    copy: Access, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(store=StoreSettings(path=copy.path))
    show(
        Summary(run=Run(run_id="r", started=datetime.now(UTC), version="0"), failures=()), settings
    )
    told = capsys.readouterr().out
    lines = {line.split("\u2502")[0].strip(): line for line in told.splitlines()}
    patients = figures.figures(copy, CallFilter()).administrators
    everybody = figures.figures(copy, CallFilter(mystery="with")).administrators
    assert patients != everybody
    compared = standings.standings(copy, CallFilter(), standings.TOTAL)[standings.TOTAL]
    scores = {one.administrator: f"{one.interval.value:.0f}" for one in compared.standings}
    won = {one.key: one for one in funnel.funnel(copy, CallFilter()).administrators}
    for group in patients:
        cells = [cell.strip() for cell in lines[group.key or "Not named"].split("\u2502")[1:]]
        assert cells[:3] == [str(group.calls), str(group.scored), scores.get(group.key, "-")]
        if group.key:
            assert cells[-1] == f"{won[group.key].booked} of {won[group.key].opportunities}"


@pytest.mark.parametrize(("kind", "offered"), [("quote", True), ("absence", False)])
def test_only_what_she_said_herself_is_offered_as_words(
    copy: Access, kind: Literal["quote", "absence"], offered: bool
) -> None:
    """Where nothing was found, the quote is the other side's: where the chance arose."""
    call = mystery_calls.mystery_calls(copy)[0].call_id
    proof = Evidence(kind=kind, role="administrator", turn=1, quote="how much is it")
    met = Verdict(id="right_fee", verdict="met", confidence=1, reason="-", points=1, max_points=1,
                  evidence=(proof,))  # fmt: skip
    mystery_calls.save_scenario_verdicts(copy.path, {call: [met]})
    found = {best.criterion for best in mystery_calls.best_quotes(copy, [CLINIC])}
    assert ("right_fee" in found) == offered
