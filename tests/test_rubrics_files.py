"""Rubrics and fact sheets as files: strict, with errors that say what to write instead."""

from importlib import resources

import pytest

from auricle.errors import SettingsError
from rubrics.facts import load_facts
from rubrics.language import language_files, languages
from rubrics.loader import list_rubrics, load_rubric, parse_rubric
from rubrics.phrases import Phrasebook
from rubrics.reading import ANY_QUESTION, SAID_TIME
from scoring.dialogue import dialogue
from scoring.engine import score

TEXT = (resources.files("rubrics") / "clinic-phone.yaml").read_text("utf-8")
NAMES = """wait_time greeting need_found opening_hours prices details answers empathy clarity
patience hold_courtesy booking_offered booking_won no_slot booking_confirmed contact_details
polite_close"""
IDS = NAMES.split()


def test_the_first_rubric():
    rubric = load_rubric("clinic-phone")
    assert (rubric.id, rubric.version) == ("clinic-phone", "6")
    assert [c.id for c in rubric.criteria()] == IDS
    assert "clinic-phone" in list_rubrics()
    assert len(rubric.fingerprint) == 64


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("points: 15", "pionts: 15", "Did you mean 'points'"),
        ("lists: [booking_offer]", "list: [booking_offer]", "Did you mean 'lists'"),
        ("        rules:", "        rule:", "Did you mean 'rules'"),
        ("within_turns: 2", "within_turn: 2", "Did you mean 'within_turns'"),
        ("title: Answering", "titel: Answering", "Did you mean 'title'"),
        ("lists: [booking_offer]", "lists: [booking_ofer]", "Did you mean 'booking_offer'"),
        ("{measure: {name: wait_s", "{mesure: {name: wait_s", "Did you mean 'measure'"),
        ("kind: hold", "kind: holt", "hold"),
        ('version: "6"', "version: 6", "quotes"),
        ("id: greeting", "id: wait_time", "twice"),
    ],
)
def test_mistakes_name_the_file_and_the_nearest(tmp_path, old, new, says):
    assert old in TEXT
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    with pytest.raises(SettingsError, match=says) as caught:
        load_rubric(path)
    assert "mine.yaml" in str(caught.value)


def test_unknown_rubric_and_broken_yaml(tmp_path):
    with pytest.raises(SettingsError, match="clinic-phone"):
        load_rubric("clinic-fone")
    path = tmp_path / "broken.yaml"
    path.write_text("id: [", "utf-8")
    with pytest.raises(SettingsError, match="line"):
        load_rubric(path)
    with pytest.raises(SettingsError, match="can't be read"):
        load_rubric(tmp_path / "none.yaml")


def test_fingerprint_follows_the_content_not_the_layout(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("# a comment\n" + TEXT, "utf-8")
    assert load_rubric(path).fingerprint == load_rubric("clinic-phone").fingerprint
    path = tmp_path / "other.yaml"
    path.write_text(TEXT.replace("points: 15", "points: 16"), "utf-8")
    assert load_rubric(path).fingerprint != load_rubric("clinic-phone").fingerprint


def test_fingerprint_follows_the_phrases_it_uses(monkeypatch):
    from rubrics import loader

    rubric = load_rubric("clinic-phone")
    lists = loader.phrase_lists()
    changed = {**lists, "any_question": {}, "said_time": {}, "thanks": {"en": "thank you"}}
    assert loader.fingerprint(rubric, changed) != rubric.fingerprint
    unused = {**lists, "any_question": {}, "said_time": {}, "phantom": {"en": "thank you"}}
    assert loader.fingerprint(rubric, unused) == rubric.fingerprint


SHEET = """
clinic: Oakfield Dental
valid_from: 2026-01-01
opening_hours: {monday: "08:00-12:00, 14:00-18:00", sunday: closed, saturday: 09:00-13:00}
currency: pounds
prices:
  - {service: check-up, names: checkup, price: 45}
  - {service: crown, from: 550, to: 700}
doctors: [{name: Doctor Lee, does: check-up}]
other: {languages: [English, Polish]}
"""


def test_fact_sheet(tmp_path):
    path = tmp_path / "facts.yaml"
    path.write_text(SHEET, "utf-8")
    facts = load_facts(path)
    assert facts.opening_hours["monday"] == ((480, 720), (840, 1080))
    assert facts.opening_hours["sunday"] == ()
    assert facts.prices[0].all_names() == ("check-up", "checkup")
    assert (facts.prices[1].low, facts.prices[1].high) == (550, 700)
    assert load_facts(path) == facts


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("saturday:", "saterday:", "saturday"),
        ("09:00-13:00", "9-13", "08:00-19:00"),
        ("09:00-13:00", "13:00-09:00", "ends before"),
        ("price: 45", "price: 45, from: 40", "either price"),
        ("price: 45", "prize: 45", "Did you mean 'price'"),
        ("currency:", "curency:", "Did you mean 'currency'"),
        ("from: 550", "from: 750", "more than"),
    ],
)
def test_fact_sheet_mistakes(tmp_path, old, new, says):
    path = tmp_path / "facts.yaml"
    path.write_text(SHEET.replace(old, new, 1), "utf-8")
    with pytest.raises(SettingsError, match=says) as caught:
        load_facts(path)
    assert "facts.yaml" in str(caught.value)


@pytest.mark.parametrize("code", languages())
def test_every_language_has_what_rubrics_need(code):
    book = Phrasebook.load(code)
    for rubric in list_rubrics():
        assert load_rubric(rubric).lists() <= {*book.lists, ANY_QUESTION, SAID_TIME}
    for name in book.lists:
        book.regex(name) if book.vocabulary.characters else list(
            map(book.compile, book.lists[name])
        )
    assert f"{code}/numbers.yaml" in language_files(code)


OVERRIDDEN = """
id: small
version: "1"
title: Small
sections:
  - id: all
    title: All
    criteria:
      - id: close
        title: Close
        description: Says goodbye.
        points: 5
        when: {phrases: {lists: [thanks], role: patient}}
        rules: [{verdict: met, if: {phrases: {lists: [goodbye]}}, because: "{quote}"}]
        otherwise_because: No goodbye
        languages:
          pl:
            when: null
            rules: [{verdict: met, if: {phrases: {lists: [thanks]}}, because: "{quote}"}]
            otherwise_because: No thanks
"""


def test_a_language_may_override_a_criterion():
    rubric = parse_rubric(OVERRIDDEN, "small.yaml")
    assert rubric.lists() == {"thanks", "goodbye"}

    def verdict(text, language):
        return score(*dialogue(text, language=language), rubric).criteria[0]

    assert verdict("A: Goodbye.\nP: Thank you.", "en").verdict == "met"
    assert verdict("A: Thank you.\nP: Bye.", "en").verdict == "not_applicable"
    assert verdict("A: Dziękuję.\nP: Cześć.", "pl").verdict == "met"
    assert verdict("A: Do widzenia.\nP: Dziękuję.", "pl").reason == "No thanks"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("pl:", "xx:", "no language 'xx'"),
        ("when: null", "points: 3", "unknown key .*points"),
        ("otherwise_because: No thanks", "rules: []", "at least 1"),
    ],
)
def test_odd_overrides_are_errors(old, new, says):
    with pytest.raises(SettingsError, match=says):
        parse_rubric(OVERRIDDEN.replace(old, new), "small.yaml")
