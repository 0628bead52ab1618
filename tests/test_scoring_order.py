"""Tests in time, answers, and criteria that ask about each other."""

import pytest

from auricle.errors import SettingsError
from rubrics.facts import load_facts
from rubrics.loader import parse_rubric
from scoring.dialogue import dialogue
from scoring.engine import score

RUBRIC = """
id: tiny
version: "1"
title: Tiny
sections:
  - id: all
    title: All
    criteria:
      - {{id: first, title: First, description: d, points: 1, otherwise_because: no,
         rules: [{{verdict: met, if: {test}, because: "{{quote}}"}}]}}
"""
THANKS = "{phrases: {lists: [thanks]}}"
BYE = "{phrases: {lists: [goodbye]}}"


def holds(test, text, language="en"):
    rubric = parse_rubric(RUBRIC.format(test=test), "tiny.yaml")
    return score(*dialogue(text, language=language), rubric).criteria[0].verdict == "met"


@pytest.mark.parametrize(
    ("test", "thanks_first", "bye_first", "no_bye"),
    [
        (f"{{sequence: {{steps: [{THANKS}, {BYE}]}}}}", True, False, False),
        (f"{{before: {{this: {THANKS}, that: {BYE}}}}}", True, False, True),
        (f"{{after: {{this: {THANKS}, that: {BYE}}}}}", False, True, False),
    ],
)
def test_order(test, thanks_first, bye_first, no_bye):
    assert holds(test, "A: Thank you.\nP: Yes.\nA: Goodbye.") is thanks_first
    assert holds(test, "A: Goodbye.\nP: Yes.\nA: Thank you.") is bye_first
    assert holds(test, "A: Thank you.\nP: Yes.") is no_bye


def test_within_s():
    test = f"{{after: {{this: {THANKS}, that: {BYE}, within_s: 5}}}}"
    assert holds(test, "A: Goodbye.\nA: Thank you.")
    assert not holds(test, "A: Goodbye.\n[hold 20]\nA: Thank you.")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("A: Behind the building.", "answered"),
        ("A: I don't know.", "unanswered"),
        ("A: I don't know, I'll find out and call you back.", "deferred"),
        ("A: Sorry?\nP: The car park.\nA: It's behind the building.", "answered"),
    ],
)
def test_answers(reply, outcome):
    text = "P: Where can I park my car?\n" + reply
    for other in ("answered", "deferred", "unanswered"):
        test = f"{{answered: {{outcome: {other}, ignore: [asks_again]}}}}"
        assert holds(test, text) is (other == outcome), other


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("A: Forty-eight pounds.", "answered"),
        ("A: No, it's free.", "answered"),
        ("A: Our doctors are very gentle.", "unclear"),
        ("A: Our doctors are very gentle.\nP: I see.\nA: And it's forty-eight pounds.", "answered"),
        ("A: I don't know.", "unanswered"),
    ],
)
def test_a_reply_that_is_not_about_the_price_leaves_the_question_open(reply, outcome):
    text = "P: How much is a check-up with you?\n" + reply
    for other in ("answered", "unanswered"):
        test = f"{{answered: {{outcome: {other}, asks: [price_question]}}}}"
        assert holds(test, text) is (other == outcome), other


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("P: So the car park then\nA: I don't know.", "abstain"),
        ("P: So the car park then.\nA: I don't know.", "missed"),
        ("P: So the car park then\nA: It's behind the building.", "missed"),
    ],
)
def test_where_a_mark_may_be_lost_nobody_knows_what_was_put_off(text, verdict):
    rubric = parse_rubric(RUBRIC.format(test="{answered: {outcome: unclear}}"), "tiny.yaml")
    assert score(*dialogue(text), rubric).criteria[0].verdict == verdict


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Is it one of the back ones?", True),
        ("Right. Is it one of the back ones", True),
        ("Is it one of the back ones.", False),
        ("It is one of the back ones", False),
    ],
)
def test_a_turn_without_a_mark_may_ask(said, asked):
    test = "{phrases: {lists: [any_question], asking: true}}"
    assert holds(test, f"P: Hello.\nA: {said}\nP: Yes.") is asked


def test_says_day_and_time_in_one_turn():
    test = "{says: {kinds: [day, time]}}"
    assert holds(test, "A: So that's Tuesday at half past ten.")
    assert not holds(test, "A: So that's Tuesday.\nP: Yes.\nA: At half past ten.")


def test_a_criterion_may_only_ask_about_those_above_it():
    with pytest.raises(SettingsError, match="must stand above"):
        holds("{criterion: {id: second, verdict: [met]}}", "A: Hello.")


SHEETS = """
clinic: Oakfield Dental
valid_from: 2025-01-01
prices: [{service: check-up, price: 40}]
---
clinic: Oakfield Dental
valid_from: 2026-01-01
prices: [{service: check-up, price: 45}]
"""


def test_facts_of_the_calls_date(tmp_path):
    from datetime import datetime

    from test_scoring_dialogue import verdict_of

    path = tmp_path / "facts.yaml"
    path.write_text(SHEETS, "utf-8")
    facts = load_facts(path)
    text = "A: Hello.\nP: How much is a check-up?\nA: A check-up is forty pounds."
    now = verdict_of("prices", text, facts, start=datetime(2026, 3, 1))
    assert (now.verdict, "since 2026-01-01" in now.reason) == ("missed", True)
    assert verdict_of("prices", text, facts, start=datetime(2025, 3, 1)).verdict == "met"
    path.write_text(SHEETS.replace("valid_from: 2025-01-01", ""), "utf-8")
    with pytest.raises(SettingsError, match="valid_from"):
        load_facts(path)


def test_several_phrases_of_one_turn_may_count_as_one():
    test = "{phrases: {lists: [thanks, goodbye], at_least: 2, apart: true}}"
    assert not holds(test, "A: Thank you, goodbye.")
    assert holds(test, "A: Thank you.\nP: Yes.\nA: Goodbye.")


def test_a_time_that_answers_when_you_are_open_is_no_offer():
    test = "{says: {kinds: [time], unless_replies_to: [hours_question]}}"
    assert not holds(test, "P: What time do you close?\nA: Five o'clock.")
    assert holds(test, "P: When can I come?\nA: Five o'clock.")


def test_a_mark_is_taken_down_by_repeating_it_and_not_by_another():
    test = "{phrases: {lists: [mark_given], echoes: true}}"
    assert holds(test, "P: Six.\nA: Six, thank you.")
    assert not holds(test, "P: Six.\nA: An eight, brilliant.")


def test_a_mark_repeated_by_its_other_name_is_the_same_mark():
    test = "{phrases: {lists: [mark_given], echoes: true}}"
    assert holds(test, "P: Cztery.\nA: Czwórka, dziękuję.", "pl")
    assert holds(test, "P: Czwórka.\nA: Cztery, dziękuję.", "pl")
    assert not holds(test, "P: Cztery.\nA: Piątka, dziękuję.", "pl")
