"""Words' times are those of the sound: they end and begin at the pauses heard between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Word
from transcribe.guards import Dropped
from transcribe.pauses import FARTHEST_S, at_pauses
from transcribe.recognise import Recognised
from transcribe.samples import RATE_HZ, Samples

Span = tuple[float, float]


def talk(*spans: Span, length_s: float = 10.0) -> Samples:
    """Noise at a talker's level in these stretches of one channel, an idle line elsewhere."""
    rng = np.random.default_rng(5)
    sound = rng.standard_normal(round(length_s * RATE_HZ)) * 1e-4
    for start_s, end_s in spans:
        part = slice(round(start_s * RATE_HZ), round(end_s * RATE_HZ))
        sound[part] = rng.standard_normal(len(sound[part])) * 0.05
    return sound.astype(np.float32)[None]


def times(sound: Samples, *words: Span) -> list[Span]:
    said = tuple(Word(text="a", start_s=a, end_s=b, confidence=0.9) for a, b in words)
    found = at_pauses(Recognised((said,), "en", 1.0, Dropped()), sound).words[0]
    return [(word.start_s, word.end_s) for word in found]


def test_a_word_ends_where_the_pause_begins_and_the_next_begins_where_it_ends() -> None:
    first, second = times(talk((1.0, 1.6), (2.4, 3.0)), (1.1, 2.1), (2.1, 2.9))
    assert first == pytest.approx((1.0, 1.6), abs=0.03)
    assert second == pytest.approx((2.4, 3.0), abs=0.03)


def test_where_no_pause_is_heard_nothing_moves() -> None:
    first, second = times(talk((1.0, 3.0)), (1.0, 1.9), (1.95, 3.0))
    assert first[1] == 1.9
    assert second[0] == 1.95


def test_a_consonants_closure_is_no_pause() -> None:
    [word, _] = times(talk((1.0, 1.5), (1.6, 3.0)), (1.0, 1.9), (1.9, 3.0))
    assert word[1] == 1.9


def test_a_word_grows_only_as_far_as_its_time_may_be_off() -> None:
    [(start_s, end_s)] = times(talk((1.0, 6.0)), (3.0, 4.0))
    assert (start_s, end_s) == (3.0 - FARTHEST_S, 4.0 + FARTHEST_S)


def test_a_word_without_sound_stays_as_it_is() -> None:
    assert times(talk((1.0, 2.0)), (5.0, 5.4)) == [(5.0, 5.4)]
    assert times(np.zeros((1, RATE_HZ), np.float32), (0.2, 0.4)) == [(0.2, 0.4)]


@given(
    edges=st.lists(st.integers(0, 95), min_size=2, max_size=16, unique=True).map(sorted),
    loud=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 9)), max_size=6),
)
def test_words_keep_their_order_and_their_middles(
    edges: list[int], loud: list[tuple[int, int]]
) -> None:
    words = [(a / 10, b / 10) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    moved = times(talk(*((at / 10, (at + long) / 10) for at, long in loud)), *words)
    for (start_s, end_s), (new_start_s, new_end_s) in zip(words, moved, strict=True):
        assert new_start_s - 1e-3 <= (start_s + end_s) / 2 <= new_end_s + 1e-3
        assert start_s - FARTHEST_S <= new_start_s + 1e-3
        assert new_end_s <= end_s + FARTHEST_S + 1e-3
    assert moved == sorted(moved)
