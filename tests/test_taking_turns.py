"""Who said each piece: voices decide, and taking turns where they don't."""

from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from transcribe.diarize import STEP_S, same_voices
from transcribe.taking_turns import (
    ANSWERED,
    CONTINUES,
    HEARD_S,
    SAME_VOICE,
    SHARPNESS,
    chances,
    staying,
)


def score(path: tuple[int, ...], similarity, seconds, beside, stays) -> float:
    voice = sum(
        SHARPNESS * min(s, HEARD_S) * row[k] + SAME_VOICE * near[k]
        for row, s, near, k in zip(similarity, seconds, beside, path, strict=True)
    )
    return voice + sum(stay for stay, (a, b) in zip(stays, pairwise(path), strict=True) if a == b)


@given(data=st.data(), pieces=st.integers(1, 6), speakers=st.integers(1, 3))
def test_all_courses_of_the_call_are_weighed(
    data: st.DataObject, pieces: int, speakers: int
) -> None:
    similarity = data.draw(arrays(float, (pieces, speakers), elements=st.floats(-1, 1, width=16)))
    seconds = data.draw(arrays(float, pieces, elements=st.floats(0, 5, width=16)))
    beside = data.draw(arrays(float, (pieces, speakers), elements=st.floats(0, 1, width=16)))
    stays = data.draw(
        st.lists(st.floats(-2, 2, width=16), min_size=pieces - 1, max_size=pieces - 1)
    )
    expected = np.zeros((pieces, speakers))
    for path in product(range(speakers), repeat=pieces):
        weight = np.exp(score(path, similarity, seconds, beside, stays))
        expected[np.arange(pieces), path] += weight
    expected /= expected.sum(axis=1, keepdims=True)
    assert np.allclose(chances(similarity, seconds, beside, stays), expected)


def test_a_clear_voice_needs_no_turns() -> None:
    similarity = np.array([[0.7, 0.1], [0.2, 0.6], [0.7, 0.2], [0.1, 0.8]])
    found = chances(similarity, np.full(4, 2.0), np.zeros((4, 2)), [CONTINUES] * 3)
    assert found.argmax(axis=1).tolist() == [0, 1, 0, 1]
    assert found.max(axis=1).min() > 0.99


def test_who_is_too_short_to_tell_follows_the_pause_and_the_question() -> None:
    pieces = [(0.0, 3.0), (3.1, 3.3), (4.0, 7.0), (7.9, 8.1)]
    stays = staying(pieces, {7.0})
    assert stays == [CONTINUES, 0.0, -ANSWERED]
    similarity = np.array([[0.7, 0.1], [0.0, 0.0], [0.7, 0.1], [0.0, 0.0]])
    found = chances(similarity, np.array([3.0, 0.0, 3.0, 0.0]), np.zeros((4, 2)), stays)
    assert found.argmax(axis=1).tolist() == [0, 0, 0, 1]
    assert (found.max(axis=1)[[1, 3]] < 0.8).all()


def test_where_a_change_was_heard_nothing_is_assumed() -> None:
    assert staying([(0.0, 2.0), (2.0, 4.0)], set()) == [0.0]


def test_who_is_too_short_to_tell_is_whose_voice_the_segmentation_hears() -> None:
    pieces = [(0.0, 3.0), (3.0, 6.0), (6.0, 6.3), (6.3, 6.6)]
    talks = np.full((1, 100, 7), 1e-6)
    talks[0, :30, 1] = talks[0, 30:60, 2] = talks[0, 60:63, 1] = 1.0
    talks[0, 63:66, 3] = 1.0  # a voice that no long piece has
    similarity = np.array([[0.7, 0.1], [0.1, 0.7], [0.0, 0.0], [0.0, 0.0]])
    beside = same_voices(np.log(talks).astype(np.float32), pieces, similarity)
    assert beside.round(2).tolist() == [[0, 0], [0, 0], [1, 0], [0, 0]]
    later = [(start_s + 10 * STEP_S, end_s + 10 * STEP_S) for start_s, end_s in pieces]
    assert not same_voices(np.log(talks).astype(np.float32), later, similarity).any()
    found = chances(similarity, np.array([3.0, 3.0, 0.0, 0.0]), beside, [0.0, 0.0, 0.0])
    assert found.argmax(axis=1)[:3].tolist() == [0, 1, 0]
