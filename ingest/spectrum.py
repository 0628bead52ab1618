"""Short-time power spectrum of one channel in the telephone band."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.audio import RATE_HZ, Samples

BAND_HZ = 8_000
"""Telephone lines carry 300-3400 Hz: half the decoding rate loses nothing."""
CARRIED_HZ = (300.0, 3_400.0)
"""What every telephone line carries (ITU-T G.712)."""
FRAME_S = 0.064
HOP_S = 0.032
_BLOCK = 20_000
"""Frames transformed at once (about ten minutes), so that memory stays bounded."""


@dataclass(frozen=True)
class Spectrum:
    signal: NDArray[np.float32]
    """Shape (samples,), the channel at ``BAND_HZ``."""
    power: NDArray[np.float32]
    """Shape (frames, bins), linear power; a full-scale sine has about 0.25 in all its bins."""
    level_db: NDArray[np.float32]
    """Shape (frames,), dB below full scale, of what a telephone carries: hum isn't counted."""
    frequencies_hz: NDArray[np.float64]
    """Shape (bins,)."""


def spectrum(channel: Samples) -> Spectrum:
    """Power spectrum of a channel, shape (samples,) at ``RATE_HZ``; frame k starts at k * HOP_S."""
    from scipy import fft
    from scipy.signal import decimate  # takes half a second: not for runs without new recordings

    signal = decimate(channel, RATE_HZ // BAND_HZ, ftype="fir").astype(np.float32)
    size, hop = round(FRAME_S * BAND_HZ), round(HOP_S * BAND_HZ)
    padded = np.pad(signal, (0, size))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    window = np.hanning(size).astype(np.float32)
    scale = 2.0 / float((window**2).sum()) / size
    power = np.empty((len(frames), size // 2 + 1), np.float32)
    for start in range(0, len(frames), _BLOCK):
        block = fft.rfft(frames[start : start + _BLOCK] * window, axis=1)
        power[start : start + _BLOCK] = (block.real**2 + block.imag**2) * scale
    frequencies_hz = np.fft.rfftfreq(size, 1 / BAND_HZ).astype(np.float64)
    low, high = np.searchsorted(frequencies_hz, CARRIED_HZ)
    level_db = 10 * np.log10(power[:, low:high].sum(axis=1) + 1e-12)
    return Spectrum(signal, power, level_db.astype(np.float32), frequencies_hz)
