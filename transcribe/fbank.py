"""Mel features as Kaldi makes them: what CAM++ was trained on.

The same values as ``torchaudio.compliance.kaldi.fbank(num_mel_bins=80)`` without importing torch.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from transcribe.samples import RATE_HZ, Samples

FRAME_HZ = 100
"""Frames a second."""
BANDS = 80
WIDTH, STEP, FFT = RATE_HZ // 40, RATE_HZ // FRAME_HZ, 512
"""Samples of a frame (25 ms), between frames, and of its transform."""
LOWEST_HZ = 20.0
PREEMPHASIS = 0.97
FLOOR = np.float32(1.1920929e-07)
"""Before the logarithm: what a 32-bit float can tell apart from 1."""


def fbank(samples: Samples) -> NDArray[np.float32]:
    """Log mel energies, shape (frames, ``BANDS``), of (samples,) at 16 kHz, -1..1."""
    if len(samples) < WIDTH:
        return np.zeros((0, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, WIDTH)[::STEP] * np.float32(32768)
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft((frames - PREEMPHASIS * before) * _window(), FFT)) ** 2
    return np.asarray(np.log(np.maximum(power.astype(np.float32) @ _bands(), FLOOR)))


@cache
def _window() -> NDArray[np.float32]:
    """Kaldi's own "povey" window: a Hann window to the power of 0.85."""
    return np.asarray(np.hanning(WIDTH) ** 0.85, np.float32)


@cache
def _bands() -> NDArray[np.float32]:
    """Triangular filters, shape (bins, ``BANDS``), at equal distances on the mel scale."""

    def mel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(1127.0 * np.log1p(hz / 700.0))

    low, high = mel(np.array([LOWEST_HZ, RATE_HZ / 2]))
    step = (high - low) / (BANDS + 1)
    left = low + np.arange(BANDS) * step
    bins = mel(np.arange(FFT // 2 + 1) * RATE_HZ / FFT)[:, None]
    up, down = (bins - left) / step, (left + 2 * step - bins) / step
    return np.asarray(np.maximum(0.0, np.minimum(up, down)), np.float32)
