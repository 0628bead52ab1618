"""Made calls with a companion: who is said to speak is heard, and what counts as found."""

from itertools import pairwise

import numpy as np
import pytest

from bench.companions import (
    CALL_S,
    LINE_HZ,
    TURNS,
    Cast,
    Talk,
    cast_of_clinic,
    conversation,
    judged,
)
from bench.hard_set import SAME_VOICE, SPEECH_DBM0, Turn, clips
from bench.line_maker import rms_of


@pytest.fixture(scope="module")
def cast() -> Cast:
    return cast_of_clinic(clips())


def test_three_people_with_the_patient_and_the_administrator_unlike(cast: Cast) -> None:
    assert all(len(set(trio)) == 3 for trio in cast.trios)
    assert not any(patient in SAME_VOICE[staff] for staff, patient, _ in cast.trios)


@pytest.mark.parametrize("companion", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_who_is_said_to_speak_is_heard(cast: Cast, seed: int, companion: bool) -> None:
    rng = np.random.default_rng(seed)
    lane, turns = conversation(rng, cast.chosen(rng), companion=companion)
    assert len(lane) / LINE_HZ >= CALL_S[0]
    roles = [turn.role for turn in turns]
    assert {"administrator", "patient"} <= set(roles)
    theirs = roles.count("companion")
    assert TURNS[0] <= theirs <= TURNS[1] if companion else not theirs
    assert all(one.end_s <= other.start_s for one, other in pairwise(turns))
    said = np.zeros(len(lane), bool)
    for turn in turns:
        said[round(turn.start_s * LINE_HZ) : round(turn.end_s * LINE_HZ)] = True
        sound = lane[round(turn.start_s * LINE_HZ) : round(turn.end_s * LINE_HZ)]
        assert np.sqrt((sound**2).mean()) > rms_of(SPEECH_DBM0 - 20)
    if not companion:
        assert not lane[~said].any()


TURNS_OF_THREE = tuple(
    Turn(role, start_s, start_s + 9.0, "")
    for start_s, role in zip(
        (0.0, 10.0, 20.0, 30.0), ("administrator", "patient", "companion", "patient"), strict=True
    )
)


@pytest.mark.parametrize(
    ("talk", "right_s", "found"),
    [
        ([(0, 9, "a"), (10, 19, "b"), (20, 29, "c"), (30, 39, "b")], 36.0, True),
        ([(0, 9, "a"), (10, 19, "b"), (20, 29, "b"), (30, 39, "b")], 27.0, False),
        ([(0, 9, "a"), (10, 19, "b"), (20, 24, "c"), (25, 29, "b"), (30, 39, "b")], 31.0, False),
        ([(0, 9, "a"), (10, 19, "c"), (20, 29, "c"), (30, 39, "b")], 27.0, False),
    ],
)  # fmt: skip
def test_a_companion_is_found_with_a_voice_of_their_own(
    talk: Talk, right_s: float, found: bool
) -> None:
    right, wrong, has_voice = judged(TURNS_OF_THREE, talk)
    assert (right, has_voice) == (pytest.approx(right_s), found)
    assert right + wrong == pytest.approx(sum(end_s - start_s for start_s, end_s, _ in talk))


def test_of_two_nobody_is_found() -> None:
    [one, other, *_] = TURNS_OF_THREE
    talk = [(one.start_s, one.end_s, "a"), (other.start_s, other.end_s, "b")]
    assert judged((one, other), talk)[1:] == (0.0, False)
