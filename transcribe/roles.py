"""Who is the administrator and who the patient, from several independent signs.

Every sign adds log-odds that a speaker is the administrator rather than the patient. The two
parties of a call are weighed against each other; what the signs don't settle stays ``unknown``.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import fmean

import numpy as np
from pydantic import BaseModel, ConfigDict

from auricle.models import Role
from auricle.strict import read_yaml, validate
from rubrics.phrases import Phrasebook
from transcribe.taught import Taught, words_in
from transcribe.turns import RawTurn

CONVENTION = 4.0
"""The PBX always puts the clinic on this channel: right in about 98 of 100 stereo recordings."""
GREETING = 3.0
"""Says the clinic's name or offers help in one of her first two turns."""
SPOKE_FIRST = 1.0
"""Who picks up speaks first: the clinic on inbound calls, the patient on outbound ones."""
ONE_VOICE = 1.4
"""Log-odds at most, from what is said, when one voice is heard: it may be both people's."""
CLEAR = 0.8
"""Words are heard clearly at this mean confidence; of less, what is said tells so much less."""
LEAST_SHARE = 0.12
"""A third voice with less of the talk than this isn't one of the two parties."""
BY_TURNS = 0.25
"""A third voice with more of its talk than this amid the administrator's is no colleague of hers,
but on the patient's side: around a transfer one is done before the other begins."""
ONE_PERSON = 0.003
"""How often two voices are one person's, or two people's on one side."""
REPEATED = 0.7
"""Said in n turns, a sign tells n ** REPEATED times what it does in one: who says a thing again and
again has said little more. Of 1, 0.7 and 0.5 this was right most often on written calls that the
weights weren't learnt from, whole ones and pieces (``bench.role_signs``)."""
OPENING_TURNS = 2


class Signs(BaseModel):
    """``rubrics/signs/roles.yaml``: log-odds of the administrator, a turn, by phrase list and, by
    language, by word or two in a row."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    lists: dict[str, float]
    words: dict[str, dict[str, float]]


@dataclass(frozen=True)
class RoleGuess:
    role: Role
    confidence: float


def decide_roles(
    turns: Sequence[RawTurn],
    book: Phrasebook | None,
    slots: Mapping[str, Sequence[str]],
    *,
    outbound: bool,
    administrator_speaker: str | None,
    min_confidence: float,
    taught: Taught | None = None,
    sounds: Mapping[str, float] | None = None,
) -> dict[str, RoleGuess]:
    """A role for each speaker label in ``turns`` (which hold no recorded announcements).

    ``slots``: the clinic's and the administrators' names. ``administrator_speaker``: the label of
    the clinic's channel where the PBX has a convention. ``taught``: what corrected calls say, of
    channels where there is no convention. ``sounds``: log-odds by the speaker's voice. Below
    ``min_confidence`` the role is ``unknown``, with the confidence that the likelier role would
    have had.
    """
    speakers = list(dict.fromkeys(turn.speaker for turn in turns))
    if not speakers:
        return {}
    odds = {s: _greeting(s, turns, book, slots) for s in speakers}
    if len(speakers) > 1:
        # What either side says, and who speaks first, is weighed between two.
        for speaker in speakers:
            odds[speaker] += _said(speaker, turns, book, slots)
        odds[speakers[0]] += -SPOKE_FIRST if outbound else SPOKE_FIRST
    else:
        odds[speakers[0]] = min(odds[speakers[0]], ONE_VOICE)
    if administrator_speaker in odds:
        odds[administrator_speaker] += CONVENTION
    elif taught is not None:
        for speaker in speakers:
            odds[speaker] += taught.side("outbound" if outbound else "inbound", speaker)
    if taught is not None and book is not None:
        for speaker in speakers:
            odds[speaker] += taught.said([t for t in turns if t.speaker == speaker], book)
    for speaker in speakers:
        odds[speaker] += (sounds or {}).get(speaker, 0.0)
    talk = {s: sum(len(t.words) for t in turns if t.speaker == s) for s in speakers}
    total = sum(talk.values())
    heard = [s for s in speakers if talk[s] >= LEAST_SHARE * total]
    if len(heard) < 2:
        heard = sorted(speakers, key=lambda s: -talk[s])[:2]
    heard.sort(key=lambda s: -odds[s])
    guesses: dict[str, RoleGuess] = {}
    if len(heard) > 1:
        # One of them is the administrator, the other the patient: weigh them against each other.
        one, other = _between(odds[heard[0]], odds[heard[-1]])
        guesses[heard[0]] = _guess(one, min_confidence)
        guesses[heard[-1]] = _guess(other, min_confidence)
    else:
        guesses[heard[0]] = _guess(odds[heard[0]], min_confidence)
    for speaker in speakers:
        if speaker not in guesses:
            # A colleague after a transfer, a companion, or a mistake of diarization.
            own = 0.0
            if speaker in heard:
                own = odds[speaker]
                if not _follow(speaker, heard[0], turns):
                    own -= odds[heard[0]]
            guesses[speaker] = _guess(own, min_confidence)
    return guesses


def _between(one: float, other: float) -> tuple[float, float]:
    """Log-odds that each of two is the administrator, knowing that they are hardly ever both.

    ``one``, ``other``: what either's signs say alone.
    """
    same = math.log(ONE_PERSON / (1.0 - ONE_PERSON))
    found = []
    for own, others in ((one, other), (other, one)):
        # Administrator: the other one is the patient, or one person was taken for two; and so on.
        is_hers = own + np.logaddexp(0.0, same + others)
        found.append(float(is_hers - np.logaddexp(others, same)))
    return found[0], found[1]


def _follow(speaker: str, other: str, turns: Sequence[RawTurn]) -> bool:
    """Whether two speak one after the other, as around a transfer, and not by turns."""
    said = {s: sum(len(t.words) for t in turns if t.speaker == s) for s in (speaker, other)}
    amid = []
    for early, late in ((speaker, other), (other, speaker)):
        out_of_order = said[early]
        amid.append(out_of_order)
        for turn in turns:
            if turn.speaker == early:
                out_of_order -= len(turn.words)
            elif turn.speaker == late:
                out_of_order += len(turn.words)
            amid.append(out_of_order)
    return min(amid) <= BY_TURNS * min(said.values())


def _greeting(
    speaker: str,
    turns: Sequence[RawTurn],
    book: Phrasebook | None,
    slots: Mapping[str, Sequence[str]],
) -> float:
    if book is None:
        return 0.0
    opening = [turn for turn in turns[: 2 * OPENING_TURNS] if turn.speaker == speaker]
    greets = [
        _clear(turn) for turn in opening[:OPENING_TURNS]
        for name in ("clinic_name", "greeting_help")
        for hit in book.find(name, turn.text, slots)
        if not (name == "clinic_name" and hit.question)
    ]  # fmt: skip
    return GREETING * max(greets, default=0.0)


def _said(
    speaker: str,
    turns: Sequence[RawTurn],
    book: Phrasebook | None,
    slots: Mapping[str, Sequence[str]],
) -> float:
    if book is None:
        return 0.0
    signs = said_signs()
    words = signs.words.get(book.vocabulary.code, {})
    said = defaultdict[tuple[str, float], float](float)
    for turn in turns:
        if turn.speaker == speaker:
            for name, weight in signs.lists.items():
                if name in book.lists and book.find(name, turn.text, slots):
                    said[name, weight] += _clear(turn)
            for word in words_in(turn.text, book) & words.keys():
                said[word, words[word]] += _clear(turn)
    return sum(weight * repeated(count) for (_, weight), count in said.items())


def repeated(count: float) -> float:
    """What a sign said in so many turns tells, as that of one turn is 1."""
    return float(count**REPEATED)


def _clear(turn: RawTurn) -> float:
    """How much what is said in a turn counts, 0 to 1."""
    return min(1.0, fmean(word.confidence for word in turn.words) / CLEAR)


@cache
def said_signs() -> Signs:
    """What ``python -m bench.role_signs`` learnt from written calls."""
    where = "signs/roles.yaml"
    text = (resources.files("rubrics") / where).read_text(encoding="utf-8")
    return validate(Signs, read_yaml(text, where), where)


def _guess(log_odds: float, min_confidence: float) -> RoleGuess:
    role: Role = "administrator" if log_odds >= 0.0 else "patient"
    confidence = round(1.0 / (1.0 + math.exp(-abs(log_odds))), 3)
    return RoleGuess(role if confidence >= min_confidence else "unknown", confidence)
