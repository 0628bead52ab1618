"""Measuring: a perfect transcript is perfect, and each kind of mistake is counted as what it is."""

from functools import reduce
from operator import add

import pytest
from helpers_clinic import SAMPLE
from hypothesis import given
from hypothesis import strategies as st

from auricle.evaluate import Score, Truth, quote_stands, read_truths, score_call
from auricle.models import (
    Call,
    Evidence,
    Line,
    LineFact,
    Recording,
    RubricRef,
    Scorecard,
    Transcript,
    Turn,
    Verdict,
    Word,
)
from auricle.store.reads import CallDetail

TRUTHS = {truth.call_id: truth for truth in read_truths(SAMPLE / "truth")}
SWAPPED = {"administrator": "patient", "patient": "administrator"}


def heard(truth: Truth, *, swap: bool = False, wait_off_s: float = 0.0) -> CallDetail:
    """What a perfect machine would store, or one with a certain fault."""
    turns = []
    for turn in truth.turns:
        said = turn.text.split()
        step_s = (turn.end_s - turn.start_s) / len(said)
        words = tuple(
            Word(text=word, start_s=turn.start_s + i * step_s,
                 end_s=turn.start_s + (i + 1) * step_s, confidence=1)
            for i, word in enumerate(said)
        )  # fmt: skip
        role = SWAPPED.get(turn.role, turn.role) if swap else turn.role
        turns.append(
            Turn(speaker=role, role=role, role_confidence=1, start_s=turn.start_s,
                 end_s=turn.end_s, text=turn.text, confidence=1, words=words)
        )  # fmt: skip
    wait_s = truth.line["wait_s"]
    wait = None if wait_s is None else LineFact(value_s=wait_s + wait_off_s, source="audio")
    verdicts = tuple(
        Verdict(
            id=name, verdict=said["verdict"], points=None, max_points=1, confidence=1, reason=""
        )
        for name, said in truth.verdicts.items()
    )
    recording = Recording(
        sha256="x", path="x", channels=truth.channels, sample_rate_hz=8000, duration_s=300,
        layout="stereo" if truth.channels == 2 else "mono",
    )  # fmt: skip
    return CallDetail(
        call=Call(call_id=truth.call_id, recording=recording),
        start_local=None,
        transcript=Transcript(
            call_id=truth.call_id, language="en", duration_s=300, line=Line(wait_s=wait),
            turns=tuple(turns),
        ),
        scorecard=Scorecard(
            call_id=truth.call_id, rubric=RubricRef(id="r", version="1"), total=None, low=None,
            high=None, scored_share=1, criteria=verdicts,
        ),
        waveform=None,
        media=None,
    )  # fmt: skip


@pytest.mark.parametrize("call_id", TRUTHS)
def test_perfect_results_are_perfect(call_id: str) -> None:
    score = score_call(TRUTHS[call_id], heard(TRUTHS[call_id]))
    assert score.words > 20
    # Words said at once on one channel have no true order: a few count as wrong.
    assert score.word_errors <= (0 if TRUTHS[call_id].channels == 2 else 5)
    assert score.waits_right == score.waits
    assert score.right_role == score.placed
    assert score.verdicts_right == score.verdicts
    assert (score.abstained, score.applicability_wrong, score.quotes_wrong) == (0, 0, 0)


@pytest.mark.parametrize("call_id", ["rd-1001", "rd-1012"])
def test_swapped_roles_are_counted_by_words(call_id: str) -> None:
    truth = TRUTHS[call_id]
    score = score_call(truth, heard(truth, swap=True))
    assert score.role_accuracy < 0.1
    # On one channel words are compared whoever said them.
    assert (score.wer < 0.05) == (truth.channels == 1)


@pytest.mark.parametrize(("off_s", "right"), [(0.9, 1), (-0.9, 1), (1.2, 0)])
def test_a_wait_is_right_to_the_second(off_s: float, right: int) -> None:
    truth = TRUTHS["rd-1012"]
    assert score_call(truth, heard(truth, wait_off_s=off_s)).waits_right == right


def test_words_that_were_lost_count_as_errors() -> None:
    truth = TRUTHS["rd-1012"]
    detail = heard(truth)
    assert detail.transcript is not None
    half = detail.transcript.turns[::2]
    fewer = CallDetail(
        **{**vars(detail), "transcript": detail.transcript.model_copy(update={"turns": half})}
    )
    score = score_call(truth, fewer)
    assert score.word_errors > 0.2 * score.words


counted = st.builds(
    Score, words=st.integers(0, 99), word_errors=st.integers(0, 99), placed=st.integers(0, 99)
)


@given(scores=st.lists(counted, max_size=5))
def test_pooling_adds_counts(scores: list[Score]) -> None:
    total = reduce(add, scores, Score())
    assert total.words == sum(score.words for score in scores)
    assert total.wer == sum(s.word_errors for s in scores) / max(total.words, 1)


def test_a_quote_stands_only_where_it_was_said() -> None:
    transcript = heard(TRUTHS["rd-1001"]).transcript
    assert transcript is not None
    said = transcript.turns[0]
    quote = Evidence(kind="quote", role=said.role, turn=0, quote="Riverside Dental, Anna speaking")
    assert quote_stands(quote, transcript)
    for change in (
        {"role": "patient"}, {"turn": 1}, {"turn": 999}, {"turn": None}, {"quote": ""},
        {"quote": "Riverside Dental, Mark speaking"}, {"quote": "verside Dental"},
        {"quote": "Dental, Anna speak"},
    ):  # fmt: skip
        assert not quote_stands(quote.model_copy(update=change), transcript), change
