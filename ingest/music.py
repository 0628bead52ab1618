"""Music in the audio, told from speech and noise by how long its partials stand still.

With a voice over it, sung or announcing, music is still music: its partials go on underneath.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from ingest.spectrum import HOP_S, Spectrum

# "Continuous frequency activation" (Seyerlehner, Pohle, Schedl, Widmer: Automatic music detection
# in television productions, DAFx 2007): in each block, how much of the time is each frequency a
# spectral peak? Notes keep a bin active, speech glides through it, noise hits all bins alike.
_BLOCK_FRAMES = 62
"""About two seconds: longer than vowels, shorter than a bar of slow music."""
_STEP_FRAMES = 8
_AT_ONCE = 2_000
"""Blocks worked on together (about nine minutes), so that memory stays bounded."""
_PEAK_DB = 3.0
"""A peak stands out this far from its neighbourhood of 21 bins (330 Hz)."""
_FLOOR_DB = -65.0
_LEVEL_UNVOICED, _LEVEL_OVER, _LEVEL_VOICED = 1.8, 2.5, 3.2
"""Activation (the sum over the five strongest bins, 0..5) that speaks neither for music nor against
it: without a recognised voice, with one that knows no silence between its words, and with one that
does. Seen: music 1.9-5.0, the same with a voice over it 1.8-4.6; people 1.0-2.6, synthetic voices
up to 3.1; noise 0.5, hum 1.0."""
_GAPLESS_DB = (10.0, 20.0)
"""From the quietest to the loudest tenth of a block: music under a voice 6-16, a voice 20-40."""
_STEADY_DB, _NEVER = 2.0, 5.0
"""What varies by less for two seconds is hum or a tone: music varies by 4 dB and more."""
_WEIGHT = 0.5
_SWITCH = 3.0
"""What beginning or ending music costs: one unit of activation above the level for 1.5 s."""
_STRONGEST = 5
_LOWEST_HZ = 200.0
"""Below it a telephone carries hardly any music, but the mains' hum (50, 60 Hz, harmonics)."""
SHORTEST_S = 3.0


def find_music(spectrum: Spectrum, voiced: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches of music on one channel: (start_s, end_s), at least three seconds long.

    ``voiced``: where the voice-activity model hears speech, (start_s, end_s).
    """
    activation = _activation(spectrum)
    if not len(activation):
        return []
    share = _voiced_share(voiced, len(spectrum.power))[: len(activation)]
    quiet_db, loud_db = _extremes_db(spectrum.level_db)
    gaps = np.interp(loud_db - quiet_db, _GAPLESS_DB, (_LEVEL_OVER, _LEVEL_VOICED))
    level = _LEVEL_UNVOICED + share * (gaps - _LEVEL_UNVOICED)
    level[(loud_db - quiet_db < _STEADY_DB) | (loud_db < _FLOOR_DB)] = _NEVER
    musical = _likeliest(_WEIGHT * (activation - level))
    half_s = _BLOCK_FRAMES * HOP_S / 2
    edges = np.flatnonzero(np.diff(np.concatenate([[0], musical.astype(np.int8), [0]])))
    # A block speaks for the step in its middle.
    begin_s = half_s - _STEP_FRAMES * HOP_S / 2
    stretches = [
        [begin_s + float(index) * _STEP_FRAMES * HOP_S for index in pair]
        for pair in zip(edges[::2], edges[1::2], strict=True)
    ]
    # At the edge of a stretch half of a block is music, so its ends are right on average;
    # at the ends of the file there is no other half.
    last_s = len(spectrum.power) * HOP_S
    for stretch in stretches:
        if stretch[0] <= half_s:
            stretch[0] = 0.0
        if stretch[1] >= last_s - half_s - 2 * _STEP_FRAMES * HOP_S:
            stretch[1] = last_s
    return [
        (round(start_s, 2), round(end_s, 2))
        for start_s, end_s in stretches
        if end_s - start_s >= SHORTEST_S
    ]


def _likeliest(evidence: NDArray[np.floating]) -> NDArray[np.bool_]:
    """The likeliest course of two states that seldom change (Viterbi), shape (blocks,).

    ``evidence``: log odds of the second state, block by block.
    """
    came = np.zeros((len(evidence), 2), bool)
    other, music = 0.0, 0.0
    for index, odds in enumerate(evidence.tolist()):
        came[index] = music - _SWITCH > other, music > other - _SWITCH
        other, music = max(other, music - _SWITCH), max(music, other - _SWITCH) + odds
    states = np.zeros(len(evidence), bool)
    state = music > other
    for index in range(len(evidence) - 1, -1, -1):
        states[index] = state
        state = bool(came[index, int(state)])
    return states


def _extremes_db(level_db: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
    """Twice shape (blocks,): below what a tenth of each block is, and above what another."""
    blocks = np.lib.stride_tricks.sliding_window_view(level_db, _BLOCK_FRAMES)[::_STEP_FRAMES]
    tenth = _BLOCK_FRAMES // 10
    parted = np.partition(blocks, (tenth, _BLOCK_FRAMES - 1 - tenth), axis=1)
    return parted[:, tenth], parted[:, -1 - tenth]


def _voiced_share(voiced: list[tuple[float, float]], frames: int) -> NDArray[np.float64]:
    """Shape (blocks,): how much of each block is voiced, 0..1."""
    on = np.zeros(frames)
    for start_s, end_s in voiced:
        on[round(start_s / HOP_S) : round(end_s / HOP_S)] = 1.0
    summed = np.concatenate([[0.0], np.cumsum(on)])
    starts = np.arange(0, max(frames - _BLOCK_FRAMES + 1, 0), _STEP_FRAMES)
    return np.asarray((summed[starts + _BLOCK_FRAMES] - summed[starts]) / _BLOCK_FRAMES)


def _activation(spectrum: Spectrum) -> NDArray[np.float32]:
    """Shape (blocks,): how tonal and steady each block is, 0..5."""
    carried = spectrum.frequencies_hz >= _LOWEST_HZ
    reach = _AT_ONCE * _STEP_FRAMES
    overlap = _BLOCK_FRAMES - _STEP_FRAMES
    pieces = [
        _activation_of(spectrum.power[start : start + reach + overlap, carried])
        for start in range(0, max(len(spectrum.power) - overlap, 1), reach)
    ]
    return np.concatenate(pieces)


def _activation_of(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same for so much of a spectrum, shape (frames, bins), as memory shall hold at once."""
    level = 10 * np.log10(power + 1e-10)
    peaks = (level - uniform_filter1d(level, 21, axis=1) > _PEAK_DB) & (level > _FLOOR_DB)
    if len(peaks) < _BLOCK_FRAMES:
        return np.zeros(0, np.float32)
    summed = np.zeros((len(peaks) + 1, peaks.shape[1]), np.int32)
    np.cumsum(peaks, axis=0, out=summed[1:])
    starts = np.arange(0, len(peaks) - _BLOCK_FRAMES + 1, _STEP_FRAMES)
    active = (summed[starts + _BLOCK_FRAMES] - summed[starts]).astype(np.float32) / _BLOCK_FRAMES
    # How far each bin rises over the lower of the valleys within four bins on either side.
    padded = np.pad(active, ((0, 0), (4, 4)), mode="edge")
    lowest = minimum_filter1d(padded, 5, axis=1)
    valley = np.minimum(lowest[:, 2:-6], lowest[:, 6:-2])
    summit = (active >= padded[:, 3:-5]) & (active >= padded[:, 5:-3])
    rise = np.where(summit, active - valley, 0.0)
    strongest = np.partition(rise, -_STRONGEST, axis=1)[:, -_STRONGEST:]
    return np.asarray(strongest.sum(axis=1), np.float32)
