"""When each speaker is heard: the sound tells when somebody talks, the words tell who.

Recognisers' word times last through pauses, and sounds that are no words ("uh", a laugh) have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from transcribe.diarize import POWERSET, STEP_S, alone
from transcribe.networks import WINDOW
from transcribe.pauses import FRAME_HZ, sounding
from transcribe.samples import RATE_HZ, Samples
from transcribe.turns import RawTurn

HEARD, IN_A_WORD = 0.5, 0.3
"""Somebody talks from this probability on; where a word is, less is enough."""
NEAR_S = 0.3
"""So near to a word it is that word's speaker who talks."""
KNOWN_S, PURE = 0.5, 0.7
"""Whom a voice of the segmentation's belongs to is known once it was alone for so long in words,
this share of them one speaker's."""
SILENT_DB = 33.0
"""So far under the channel's active level nobody is heard, whatever the segmentation takes it for:
speech spans about 30 dB (ITU-T P.56)."""
BRIDGED_S = 0.3
"""A shorter pause is within talk (NIST RT-03)."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Words:
    """Words in order of time, and for each frame of the call which of them is nearest."""

    nearest: NDArray[np.int64]
    distance_s: NDArray[np.float64]

    @classmethod
    def at(cls, spans: NDArray[np.float64], frames: int) -> Self:
        """``spans``: (start_s, end_s) of each word, shape (words, 2)."""
        time = (np.arange(frames) + 0.5) / FRAME_HZ
        between = np.maximum.accumulate((spans[:-1, 1] + spans[1:, 0]) / 2)
        nearest = np.searchsorted(between, time).astype(np.int64)
        start_s, end_s = spans[nearest].T
        return cls(nearest, np.maximum(np.maximum(start_s - time, time - end_s), 0.0))


def with_talk(
    turns: Sequence[RawTurn], scores: NDArray[np.float32], samples: Samples
) -> list[RawTurn]:
    """The turns with when their speakers are heard.

    ``scores``: the segmentation's, of one channel or of all mixed. ``samples``: shape (channels,
    samples) at 16 kHz. A sound is the nearest turn's of its speaker.
    """
    if not turns:
        return []
    frames = samples.shape[1] * FRAME_HZ // RATE_HZ
    words = sorted(
        ((w.start_s, w.end_s, index) for index, turn in enumerate(turns) for w in turn.words),
        key=lambda word: word[0] + word[1],
    )
    spans = np.array([word[:2] for word in words])
    turn_of = np.array([word[2] for word in words])
    names = list(dict.fromkeys(turn.speaker for turn in turns))
    speaker_of = np.array([names.index(turns[index].speaker) for index in turn_of])
    own_words = [np.flatnonzero(speaker_of == number) for number in range(len(names))]
    words_of = [_Words.at(spans[own], frames) for own in own_words]
    away_s = np.stack([words.distance_s for words in words_of])
    nearest = speaker_of[_Words.at(spans, frames).nearest]
    heard = _heard(scores, nearest, away_s, _masks(spans, speaker_of, frames))
    talk: list[list[tuple[float, float]]] = [[] for _ in turns]
    for number, name in enumerate(names):
        channel = samples[1 if name == "right" and len(samples) > 1 else 0]
        sounds = _bridged(_bridged(heard[number]) & sounding(channel, SILENT_DB)[:frames])
        turn = turn_of[own_words[number][words_of[number].nearest]]
        for start, end in _runs(np.where(sounds, turn, -1)):
            talk[turn[start]].append((start / FRAME_HZ, end / FRAME_HZ))
    return [replace(turn, talk=tuple(own)) for turn, own in zip(turns, talk, strict=True)]


def _masks(spans: NDArray[np.float64], speaker_of: NDArray[np.int64], frames: int) -> Mask:
    """Where each speaker's words are, shape (speakers, frames)."""
    found = np.zeros((int(speaker_of.max()) + 1, frames), np.bool_)
    for (start, end), speaker in zip(
        np.rint(spans * FRAME_HZ).astype(int), speaker_of, strict=True
    ):
        found[speaker, start:end] = True
    return found


def _heard(
    scores: NDArray[np.float32],
    nearest: NDArray[np.int64],
    away_s: NDArray[np.float64],
    said: Mask,
) -> Mask:
    """Where each speaker is heard, shape (speakers, frames): as the windows have it on average.

    ``nearest``: the speaker of the nearest word. ``away_s``: how far each speaker's nearest word
    is, shape (speakers, frames).
    """
    speakers, frames = said.shape
    length = WINDOW * FRAME_HZ // RATE_HZ
    place = (np.arange(length) * scores.shape[1]) // length
    likely, windows = np.zeros((speakers, frames)), np.zeros(frames)
    for index, window in enumerate(scores):
        start = round(index * STEP_S * FRAME_HZ)
        span = slice(start, min(start + length, frames))
        chances = np.exp(window[place[: span.stop - span.start]].astype(np.float64))
        likely[:, span] += _placed(chances, nearest[span], away_s[:, span], said[:, span])
        windows[span] += 1
    likely /= np.maximum(windows, 1)
    return np.asarray((likely > HEARD) | (said & (likely > IN_A_WORD)))


def _placed(
    chances: NDArray[np.float64],
    nearest: NDArray[np.int64],
    away_s: NDArray[np.float64],
    said: Mask,
) -> NDArray[np.float64]:
    """How likely each speaker talks in one window, shape (speakers, frames).

    ``chances``: of the powerset's classes, shape (frames, 7). It is the nearest word's speaker who
    talks near words, and elsewhere unless it is known whose voice this is. Where two talk, the
    other one is whose voice is known, or else whoever else's words are nearest.
    """
    voices = chances @ POWERSET
    shared = alone(voices).T @ said.T
    whose, total = shared.argmax(axis=1), shared.sum(axis=1)
    known = (total > KNOWN_S * FRAME_HZ) & (shared.max(axis=1) >= PURE * total)
    loudest = voices.argmax(axis=1)
    near = away_s.min(axis=0) <= NEAR_S
    first = np.where(~near & known[loudest], whose[loudest], nearest)
    found, frames = np.zeros(said.shape), np.arange(len(first))
    found[first, frames] = 1.0 - chances[:, 0]
    if len(said) == 1:
        return found
    others_s = away_s.copy()
    others_s[first, frames] = np.inf
    beside = others_s.argmin(axis=0)
    two = chances[:, POWERSET.sum(axis=1) > 1].sum(axis=1)
    for voice, likely in enumerate(voices.T):
        second = np.full_like(first, whose[voice]) if known[voice] else beside
        other = np.where(first == second, 0.0, np.minimum(two, likely))
        found[second, frames] = np.maximum(found[second, frames], other)
    return found


def _bridged(heard: Mask) -> Mask:
    found = heard.copy()
    talk = _runs(heard.astype(np.int64) - 1)
    for (_, end), (start, _) in pairwise(talk):
        if start - end < BRIDGED_S * FRAME_HZ:
            found[end:start] = True
    return found


def _runs(labels: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Stretches of one label, first and after the last frame, but for those of -1."""
    edges = np.flatnonzero(np.diff(labels, prepend=-1, append=-1))
    return [(a, b) for a, b in pairwise(edges.tolist()) if labels[a] != -1]
