"""Evidence, confidence, abstention, determinism."""

import gc
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_scoring_dialogue import SHEET, clinic_phone, dialogue, scorecard, verdict_of, verdicts

from auricle.errors import SettingsError
from auricle.models import Evidence, Scorecard
from rubrics.loader import parse_rubric
from rubrics.phrases import Reading
from scoring.confidence import TALKED_OVER
from scoring.context import Context
from scoring.engine import score
from scoring.evidence import problem

GOLDEN = Path(__file__).parent / "golden"
CALL = """
A: Good morning, Oakfield Dental, Anna speaking. How can I help?
P: Hello. My tooth hurts so badly and I can't sleep. How much is a check-up?
A: Oh no, I'm so sorry to hear that. A check-up is 45 pounds. Just a moment, please.
[hold 12]
A: I could do Tuesday at ten, would that suit you?
P: Yes please. Are you open on Saturdays as well?
A: On Saturday we're open from nine to three.
P: Thank you, bye.
A: Thank you for calling, have a nice day. Goodbye.
"""


def test_whole_call():
    assert verdicts(CALL) == {
        "wait_time": "met",
        "greeting": "met",
        "need_found": "missed",
        "opening_hours": "missed",
        "prices": "met",
        "details": "not_applicable",
        "answers": "met",
        "empathy": "met",
        "clarity": "met",
        "patience": "met",
        "hold_courtesy": "met",
        "booking_offered": "met",
        "booking_won": "met",
        "no_slot": "not_applicable",
        "booking_confirmed": "missed",
        "contact_details": "missed",
        "polite_close": "met",
    }


def test_scoring_twice_is_byte_identical():
    first, second = (scorecard(CALL).model_dump_json(by_alias=True) for _ in range(2))
    assert first == second
    assert Scorecard.model_validate_json(first).model_dump_json(by_alias=True) == first


def test_quotes_are_verbatim_and_word_exact():
    _, transcript = dialogue(CALL)
    for verdict in scorecard(CALL).criteria:
        for proof in verdict.evidence:
            if proof.kind != "quote":
                continue
            turn = transcript.turns[proof.turn]
            words = proof.quote.split()
            spoken = [w.text for w in turn.words]
            at = next(i for i in range(len(spoken)) if spoken[i : i + len(words)] == words)
            assert proof.start_s == turn.words[at].start_s
            assert proof.end_s == turn.words[at + len(words) - 1].end_s
            assert proof.role == turn.role


def test_absence_says_what_was_searched_and_where_the_chance_arose():
    text = "A: Yes?\nP: My tooth hurts so badly.\nA: Your name?\nP: Smith."
    proof = verdict_of("empathy", text).evidence[0]
    assert proof.kind == "absence"
    assert "puts the patient's feeling into words" in proof.note
    assert "tooth hurts" in proof.quote
    assert proof.start_s is not None


def test_a_quote_under_another_role_or_not_verbatim_proves_nothing():
    _, transcript = dialogue(CALL)
    quote = Evidence(kind="quote", role="patient", turn=1, quote="My tooth hurts")
    assert problem(quote, transcript, "patient") == ""
    assert "by the patient" in problem(quote, transcript, "administrator")
    for words in ("my teeth hurt", "My tooth hur", "tooth badly", " "):
        changed = quote.model_copy(update={"quote": words})
        assert "not in the words" in problem(changed, transcript, "patient")
    assert "no turn" in problem(quote.model_copy(update={"turn": 99}), transcript, "patient")


def test_text_that_the_words_do_not_bear_out_abstains():
    call, transcript = dialogue("A: Hello?\nP: Hi.")
    invented = transcript.turns[0].model_copy(update={"text": "Oakfield Dental, Anna speaking."})
    transcript = transcript.model_copy(update={"turns": (invented, *transcript.turns[1:])})
    card = score(call, transcript, clinic_phone(), SHEET)
    greeting = next(v for v in card.criteria if v.id == "greeting")
    assert greeting.verdict == "abstain"
    assert "not in the words" in greeting.reason


def test_poor_recognition_or_unsure_roles_abstain():
    for options in ({"confidence": 0.3}, {"role_confidence": 0.3}):
        found = verdict_of("greeting", CALL, **options)
        assert found.verdict == "abstain"
        assert found.points is None
        assert "Not sure enough" in found.reason
    assert verdict_of("greeting", CALL, confidence=0.3, abstain_below=0.2).verdict == "met"


def test_confidence_is_the_weakest_part():
    assert verdict_of("greeting", CALL, confidence=0.7).confidence == pytest.approx(0.7)
    assert verdict_of("greeting", CALL, role_confidence=0.6).confidence == pytest.approx(0.6)


def test_unknown_roles_abstain_but_the_line_is_still_judged():
    text = CALL.replace("A:", "U:").replace("P:", "U:")
    found = verdicts(text, wait_s=8.0)
    assert found["wait_time"] == "met"
    assert found["hold_courtesy"] == "abstain"
    assert found["greeting"] == found["empathy"] == found["polite_close"] == "abstain"


def test_unknown_language_abstains_where_words_matter():
    found = verdicts(CALL, language="xx")
    assert found["wait_time"] == "met"
    assert found["greeting"] == found["prices"] == "abstain"


def test_a_transcript_of_another_call_is_refused():
    call, transcript = dialogue(CALL)
    with pytest.raises(SettingsError, match="not of"):
        score(call.model_copy(update={"call_id": "x"}), transcript, clinic_phone())


def test_not_equals_and_at_least_combine():
    rubric = parse_rubric(
        """
id: tiny
version: "1"
title: Tiny
sections:
  - id: one
    title: One
    criteria:
      - id: friendly
        title: Friendly
        description: Says two kind things and isn't rude.
        points: 1
        critical: call
        rules:
          - verdict: met
            if:
              all:
                - at_least:
                    count: 2
                    of:
                      - phrases: {lists: [thanks]}
                      - phrases: {lists: [goodbye]}
                      - phrases: {lists: [acknowledgement]}
                - not: {phrases: {lists: [rude_close]}}
            because: Kind
        otherwise_because: Not kind
""",
        "tiny.yaml",
    )
    call, transcript = dialogue("A: Thank you. Goodbye.\nP: Bye.")
    assert score(call, transcript, rubric).total == 100
    call, transcript = dialogue("A: Thank you.\nP: Bye.")
    card = score(call, transcript, rubric)
    assert (card.total, card.failed_critical) == (0, ("friendly",))


def test_what_was_not_found_is_told_in_plain_words():
    card = scorecard("A: Oakfield Dental, this is Anna.\nP: I am scared of the drill.\nA: Yes.")
    notes = {v.id: [e.note for e in v.evidence] for v in card.criteria}
    assert notes["empathy"][0] == (
        "Not heard in 1 turn of the administrator: the administrator puts the patient's feeling "
        "into words or shows that it is taken seriously. What called for it, at 0:04: "
        "\u201cam scared\u201d"
    )


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda p: p.stem)
def test_golden_scorecards(path):
    """Set AURICLE_UPDATE_GOLDEN=1 to accept changed scorecards; then read the difference."""
    card = scorecard(path.read_text("utf-8")).model_dump(mode="json", by_alias=True)
    card["provenance"].pop("rubric_fingerprint")
    text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
    golden = path.with_suffix(".json")
    if os.environ.get("AURICLE_UPDATE_GOLDEN"):
        golden.write_text(text, "utf-8")
    assert golden.read_text("utf-8") == text


def test_words_that_two_talk_through_make_a_verdict_less_sure():
    call, transcript = dialogue(CALL)
    first, *rest = transcript.turns
    both = tuple(word.model_copy(update={"also": "other"}) for word in first.words)
    first = first.model_copy(update={"words": both})
    over = transcript.model_copy(update={"turns": (first, *rest)})
    sure, unsure = (
        {v.id: v.confidence for v in score(call, one, clinic_phone(), SHEET).criteria}
        for one in (transcript, over)
    )
    assert unsure["greeting"] == TALKED_OVER < sure["greeting"]
    assert unsure["prices"] == sure["prices"]


def test_a_judged_call_is_gone_at_once():
    gc.disable()
    try:
        scorecard(CALL)
        left = [one for one in gc.get_objects() if isinstance(one, Context | Reading)]
    finally:
        gc.enable()
    assert not left  # else memory waits for the collector


def test_calls_judged_at_once_leave_the_collector_as_it_was():
    with ThreadPoolExecutor(4) as pool:
        cards = [*pool.map(lambda _: scorecard(CALL).model_dump_json(), range(40))]
    assert len(set(cards)) == 1
    assert gc.isenabled()
    gc.disable()
    try:
        scorecard(CALL)
        assert not gc.isenabled()
    finally:
        gc.enable()
