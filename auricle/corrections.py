"""What people change in a transcript: whose a turn is, and what was said in it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from auricle.errors import SettingsError
from auricle.messages import N_
from auricle.models import Role, Transcript, Turn, Word

SURE = 1.0
"""A person has listened."""


@dataclass(frozen=True)
class NewRole:
    """A turn is somebody else's."""

    turn: int
    role: Role


@dataclass(frozen=True)
class NewWords:
    """The words ``first`` to ``last`` of a turn, both included, are ``text``."""

    turn: int
    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Swap:
    """Administrator and patient are the other way round, in every turn."""


Change = NewRole | NewWords | Swap


def corrected(transcript: Transcript, changes: Sequence[Change]) -> Transcript:
    """The transcript with the changes made in order; everything else as it was.

    Raises SettingsError for a turn or a word that isn't there.
    """
    turns = list(transcript.turns)
    for change in changes:
        if isinstance(change, Swap):
            turns = [_swapped(turn) for turn in turns]
            continue
        if not 0 <= change.turn < len(turns):
            raise SettingsError(f"There is no turn {change.turn}.", "Reload the page.")
        turn = turns[change.turn]
        if isinstance(change, NewRole):
            if change.role not in get_args(Role):
                raise SettingsError(f"There is no role {change.role!r}.", "Reload the page.")
            words = tuple(word.model_copy(update={"also": None}) for word in turn.words)
            turns[change.turn] = _of(turn, change.role).model_copy(update={"words": words})
        else:
            turns[change.turn] = _reworded(turn, change)
    return transcript.model_copy(update={"turns": tuple(turns)})


def _of(turn: Turn, role: Role) -> Turn:
    return turn.model_copy(update={"role": role, "role_confidence": SURE})


def _swapped(turn: Turn) -> Turn:
    if turn.role == "administrator":
        return _of(turn, "patient")
    return _of(turn, "administrator") if turn.role == "patient" else turn


def _reworded(turn: Turn, change: NewWords) -> Turn:
    said = change.text.split()
    if not said or not 0 <= change.first <= change.last < len(turn.words):
        raise SettingsError(N_("These words aren't in the turn."), N_("Select them again."))
    old = turn.words[change.first : change.last + 1]
    start_s, step_s = old[0].start_s, (old[-1].end_s - old[0].start_s) / len(said)
    new = [
        Word(
            text=text, start_s=start_s + step_s * index, end_s=start_s + step_s * (index + 1),
            confidence=SURE,
        )
        for index, text in enumerate(said)
    ]  # fmt: skip
    words = (*turn.words[: change.first], *new, *turn.words[change.last + 1 :])
    return turn.model_copy(
        update={"words": words, "text": _text(turn, change, " ".join(said)), "normalised": ""}
    )


def _text(turn: Turn, change: NewWords, said: str) -> str:
    """The turn's text as it is written (some languages write no spaces), but for those words."""
    pattern = r"\s*".join(f"({re.escape(word.text)})" for word in turn.words)
    found = re.search(pattern, turn.text)
    if found is None:
        words = [word.text for word in turn.words]
        return " ".join([*words[: change.first], said, *words[change.last + 1 :]])
    start, end = found.start(change.first + 1), found.end(change.last + 1)
    return turn.text[:start] + said + turn.text[end:]
