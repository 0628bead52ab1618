"""Quotes that looked like proof and weren't."""

import pytest
from test_scoring_dialogue import verdict_of

from rubrics.loader import load_rubric
from rubrics.phrases import PhraseList
from scoring.dialogue import dialogue
from scoring.engine import score
from scoring.facts.bounds import in_scale

OPEN = "A: Good morning, Oakfield Dental, Anna speaking. How can I help?\n"
BOOKED = (
    "P: I'd like a check-up.\nA: I could do Tuesday at ten, would that suit you?\nP: Yes please.\n"
)


def quotes(found):
    return [e.quote for e in found.evidence if e.kind == "quote"]


def test_opening_hours_confirm_no_visit():
    hours = "A: On Saturday we're open from nine to one.\n"
    found = verdict_of("booking_confirmed", OPEN + BOOKED + hours)
    assert found.verdict == "missed"
    assert not quotes(found)


def test_a_promise_to_call_confirms_no_visit():
    call = "A: The manager will call you tomorrow.\n"
    assert verdict_of("booking_confirmed", OPEN + BOOKED + call).verdict == "missed"


def test_a_number_is_quoted_with_its_sentence():
    found = verdict_of("prices", OPEN + "P: How much is a check-up?\nA: A check-up is 45 pounds.")
    assert quotes(found) == ["A check-up is 45 pounds."]


@pytest.mark.parametrize(
    "reply", ["I'm so sorry to hear that.", "Just a moment, please.", "Pardon?"]
)
def test_courtesy_answers_nothing(reply):
    asked = f"P: My tooth hurts. Where can I park?\nA: {reply}\n"
    found = verdict_of("answers", OPEN + asked + "P: Hm.\nA: Behind the house, by the gate.")
    assert found.verdict == "met"
    assert quotes(found) == ["Behind the house, by the gate."]
    assert verdict_of("answers", OPEN + asked).verdict == "abstain"


def test_an_indirect_question_is_one():
    asked = "P: I was wondering how much a check-up is\nA: A check-up is 45 pounds.\n"
    assert verdict_of("answers", OPEN + asked).verdict == "met"


def test_great_before_an_offer_takes_nothing():
    call = (
        "P: When do you close on Fridays?\nA: On Fridays we close at four.\nP: Great, thanks.\n"
        "A: Would you like to book? I have Thursday at nine.\nP: No thank you, not today.\n"
    )
    assert verdict_of("booking_won", OPEN + call).verdict == "missed"


def test_a_colleagues_name_is_not_the_patients():
    call = OPEN + BOOKED + "A: That's one for Mrs Brown.\n"
    assert verdict_of("contact_details", call).verdict == "missed"
    named = OPEN + "P: This is Susan Brown.\n" + BOOKED + "A: Thank you, Mrs Brown.\n"
    assert verdict_of("contact_details", named).verdict == "partly"


def test_a_number_that_cannot_be_compared_is_no_silence():
    call = OPEN + "P: How late do you stay open?\nA: Five, the odd day more.\n"
    assert verdict_of("opening_hours", call).verdict == "abstain"


def test_one_day_goes_before_many():
    said = "A: On weekdays we're open until seven, on Fridays until four.\n"
    call = OPEN + "P: When are you open?\n" + said
    assert verdict_of("opening_hours", call).verdict == "met"


def test_thousands_are_said_once():
    assert in_scale(24, 38_000) == (24_000, 38_000)
    assert in_scale(24_000, 38) == (24_000, 38_000)
    assert in_scale(500, 1_000) == (500, 1_000)
    assert in_scale(90, 160) == (90, 160)


def test_a_list_without_inflection():
    one = PhraseList(about="", phrases="(nie wiem|=mam) ...3 <weekday> tak?", inflected=False)
    assert one.lines() == ["(=nie =wiem|=mam) ...3 <weekday> =tak?"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("I'd like to book a check-up.", "not_applicable"),
        ("I'm not complaining, I only want to thank the nurse.", "not_applicable"),
        ("I don't want to make a complaint, but I had to wait two hours.", "missed"),
    ],
)
def test_complaint_criteria_need_a_complaint(said, expected):
    call = OPEN + f"P: {said}\nA: Your name?\nP: Lee.\nA: Right.\n"
    card = score(*dialogue(call), load_rubric("complaint"))
    found = {v.id: v.verdict for v in card.criteria}
    assert found["understanding_first"] == expected
    assert (found["listens"] == "not_applicable") == (expected == "not_applicable")
    assert found["polite_close"] == "missed"
