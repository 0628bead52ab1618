"""Echo goes, and is counted; people who repeat each other stay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.models import Word
from transcribe.echo import without_echo
from transcribe.guards import Dropped
from transcribe.recognise import Recognised
from transcribe.samples import RATE_HZ

SAID = ["Riverside", "Dental", "good", "morning", "how", "can", "I", "help"]


def words(texts: list[str], start_s: float) -> tuple[Word, ...]:
    return tuple(
        Word(text=text, start_s=start_s + i * 0.3, end_s=start_s + i * 0.3 + 0.25, confidence=0.9)
        for i, text in enumerate(texts)
    )


def line(late_s: float, fainter_db: float, answer: list[str]) -> tuple[Recognised, np.ndarray]:
    """Somebody talks from the first second on; ``answer`` is on the other channel, later."""
    length = round(8 * RATE_HZ)
    voice = np.random.default_rng(1).standard_normal(length).astype(np.float32) * 0.1
    voice[:RATE_HZ] = voice[round(3.5 * RATE_HZ) :] = 0.0
    late = np.roll(voice, round(late_s * RATE_HZ)) * np.float32(10 ** (-fainter_db / 20))
    heard = Recognised((words(SAID, 1.0), words(answer, 1.0 + late_s)), "en", 1.0, Dropped())
    return heard, np.stack([voice, late])


@given(late_s=st.floats(0.05, 0.6), fainter_db=st.floats(8, 40), misheard=st.integers(0, 7))
def test_an_echo_is_dropped_and_counted(late_s: float, fainter_db: float, misheard: int) -> None:
    answer = [*SAID]
    answer[misheard] = "mumble"
    found = without_echo(*line(late_s, fainter_db, answer))
    assert found.words == (words(SAID, 1.0), ())
    assert found.dropped == Dropped({"echo": len(SAID)}, (" ".join(answer),))


@pytest.mark.parametrize(("late_s", "fainter_db", "answer"), [
    (0.3, 0.0, SAID),  # as loud: she says it along
    (0.3, 20.0, ["hello", "I", "would", "like", "to", "book", "a", "visit"]),
    (3.0, 20.0, SAID),  # repeated after a while
    (0.3, 20.0, ["Riverside"]),  # a word alone
    (-0.3, 20.0, SAID),  # before, not after
])  # fmt: skip
def test_what_is_no_echo_stays(late_s: float, fainter_db: float, answer: list[str]) -> None:
    heard, samples = line(late_s, fainter_db, answer)
    assert without_echo(heard, samples) == heard
