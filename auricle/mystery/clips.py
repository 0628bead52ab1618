"""A few seconds of a call as sound that stands in a page."""

import base64
import io
import wave
from pathlib import Path

import av
import numpy as np

RATE_HZ = 8000
AROUND_S = 0.7
"""Heard before and after the quote, so that no word is cut."""
LONGEST_S = 12.0


def clip(media: Path, start_s: float, end_s: float) -> str:
    """Seconds of a playable copy as a ``data:`` address (mono WAV); empty if it can't be read."""
    first = max(0.0, start_s - AROUND_S)
    last = min(end_s + AROUND_S, first + LONGEST_S)
    try:
        samples = _samples(media, first, last)
    except (OSError, av.error.FFmpegError):
        return ""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
    return "data:audio/wav;base64," + base64.b64encode(sound.getvalue()).decode()


def _samples(media: Path, first_s: float, last_s: float) -> np.ndarray:
    """16-bit mono samples at ``RATE_HZ``."""
    parts = []
    with av.open(str(media)) as file:
        resampler = av.AudioResampler("s16", "mono", RATE_HZ)
        for frame in file.decode(audio=0):
            if frame.time is not None and frame.time > last_s:
                break
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    heard = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int16)
    return heard[round(first_s * RATE_HZ) : round(last_s * RATE_HZ)]
