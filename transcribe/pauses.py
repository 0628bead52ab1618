"""Words end and begin at the pauses that are heard between them.

Whisper's word times come from where its attention lies: some tenths of a second off, and a word
before a pause often lasts through it.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auricle.models import Word
from transcribe.recognise import Recognised
from transcribe.samples import RATE_HZ, Samples

FRAME_HZ = 100
SMOOTHED = 3
"""Frames a level is the mean of: a pitch period of a deep voice is longer than one frame."""
ACTIVE_DB = 15.9
"""The edge of activity under the active level (ITU-T P.56)."""
SOUND_DB = 25.0
"""Softer than this under the active level it is a pause: soft ends of words lie 10 dB below the
edge of activity."""
SHORTEST_S = 0.15
"""Shorter silences are the closures of consonants (t, p, k)."""
FARTHEST_S = 0.5
"""A word's time is seldom off by more."""
ROUNDS = 20


def at_pauses(heard: Recognised, samples: Samples) -> Recognised:
    """What was heard, with the words' times at the pauses between them.

    ``samples``: shape (channels, samples) at 16 kHz, the channels of ``heard.words``. Where no
    pause is heard between two words, and for a word in which no sound is, nothing changes.
    """
    return replace(
        heard,
        words=tuple(
            tuple(_moved(words, sounding(sound, SOUND_DB)))
            for words, sound in zip(heard.words, samples, strict=True)
        ),
    )


def _moved(words: Sequence[Word], heard: NDArray[np.bool_]) -> list[Word]:
    silent = _silences(heard)
    found: list[Word] = []
    middles = [(word.start_s + word.end_s) / 2 for word in words]
    for index, word in enumerate(words):
        if not heard[_frames(word.start_s) : _frames(word.end_s) + 1].any():
            found.append(word)
            continue
        middle = middles[index]
        before = _between(silent, middles[index - 1] if index else 0.0, middle)
        after = _between(
            silent, middle, middles[index + 1] if index + 1 < len(words) else np.inf
        )  # fmt: skip
        start_s, end_s = word.start_s, word.end_s
        if len(before):
            start_s = min(max(float(before[-1, 1]), start_s - FARTHEST_S), middle)
        if len(after):
            end_s = max(min(float(after[0, 0]), end_s + FARTHEST_S), middle)
        found.append(
            word.model_copy(update={"start_s": round(start_s, 3), "end_s": round(end_s, 3)})
        )
    return found


def _between(silent: NDArray[np.float64], start_s: float, end_s: float) -> NDArray[np.float64]:
    """The pauses in a stretch, cut off at its ends."""
    first = int(np.searchsorted(silent[:, 1], start_s))
    last = int(np.searchsorted(silent[:, 0], end_s))
    cut = np.clip(silent[first:last], start_s, end_s)
    return cut[cut[:, 1] - cut[:, 0] >= SHORTEST_S]


def _silences(sounding: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Silences (start_s, end_s), shape (silences, 2), in order."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], sounding, [True]])))
    return np.asarray(edges.reshape(-1, 2) / FRAME_HZ)


def _frames(at_s: float) -> int:
    return int(at_s * FRAME_HZ)


def sounding(sound: Samples, below_db: float) -> NDArray[np.bool_]:
    """Which frames, at ``FRAME_HZ``, are no softer than that under a channel's active level."""
    step = RATE_HZ // FRAME_HZ
    frames = sound[: len(sound) // step * step].reshape(-1, step)
    power: NDArray[np.float64] = np.mean(frames * frames, axis=1, dtype=np.float64)
    if not power.any():
        return np.zeros(power.shape, np.bool_)
    power = np.convolve(power, np.ones(SMOOTHED) / SMOOTHED, "same")
    return np.asarray(power > _active(power) * 10 ** (-below_db / 10))


def _active(power: NDArray[np.float64]) -> float:
    """The mean power of the active frames: those over a level so far under their own mean."""
    level = float(power.mean())
    for _ in range(ROUNDS):
        new = float(power[power > level * 10 ** (-ACTIVE_DB / 10)].mean())
        if abs(new - level) <= 1e-3 * level:
            break
        level = new
    return level
