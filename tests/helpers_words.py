"""Words, turns and conversations made for tests."""

from collections.abc import Sequence

from hypothesis import strategies as st

from auricle.models import Role, Turn, Word
from rubrics.phrases import Phrasebook
from transcribe.turns import RawTurn

BOOK = Phrasebook.load("en")
NAMES = {"clinic": ("Riverside Dental",), "administrator": ("Anna", "Mark")}
WORD_S = 0.3


def words(text: str, start_s: float = 0.0) -> list[Word]:
    """Spoken at an even pace without pauses."""
    return [
        Word(text=word, start_s=start_s + i * WORD_S, end_s=start_s + (i + 1) * WORD_S,
             confidence=0.9)
        for i, word in enumerate(text.split())
    ]  # fmt: skip


def raw(speaker: str, text: str, start_s: float = 0.0) -> RawTurn:
    return RawTurn(speaker, tuple(words(text, start_s)))


def conversation(
    *lines: tuple[str, str], start_s: float = 0.0, pause_s: float = 0.5
) -> list[RawTurn]:
    """(speaker, text) one after the other."""
    turns: list[RawTurn] = []
    for speaker, text in lines:
        turns.append(raw(speaker, text, start_s))
        start_s = turns[-1].end_s + pause_s
    return turns


def turn(role: Role, start_s: float, end_s: float, text: str = "yes") -> Turn:
    return Turn(
        speaker=role, role=role, role_confidence=0.9, start_s=start_s, end_s=end_s, text=text,
        confidence=0.9,
    )  # fmt: skip


@st.composite
def spoken(draw: st.DrawFn, max_size: int = 25, overlap: bool = False) -> list[Word]:
    """Words of one channel in order of time, with short and long pauses between them.

    ``overlap``: now and then a word begins before the last one has ended, as recognisers have it.
    """
    gaps = [0.0, 0.05, 0.2, 0.5, 3.0] + ([-0.1] if overlap else [])
    found: list[Word] = []
    now_s = draw(st.sampled_from([0.0, 1.0]))
    for text in draw(st.lists(st.sampled_from(["yes", "no", "well,", "fine.", "what?"]),
                              max_size=max_size)):  # fmt: skip
        start_s = round(max(now_s + draw(st.sampled_from(gaps)), 0.0), 2)
        end_s = round(start_s + draw(st.sampled_from([0.0, 0.12, 0.4])), 2)
        found.append(Word(text=text, start_s=start_s, end_s=end_s, confidence=0.5))
        now_s = end_s
    return sorted(found, key=lambda word: (word.start_s, word.end_s))


def texts(turns: Sequence[RawTurn]) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in turns]
