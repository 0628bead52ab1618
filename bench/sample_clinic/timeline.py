"""From a written call to sound: who is heard when, and in which channel."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
from dialogue import ADMINISTRATOR_VOICES, Dialogue, Line, Speech
from line_sounds import (
    COMFORT_NOISE_DBFS,
    RATE,
    Samples,
    click,
    crackle,
    gain,
    music,
    noise,
    ringing,
)
from voices import SPEECH_DBFS, say

LEAD_IN_S = 0.4
CLIPPED_SHARE = 0.004


@dataclass(frozen=True)
class Span:
    """Something heard from `start_s` to `end_s`: a turn (with text) or a line sound."""

    kind: str
    start_s: float
    end_s: float
    text: str = ""


@dataclass
class Rendered:
    """A finished call: samples (channels x time), turns and line segments."""

    samples: Samples
    turns: list[Span] = field(default_factory=list)
    segments: list[Span] = field(default_factory=list)

    @property
    def duration_s(self) -> float:
        """Length of the recording."""
        return float(self.samples.shape[1] / RATE)


class _Stage:
    """Places sounds on two tracks, the administrator's and the patient's."""

    def __init__(self, call: Dialogue) -> None:
        self.call = call
        self.rng = np.random.default_rng(zlib.crc32(call.call_id.encode()))
        self.now = LEAD_IN_S
        self.placed: list[tuple[int, float, Samples]] = []
        self.turns: list[Span] = []
        self.segments: list[Span] = []

    def put(self, track: int, at_s: float, sound: Samples) -> float:
        """Place a sound; returns when it ends."""
        self.placed.append((track, at_s, sound))
        return at_s + len(sound) / RATE

    def line(self, event: Line) -> None:
        """Place ringing or music on the administrator's track."""
        if event.kind == "ring":
            sound = ringing(event.seconds, event.tone)
        else:
            sound = music(event.seconds, self.rng)
        start = self.now if event.kind != "hold" else self.now + 0.5
        self.now = self.put(0, start, sound)
        self.segments.append(Span(event.kind, start, self.now))

    def speech(self, event: Speech) -> None:
        """Place one turn after its pause."""
        gap = event.gap_s if event.gap_s is not None else float(self.rng.uniform(0.2, 0.9))
        start = self.now + gap
        if event.role == "patient":
            sound = say(self.call.patient_voice, event.text) * gain(self.call.patient_level_db)
        elif event.role == "ivr":
            sound = say("ivr", event.text) * gain(-2.0)
        else:
            sound = say(ADMINISTRATOR_VOICES[str(self.call.administrator)], event.text)
        end = self.put(int(event.role == "patient"), start, sound)
        self.now = max(self.now, end)
        self.turns.append(Span(event.role, start, end, event.text))
        if event.role == "ivr":
            self.segments.append(Span("ivr", start, end))

    def play(self, event: Line | Speech) -> None:
        """Place the next thing that happens."""
        if isinstance(event, Line):
            self.line(event)
        else:
            self.speech(event)

    def perform(self) -> None:
        """Play the whole call: the line first, then the talk."""
        for event in self.call.before:
            self.play(event)
        if self.call.before and self.call.talk:
            self.put(0, self.now, click(self.rng))
        for event in self.call.talk:
            self.play(event)
        self.put(0, self.now + 0.3, click(self.rng))
        self.now += float(self.rng.uniform(0.7, 1.3))

    def tracks(self) -> Samples:
        """Sum everything placed into two tracks with comfort noise."""
        length = round(self.now * RATE)
        both = np.stack([noise(length, COMFORT_NOISE_DBFS, self.rng) for _ in range(2)])
        for track, at_s, sound in self.placed:
            start = round(at_s * RATE)
            part = sound[: length - start]
            both[track, start : start + len(part)] += part
        return both


def _channels(call: Dialogue, tracks: Samples, rng: np.random.Generator) -> Samples:
    """Lay the two tracks out as the recording's channels, with the line's faults."""
    if call.crosstalk_db is not None:
        tracks = tracks + gain(call.crosstalk_db) * tracks[::-1]
    if call.administrator_channel == 1:
        tracks = tracks[::-1]
    if call.administrator_channel is None:
        tracks = tracks.sum(axis=0, keepdims=True)
    if call.noise_snr_db is not None:
        level = SPEECH_DBFS - call.noise_snr_db
        tracks = tracks + crackle(tracks.shape[1], level, rng)
    if call.clip:
        ceiling = float(np.quantile(np.abs(tracks), 1 - CLIPPED_SHARE))
        tracks = np.clip(tracks, -ceiling, ceiling) * (0.8 / ceiling)
    if call.layout == "fake_stereo":
        tracks = np.repeat(tracks, 2, axis=0)
    out: Samples = np.clip(tracks, -0.98, 0.98)
    return out


def render(call: Dialogue) -> Rendered:
    """Turn a written call into samples with the times of all that is heard."""
    stage = _Stage(call)
    stage.perform()
    samples = _channels(call, stage.tracks(), stage.rng)
    return Rendered(samples, stage.turns, stage.segments)
