"""Sounds and sound files made for tests."""

import struct
import wave
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import helpers_clinic
import numpy as np
from numpy.typing import NDArray

from ingest.audio import RATE_HZ, Audio, decode

Samples = NDArray[np.float32]


def hum(seconds: float, rate_hz: int = 8000, channels: int = 1, hz: float = 220.0) -> Samples:
    """A steady sound, another pitch on each channel. Shape (channels, samples)."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    lanes = [0.3 * np.sin(2 * np.pi * hz * (1 + lane / 2) * time_s) for lane in range(channels)]
    return np.array(lanes, np.float32)


def noise(seconds: float, level_db: float, seed: int = 0) -> Samples:
    """White noise at ``RATE_HZ``, its power in dB below full scale. Shape (samples,)."""
    made = np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))
    return (made * 10 ** (level_db / 20)).astype(np.float32)


def write_wav(path: Path, samples: Samples, rate_hz: int = 8000, width: int = 2) -> Path:
    """Shape (channels, samples), -1..1, as 16-bit (or 8-bit) PCM."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(samples))
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        if width == 1:
            raw = (np.clip(samples, -1, 1) * 127 + 128).astype(np.uint8)
        else:
            raw = (np.clip(samples, -1, 1) * 32767).astype("<i2")
        file.writeframes(raw.T.tobytes())
    return path


def write_float_wav(path: Path, samples: Samples, rate_hz: int = 8000) -> Path:
    """As 32-bit floats, whatever their values."""
    channels = len(samples)
    data = samples.T.astype("<f4").tobytes()
    form = struct.pack("<HHIIHH", 3, channels, rate_hz, rate_hz * channels * 4, channels * 4, 32)
    chunks = b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    return path


def encode(path: Path, samples: Samples, rate_hz: int, codec: str, form: str) -> Path:
    """With one of FFmpeg's encoders, in one of its formats, whatever the file's name."""
    layout = "stereo" if len(samples) == 2 else "mono"
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout=layout)
        pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16).T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm), format="s16", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return path


def audio_of(samples: Samples) -> Audio:
    """Samples at ``RATE_HZ``, shape (channels, samples), as if decoded from a WAV."""
    channels = len(samples)
    return Audio(
        samples=samples, channels=channels, sample_rate_hz=RATE_HZ,
        layout="stereo" if channels == 2 else "mono", format="wav/pcm_s16le",
    )  # fmt: skip


@cache
def sample_call(call_id: str) -> Audio:
    """A call of the sample clinic, decoded."""
    return decode(helpers_clinic.recording(call_id))
