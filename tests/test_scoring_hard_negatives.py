"""What fools a naive scorer, one test each."""

import pytest
from test_scoring_dialogue import verdict_of, verdicts

from rubrics.loader import load_rubric
from scoring.dialogue import dialogue
from scoring.engine import score

GREETING = "A: Good morning, Oakfield Dental, Anna speaking. How can I help?\n"
PAIN = GREETING + "P: Hello. My tooth really hurts and I am scared of the dentist.\n"
PRICE = GREETING + "P: Hi, how much is a check-up?\n"
HOURS = GREETING + "P: Hi, when are you open on Saturday?\n"


def test_patient_words_are_not_the_administrators():
    told = (
        "A: Yes?\nP: I am so sorry, that must be awful for you, my tooth hurts terribly.\nA: Name?"
    )
    assert verdict_of("empathy", told).verdict == "missed"
    stated = GREETING + "P: A check-up is 45 pounds, I read.\nA: Would you like to book?"
    assert verdict_of("prices", stated).verdict == "not_applicable"


def test_repeating_the_patients_wrong_price_is_no_claim():
    repeated = GREETING + (
        "P: Is a check-up 40 pounds?\nA: You said 40 pounds? No, a check-up is 45 pounds."
    )
    assert verdict_of("prices", repeated).verdict == "met"
    echoed = GREETING + "P: Is a check-up 40 pounds?\nA: 40 pounds. Let me see. No, it's 45 pounds."
    assert verdict_of("prices", echoed).verdict == "met"


def test_confirming_a_wrong_price_is_a_claim():
    text = GREETING + "P: Is a check-up still 40 pounds?\nA: Yes, that's right."
    assert verdict_of("prices", text).verdict == "missed"


def test_questions_are_no_claims():
    text = HOURS + "A: On Saturday, at eight? Are you sure you want to come until five?"
    found = verdict_of("opening_hours", text)
    assert found.verdict == "missed"
    assert "no answer" in found.reason


@pytest.mark.parametrize(
    "answer",
    [
        "Sorry, can you repeat that?",
        "Sorry, what was the name?",
        "I'm sorry but no, there is nothing today.",
        "Sorry to keep you waiting.",
        "Okay. Your date of birth?",
    ],
)
def test_sorry_that_means_something_else_is_not_empathy(answer):
    assert verdict_of("empathy", PAIN + f"A: {answer}").verdict == "missed"


def test_i_understand_but_is_a_token():
    assert verdict_of("empathy", PAIN + "A: I understand, but we are full.").verdict == "partly"
    assert verdict_of("empathy", PAIN + "A: I understand that, but we're full.").verdict == "partly"


def test_real_empathy_counts():
    kind = "A: Oh no, I'm so sorry to hear that. That must be awful."
    found = verdict_of("empathy", PAIN + kind)
    assert found.verdict == "met"
    assert found.evidence[0].kind == "quote"
    assert found.evidence[0].role == "administrator"


def test_negated_feelings_are_no_occasion():
    calm = GREETING + "P: I'm not worried at all, I only want a check-up.\nA: Fine."
    assert verdict_of("empathy", calm).verdict == "not_applicable"


def test_negated_and_conditional_claims():
    text = PRICE + "A: It's not 40 pounds, it's 45 pounds."
    assert verdict_of("prices", text).verdict == "met"
    closed = HOURS + "A: If we were open until six I would tell you. We are open from 9 to 1."
    assert verdict_of("opening_hours", closed).verdict == "met"


def test_self_correction_last_counts():
    assert verdict_of("prices", PRICE + "A: It's 40, no, sorry, 45 pounds.").verdict == "met"
    assert verdict_of("prices", PRICE + "A: It's 45, no, sorry, 50 pounds.").verdict == "missed"
    hours = HOURS + "A: On Saturdays we open at eight, no, nine, and we close at one."
    assert verdict_of("opening_hours", hours).verdict == "met"


def test_twelve_hour_ambiguity_is_no_contradiction():
    for said in ("9 to 1", "nine till one", "9 a.m. to 1 p.m.", "nine in the morning until one"):
        assert verdict_of("opening_hours", HOURS + f"A: {said}.").verdict == "met", said
    for said in ("9 to 1 a.m.", "9 a.m. to 1 a.m."):  # a range, not nine minutes to one
        assert verdict_of("opening_hours", HOURS + f"A: {said}").verdict == "missed", said


def test_appointments_floors_and_counts_are_not_opening_hours():
    text = (
        GREETING + "P: I would like a check-up.\n"
        "A: I can do Tuesday at ten. We are on the second floor, and it takes 20 minutes."
    )
    assert verdict_of("opening_hours", text).verdict == "not_applicable"
    assert verdict_of("prices", text).verdict == "not_applicable"


def test_from_a_price_is_not_the_price():
    ask = GREETING + "P: How much is an implant?\n"
    assert verdict_of("prices", ask + "A: Implants start from 900 pounds.").verdict == "met"
    assert verdict_of("prices", ask + "A: An implant is 900 pounds.").verdict == "missed"
    assert verdict_of("prices", ask + "A: From 700 pounds.").verdict == "missed"


def test_recordings_are_not_the_administrator():
    text = (
        "I: Thank you for calling Oakfield Dental. We are so sorry you are waiting. Goodbye.\n"
        "A: Yes?\nP: My tooth hurts so badly.\nA: Name?\nP: Smith."
    )
    found = verdicts(text)
    assert found["greeting"] == "missed"
    assert found["empathy"] == "missed"
    assert found["polite_close"] == "missed"


def test_stuffing_adds_nothing():
    once = PAIN + "A: I see.\nP: Yes."
    often = PAIN + "A: I see. I see. I see. I see. I see.\nP: Yes."
    assert verdict_of("empathy", once).verdict == verdict_of("empathy", often).verdict == "partly"
    jargon = GREETING + "P: Yes?\nA: The endodontist, the endodontist, the endodontist will call."
    assert verdict_of("clarity", jargon).verdict == "partly"


def test_no_verdict_where_the_occasion_never_arose():
    found = verdicts(GREETING + "P: Wrong number, bye.\nA: No problem, have a nice day. Goodbye.")
    for criterion in ("empathy", "prices", "opening_hours", "hold_courtesy", "booking_offered"):
        assert found[criterion] == "not_applicable", criterion


def test_unanswered_question_is_not_not_applicable():
    found = verdict_of("prices", PRICE + "A: I don't know. I'll find out and call you back.")
    assert found.verdict == "missed"
    assert {e.kind for e in found.evidence} == {"absence", "quote"}


def test_right_and_wrong_facts():
    assert verdict_of("prices", PRICE + "A: A check-up is £45.").verdict == "met"
    wrong = verdict_of("opening_hours", HOURS + "A: On Saturday we're open from nine to three.")
    assert wrong.verdict == "missed"
    assert "Saturday 9:00-13:00" in wrong.reason


def test_without_a_fact_sheet_facts_abstain():
    assert verdict_of("prices", PRICE + "A: It's 45 pounds.", None).verdict == "abstain"
    veneers = (
        GREETING + "P: How much are porcelain veneers at your clinic these days?\nA: 400 pounds."
    )
    assert verdict_of("prices", veneers).verdict == "abstain"


def test_a_full_stop_in_the_wrong_place_blames_nobody():
    """Recognisers cut "until seven. On Friday we finish at four" one sentence too late."""
    said = "Monday to Thursday we're open until seven on Friday. We finish earlier at"
    assert verdict_of("opening_hours", f"P: How late are you open?\nA: {said} 4.").verdict == "met"
    late = verdict_of("opening_hours", f"P: How late are you open?\nA: {said} 6.")
    assert (late.verdict, "Friday" in late.reason) == ("missed", True)


def test_welcome_to_the_clinic_is_not_an_offer():
    said = "A: Hello and welcome to Oakfield.\nP: How much is a check-up?\nA: Forty five pounds."
    assert verdict_of("booking_offered", said).verdict == "missed"


@pytest.mark.parametrize(
    "full",
    [
        "They are fully booked today.",
        "We're all booked up tomorrow.",
        "He's booked solid until Thursday.",
        "She's double booked on Monday.",
    ],
)
def test_fully_booked_is_no_booking(full):
    text = (
        GREETING + f"P: My tooth hurts, can I come in?\nA: I'm sorry. {full}\nP: Oh. Bye.\nA: Bye."
    )
    found = verdicts(text)
    assert found["booking_won"] == "missed"
    assert found["booking_confirmed"] == "not_applicable"
    asked = GREETING + f"P: I'd like a check-up. On Monday I heard: {full}\nA: Have you any pain?"
    assert verdict_of("need_found", asked).verdict == "met"  # it is about no visit there is


def test_a_patients_courtesy_and_small_words_ask_and_fear_nothing():
    said = "I'm afraid I can't do Tuesday. How much notice do you need? Thank you for your time."
    found = verdicts(GREETING + f"P: {said}\nA: A day is fine. Anything else?\nP: No.\nA: Bye.")
    assert found["empathy"] == found["prices"] == found["opening_hours"] == "not_applicable"


@pytest.mark.parametrize("said", ["It wasn't your fault.", "He doesn't work on Mondays."])
def test_clearing_somebody_is_no_blame(said):
    text = (
        f"A: Oakfield Dental, Anna.\nP: I want to complain. Nobody rang me.\nA: I'm sorry. {said}"
    )
    card = score(*dialogue(text), load_rubric("complaint"))
    assert {v.id: v.verdict for v in card.criteria}["no_blame"] == "met"


def test_praise_books_nothing():
    text = PAIN + "A: You're doing great. Which tooth is it?\nP: I'll ring again, bye.\nA: Bye."
    assert verdict_of("booking_won", text).verdict == "missed"


@pytest.mark.parametrize(
    ("language", "said", "verdict"),
    [
        ("en", "That'll be the card machine.", "missed"),
        ("en", "The machine froze, but we should have checked, that was our mistake.", "met"),
        ("pl", "To nasza praktykantka, nie popatrzyła w dowód.", "missed"),
        ("ru", "Значит, грызли что-нибудь.", "missed"),
        ("ru", "Терминал завис, но проверить обязаны были мы, это наша ошибка.", "met"),
        ("uk", "Це майстерня так наточила.", "missed"),
        ("zh", "还不是送样的那家快递。", "missed"),
    ],
)
def test_a_cause_is_blame_unless_she_owns_it(language, said, verdict):
    complaint = {
        "en": "I want to complain.",
        "pl": "Chcę złożyć skargę.",
        "ru": "Я хочу пожаловаться.",
        "uk": "Я хочу поскаржитися.",
        "zh": "我要投诉。",
    }[language]
    call, transcript = dialogue(
        f"A: X.\nP: {complaint}\nA: {said}\nP: X.\nA: X.", language=language
    )
    card = score(call, transcript, load_rubric("complaint"))
    assert {v.id: v.verdict for v in card.criteria}["no_blame"] == verdict


def test_asking_who_is_there_finds_out_no_need():
    booked = PAIN + "A: {}\nP: Yes.\nA: I can offer you Monday at nine.\nP: Monday is fine.\n"
    who = verdict_of("need_found", booked.format("Am I speaking with Mr. Harris?"))
    what = verdict_of("need_found", booked.format("Which tooth is it that hurts?"))
    assert (who.verdict, what.verdict) == ("missed", "met")
