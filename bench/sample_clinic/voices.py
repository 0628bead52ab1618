"""Speech: flite's voices, made into several people by shifting pitch and formants."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from line_sounds import RATE, Samples, telephone_band

FLITE_RATE = 16_000
SPEECH_DBFS = -21.0


@dataclass(frozen=True)
class Voice:
    """A flite voice. `shift` moves pitch and formants together, `stretch` slows it.

    `bright` lifts higher frequencies, in dB an octave, as telephone handsets do.
    Voices were chosen by ear of a speech recogniser: low shifts of kal16 and awb
    are hardly recognised as speech at all.
    """

    base: str
    shift: float = 1.0
    stretch: float = 1.0
    bright: float = 0.0


VOICES = {
    "anna": Voice("slt", 1.0, 1.15, bright=5.0),
    "mark": Voice("rms", 1.0, 1.0, bright=3.0),
    "colin": Voice("awb", 1.0, 1.16),
    "ivr": Voice("kal16", 1.1, 1.2),
    "gordon": Voice("awb", 1.06, 1.12),
    "jamie": Voice("kal16", 1.17, 1.12),
    "pippa": Voice("kal16", 1.3, 1.12),
    "maureen": Voice("awb", 1.2, 1.14),
    "hamish": Voice("rms", 1.05, 1.12),
    "fiona": Voice("rms", 1.2, 1.1),
    "walter": Voice("rms", 0.94, 1.12),
    "denise": Voice("slt", 0.93, 1.2, bright=5.0),
    "lucy": Voice("slt", 1.07, 1.22, bright=5.0),
}


@lru_cache(maxsize=512)
def say(name: str, text: str) -> Samples:
    """Speak a text: 8 kHz telephone band, silence trimmed, at a common level."""
    voice = VOICES[name]
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "speech.wav"
        stretch = f"duration_stretch={voice.stretch}"
        flite = ["flite", "-voice", voice.base, "--setf", stretch, "-t", text, "-o", str(wav)]
        subprocess.run(flite, check=True, capture_output=True)
        speech = _decode(wav, _filters(voice.shift))
    return _level(_trim(telephone_band(speech, bright=voice.bright)))


def _filters(shift: float) -> str:
    """Play the sound faster or slower (pitch, formants), then restore its tempo."""
    resample = f"aresample={RATE}"
    if shift == 1.0:
        return resample
    return f"asetrate={round(FLITE_RATE * shift)},{resample},atempo={1 / shift:.6f}"


def _decode(path: Path, filters: str) -> Samples:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-af", filters]
    command += ["-ac", "1", "-ar", str(RATE), "-f", "f32le", "-"]
    done = subprocess.run(command, check=True, capture_output=True)
    return np.frombuffer(done.stdout, dtype=np.float32).astype(np.float64)


def _frames(samples: Samples) -> Samples:
    """The energy of each 10 ms."""
    step = RATE // 100
    whole = len(samples) // step * step
    frames: Samples = np.mean(samples[:whole].reshape(-1, step) ** 2, axis=1)
    return frames


def _trim(samples: Samples) -> Samples:
    """Cut silence from both ends, so that turn times are times of speech."""
    energy = _frames(samples)
    loud = np.flatnonzero(energy > energy.max() * 10**-4)
    step = RATE // 100
    return samples[loud[0] * step : (loud[-1] + 1) * step]


def _level(samples: Samples) -> Samples:
    """Bring the active speech (not its pauses) to the common level."""
    energy = _frames(samples)
    active = energy[energy > energy.max() * 10**-3]
    gain: float = 10 ** (SPEECH_DBFS / 20) / float(np.sqrt(active.mean()))
    return samples * gain
