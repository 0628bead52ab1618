"""Where a channel is muted, told by its level alone."""

import numpy as np
from numpy.typing import NDArray

from ingest.spectrum import HOP_S

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


def _mask(spans: list[tuple[float, float]], frames: int) -> NDArray[np.bool_]:
    on = np.zeros(frames, bool)
    for start_s, end_s in spans:
        on[max(0, round(start_s / HOP_S)) : max(0, round(end_s / HOP_S))] = True
    return on
