"""What kind of call it is, and how the patient comes across."""

import pytest

from auricle.errors import SettingsError
from auricle.scorer import load_scorer
from auricle.settings import Clinic, Score, Settings
from rubrics.kinds import Sign, load_scale
from rubrics.language import languages
from rubrics.loader import load_rubric, parse_rubric
from rubrics.phrases import Phrasebook
from rubrics.reading import ANY_QUESTION
from scoring.context import Context
from scoring.detectors.kinds import LIKELY, holds, suggest
from scoring.dialogue import dialogue
from scoring.engine import score

COMPLAINT = """
A: Good morning, Oakfield Dental, Anna speaking.
P: I want to complain. I waited two hours yesterday and nobody told me anything, it's a disgrace.
A: I'm so sorry. What happened?
P: Your doctor was rude and nobody called me back. Unacceptable.
A: I apologise, that is our mistake. I will have the manager ring you today.
"""
PRICE = """
A: Oakfield Dental, Anna speaking.
P: Hello, how much is a check-up?
A: Forty-five pounds.
P: Thank you, bye.
"""
ASKS_THE_DOCTOR = """
A: Oakfield Dental, how can I help?
P: I've got a terrible toothache, could I come in?
A: Oh dear. How are you feeling now? And how did you get on with the doctor last time?
P: Fine. It's the same tooth.
A: Would tomorrow at nine suit you?
"""
MOVED = "A: Oakfield Dental.\nP: I need to move my appointment to another day.\nA: Of course."


def seems(text, scale="call_type", **options):
    return suggest(Context(*dialogue(text, **options)), scale)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (COMPLAINT, "en", "complaint"),
        (PRICE, "en", "price"),
        (MOVED, "en", "rescheduling"),
        ("A: Oakfield Dental.\nP: Hello.\nA: Yes?\nP: Is there a car park?", "en", "other"),
        ("A: Please leave a message after the tone.", "en", "not_a_conversation"),
        ("A: Słucham.\nP: Ile kosztuje przegląd?\nA: Sto złotych.", "pl", "price"),
        ("A: Алло.\nP: Хочу перенести запись на другой день.\nA: Да.", "ru", "rescheduling"),
        ("A: Слухаю.\nP: Я хочу поскаржитися, це неподобство!\nA: Вибачте.", "uk", "complaint"),
        ("A: 您好。\nP: 我要投诉，等了两个小时，太过分了。\nA: 对不起。", "zh", "complaint"),
    ],
)
def test_the_type_of_a_call(text, language, expected):
    assert seems(text, language=language).kind == expected


def test_what_two_kinds_have_in_common_tells_neither():
    assert seems(ASKS_THE_DOCTOR).confidence < LIKELY < seems(COMPLAINT).confidence


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("I'm really scared, I'm so worried that it will hurt.", "anxious"),
        ("You are useless, this is a shambles, I'm fed up with you.", "negative"),
        ("I want to speak to the manager immediately.", "demanding"),
        ("Whatever. I'm not fussed.", "apathetic"),
        ("Good morning, I would like to ask about the car park behind the building.", "calm"),
    ],
)
def test_the_manner_of_a_patient(words, expected):
    assert seems(f"A: Hello?\nP: {words}", "manner").kind == expected


def test_the_administrator_has_no_part_in_the_patients_manner():
    calm, scared = (
        seems(f"P: Hello, is it about the car park?\nA: {words}", "manner")
        for words in ("Yes, it is.", "I'm scared, I'm so worried.")
    )
    assert calm == scared


def test_a_suggestion_has_evidence_and_is_no_surer_than_what_was_heard():
    found = seems(COMPLAINT)
    quotes = [e.quote for e in found.evidence]
    assert all(quote in COMPLAINT for quote in quotes)
    assert len({(e.turn, e.quote) for e in found.evidence}) == len(quotes) == 3
    assert seems(COMPLAINT, confidence=0.4).confidence <= 0.4 < found.confidence
    assert seems("A: Bonjour.\nP: Combien?", language="fr") is None


def test_scales_are_complete_in_every_language():
    for name in ("call_type", "manner"):
        for code in languages():
            assert load_scale(name).lists() <= {*Phrasebook.load(code).lists, ANY_QUESTION}


def test_a_sign_is_denied_nowhere_and_said_by_its_role():
    sign = Sign(points=1, heard="complaint")
    early = sign.model_copy(update={"turns": "first 1"})
    said, denied = "I waited two hours, unacceptable.", "I don't want to complain."
    calls = {
        text: Context(*dialogue(text))
        for text in (f"A: Hello?\nP: {said}", f"A: {said}\nP: Oh.", f"A: Hello?\nP: {denied}",
                     f"A: Hello?\nP: Good morning.\nA: Yes?\nP: {said}")
    }  # fmt: skip
    assert [holds(ctx, sign) for ctx in calls.values()] == [True, False, False, True]
    assert [holds(ctx, early) for ctx in calls.values()] == [True, False, False, False]


def test_a_sign_is_one_thing():
    for wrong in ({}, {"heard": "complaint", "direction": "inbound"}):
        with pytest.raises(ValueError, match="exactly one of: heard, direction, measure"):
            Sign(points=1, **wrong)


SMALL = """
id: small
version: "1"
title: Small
sections:
  - id: all
    title: All
    criteria:
      - id: close
        title: Close
        description: Says goodbye to who complains.
        points: 5
        when: {call: {type: [complaint]}}
        rules: [{verdict: met, if: {phrases: {lists: [goodbye]}}, because: "{quote}"}]
        otherwise_because: No goodbye
"""


def test_when_a_call_is_of_a_type():
    rubric = parse_rubric(SMALL, "small.yaml")

    def verdict(text, **options):
        return score(*dialogue(text, **options), rubric).criteria[0].verdict

    assert verdict(COMPLAINT) == "missed"
    assert verdict(PRICE) == "not_applicable"
    assert verdict(COMPLAINT, confidence=0.4) == "abstain"
    with pytest.raises(SettingsError, match=r"no call_type 'complain'.*complaint"):
        parse_rubric(SMALL.replace("[complaint]", "[complain]"), "small.yaml")


def test_the_type_chooses_the_rubric():
    rubric, other = load_rubric("clinic-phone"), load_rubric("complaint")
    by_type = {"complaint": other}
    assert score(*dialogue(COMPLAINT), rubric, by_type=by_type).rubric.id == "complaint"
    assert score(*dialogue(PRICE), rubric, by_type=by_type).rubric.id == "clinic-phone"
    unsure = score(*dialogue(COMPLAINT, confidence=0.4), rubric, by_type=by_type)
    assert unsure.rubric.id == "clinic-phone"


def test_the_settings_name_rubrics_by_type():
    settings = Settings(clinic=Clinic(), score=Score(rubrics={"complaint": "complaint"}))
    scorer, plain = load_scorer(settings), load_scorer(Settings())
    call, transcript = dialogue(COMPLAINT)
    assert scorer.score(call, transcript).rubric.id == "complaint"
    assert scorer.score(call, transcript, plain.rubric).rubric.id == "clinic-phone"
    assert scorer.fingerprint != plain.fingerprint
    with pytest.raises(SettingsError, match="no type 'complain'"):
        load_scorer(Settings(score=Score(rubrics={"complain": "complaint"})))
