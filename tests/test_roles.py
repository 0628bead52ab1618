"""Roles: from what people say, and unknown rather than guessed."""

from dataclasses import replace

import pytest
from helpers_words import BOOK, NAMES, conversation
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Call, Recording
from auricle.settings import Clinic, Settings
from transcribe.assemble import assemble
from transcribe.guards import Dropped
from transcribe.recognise import Recognised
from transcribe.roles import RoleGuess, Signs, decide_roles, said_signs
from transcribe.turns import RawTurn

GREETING = "Good morning, Riverside Dental, Anna speaking. How can I help you?"
REQUEST = "Hello, I'd like to book a check-up, my tooth hurts."


def roles(
    turns: list[RawTurn],
    *,
    outbound: bool = False,
    administrator: str | None = None,
    at_least: float = 0.7,
    book=BOOK,
) -> dict[str, RoleGuess]:
    return decide_roles(
        turns, book, NAMES, outbound=outbound, administrator_speaker=administrator,
        min_confidence=at_least,
    )  # fmt: skip


def names(guesses: dict[str, RoleGuess]) -> dict[str, str]:
    return {speaker: guess.role for speaker, guess in guesses.items()}


@pytest.mark.parametrize(("staff", "caller"), [("left", "right"), ("right", "left"), ("b", "a")])
def test_who_greets_is_the_administrator(staff: str, caller: str) -> None:
    found = roles(conversation((staff, GREETING), (caller, REQUEST)))
    assert names(found) == {staff: "administrator", caller: "patient"}
    assert found[staff].confidence > 0.95


def test_what_is_heard_badly_tells_less() -> None:
    """In noise names that Whisper expects may come out of nothing."""
    turns = conversation(("a", "Riverside Dental."), ("b", "Hello."))
    poor = tuple(w.model_copy(update={"confidence": 0.3}) for w in turns[0].words)
    clear, doubtful = roles(turns)["a"], roles([replace(turns[0], words=poor), turns[1]])["a"]
    assert doubtful.role == "administrator"
    assert doubtful.confidence < clear.confidence


def test_the_caller_may_be_heard_first() -> None:
    found = roles(conversation(("a", "Hello?"), ("b", GREETING), ("a", REQUEST)))
    assert names(found) == {"a": "patient", "b": "administrator"}


def test_on_outbound_calls_the_patient_picks_up() -> None:
    turns = conversation(
        ("a", "Hello?"),
        ("b", "Good afternoon, this is Anna from Riverside Dental, I'm calling about your visit."),
        ("a", "Yes, that works for me."),
    )
    assert names(roles(turns, outbound=True)) == {"a": "patient", "b": "administrator"}


def test_asking_for_the_clinic_is_not_greeting_with_its_name() -> None:
    turns = conversation(
        ("a", "Yes, hello."),
        ("b", "Hello, is this Riverside Dental?"),
        ("a", "Yes. How can I help?"),
    )
    assert names(roles(turns)) == {"a": "administrator", "b": "patient"}


def test_without_a_sign_nobody_is_guessed() -> None:
    turns = conversation(("a", "Mhm."), ("b", "Okay."), ("a", "Right."))
    assert names(roles(turns, at_least=0.8)) == {"a": "unknown", "b": "unknown"}
    assert names(roles(turns, at_least=0.8, book=None)) == {"a": "unknown", "b": "unknown"}


def test_the_channel_convention_settles_what_words_do_not() -> None:
    turns = conversation(("left", "Mhm."), ("right", "Okay."))
    found = roles(turns, administrator="right", at_least=0.9)
    assert names(found) == {"left": "patient", "right": "administrator"}


def test_a_convention_for_a_channel_nobody_speaks_on_changes_nothing() -> None:
    turns = conversation(("left", GREETING), ("left", "Hello? Is anybody there?"))
    assert roles(turns, administrator="right") == roles(turns)


def test_a_third_voice_with_little_talk_is_unknown() -> None:
    found = roles(
        conversation(
            ("a", GREETING), ("b", REQUEST), ("c", "Mum!"), ("b", "Not now, dear."),
            ("a", "Would you like to come on Monday at nine or on Tuesday at ten?"),
            ("b", "I would like to come on Monday, that works for me, thank you very much."),
        )
    )  # fmt: skip
    assert names(found) == {"a": "administrator", "b": "patient", "c": "unknown"}


OFFER = "Would you like to come on Monday at nine or on Tuesday at ten?"
CALL_BACK = "I'll call you back today."


def test_a_companion_is_not_the_administrator_whatever_he_says() -> None:
    by_turns = conversation(
        ("a", GREETING), ("b", REQUEST), ("a", OFFER), ("c", CALL_BACK), ("a", OFFER),
        ("b", REQUEST), ("a", OFFER), ("c", CALL_BACK), ("a", OFFER), ("c", CALL_BACK),
    )  # fmt: skip
    assert names(roles(by_turns)) == {"a": "administrator", "b": "patient", "c": "patient"}


def test_a_colleague_after_a_transfer_is_an_administrator() -> None:
    found = roles(
        conversation(
            ("a", GREETING), ("b", REQUEST), ("a", OFFER), ("b", REQUEST), ("a", OFFER),
            ("c", CALL_BACK), ("b", REQUEST), ("c", CALL_BACK), ("b", REQUEST), ("c", CALL_BACK),
        )
    )  # fmt: skip
    assert names(found) == {"a": "administrator", "b": "patient", "c": "administrator"}


def test_two_on_the_patients_side_may_talk_more_than_the_administrator() -> None:
    found = roles(
        conversation(
            ("a", GREETING), ("b", REQUEST), ("c", REQUEST), ("a", "When?"), ("b", REQUEST),
            ("c", REQUEST), ("a", "May I have your name?"), ("b", REQUEST), ("c", REQUEST),
        )
    )  # fmt: skip
    assert names(found) == {"a": "administrator", "b": "patient", "c": "patient"}


def test_one_voice_alone_is_never_sure() -> None:
    both = (GREETING, REQUEST, "Your date of birth, please?", "Thank you, goodbye.")
    found = roles(conversation(*(("a", text) for text in both)))["a"]
    assert found.role == "administrator"
    assert found.confidence < 0.9
    message = ("Hello, this is Peter Holland.", "Could you please call me back?", "Thank you, bye.")
    left = conversation(*(("a", text) for text in message))
    assert names(roles(left)) == {"a": "unknown"}
    assert names(roles(left, administrator="a")) == {"a": "administrator"}


def test_words_tell_who_where_no_phrase_does(monkeypatch: pytest.MonkeyPatch) -> None:
    words = said_signs().words
    monkeypatch.setattr("transcribe.roles.said_signs", lambda: Signs(lists={}, words=words))
    turns = conversation(
        ("a", "Which of the two would you like? We have both here."),
        ("b", "I was told something else. What do I do with my letter?"),
    )
    for first, second in (turns, turns[::-1]):
        found = roles([first, second])
        assert names(found) == {"a": "administrator", "b": "patient"}
        assert found["a"].confidence > 0.9


def test_one_person_taken_for_two_is_on_one_side() -> None:
    said = (
        "I was told to ring, my tooth hurts and I want somebody to look at it.",
        "I need my tablets, and what do I do if it gets worse? I think I was late.",
    )
    found = roles(conversation(("a", "Hello?"), ("a", said[0]), ("b", said[1]), ("a", said[1]),
                               ("b", said[0])))  # fmt: skip
    assert names(found) == {"a": "patient", "b": "patient"}


def test_a_long_call_is_no_surer_than_sure() -> None:
    found = roles(conversation(*(("a", GREETING), ("b", REQUEST)) * 200))
    assert {guess.confidence for guess in found.values()} == {1.0}


def test_nobody_spoke() -> None:
    assert roles([]) == {}


lines = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(
            [GREETING, REQUEST, "Yes.", "How much is it?", "Your date of birth, please?"]
        ),
    ),
    min_size=1,
    max_size=8,
)


@given(
    lines=lines,
    outbound=st.booleans(),
    administrator=st.sampled_from([None, "a", "b"]),
    at_least=st.floats(0.5, 1),
)
def test_below_the_threshold_a_role_is_unknown_and_only_there(
    lines: list[tuple[str, str]], outbound: bool, administrator: str | None, at_least: float
) -> None:
    turns = conversation(*lines)
    found = roles(turns, outbound=outbound, administrator=administrator, at_least=at_least)
    assert set(found) == {speaker for speaker, _ in lines}
    for guess in found.values():
        assert 0.5 <= guess.confidence <= 1
        assert (guess.role == "unknown") == (guess.confidence < at_least)


@given(lines=lines)
def test_names_of_speakers_do_not_matter(lines: list[tuple[str, str]]) -> None:
    renamed = {"a": "right", "b": "speaker_7", "c": "x"}
    found = roles(conversation(*lines))
    other = roles(conversation(*((renamed[speaker], text) for speaker, text in lines)))
    assert other == {renamed[speaker]: guess for speaker, guess in found.items()}


def test_a_turn_whose_voice_is_unsure_has_an_unsure_role() -> None:
    said = conversation(("a", GREETING), ("b", REQUEST), ("a", "Right."), ("b", "Yes."))
    raw = [*said[:2], replace(said[2], sure=0.6), replace(said[3], sure=0.5)]
    recording = Recording(sha256="x", path="x", channels=1, sample_rate_hz=8000, duration_s=20,
                          layout="mono")  # fmt: skip
    found = assemble(
        Call(call_id="c", recording=recording), raw,
        Recognised(((),), "en", 1.0, Dropped()), Settings(clinic=Clinic(name="Riverside Dental")),
        {}, None,
    ).turns  # fmt: skip
    assert [turn.role for turn in found] == ["administrator", "patient"] * 2
    sure = found[0].role_confidence
    assert found[1].role_confidence == sure > 0.95
    assert found[2].role_confidence == pytest.approx(0.6 * sure + 0.4 * (1 - sure), abs=1e-3)
    assert found[3].role_confidence == 0.5
