"""Words where nothing can be heard: their times are compared with the sound's energy."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auricle.models import Word
from transcribe.guards import Dropped
from transcribe.recognise import Recognised
from transcribe.samples import RATE_HZ, Samples

FRAME_S = 0.025
AROUND_S = 0.25
"""Recognisers' word times are that far off at times."""
BELOW_DB = 35.0
"""A word whose loudest moment lies so far under the channel's loud words can't be heard: speech
spans about 30 dB (ITU-T P.56 sets the edge of activity 15.9 dB under the active level)."""
LOUD_WORDS = 90
"""Percentile of the words' levels that stands for the channel's speech."""
SILENCE_DBFS = -70.0
"""Quieter than an idle line (about -68 dBm0) there is nothing, whatever the rest is like."""


def audible(heard: Recognised, samples: Samples) -> Recognised:
    """What was heard without the words nobody can have heard; these are counted as ``no_sound``.

    ``samples``: shape (channels, samples) at 16 kHz, the channels of ``heard.words``.
    """
    dropped = heard.dropped
    lanes: list[tuple[Word, ...]] = []
    speakers = heard.speakers
    for words, sound in zip(heard.words, samples, strict=True):
        stay = _heard(words, sound)
        silent = [word.text for word, ok in zip(words, stay, strict=True) if not ok]
        if silent:
            dropped = dropped + Dropped({"no_sound": len(silent)}, (" ".join(silent),))
        if speakers is not None:
            speakers = tuple(s for s, ok in zip(speakers, stay, strict=True) if ok)
        lanes.append(tuple(word for word, ok in zip(words, stay, strict=True) if ok))
    return replace(heard, words=tuple(lanes), dropped=dropped, speakers=speakers)


def _heard(words: Sequence[Word], sound: Samples) -> list[bool]:
    if not words:
        return []
    levels = _levels_db(sound)
    loudest = np.array([_loudest(word, levels) for word in words])
    edge_db = max(float(np.percentile(loudest, LOUD_WORDS)) - BELOW_DB, SILENCE_DBFS)
    return [bool(level >= edge_db) for level in loudest]


def _levels_db(sound: Samples) -> NDArray[np.float64]:
    """Level of each frame of ``FRAME_S``, dB full scale."""
    step = round(FRAME_S * RATE_HZ)
    frames = sound[: len(sound) // step * step].reshape(-1, step)
    power = np.mean(frames * frames, axis=1, dtype=np.float64)
    levels: NDArray[np.float64] = 10 * np.log10(power + 1e-12)
    return levels


def _loudest(word: Word, levels_db: NDArray[np.float64]) -> float:
    start = max(int((word.start_s - AROUND_S) / FRAME_S), 0)
    end = int((word.end_s + AROUND_S) / FRAME_S) + 1
    return float(np.max(levels_db[start:end], initial=-120.0))
