"""Sounds of the line: ringing, music, noise, the telephone's narrow band.

The music is made here from chords, a wandering tune and a soft beat, so that
nobody else's recording is needed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]

RATE = 8_000
LOW_HZ, HIGH_HZ = 280.0, 3_450.0
RING_DBFS = -24.0
MUSIC_DBFS = -25.0
COMFORT_NOISE_DBFS = -60.0

# frequencies in Hz, then seconds on, off, on, off ...
RINGING = {
    "british": ((400.0, 450.0), (0.4, 0.2, 0.4, 2.0)),
    "european": ((425.0,), (1.0, 4.0)),
}
CHORDS = ((0, 4, 7, 11), (9, 12, 16, 19), (5, 9, 12, 16), (7, 11, 14, 17))
PENTATONIC = (0, 2, 4, 7, 9, 12, 14, 16)


def gain(dbfs: float) -> float:
    """Decibels as a factor."""
    return float(10 ** (dbfs / 20))


def rms(samples: Samples) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(samples**2)))


def telephone_band(samples: Samples, bright: float = 0.0) -> Samples:
    """Keep what a telephone line carries; `bright` tilts it by dB an octave."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    rise = np.clip((hertz - LOW_HZ * 0.6) / (LOW_HZ * 0.4), 0, 1)
    fall = np.clip((HIGH_HZ + 250 - hertz) / 250, 0, 1)
    tilt = (np.maximum(hertz, LOW_HZ) / LOW_HZ) ** (bright / 6.02)
    out: Samples = np.fft.irfft(spectrum * rise * fall * tilt, len(samples))
    return out


def ringing(seconds: float, country: str) -> Samples:
    """The ringing a caller hears, cut off at `seconds` wherever that falls."""
    tones, cadence = RINGING[country]
    time = np.arange(round(seconds * RATE)) / RATE
    sound = np.sum([np.sin(2 * np.pi * hertz * time) for hertz in tones], axis=0)
    edges = np.cumsum((0.0, *cadence))
    phase = time % edges[-1]
    is_on = np.zeros(len(time))
    for start, end in zip(edges[:-1:2], edges[1::2], strict=True):
        is_on[(phase >= start) & (phase < end)] = 1.0
    is_on = np.convolve(is_on, np.ones(40) / 40, mode="same")
    tone: Samples = sound * is_on * gain(RING_DBFS) / np.sqrt(len(tones) / 2)
    return tone


def _note(semitone: float, seconds: float, decay: float) -> Samples:
    """A plucked note above middle C with a few harmonics."""
    time = np.arange(round(seconds * RATE)) / RATE
    hertz = 261.63 * 2 ** (semitone / 12)
    wave = np.zeros(len(time))
    for harmonic, strength in ((1, 1.0), (2, 0.45), (3, 0.2), (4, 0.1)):
        if hertz * harmonic < 3_400:
            wave += strength * np.sin(2 * np.pi * hertz * harmonic * time)
    attack = np.minimum(time / 0.012, 1.0)
    out: Samples = wave * attack * np.exp(-time / decay)
    return out


def _add(track: Samples, at_s: float, sound: Samples) -> None:
    start = round(at_s * RATE)
    part = sound[: max(0, len(track) - start)]
    track[start : start + len(part)] += part


def music(seconds: float, rng: np.random.Generator) -> Samples:
    """Queue or hold music: four chords, a tune that wanders, a brushed beat."""
    track = np.zeros(round(seconds * RATE))
    beat = 60 / float(rng.uniform(84, 112))
    key = int(rng.integers(-5, 4))
    step = int(rng.integers(0, len(PENTATONIC)))
    for number in range(int(seconds / beat) + 1):
        at = number * beat
        chord = CHORDS[number // 4 % len(CHORDS)]
        if number % 4 == 0:
            for semitone in chord:
                _add(track, at, 0.30 * _note(key + semitone - 12, beat * 4, 1.4))
        for half in (0.0, 0.5):
            if rng.random() < (0.85 if half == 0.0 else 0.4):
                step = int(np.clip(step + rng.integers(-2, 3), 0, len(PENTATONIC) - 1))
                note = _note(key + PENTATONIC[step], beat, 0.35)
                _add(track, at + half * beat, 0.5 * note)
        brush = rng.standard_normal(round(0.09 * RATE))
        brush *= np.exp(-np.arange(len(brush)) / (0.02 * RATE))
        _add(track, at + (beat / 2 if number % 2 else 0), 0.12 * brush)
    track = telephone_band(track)
    fade = np.clip(np.minimum(np.arange(len(track)), np.arange(len(track))[::-1]) / 800, 0, 1)
    out: Samples = track * fade * gain(MUSIC_DBFS) / rms(track)
    return out


def noise(length: int, dbfs: float, rng: np.random.Generator) -> Samples:
    """Steady line noise at a level."""
    sound = telephone_band(rng.standard_normal(length))
    return sound * gain(dbfs) / rms(sound)


def crackle(length: int, dbfs: float, rng: np.random.Generator) -> Samples:
    """A bad line: hiss, mains hum and short crackles, together at a level."""
    time = np.arange(length) / RATE
    sound = telephone_band(rng.standard_normal(length), bright=-6.0)
    sound /= rms(sound)
    sound += 0.4 * np.sin(2 * np.pi * 300 * time) * (1 + 0.3 * np.sin(2 * np.pi * 0.7 * time))
    for at in rng.integers(0, max(1, length - 200), size=length // 2_500):
        burst = rng.standard_normal(120) * np.exp(-np.arange(120) / 25)
        sound[at : at + 120] += 3 * burst[: len(sound[at : at + 120])]
    return sound * gain(dbfs) / rms(sound)


def click(rng: np.random.Generator) -> Samples:
    """A receiver picked up or put down."""
    burst = rng.standard_normal(round(0.012 * RATE))
    out: Samples = 0.08 * burst * np.exp(-np.arange(len(burst)) / 20)
    return out
