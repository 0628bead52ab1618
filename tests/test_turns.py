"""Building turns: no word is lost, doubled or moved, whatever diarization says."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from helpers_words import raw, spoken, texts, words
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Word
from transcribe.diarize import SpeakerTurn, change_points, cut, overlapping
from transcribe.turns import (
    PHRASE_PAUSE_S,
    TURN_PAUSE_S,
    RawTurn,
    phrases,
    talked_over,
    turns_of_channels,
    turns_of_speakers,
)

NAMES = ("left", "right")
breaks = st.lists(st.floats(0, 40), max_size=3)


@st.composite
def diarizations(draw: st.DrawFn) -> list[SpeakerTurn]:
    """Who speaks when: in order, not overlapping, possibly nobody."""
    found, now_s = [], 0.0
    for speaker in draw(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12)):
        start_s = now_s + draw(st.sampled_from([0.0, 0.3, 2.0]))
        now_s = start_s + draw(st.sampled_from([0.1, 1.0, 5.0]))
        found.append(SpeakerTurn(start_s, now_s, speaker))
    return found


def said(turns: list[RawTurn]) -> list[Word]:
    return [word for turn in turns for word in turn.words]


def well_formed(turns: list[RawTurn], breaks: list[float]) -> None:
    """What holds for turns however they were made."""
    assert all(turn.words for turn in turns)
    assert all(a.start_s <= b.start_s for a, b in pairwise(turns))
    for turn in turns:
        assert turn.text == " ".join(word.text for word in turn.words)
        assert turn.start_s <= turn.end_s
        for a, b in pairwise(turn.words):
            assert b.start_s - a.end_s < TURN_PAUSE_S
            parted = any(a.end_s <= at <= b.start_s for at in breaks)
            assert not (parted and b.start_s - a.end_s >= PHRASE_PAUSE_S)
    for a, b in pairwise(turns):
        if a.speaker == b.speaker:
            parted = any(a.end_s <= at <= b.start_s for at in breaks)
            assert parted or b.start_s - a.end_s >= TURN_PAUSE_S


@given(left=spoken(), right=spoken(), breaks=breaks)
def test_channels_keep_every_word(left: list[Word], right: list[Word], breaks: list[float]) -> None:
    turns = turns_of_channels([left, right], NAMES, breaks)
    well_formed(turns, breaks)
    for name, channel in zip(NAMES, (left, right), strict=True):
        assert said([turn for turn in turns if turn.speaker == name]) == channel


@given(left=spoken(overlap=True), right=spoken(overlap=True))
def test_words_that_overlap_are_kept_too(left: list[Word], right: list[Word]) -> None:
    turns = turns_of_channels([left, right], NAMES)
    assert Counter(said(turns)) == Counter(left + right)
    assert said(turns_of_speakers(left, [])) == left


@given(heard=spoken(), who=diarizations(), breaks=breaks)
def test_speakers_keep_every_word_in_order(
    heard: list[Word], who: list[SpeakerTurn], breaks: list[float]
) -> None:
    turns = turns_of_speakers(heard, who, breaks)
    well_formed(turns, breaks)
    assert said(turns) == heard
    assert {turn.speaker for turn in turns} <= ({turn.speaker for turn in who} or {"speaker_0"})


@given(heard=spoken())
def test_phrases_keep_every_word_and_end_at_sentences_and_pauses(heard: list[Word]) -> None:
    found = phrases(heard)
    assert [word for phrase in found for word in phrase] == heard
    for phrase in found:
        for a, b in pairwise(phrase):
            assert not a.text.endswith((".", "?"))
            assert b.start_s - a.end_s < PHRASE_PAUSE_S


def test_nothing_said_is_no_turn() -> None:
    assert turns_of_channels([[], []], NAMES) == []
    assert turns_of_speakers([], [SpeakerTurn(0, 5, "a")]) == []


def test_turns_alternate_between_channels() -> None:
    left = words("Good morning.", 0) + words("Certainly.", 4)
    right = words("Hello, I need help.", 1.5)
    assert texts(turns_of_channels([left, right], NAMES)) == [
        ("left", "Good morning."), ("right", "Hello, I need help."), ("left", "Certainly."),
    ]  # fmt: skip


def test_a_yes_in_between_does_not_break_the_sentence_it_falls_into() -> None:
    left = words("we are open from nine until five on weekdays.", 0)
    right = words("mhm", 1.0)
    assert texts(turns_of_channels([left, right], NAMES)) == [
        ("left", "we are open from nine until five on weekdays."), ("right", "mhm"),
    ]  # fmt: skip


def test_a_long_pause_and_music_begin_a_new_turn() -> None:
    pause = words("one moment", 0) + words("so", 5)
    assert len(turns_of_channels([pause, []], NAMES)) == 2
    short = words("one moment", 0) + words("so", 1.6)
    assert len(turns_of_channels([short, []], NAMES)) == 1
    assert len(turns_of_channels([short, []], NAMES, breaks=[1.0])) == 2


def test_each_word_goes_to_who_talks_through_most_of_it() -> None:
    heard = words("hello there. hi", 0)
    who = [SpeakerTurn(0, 0.65, "a"), SpeakerTurn(0.65, 2, "b")]
    assert texts(turns_of_speakers(heard, who)) == [("a", "hello there."), ("b", "hi")]


def test_a_word_in_a_gap_goes_to_the_nearest() -> None:
    who = [SpeakerTurn(0, 1, "a"), SpeakerTurn(9, 10, "b")]
    assert turns_of_speakers(words("yes", 1.5), who)[0].speaker == "a"
    assert turns_of_speakers(words("yes", 8.0), who)[0].speaker == "b"
    assert turns_of_speakers(words("yes", 99.0), who)[0].speaker == "b"


def test_a_phrase_mostly_by_one_speaker_is_all_hers() -> None:
    heard = words("a check up is forty five pounds", 0)
    who = [SpeakerTurn(0, 1.6, "a"), SpeakerTurn(1.6, 2.1, "b")]
    assert texts(turns_of_speakers(heard, who)) == [("a", "a check up is forty five pounds")]
    half = [SpeakerTurn(0, 0.95, "a"), SpeakerTurn(0.95, 2.1, "b")]
    assert texts(turns_of_speakers(heard, half)) == [
        ("a", "a check up"), ("b", "is forty five pounds"),
    ]  # fmt: skip


def test_a_turn_is_as_surely_hers_as_its_words_are_on_average() -> None:
    heard = words("good morning. yes", 0)
    who = [SpeakerTurn(0, 0.65, "a", 0.9), SpeakerTurn(0.65, 2, "a", 0.6)]
    assert [turn.sure for turn in turns_of_speakers(heard, who)] == [pytest.approx(0.8)]
    assert [turn.sure for turn in turns_of_speakers(heard, [])] == [1.0]


def test_a_word_taken_along_by_its_phrase_is_as_sure_as_it_was_not_anothers() -> None:
    heard = words("a check up is forty five pounds", 0)
    who = [SpeakerTurn(0, 1.6, "a", 1.0), SpeakerTurn(1.6, 2.1, "b", 0.7)]
    [turn] = turns_of_speakers(heard, who)
    others = sum(word.start_s > 1.45 for word in heard)
    assert turn.sure == pytest.approx((len(heard) - 0.7 * others) / len(heard))


def test_the_end_of_a_turn_is_that_of_its_last_sound() -> None:
    long = Word(text="well", start_s=0, end_s=3, confidence=1)
    short = Word(text="yes", start_s=1, end_s=1.2, confidence=1)
    assert RawTurn("a", (long, short)).end_s == 3
    assert raw("a", "one two").end_s == 0.6


@given(
    phrases=st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 8)), max_size=5),
    changes=st.lists(st.floats(0, 40), max_size=8).map(sorted),
)
def test_cutting_phrases_keeps_their_time(
    phrases: list[tuple[float, float]], changes: list[float]
) -> None:
    spans = [(start, start + length) for start, length in phrases]
    pieces = cut(spans, changes)
    assert sum(b - a for a, b in pieces) == pytest.approx(sum(b - a for a, b in spans))
    assert all(a < b for a, b in pieces)
    starts = {a for a, _ in spans}
    assert {a for a, _ in pieces} <= starts | set(changes)


def test_change_points_are_where_one_follows_another() -> None:
    active = np.zeros((1, 100, 3), bool)
    active[0, 10:40, 0] = True  # one
    active[0, 40:45] = False  # a pause
    active[0, 45:80, 1] = True  # another
    active[0, 60:65, 2] = True  # both at once: nobody follows anybody
    assert change_points(active) == [4.25]


def test_an_overlap_is_where_every_window_hears_two() -> None:
    active = np.zeros((2, 100, 3), bool)  # 10 s each, the second from 5 s on
    active[:, :, 0] = True
    active[0, 20:30, 1] = True  # 2 to 3 s: only one window is there
    active[0, 70:80, 1] = True  # 7 to 8 s
    active[1, 25:40, 2] = True  # 7.5 to 9 s: they agree on half a second
    assert overlapping(active) == [(2.0, 3.0), (7.5, 8.0)]
    assert overlapping(np.zeros((300, 589, 3), bool)) == []


@given(heard=spoken(), who=diarizations(), at_s=st.floats(0, 20), length_s=st.floats(0.01, 5))
def test_words_in_an_overlap_keep_the_other_speaker(
    heard: list[Word], who: list[SpeakerTurn], at_s: float, length_s: float
) -> None:
    turns = turns_of_speakers(heard, who)
    marked = talked_over(turns, [(at_s, at_s + length_s)])
    assert [turn.speaker for turn in marked] == [turn.speaker for turn in turns]
    assert [w.model_copy(update={"also": None}) for w in said(marked)] == heard
    speakers = {turn.speaker for turn in turns}
    for turn in marked:
        for word in turn.words:
            inside = word.start_s < at_s + length_s and at_s < word.end_s
            assert (word.also is not None) == (inside and len(speakers) > 1)
            assert word.also is None or word.also in speakers - {turn.speaker}


def test_the_other_speaker_is_the_nearest() -> None:
    turns = [RawTurn(name, (Word(text=name, start_s=at, end_s=at + 1, confidence=1),))
             for name, at in (("far", 0), ("own", 5), ("near", 7))]  # fmt: skip
    assert [turn.words[0].also for turn in talked_over(turns, [(5, 6)])] == [None, "near", None]
