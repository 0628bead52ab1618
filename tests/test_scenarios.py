"""Scenarios: the ready ones are whole, and what is right to answer depends on the day."""

from datetime import date
from pathlib import Path

import pytest

from auricle.errors import SettingsError
from rubrics.facts import load_facts
from rubrics.language import languages
from rubrics.scenarios import (
    load_scenarios,
    parse_scenarios,
    ready_languages,
    ready_scenarios,
    right_answers,
)

READY = {
    "price-shopping", "child-first-visit", "acute-pain", "fearful-patient", "cancel-rebook",
    "insurance", "waiting-complaint", "dissatisfied",
}  # fmt: skip
GOLD = Path(__file__).parents[1] / "bench" / "gold"


def test_every_language_has_the_eight_scenarios() -> None:
    assert set(ready_languages()) >= {"en", "pl", "ru", "uk", "zh"} == set(languages())
    for language in ready_languages():
        found = ready_scenarios(language)
        assert set(found) >= READY
        assert {one.mood for one in found.values()} == {
            "calm", "demanding", "anxious", "apathetic", "negative",
        }  # fmt: skip
        assert {one.difficulty.kind for one in found.values()} == {
            "objection", "confusion", "complaint",
        }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "pl", "ru", "uk", "zh"])
def test_a_language_s_script_is_its_own(language: str) -> None:
    """The same scenario asks for the same things in every language, in other words."""
    english = ready_scenarios("en")
    for name, one in ready_scenarios(language).items():
        assert set(one.ask) == set(english[name].ask)
        assert one.success == english[name].success
        if language != "en":
            assert one.words() != english[name].words()


def test_what_is_right_depends_on_the_day() -> None:
    facts = load_facts(GOLD / "pl" / "facts.yaml")
    one = ready_scenarios("pl")["price-shopping"]
    assert right_answers(one, facts, date(2025, 6, 1)) == {
        "price": "120 złotych", "second_price": "220-350 złotych", "saturday": "nieczynne",
    }  # fmt: skip
    assert right_answers(one, facts, date(2026, 6, 1))["saturday"] == "09:00-13:30"
    assert set(right_answers(one, None, date(2026, 6, 1)).values()) == {None}


def test_a_mistake_is_named(tmp_path: Path) -> None:
    head = "language: en\nclosed: closed\nscenarios:\n  mine:\n"
    body = (
        "    {title: T, mood: calm, persona: P, goal: G, opening: O, success: booked,\n"
        "     difficulty: {kind: objection, say: S},\n"
        "     ask: {one: {topic: price, say: S, answer: {price: [a]%s}}}}\n"
    )
    assert parse_scenarios(head + body % "", "mine.yaml")["mine"].language == "en"
    with pytest.raises(SettingsError, match="exactly one of"):
        parse_scenarios(head + body % ", policy: b", "mine.yaml")
    with pytest.raises(SettingsError, match="mood"):
        parse_scenarios((head + body % "").replace("calm", "calmly"), "mine.yaml")
    with pytest.raises(SettingsError, match="language"):
        parse_scenarios((head + body % "").replace("language: en", "language: qq"), "mine.yaml")
    with pytest.raises(SettingsError, match="can't be read"):
        load_scenarios(tmp_path / "none.yaml")
