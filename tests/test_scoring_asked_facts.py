"""What a price or a time is about, when the words beside it don't say."""

import pytest
from test_scoring_dialogue import SHEET, verdict_of

OPEN = "A: Good morning, Oakfield Dental, Anna speaking. How can I help?\n"
OLD = SHEET.model_copy(
    update={
        "prices": tuple(
            p.model_copy(update={"price": 40}) if p.price == 45 else p for p in SHEET.prices
        ),
        "policies": {"cancellation": "free until the day before, then 20 pounds"},
    }
)
NOW = SHEET.model_copy(
    update={
        "earlier": (OLD,),
        "policies": {"cancellation": "free until the day before, then 30 pounds"},
        "doctors": (),
    }
)


@pytest.mark.parametrize(
    ("call", "verdict"),
    [
        ("P: Is it still forty to see her?\nA: Forty-five it is now.", "met"),
        ("P: That's forty, isn't it?\nA: It is, yes, forty.", "missed"),
        ("P: The check-up's still forty pounds, right?\nA: Yes.", "missed"),
        ("P: And what does it cost?\nA: Forty pounds.", "missed"),
        ("P: What would a check-up cost?\nA: Forty, no, I'm a year behind, forty-five.", "met"),
        ("P: How much is a check-up?\nA: Forty was last year. Forty-five now.", "met"),
        ("P: Is that forty minutes?\nA: Forty, yes.", "not_applicable"),
        ("P: I paid two hundred elsewhere.\nA: Two hundred, goodness.", "not_applicable"),
        ("P: My number is 07700 900 418.\nA: Nine hundred, four one eight.", "not_applicable"),
        (
            "P: A friend paid two hundred. How much is a check-up?\n"
            "A: Two hundred, that's not us. It's forty-five.",
            "met",
        ),
        (
            "P: How much is a check-up for the two of us?\n"
            "A: A check-up's forty-five pounds each, together ninety pounds.",
            "met",
        ),
        ("P: How much is a filling?\nA: A hundred and twenty.", "missed"),
        ("P: How much is a filling?\nA: A hundred and twenty or so.", "met"),
        ("P: I'll come.\nA: So that's Thursday, two twenty, for your check-up.", "not_applicable"),
    ],
)
def test_prices(call: str, verdict: str):
    assert verdict_of("prices", OPEN + call, NOW).verdict == verdict


@pytest.mark.parametrize(
    ("call", "verdict"),
    [
        ("P: You're there till six tonight?\nA: Wednesdays we're here till seven.", "met"),
        ("P: I might be late.\nA: No rush, Friday it's until four.", "met"),
        ("P: Is it safe to talk?\nA: Only me in the room, and the door's shut.", "not_applicable"),
        ("P: Who is in?\nA: The dentist is in Tuesdays, nine till two.", "not_applicable"),
        ("P: What time do you shut?\nA: Seven, except for Fridays.", "met"),
        (
            "P: When do you close?\nA: Till seven every weekday except Friday, Friday it's four.",
            "met",
        ),
        ("P: What time do you close?\nA: We're here till seven. At five is fine.", "met"),
        (
            "P: When do you close?\n"
            "A: It's seven all the way through Thursday, but on a Friday we're gone at four.",
            "met",
        ),
    ],
)
def test_opening_hours(call: str, verdict: str):
    assert verdict_of("opening_hours", OPEN + call, NOW).verdict == verdict


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("That'd be the nurse's department. I'll ask her and ring you tonight.", "partly"),
        ("I'll find out and ring you tonight, what's your number, all right?", "partly"),
        ("Yes, you can drive. I'll ring you when the lenses are in.", "met"),
        ("Drops make it blurry for a few hours. The doctor will tell you the rest.", "met"),
        ("No, I'm afraid I couldn't tell you.", "missed"),
        ("Sorry, no idea.", "missed"),
    ],
)
def test_answers(reply: str, verdict: str):
    call = f"{OPEN}P: Can I drive after the eye test?\nA: {reply}\nP: Fine.\nA: Goodbye."
    assert verdict_of("answers", call, NOW).verdict == verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("On Wednesday we close at six, on Friday at four.", "missed"),
        ("On Wednesday we close at six. On Friday we close at four.", "missed"),
        ("On Wednesday we close at six, no, at seven, on Friday at four.", "met"),
        ("On Saturday we close at seven, no, on Wednesday we close at seven.", "met"),
        ("On Wednesday we close at seven, on Friday at four.", "met"),
    ],
)
def test_the_hours_of_another_day_take_nothing_back(said: str, verdict: str):
    call = f"A: Oakfield Dental, Anna.\nP: When do you close in the evening?\nA: {said}\nP: Thanks."
    assert verdict_of("opening_hours", call).verdict == verdict


def test_opening_hours_of_two_days_offer_no_visit():
    call = """
    A: Oakfield Dental, Anna speaking.
    P: I need a check-up. What evenings do you work? I never finish before six.
    A: Monday to Thursday we close at eight, Friday at four.
    P: I'll talk to my wife. Goodbye.
    """
    assert verdict_of("booking_offered", call).verdict == "missed"


def test_a_price_answers_who_wonders_what_one_charges():
    call = """
    A: Oakfield Dental, Anna speaking.
    P: I wonder what you would charge for a check-up, because mine wants a hundred.
    A: I can't help with that. With us a check-up is forty-five pounds.
    P: Thank you, goodbye.
    """
    assert verdict_of("answers", call).verdict == "met"
