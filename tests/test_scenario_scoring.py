"""A scenario's own criteria: what was asked, answered, right that day, and how it was taken."""

from datetime import datetime
from pathlib import Path

import pytest

from auricle.models import Verdict
from rubrics.facts import FactSheet, load_facts
from rubrics.scenarios import ready_scenarios
from scoring.dialogue import dialogue
from scoring.scenario import score_scenario

GOLD = Path(__file__).parents[1] / "bench" / "gold"


def scored(
    language: str, scenario: str, text: str, *, facts: bool = True, year: int = 2026
) -> dict[str, Verdict]:
    call, transcript = dialogue(text, language=language, start=datetime(year, 6, 1, 10))
    sheet = load_facts(GOLD / language / "facts.yaml") if facts else None
    found = score_scenario(call, transcript, ready_scenarios(language)[scenario], sheet)
    return {verdict.id: verdict for verdict in found}


GOOD = {
    "en": """
        A: Hartwell Clinic, Anna speaking.
        P: I'm ringing round a few places. How much is a check-up for a new patient?
        A: A check-up is forty eight pounds.
        P: And if I need a white filling, what would that cost?
        A: A filling is between ninety five and a hundred and seventy pounds.
        P: Are you open on Saturdays, and until when?
        A: Yes, on Saturdays we are open from nine until one.
        P: That's more than the place on the high street asks. Why should I come to you?
        A: I understand, let me explain what is included in the check-up.
        """,
    "pl": """
        A: Przychodnia Zdrowie, Anna, słucham.
        P: Dzwonię po kilku gabinetach. Ile kosztuje przegląd dla nowego pacjenta?
        A: Przegląd kosztuje sto pięćdziesiąt złotych.
        P: A gdyby trzeba było zrobić plombę, to jaki to koszt?
        A: Plomba kosztuje od dwustu sześćdziesięciu do czterystu dwudziestu złotych.
        P: Czy w soboty jest czynne i do której godziny?
        A: W soboty jest czynne od dziewiątej do trzynastej trzydzieści.
        """,
}


@pytest.mark.parametrize("language", ["en", "pl"])
def test_right_answers_are_met_and_quoted(language: str) -> None:
    found = scored(language, "price-shopping", GOOD[language])
    for name in ("price", "second_price", "saturday"):
        assert found[f"answered_{name}"].verdict == "met", found[f"answered_{name}"]
        assert found[f"right_{name}"].verdict == "met", found[f"right_{name}"]
        assert found[f"right_{name}"].evidence[0].role == "administrator"
    assert found["complete"].verdict == "met"
    assert found["goal"].verdict == "met"
    assert found["goal"].points is None


def test_what_was_right_last_year_is_wrong_now() -> None:
    assert scored("pl", "price-shopping", GOOD["pl"], year=2025)["right_price"].verdict == "missed"


def test_nothing_is_known_of_a_competitor_s_facts() -> None:
    found = scored("en", "price-shopping", GOOD["en"], facts=False)
    assert found["answered_price"].verdict == "met"
    assert found["right_price"].verdict == "abstain"
    assert found["right_price"].points is None


def test_what_she_didn_t_ask_isn_t_held_against_anybody() -> None:
    found = scored("en", "price-shopping", """
        A: Hartwell Clinic, Anna speaking.
        P: How much is a check-up for a new patient?
        A: A check-up is sixty pounds.
        P: All right, thank you. Goodbye.
        """)  # fmt: skip
    assert found["right_price"].verdict == "missed"
    assert "48 pounds" in found["right_price"].reason
    for name in ("answered_saturday", "right_saturday", "answered_second_price", "patient"):
        assert found[name].verdict == "not_applicable"
        assert found[name].points is None


def test_doctors_are_known_by_name() -> None:
    call = """
        A: Hartwell Clinic, Anna speaking.
        P: I'd like a first appointment for my daughter. Which of your doctors sees children?
        A: {} sees the children here.
        """
    right = scored("en", "child-first-visit", call.format("Doctor Mbeki"))["right_doctors"]
    assert right.verdict == "met"
    wrong = scored("en", "child-first-visit", call.format("Doctor Lindqvist"))["right_doctors"]
    assert wrong.verdict == "missed"
    nobody = scored("en", "child-first-visit", call.format("A colleague"))["right_doctors"]
    assert nobody.verdict == "abstain"


def test_impatience_with_the_difficulty_is_missed_and_quoted() -> None:
    found = scored("en", "acute-pain", """
        A: Hartwell Clinic.
        P: I've got a terrible toothache. Is there anything today?
        A: Not today. Tomorrow at nine.
        P: Tomorrow? I honestly can't wait that long. Is there really nothing today?
        A: As I already told you, there is nothing. I haven't got all day.
        """)  # fmt: skip
    assert found["patient"].verdict == "missed", found["patient"]
    assert found["patient"].evidence[0].role == "administrator"


def test_a_promise_to_ring_is_a_complaint_s_success() -> None:
    call = """
        A: Hartwell Clinic, Anna speaking.
        P: I want to complain. I sat in your waiting room for fifty minutes and nobody told me.
        A: {}
        """
    promised = "I'm very sorry about that. The manager will call you back today."
    found = scored("en", "waiting-complaint", call.format(promised))
    assert found["goal"].verdict == "met"
    assert scored("en", "waiting-complaint", call.format("Okay."))["goal"].verdict == "missed"


CANCELLING = {
    "en": """
        A: Hartwell Clinic, Anna speaking.
        P: I've got to cancel my appointment. Do I have to pay anything for cancelling?
        A: {}
        """,
    "zh": """
        A: 康宁门诊部，您好。
        P: 我想取消明天的预约。取消要收费吗？
        A: {}
        """,
}


@pytest.mark.parametrize(
    ("language", "answer", "verdict"),
    [
        ("en", "It's free until twenty four hours before, after that it's thirty pounds.", "met"),
        ("en", "It's free until twenty four hours before.", "abstain"),
        ("en", "A check-up is forty eight pounds.", "abstain"),
        ("zh", "提前二十四小时取消免费，之后收五十块。", "met"),
        ("zh", "不收费的。", "abstain"),
    ],
)
def test_a_policy_s_numbers_are_compared(language: str, answer: str, verdict: str) -> None:
    fee = scored(language, "cancel-rebook", CANCELLING[language].format(answer))["right_fee"]
    assert fee.verdict == verdict, fee
    assert bool(fee.evidence) == (verdict == "met")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("Yes, we take Bupa.", "met"),
        ("No, we don't take Bupa, I'm afraid.", "missed"),
        ("You'd have to ask the manager about that.", "abstain"),
    ],
)
def test_the_sheet_s_rules_are_compared(answer: str, verdict: str) -> None:
    text = f"""
        A: Hartwell Clinic, Anna speaking.
        P: I wanted to ask about insurance. Do you take dental insurance, or is it all private?
        A: {answer}
        """
    call, transcript = dialogue(text, language="en", start=datetime(2026, 6, 1, 10))
    rule = {"about": "cover", "rule": "Bupa", "answer": "yes"}
    sheet = FactSheet.model_validate({"clinic": "Hartwell Clinic", "rules": [rule]})
    found = score_scenario(call, transcript, ready_scenarios("en")["insurance"], sheet)
    insurance = next(one for one in found if one.id == "right_insurance")
    assert insurance.verdict == verdict, insurance
    assert bool(insurance.evidence) == (verdict != "abstain")
