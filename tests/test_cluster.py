"""Clustering voices: two parties are told apart, one person isn't split, noise isn't a person."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from transcribe.cluster import cluster
from transcribe.diarize import ONE_PERSON, moments, one_person

DIMENSIONS = 32
Array = NDArray[np.float64]


def voices(who: list[int], spread: float, seed: int = 0) -> Array:
    """One unit vector a piece: each person has a direction, each piece its deviation from it."""
    random = np.random.default_rng(seed)
    people = random.standard_normal((5, DIMENSIONS))
    found = people[who] + spread * random.standard_normal((len(who), DIMENSIONS))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def told_apart(
    voices: Array, seconds: Array, together: Array | None = None
) -> tuple[NDArray[np.int64], Array]:
    """As ``cluster`` does; where nothing is said of it, the segmentation hears nothing."""
    return cluster(
        voices, seconds, np.zeros((2, *[len(voices)] * 2)) if together is None else together
    )


def same_split(labels: NDArray[np.int64], who: list[int]) -> bool:
    """Whether two labellings part the pieces alike, whatever the names."""
    return len(set(zip(labels.tolist(), who, strict=True))) == len(set(who)) == len(set(labels))


@given(
    who=st.lists(st.integers(0, 1), min_size=4, max_size=40).filter(
        lambda who: min(who.count(0), who.count(1)) >= 0.2 * len(who)
    ),
    seed=st.integers(0, 50),
)
def test_two_people_are_told_apart(who: list[int], seed: int) -> None:
    labels, similarity = told_apart(voices(who, 0.3, seed), np.full(len(who), 2.0))
    assert same_split(labels, who)
    assert similarity.shape == (len(who), 2)
    assert (similarity.argmax(axis=1) == labels).all()


@given(count=st.integers(1, 30), seed=st.integers(0, 50))
def test_one_person_is_not_split(count: int, seed: int) -> None:
    labels, similarity = told_apart(voices([0] * count, 0.15, seed), np.full(count, 2.0))
    assert set(labels) == {0}
    assert similarity.shape == (count, 1)


def test_a_third_person_with_much_to_say() -> None:
    who = [0, 1, 0, 1, 2, 2, 0, 2, 1, 2]
    labels, _ = told_apart(voices(who, 0.2), np.full(len(who), 2.0))
    assert same_split(labels, who)


def test_a_cough_is_no_third_person() -> None:
    who = [0, 1] * 10 + [2]
    seconds = np.array([2.0] * 20 + [1.0])
    labels, _ = told_apart(voices(who, 0.2), seconds)
    assert same_split(labels[:20], who[:20])
    assert set(labels) == {0, 1}


def test_short_pieces_join_whom_they_resemble() -> None:
    who = [0, 1, 0, 1, 0, 1, 1, 0]
    seconds = np.array([3.0, 3.0, 3.0, 3.0, 0.4, 0.4, 0.5, 0.5])
    labels, _ = told_apart(voices(who, 0.3), seconds)
    assert same_split(labels, who)


def test_only_short_pieces_are_clustered_all_the_same() -> None:
    who = [0, 1, 0, 1]
    labels, _ = told_apart(voices(who, 0.2), np.full(4, 0.5))
    assert same_split(labels, who)


def test_nothing_and_one_piece() -> None:
    labels, similarity = told_apart(np.zeros((0, DIMENSIONS)), np.zeros(0))
    assert (labels.shape, similarity.shape) == ((0,), (0, 0))
    labels, similarity = told_apart(voices([3], 0.1), np.array([0.4]))
    assert labels.tolist() == [0]
    assert similarity[0, 0] == pytest.approx(1)


@given(
    who=st.lists(st.integers(0, 4), min_size=1, max_size=20),
    spread=st.floats(0, 3),
    lengths=st.lists(st.floats(0.1, 20), min_size=20, max_size=20),
)
def test_any_pieces_get_a_speaker(who: list[int], spread: float, lengths: list[float]) -> None:
    made = voices(who, spread)
    labels, similarity = told_apart(made, np.array(lengths[: len(who)]))
    assert len(labels) == len(who)
    assert 1 <= similarity.shape[1] <= 3
    assert set(labels) <= set(range(similarity.shape[1]))
    assert np.isfinite(similarity).all()


def test_an_odd_piece_is_no_person() -> None:
    """A made call through GSM: the patient's first words (the third piece) are like nobody's."""
    alike = np.array([
        [1.00, 0.79, 0.61, 0.70, 0.76, 0.74, 0.73],
        [0.79, 1.00, 0.68, 0.72, 0.95, 0.92, 0.77],
        [0.61, 0.68, 1.00, 0.71, 0.73, 0.65, 0.70],
        [0.70, 0.72, 0.71, 1.00, 0.78, 0.70, 0.84],
        [0.76, 0.95, 0.73, 0.78, 1.00, 0.89, 0.82],
        [0.74, 0.92, 0.65, 0.70, 0.89, 1.00, 0.73],
        [0.73, 0.77, 0.70, 0.84, 0.82, 0.73, 1.00],
    ])  # fmt: skip
    values, vectors = np.linalg.eigh(alike)
    made = vectors * np.sqrt(np.maximum(values, 0.0))
    labels, _ = told_apart(made, np.array([0.8, 7.6, 1.6, 5.7, 5.0, 2.9, 2.1]))
    assert same_split(labels, [0, 0, 1, 1, 0, 0, 1])


def three_voices(who: list[int], spread: float) -> Array:
    """Unit vectors of two and of a third, 2, whose voice is like 0's, but another."""
    random = np.random.default_rng(0)
    people = random.standard_normal((3, DIMENSIONS))
    people[2] = 0.85 * people[0] + 0.52 * people[2]
    found = people[who] + spread * random.standard_normal((len(who), DIMENSIONS))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


TRANSFERRED = [0, 1] * 5 + [2, 1] * 5
BY_TURNS = [0, 1, 2, 1] * 5


def test_a_companion_beside_the_patient_is_found_where_voices_are_steady() -> None:
    seconds = np.full(len(BY_TURNS), 2.0)
    assert same_split(told_apart(three_voices(BY_TURNS, 0.2), seconds)[0], BY_TURNS)
    _, similarity = told_apart(three_voices(BY_TURNS, 0.6), seconds)
    assert similarity.shape == (len(BY_TURNS), 2)


def test_a_companion_is_found_where_the_segmentation_hears_another_voice() -> None:
    seconds = np.full(len(BY_TURNS), 2.0)
    made, who = three_voices(BY_TURNS, 0.5), np.array(BY_TURNS)
    nearby = np.full((len(who), len(who)), 4.0)
    apart, alike = nearby * (who[:, None] == who), nearby * ((who[:, None] == 1) == (who == 1))
    assert same_split(told_apart(made, seconds, np.stack([apart, nearby]))[0], BY_TURNS)
    _, similarity = told_apart(made, seconds, np.stack([alike, nearby]))
    assert similarity.shape == (len(BY_TURNS), 2)


def test_one_noisy_person_stays_one_whatever_the_segmentation_hears() -> None:
    who = np.array([0, 1] * 10)
    nearby = np.full((len(who), len(who)), 4.0)
    _, similarity = told_apart(
        three_voices(who.tolist(), 0.6), np.full(len(who), 2.0), np.stack([0.0 * nearby, nearby])
    )
    assert similarity.shape == (len(who), 2)


def test_a_colleague_after_a_transfer_may_be_nearer_than_a_companion() -> None:
    seconds = np.full(len(TRANSFERRED), 2.0)
    made = three_voices(TRANSFERRED, 0.55)
    assert same_split(told_apart(made, seconds)[0], TRANSFERRED)
    by_turns = np.argsort(np.tile(np.arange(10), 2), kind="stable")
    _, similarity = told_apart(made[by_turns], seconds)
    assert similarity.shape == (len(TRANSFERRED), 2)


@pytest.mark.parametrize(("pieces", "people"), [(2, 2), (3, 3)])
def test_of_fewer_than_three_pieces_nothing_can_be_told(pieces: int, people: int) -> None:
    who = [0, 1] * 5 + [2] * pieces
    _, similarity = told_apart(voices(who, 0.1), np.full(len(who), 2.0))
    assert similarity.shape == (len(who), people)


def test_odd_pieces_do_not_make_the_two_parties_one() -> None:
    """In noise some pieces lie far from all others; the parties are still who talks most."""
    random = np.random.default_rng(3)
    hers, across, odd, other = np.linalg.qr(random.standard_normal((DIMENSIONS, 4)))[0].T
    his = 0.62 * hers + np.sqrt(1 - 0.62**2) * across
    who = [0, 1] * 10 + [2, 3]
    found = np.stack([hers, his, odd, other])[who] + 0.01 * random.standard_normal((22, DIMENSIONS))
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    labels, similarity = told_apart(found, np.array([2.0] * 20 + [2.9] * 2))
    assert similarity.shape[1] == 2
    assert same_split(labels[:20], who[:20])


def halves_alike(apart: float) -> tuple[Array, NDArray[np.float64], Array]:
    """Six pieces of two mean voices so far apart (cosine distance), whose each is, by turns."""
    angle = np.arccos(1.0 - apart)
    made = np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]])
    who = [0, 1] * 3
    return made[who], np.full(6, 1.5), made[who] @ made.T


def window(*voices: int) -> NDArray[np.float32]:
    """10 s in which six pieces of 1.5 s are heard in these voices of the segmentation's."""
    talks = np.full((1, 600, 7), 1e-6)
    talks[0, 540:, 0] = 1.0
    for piece, one in enumerate(voices):
        talks[0, 90 * piece : 90 * (piece + 1), 1 + one] = 1.0
    return np.log(talks / talks.sum(axis=2, keepdims=True)).astype(np.float32)


PIECES = [(1.5 * piece, 1.5 * piece + 1.5) for piece in range(6)]


def test_two_alike_voices_heard_as_one_are_one_person() -> None:
    voices, seconds, similarity = halves_alike(ONE_PERSON - 0.02)
    together = moments(window(0, 0, 0, 0, 0, 0), PIECES)
    assert one_person(voices, seconds, similarity, together)
    for other in (window(0, 1, 0, 1, 0, 1), window(0, 0, 0, 0, 0, 1), window(0, 0, 1, 1, 2, 2)):
        assert not one_person(voices, seconds, similarity, moments(other, PIECES))


def test_two_voices_far_apart_or_never_near_in_time_stay_two() -> None:
    voices, seconds, similarity = halves_alike(ONE_PERSON + 0.02)
    heard = window(0, 0, 0, 0, 0, 0)
    assert not one_person(voices, seconds, similarity, moments(heard, PIECES))
    voices, seconds, similarity = halves_alike(ONE_PERSON - 0.02)
    far = [(start_s + 20 * (piece % 2), end_s + 20 * (piece % 2))
           for piece, (start_s, end_s) in enumerate(PIECES)]  # fmt: skip
    assert not one_person(voices, seconds, similarity, moments(heard, far))
    assert not one_person(voices, seconds, similarity[:, :1], moments(heard, PIECES))
