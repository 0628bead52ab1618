"""What the level alone tells of a channel: where it is muted, and where a voice sets in."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from ingest.spectrum import FRAME_S, HOP_S
from ingest.voices import MARGIN_S

Levels = NDArray[np.float32]
"""Shape (frames,), dB below full scale; frame k starts at ``k * HOP_S``."""

_MUTED_DB = 10.0
"""A channel this far below its own pauses has no open microphone any more. Rooms vary by less from
one pause to the next; comfort noise (RFC 3389) imitates the room and isn't muted."""
_DIGITAL_SILENCE_DB = -75.0
"""Rooms are louder; mu-law's smallest step (ITU-T G.711) is at -72 dB."""
_LEAST_HEARD = 0.25
"""With silence suppression next to nothing is heard right before and after words."""
_NEAR_SPEECH_S = 1.0
_SHORTEST_MUTED_S = 5.0
"""Pauses in a conversation are shorter (Heldner and Edlund 2010: 99 % below 2 s)."""
_SHORTEST_END_S = 0.3
"""At the very end of a recording."""

_OVER_BACKGROUND_DB = 2.0
"""At least this far over the background's loud moments, and further the more it varies."""
_PAUSE_DB = 3.0
"""Ringing is louder than its pauses by more."""
_EDGE_FRAMES = 2
_BEFORE_S = 0.25
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
    around = _mask([(a - _NEAR_SPEECH_S, b + _NEAR_SPEECH_S) for a, b in voiced], len(level_db))
    pauses = level_db[around & ~spoken]
    heard = pauses[pauses > _DIGITAL_SILENCE_DB]
    if len(heard) < max(reach / 2, _LEAST_HEARD * len(pauses)):
        return []
    quiet = level_db < max(float(np.median(heard)) - _MUTED_DB, _DIGITAL_SILENCE_DB)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(np.int8), [0]])))
    found = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        length_s = (last - first) * HOP_S
        at_end = last >= len(level_db) - 2
        if length_s >= (_SHORTEST_END_S if at_end else _SHORTEST_MUTED_S):
            found.append((round(float(first) * HOP_S, 2), round(float(last) * HOP_S, 2)))
    return found


def find_onset(
    level_db: Levels, ringing: tuple[float, float], voiced: list[tuple[float, float]]
) -> float | None:
    """When somebody begins to talk after the ringing; None if nobody does.

    ``ringing``: (start_s, end_s); what is heard before it and in its pauses is the background, over
    which the voice must rise. ``voiced``: where a voice was recognised after it, perhaps one in
    the background, perhaps only some words late.
    """
    begin = round((ringing[1] + FRAME_S) / HOP_S)
    known = _mask(voiced, len(level_db))
    known[:begin] = False
    if not known.any():
        return None
    since = int(np.argmax(known))
    judged = slice(since, since + round(_JUDGED_S / HOP_S))
    voice_db = float(np.percentile(level_db[judged][known[judged]], 95))
    before = level_db[max(0, round((ringing[0] - _BEFORE_S) / HOP_S)) : round(ringing[1] / HOP_S)]
    ringing_on = before >= np.percentile(before, 95) - _PAUSE_DB if len(before) else before > 0
    pauses = before[~binary_dilation(ringing_on, iterations=_EDGE_FRAMES)]
    usual_db, loudest_db = np.percentile(pauses, [50, 95]) if len(pauses) else (0.0, 0.0)
    over_db = max(_OVER_BACKGROUND_DB, loudest_db - usual_db)
    least_db = max(voice_db - _BELOW_VOICE_DB, float(loudest_db + over_db))
    if least_db > voice_db - _OVER_BACKGROUND_DB:
        # The background isn't known, or as loud as the voice: the model's word stands.
        return round(since * HOP_S + (MARGIN_S if since > begin else 0.0), 2)
    above = level_db > least_db
    above[:begin] = False
    # Where a voice was recognised, or right before, a little sound will do; elsewhere it must last.
    early = round(_EARLIER_S / HOP_S)
    near = np.convolve(known, np.ones(early), "full")[early - 1 :] > 0
    lasting = (near & _share(above, _ONSET_FRAMES)) | _share(above, _LASTING_FRAMES)
    onsets = np.flatnonzero(above & lasting)
    first = int(onsets[0]) if len(onsets) else since
    return round(first * HOP_S + FRAME_S / 2, 2)


def _share(above: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    """From which frames on three quarters of so many are above."""
    summed = np.concatenate([[0], np.cumsum(above), np.full(frames, above.sum())])
    return np.asarray(summed[frames : len(above) + frames] - summed[: len(above)] >= 0.75 * frames)


def _mask(spans: list[tuple[float, float]], frames: int) -> NDArray[np.bool_]:
    on = np.zeros(frames, bool)
    for start_s, end_s in spans:
        on[max(0, round(start_s / HOP_S)) : max(0, round(end_s / HOP_S))] = True
    return on
