"""What the level alone tells of a channel: where it is muted, and where a voice sets in."""

import numpy as np
from numpy.typing import NDArray

from ingest.spectrum import FRAME_S, HOP_S

Levels = NDArray[np.float32]
"""Shape (frames,), dB below full scale; frame k starts at ``k * HOP_S``."""

_MUTED_DB = 10.0
"""A channel this far below its own pauses has no open microphone any more. Rooms vary by less from
one pause to the next; comfort noise (RFC 3389) imitates the room and isn't muted."""
_DIGITAL_SILENCE_DB = -75.0
"""Rooms are louder; mu-law's smallest step (ITU-T G.711) is at -72 dB."""
_NEAR_SPEECH_S = 1.0
_SHORTEST_MUTED_S = 5.0
"""Pauses in a conversation are shorter (Heldner and Edlund 2010: 99 % below 2 s)."""
_SHORTEST_END_S = 0.3
"""At the very end of a recording."""

_OVER_BACKGROUND_DB = 3.0
_PAUSE_DB = 6.0
"""Ringing is louder than its pauses by more."""
_BEFORE_S = 1.5
_JUDGED_S = 10.0
_EARLIER_S = 1.5
"""A soft first word is often missed by the voice-activity model."""
_LASTING_FRAMES = 16
_BELOW_VOICE_DB = 20.0
"""Within this of a voice's loud moments is its active part: within 15.9 dB of the mean (P.56)."""
_ONSET_FRAMES = 4
"""A voice lasts: three quarters of so many frames are loud."""


def find_muted(level_db: Levels, voiced: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where a channel falls below the noise of its own pauses: (start_s, end_s).

    At least five seconds long, or at the end of the recording. Nothing is found on a channel that
    is muted whenever nobody talks on it (silence suppression): there it means nothing.
    """
    spoken = _mask(voiced, len(level_db))
    reach = round(_NEAR_SPEECH_S / HOP_S)
    around = _mask(
        [(a - _NEAR_SPEECH_S, b + _NEAR_SPEECH_S) for a, b in voiced], len(level_db)
    )
    pauses = level_db[around & ~spoken]
    if len(pauses) < reach:
        return []
    room_db = float(np.median(pauses))
    if room_db < _DIGITAL_SILENCE_DB + _MUTED_DB:
        return []
    quiet = level_db < max(room_db - _MUTED_DB, _DIGITAL_SILENCE_DB)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(np.int8), [0]])))
    found = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        length_s = (last - first) * HOP_S
        at_end = last >= len(level_db) - 2
        if length_s >= (_SHORTEST_END_S if at_end else _SHORTEST_MUTED_S):
            found.append((round(float(first) * HOP_S, 2), round(float(last) * HOP_S, 2)))
    return found


def find_onset(
    level_db: Levels, ringing: tuple[float, float], start_s: float, end_s: float
) -> float:
    """When a voice, known to be between ``start_s`` and ``end_s``, rises over the background.

    ``ringing``: (start_s, end_s) before it. What is heard before it and in its pauses is the
    background. The voice may set in a little earlier than it was known for a voice.
    """
    first, last = round(start_s / HOP_S), round(end_s / HOP_S)
    loud = level_db[first : min(last, first + round(_JUDGED_S / HOP_S))]
    if not len(loud):
        return round(start_s, 2)
    voice_db = float(np.percentile(loud, 90))
    before = level_db[
        max(0, round((ringing[0] - _BEFORE_S) / HOP_S)) : round(ringing[1] / HOP_S)
    ]
    pauses = before[before < np.percentile(before, 95) - _PAUSE_DB] if len(before) else before
    least_db = voice_db - _BELOW_VOICE_DB
    if len(pauses):
        over_db = float(np.percentile(pauses, 95)) + _OVER_BACKGROUND_DB
        least_db = min(max(least_db, over_db), voice_db - _OVER_BACKGROUND_DB)
    begin = round((ringing[1] + FRAME_S) / HOP_S)
    above = level_db[begin:last] > least_db
    # Right before the voice was known for one a little sound will do; earlier it must last.
    likely = max(0, first - begin - round(_EARLIER_S / HOP_S))
    lasting = _share(above, _LASTING_FRAMES)
    lasting[likely:] |= _share(above, _ONSET_FRAMES)[likely:]
    onsets = np.flatnonzero(above & lasting)
    return round(float(begin + onsets[0]) * HOP_S + FRAME_S / 2, 2) if len(onsets) else start_s


def _share(above: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    """From which frames on three quarters of so many are above."""
    summed = np.concatenate([[0], np.cumsum(above), np.full(frames, above.sum())])
    return np.asarray(summed[frames : len(above) + frames] - summed[: len(above)] >= 0.75 * frames)


def _mask(spans: list[tuple[float, float]], frames: int) -> NDArray[np.bool_]:
    on = np.zeros(frames, bool)
    for start_s, end_s in spans:
        on[max(0, round(start_s / HOP_S)) : max(0, round(end_s / HOP_S))] = True
    return on
