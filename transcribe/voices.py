"""Voice prints of administrators who agreed: who a speaker sounds like. Off unless asked for.

A print is the mean of CAM++ embeddings over an administrator's calls. Each lies in a file of its
own on this machine, beside the database, so that forgetting it is deleting a file.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from math import exp
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from auricle.errors import SettingsError
from auricle.models import Seconds, Transcript
from auricle.store.voices import SOUNDS_LIKE
from transcribe.diarize import voice
from transcribe.fbank import fbank
from transcribe.models import find_diarization
from transcribe.networks import DIMENSION, Networks, load_networks
from transcribe.samples import RATE_HZ, Samples

Voice = NDArray[np.float32]
"""A unit vector, shape (DIMENSION,)."""

SHORTEST_S, ENOUGH_S = 1.5, 30.0
"""Turns shorter than this say little of a voice; more speech than this says hardly more."""
SAME = 0.78
"""Cosine similarity at which it is as likely one person as two: of nine people's halves, some 7 s
each on a telephone's band, the same person's were 0.79 to 0.93 alike, two people's 0.42 to 0.84, 95
in 100 under 0.77."""
SHARPNESS = 25.0
"""Log-odds for a whole unit of similarity."""
MOST = 3.0
"""Log-odds that a voice can tell at most of a role."""
SUGGESTED, APART = 0.82, 0.05
"""A name is suggested from this similarity on, if no other print is nearly as like."""


class Print(BaseModel):
    """An administrator's voice, and that she agreed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    administrator: str
    consent: date
    """When she agreed."""
    model: str
    """SHA-256 of the weights; prints of others say nothing."""
    calls: tuple[str, ...]
    """It was made from."""
    seconds: Seconds
    voice: Annotated[tuple[float, ...], Field(min_length=DIMENSION, max_length=DIMENSION)]


@dataclass(frozen=True)
class Likeness:
    """The print that a speaker is most like."""

    administrator: str
    similarity: float
    clear: bool
    """Like enough, and no other print nearly as much."""

    @property
    def log_odds(self) -> float:
        """For the role of administrator. Being like nobody says nothing: not all are enrolled."""
        return min(MOST, max(0.0, SHARPNESS * (self.similarity - SAME)))

    @property
    def confidence(self) -> float:
        return round(1 / (1 + exp(-SHARPNESS * (self.similarity - SAME))), 3)


def folder_of(database: Path) -> Path:
    return database.parent / "voices"


def prints_in(folder: Path) -> list[Print]:
    """All prints, by name. Raises SettingsError for a file that is none."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(Print.model_validate_json(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            raise SettingsError(
                f"{path} can't be read as a voice print.",
                "Delete it, and enrol her again with 'auricle voices enrol'.",
            ) from error
    return sorted(found, key=lambda one: one.administrator)


def keep(one: Print, folder: Path) -> None:
    """Write a print, readable by this user alone, in place of an older one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _path(folder, one.administrator)
    partial = path.with_suffix(".new")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(one.model_dump_json(indent=1) + "\n")
    os.replace(partial, path)


def forget(administrator: str, folder: Path) -> bool:
    """Delete a print; whether there was one."""
    path = _path(folder, administrator)
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def _path(folder: Path, administrator: str) -> Path:
    return folder / f"{sha256(administrator.encode()).hexdigest()[:16]}.json"


def voices_of(
    networks: Networks, transcript: Transcript, samples: Samples
) -> dict[str, tuple[Voice, float]]:
    """Each speaker's mean voice, and the seconds of speech it rests on; announcements have none.

    ``samples``: shape (channels, samples) at 16 kHz, as the transcript was made from.
    """
    found = {}
    for speaker in dict.fromkeys(turn.speaker for turn in transcript.turns):
        channel = samples[1 if speaker == "right" and len(samples) > 1 else 0]
        own = [t for t in transcript.turns if t.speaker == speaker and t.role != "ivr"]
        total, spoken_s = np.zeros(DIMENSION), 0.0
        for turn in sorted(own, key=lambda t: (t.start_s - t.end_s, t.start_s)):
            length_s = turn.end_s - turn.start_s
            if length_s < SHORTEST_S or spoken_s >= ENOUGH_S:
                break
            span = slice(round(turn.start_s * RATE_HZ), round(turn.end_s * RATE_HZ))
            total += length_s * voice(networks, fbank(channel[span]))
            spoken_s += length_s
        if spoken_s:
            found[speaker] = (_unit(total), spoken_s)
    return found


def mean(voices: Sequence[tuple[Voice, float]]) -> Voice:
    """Of several calls, each by its seconds of speech."""
    return _unit(np.sum([seconds * one.astype(float) for one, seconds in voices], axis=0))


def likeness(
    voices: Mapping[str, tuple[Voice, float]], prints: Sequence[Print]
) -> dict[str, Likeness]:
    """Of each speaker, the print nearest."""
    found = {}
    for speaker, (one, _) in voices.items():
        near = sorted((float(one @ np.array(p.voice)), p.administrator) for p in prints)
        if near:
            (similarity, name), others = near[-1], [s for s, _ in near[:-1]]
            clear = similarity >= SUGGESTED and similarity - max(others, default=-1.0) >= APART
            found[speaker] = Likeness(name, round(similarity, 3), clear)
    return found


def with_suggestion(transcript: Transcript, like: Mapping[str, Likeness]) -> Transcript:
    """The transcript with whom its administrator clearly sounds like, if anybody, in its
    provenance: for people to look at, never to be taken for whose the call was."""
    own = [turn for turn in transcript.turns if turn.role == "administrator"]
    talk_s = {
        name: sum(t.end_s - t.start_s for t in own if t.speaker == name)
        for name in dict.fromkeys(turn.speaker for turn in own)
    }
    one = like.get(max(talk_s, key=lambda name: talk_s[name])) if talk_s else None
    if one is None or not one.clear:
        return transcript
    told: dict[str, JsonValue] = {
        "administrator": one.administrator, "similarity": one.similarity,
        "confidence": one.confidence,
    }  # fmt: skip
    provenance = {**transcript.provenance, SOUNDS_LIKE: told}
    return transcript.model_copy(update={"provenance": provenance})


def state_of(prints: Sequence[Print]) -> str:
    """A short name for a set of prints, which tells nothing of them."""
    told = "".join(one.model_dump_json() for one in prints)
    return sha256(told.encode()).hexdigest()[:16]


def voice_networks(threads: int) -> Networks:
    """The networks that prints are made with, whichever tell speakers apart."""
    return load_networks(find_diarization("auto", "cpu"), threads)


def _unit(total: NDArray[np.float64]) -> Voice:
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)
