"""When somebody begins to talk after the ringing, whatever noise the line has.

The pauses of the ringing tell what the line sounds like while nobody talks. After it, a course of
evidence (Page's cumulative sum, Biometrika 1954) is kept, frame by frame: how far does the sound
rise over that background? It grows while somebody talks, shrinks while nobody does and never falls
below nothing. Once it is greater than anything the background gave while it rang, somebody has
begun: at the moment at which it last left nothing.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from ingest.spectrum import CARRIED_HZ, FRAME_S, HOP_S, Spectrum
from ingest.voices import MARGIN_S

Rise = NDArray[np.float32]
"""Shape (frames,), dB over the background."""

_BAND_HZ = 155.0
"""Twenty bands: a voice stands out from noise in some, mostly below 1 kHz, not in all."""
_LEAST_DB, _MOST_DB = -3.0, 40.0
_ALL_SHARE = 0.75
_RINGING_DB = 3.0
"""Ringing is louder than its pauses by more."""
_EDGE_FRAMES = 2
_BEFORE_S = 0.25
_LEAST_FRAMES = 8
"""Fewer frames say nothing: then the quietest tenth after the ringing is the background."""
_JUDGED_S = 10.0
"""How much of the talk tells how loud the voice is."""
_LOUD = 95
"""Percentile: a voice's loud moments."""
_BELOW_VOICE_DB = 22.0
"""Within this of a voice's loud moments is its active part: within 15.9 dB of the mean (P.56)."""
_TOWARDS_VOICE = 0.45
_SPREADS = 1.5
"""How far over the background speaks for a voice: this much of the way to the voice's level, and so
many standard deviations of the background."""
_LEAST_SPREAD_DB = 0.3
_UNHEARD_SPREADS = 1.0
"""As much more where the voice-activity model hears nobody."""
_EARLIER_S = 0.1
"""The model often misses a soft first sound."""
_AGAINST, _FOR = -0.5, 2.0
"""The least and the most that one frame says, so that a click is no voice and a pause no end."""
_ENOUGH, _OVER_CHANCE = 4.0, 1.3
"""Evidence for a voice: at least so much, and so many times the background's own."""
_UNTELLABLE_DB = 0.5


def find_onset(
    spectrum: Spectrum, ringing: tuple[float, float], voiced: list[tuple[float, float]]
) -> float | None:
    """When somebody begins to talk after the ringing; None if nobody does.

    ``ringing``: (start_s, end_s). ``voiced``: where a voice was recognised after it, perhaps one in
    the background, perhaps only some words late.
    """
    begin = round((ringing[1] + FRAME_S) / HOP_S)
    known = np.zeros(len(spectrum.power), bool)
    for start_s, end_s in voiced:
        known[max(begin, round(start_s / HOP_S)) : max(begin, round(end_s / HOP_S))] = True
    if not known.any():
        return None
    since = int(np.argmax(known))
    last = since + round(_JUDGED_S / HOP_S)
    start = max(0, round((ringing[0] - _BEFORE_S) / HOP_S))
    # Mostly the broad-band level, which babble varies least in, but the rise of each band alone,
    # too, in which a voice stands out from noise.
    edges = _bands(spectrum)
    carried = spectrum.power[start:, : edges[-1]]
    bands_db = 10 * np.log10(np.add.reduceat(carried, edges[:-1], axis=1) + 1e-10)
    level_db = 10 * np.log10(carried[:, edges[0] :].sum(axis=1) + 1e-10)
    pauses = _pauses(level_db, round(ringing[1] / HOP_S) - start)
    in_bands = np.clip(bands_db - np.median(bands_db[pauses], axis=0), 0.0, _MOST_DB)
    in_all = np.clip(level_db - np.median(level_db[pauses]), _LEAST_DB, _MOST_DB)
    rise = _ALL_SHARE * in_all + (1 - _ALL_SHARE) * in_bands.mean(axis=1)
    background = rise[pauses]
    usual_db = float(np.median(background))
    # The standard deviation as the 95th percentile tells it: robust to what isn't background.
    spread_db = max(_LEAST_SPREAD_DB, float(np.percentile(background, 95) - usual_db) / 1.64)
    after, known, since, last = rise[begin - start :], known[begin:], since - begin, last - begin
    voice_db = float(np.percentile(after[:last][known[:last]], _LOUD))
    least_db = max(
        usual_db + _SPREADS * spread_db,
        usual_db + _TOWARDS_VOICE * (voice_db - usual_db),
        voice_db - _BELOW_VOICE_DB,
    )
    first = None
    if least_db < voice_db - _UNTELLABLE_DB:
        early = round(_EARLIER_S / HOP_S)
        near = np.convolve(known, np.ones(early), "full")[early - 1 :] > 0
        for_voice = (after - least_db) / spread_db - np.where(near, 0.0, _UNHEARD_SPREADS)
        by_chance = _evidence((background - least_db) / spread_db)
        enough = max(_ENOUGH, _OVER_CHANCE * max(by_chance))
        first = _begun(_evidence(for_voice), enough)
    if first is None:  # the model's word stands
        return round((begin + since) * HOP_S + (MARGIN_S if since else 0.0), 2)
    return round((begin + first) * HOP_S + FRAME_S / 2, 2)


def _bands(spectrum: Spectrum) -> tuple[int, ...]:
    """The first bin of each band, and the one after the last."""
    edges_hz = np.arange(CARRIED_HZ[0], CARRIED_HZ[1] + 1, _BAND_HZ)
    return tuple(int(k) for k in np.searchsorted(spectrum.frequencies_hz, edges_hz))


def _pauses(level_db: Rise, ringing: int) -> NDArray[np.intp]:
    """Which frames hold the background alone: between the bursts of the first ``ringing`` ones."""
    heard = level_db[:ringing]
    if len(heard):
        loud = heard >= np.percentile(heard, _LOUD) - _RINGING_DB
        found = np.flatnonzero(~binary_dilation(loud, iterations=_EDGE_FRAMES))
        if len(found) >= _LEAST_FRAMES:
            return found
    quietest = np.argsort(level_db[ringing:])
    return ringing + quietest[: max(_LEAST_FRAMES, len(quietest) // 10)]


def _evidence(steps: NDArray[np.floating]) -> list[float]:
    """The course of the evidence, (frames,), from each frame's share in it."""
    course, now = [], 0.0
    for step in np.clip(steps, _AGAINST, _FOR).tolist():
        now = max(0.0, now + step)
        course.append(now)
    return course


def _begun(course: list[float], enough: float) -> int | None:
    """The frame at which the evidence left nothing to become more than enough."""
    first = 0
    for index, evidence in enumerate(course):
        if evidence > enough:
            return first
        if evidence == 0.0:
            first = index + 1
    return None
