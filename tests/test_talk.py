"""When a speaker is heard: the sound tells when somebody talks, the words whose talk it is."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from auricle.models import Word
from transcribe.diarize import POWERSET
from transcribe.networks import WINDOW
from transcribe.samples import RATE_HZ, Samples
from transcribe.talk import with_talk
from transcribe.turns import RawTurn

FRAMES = 589
LENGTH_S = WINDOW / RATE_HZ
Span = tuple[float, float]


def scores(*voices: list[Span]) -> NDArray[np.float32]:
    """One window of the segmentation's, sure of when each of its voices talks."""
    talks = np.zeros((FRAMES, 3), np.bool_)
    for voice, spans in enumerate(voices):
        for start_s, end_s in spans:
            talks[round(start_s / LENGTH_S * FRAMES) : round(end_s / LENGTH_S * FRAMES), voice] = 1
    right = (talks[:, None] == POWERSET).all(axis=2)
    return np.log(np.where(right, 1.0, 1e-6)).astype(np.float32)[None]


def sound(*loud: Span, channels: int = 1) -> Samples:
    noise = np.random.default_rng(2).standard_normal((channels, WINDOW)).astype(np.float32)
    level = np.full(WINDOW, 1e-5, np.float32)
    for start_s, end_s in loud:
        level[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] = 0.1
    return noise * level


def said(speaker: str, *words: Span) -> RawTurn:
    return RawTurn(
        speaker, tuple(Word(text="a", start_s=a, end_s=b, confidence=1) for a, b in words)
    )


def near(expected: list[Span]) -> object:
    return [pytest.approx(span, abs=0.03) for span in expected]


def heard(turns: list[RawTurn], found: NDArray[np.float32], samples: Samples) -> list[list[Span]]:
    return [list(turn.talk) for turn in with_talk(turns, found, samples)]


def test_a_word_that_lasts_through_a_pause_doesnt_fill_it() -> None:
    turns = [said("speaker_0", (1.0, 3.0), (3.0, 4.0))]
    talk = [(1.0, 1.6), (3.0, 4.0)]
    assert heard(turns, scores(talk), sound((0, 10))) == [near(talk)]


def test_a_sound_without_words_is_whose_voice_it_is_else_whose_words_are_nearest() -> None:
    one, other = [(0.5, 3.0), (6.5, 7.0)], [(4.0, 6.0)]
    turns = [said("speaker_0", (0.5, 3.0)), said("speaker_1", (4.0, 6.0))]
    assert heard(turns, scores(one, other), sound((0, 10))) == [near(one), near(other)]
    unknown = [(6.5, 7.0)]
    assert heard(turns, scores(one[:1], other, unknown), sound((0, 10))) == [
        near(one[:1]), near([*other, *unknown])
    ]  # fmt: skip


def test_both_are_heard_where_one_talks_over_the_other() -> None:
    one, other = [(0.5, 5.0)], [(4.0, 8.0)]
    turns = [said("speaker_0", (0.5, 4.9)), said("speaker_1", (5.0, 8.0))]
    assert heard(turns, scores(one, other), sound((0, 10))) == [near(one), near(other)]


def test_who_talks_over_another_in_a_voice_nobody_has_is_whose_words_are_nearest() -> None:
    one, other, unknown = [(3.0, 6.0)], [(0.5, 2.0)], [(4.0, 5.0)]
    third = said("speaker_2", (8.0, 9.0))
    turns = [said("speaker_1", *other), said("speaker_0", *one), third]
    found = heard(turns, scores(one, [*other, (8.0, 9.0)], unknown), sound((0, 10)))
    assert found == [near([*other, *unknown]), near(one), near([(8.0, 9.0)])]
    assert heard([turns[1]], scores(one, [], unknown), sound((0, 10))) == [near(one)]


def test_nobody_is_heard_where_the_channel_is_silent() -> None:
    turns = [said("left", (1.0, 2.0)), said("right", (5.0, 6.0))]
    samples = sound((1.0, 2.0), (5.0, 6.0), channels=2)
    found = heard(turns, scores([(0.5, 2.8)], [(5.0, 6.8)]), samples)
    assert found == [near([(1.0, 2.0)]), near([(5.0, 6.0)])]


def test_a_short_pause_is_within_talk_and_each_turn_has_its_own() -> None:
    turns = [said("speaker_0", (1.0, 2.0)), said("speaker_0", (2.2, 3.0), (3.2, 4.0))]
    [first, second] = heard(turns, scores([(1.0, 2.0), (2.2, 3.0), (3.2, 4.0)]), sound((0, 10)))
    assert first == near([(1.0, 2.1)])
    assert second == near([(2.1, 4.0)])


def test_without_turns_there_is_no_talk() -> None:
    assert with_talk([], scores(), sound()) == []


@given(
    words=st.lists(
        st.tuples(st.sampled_from(["left", "right", "speaker_2"]), st.floats(0, 9),
                  st.floats(0, 2)), min_size=1, max_size=8,
    ),
    talk=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 9), st.floats(0, 3)), max_size=6),
)  # fmt: skip
def test_talk_is_in_order_inside_the_recording_and_never_double(
    words: list[tuple[str, float, float]], talk: list[tuple[int, float, float]]
) -> None:
    voices: list[list[Span]] = [[], [], []]
    for voice, start_s, length_s in talk:
        voices[voice].append((start_s, min(start_s + length_s, LENGTH_S)))
    turns = [said(who, (start_s, start_s + length_s)) for who, start_s, length_s in words]
    found = with_talk(turns, scores(*voices), sound((0, 10), channels=2))
    assert [(turn.speaker, turn.words) for turn in found] == [(t.speaker, t.words) for t in turns]
    for name in {turn.speaker for turn in found}:
        own = sorted(span for turn in found if turn.speaker == name for span in turn.talk)
        assert all(0 <= a < b <= LENGTH_S for a, b in own)
        assert all(a[1] <= b[0] for a, b in pairwise(own))
