"""What corrected calls have taught of who is who at a clinic: its channels, and its words.

Naive Bayes over turns. A word, or two in a row, of one side's turns in enough corrected calls is a
sign; on stereo recordings so is the channel, by direction: many systems put the caller on one.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auricle.errors import SettingsError
from auricle.models import Call, Direction, Transcript
from rubrics.phrases import Phrasebook
from transcribe.turns import RawTurn

FEWEST_CALLS = 3
"""Corrected calls of a clinic and a language before its words mean anything; and calls that a word
must be in."""
CLEARLY = 1.0
"""Standard errors that a weight must be from none."""
SCALE = 0.3
"""Words of one turn aren't independent, and the calls are few: what their sum is worth as log-odds
(``python -m bench.teaching``)."""
MOST_SAID = 2.0
MOST_SIDES = 4.0
"""Log-odds that the words, and the channel, can tell at most."""

SIDES = ("left", "right")


class Taught(BaseModel):
    """What one clinic's corrected calls say."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    calls: tuple[str, ...]
    """They were learnt from."""
    sides: dict[Direction, tuple[int, int]] = {}
    """In how many stereo calls the administrator was on the left, and on the right."""
    words: dict[str, dict[str, float]] = {}
    """Language -> word, or two in a row -> log-odds, a turn, that it is the administrator's."""

    def said(self, turns: Iterable[RawTurn], book: Phrasebook) -> float:
        """Log-odds that who says these turns is the administrator."""
        known = self.words.get(book.vocabulary.code, {})
        if not known:
            return 0.0
        told = sum(known.get(word, 0.0) for turn in turns for word in words_in(turn.text, book))
        return max(-MOST_SAID, min(MOST_SAID, SCALE * told))

    def side(self, direction: Direction, speaker: str) -> float:
        """Log-odds that the administrator is on this channel."""
        left, right = self.sides.get(direction, (0, 0))
        if speaker not in SIDES:
            return 0.0
        odds = max(-MOST_SIDES, min(MOST_SIDES, math.log((left + 1) / (right + 1))))
        return odds if speaker == "left" else -odds


class Teaching(BaseModel):
    """What ``auricle teach`` writes: ``auricle.teaching/1``."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    schema_: Literal["auricle.teaching/1"] = Field("auricle.teaching/1", alias="schema")
    clinics: dict[str, Taught]

    @property
    def fingerprint(self) -> str:
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]


def load_teaching(path: Path) -> Teaching:
    """Raises SettingsError when the file can't be read."""
    try:
        return Teaching.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise SettingsError(
            f"{path} can't be read as what 'auricle teach' writes.",
            "Run 'auricle teach' again, or take [transcribe] taught out of auricle.toml.",
        ) from error


@dataclass(frozen=True)
class Corrected:
    """A call whose roles a person has put right."""

    call: Call
    transcript: Transcript


def learn(calls: Sequence[Corrected]) -> Teaching:
    """What the calls say, clinic by clinic; the same calls say the same in any order."""
    by_clinic: dict[str, list[Corrected]] = defaultdict(list)
    for one in sorted(calls, key=lambda c: c.call.call_id):
        by_clinic[one.call.clinic].append(one)
    return Teaching(clinics={name: _taught(found) for name, found in sorted(by_clinic.items())})


def words_in(text: str, book: Phrasebook) -> set[str]:
    """Words and pairs of words of a turn; of languages without spaces, characters."""
    said = [word.lower() for word in book.read(text, ()).tokens.words]
    return {*said, *(f"{one} {other}" for one, other in pairwise(said))}


def _taught(calls: Sequence[Corrected]) -> Taught:
    sides: dict[Direction, tuple[int, int]] = {}
    by_language: dict[str, list[Transcript]] = defaultdict(list)
    for one in calls:
        by_language[one.transcript.language].append(one.transcript)
        if one.call.recorded.layout == "stereo":
            on = Counter(t.speaker for t in one.transcript.turns if t.role == "administrator")
            left, right = sides.get(one.call.direction, (0, 0))
            if on["left"] != on["right"]:
                first = on["left"] > on["right"]
                sides[one.call.direction] = (left + first, right + (not first))
    words = {
        language: weights
        for language, found in sorted(by_language.items())
        if len(found) >= FEWEST_CALLS and (weights := _weights(found, language))
    }
    return Taught(calls=tuple(one.call.call_id for one in calls), sides=sides, words=words)


def _weights(calls: Sequence[Transcript], language: str) -> dict[str, float]:
    try:
        book = Phrasebook.load(language)
    except SettingsError:
        return {}
    hits: Mapping[str, Counter[str]] = {"administrator": Counter(), "patient": Counter()}
    spoken, within = Counter[str](), Counter[str]()
    for transcript in calls:
        here: set[str] = set()
        for turn in transcript.turns:
            if turn.role in hits:
                found = words_in(turn.text, book)
                hits[turn.role].update(found)
                spoken[turn.role] += 1
                here |= found
        within.update(here)
    weights = {}
    for word in sorted(word for word, count in within.items() if count >= FEWEST_CALLS):
        own, other = hits["administrator"][word] + 1, hits["patient"][word] + 1
        weight = math.log(own / (spoken["administrator"] + 2) * (spoken["patient"] + 2) / other)
        if abs(weight) > CLEARLY * math.sqrt(1 / own + 1 / other):
            weights[word] = round(weight, 3)
    return weights
