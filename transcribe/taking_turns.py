"""How likely each piece is whose, by its voice and by how people take turns."""

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

SHARPNESS = 12.0
"""Log-odds for a second of speech and a whole unit of cosine similarity: on narrow-band calls
pieces of a second lie about 0.25 nearer to their own speaker, and 95 of 100 are on its side."""
HEARD_S = 2.0
"""More speech than this says hardly more about a voice: its moments are alike."""
CONTINUES = 1.0
"""Log-odds that the same person goes on across a short pause."""
SHORT_PAUSE_S = 0.35
SAME_VOICE = 0.35
"""Log-odds that it is who has this voice nearby, as the segmentation hears it: enough where a piece
is too short to tell, and no more, since two voices of one synthesiser are one to it."""
ANSWERED = 1.0
"""Log-odds that the other one speaks after a question."""


def staying(
    pieces: Sequence[tuple[float, float]], questions_end_s: Collection[float]
) -> list[float]:
    """Log-odds, for each piece but the first, that the speaker of the one before goes on.

    ``pieces``: (start_s, end_s) in order. Pieces that touch were cut where a change of speaker was
    heard: nothing is assumed there.
    """
    found = []
    for (_, end_s), (start_s, _) in pairwise(pieces):
        if end_s in questions_end_s:
            found.append(-ANSWERED)
        else:
            found.append(CONTINUES if 0 < start_s - end_s < SHORT_PAUSE_S else 0.0)
    return found


def chances(
    similarity: NDArray[np.float64],
    seconds: NDArray[np.float64],
    beside: NDArray[np.float64],
    stays: Sequence[float],
) -> NDArray[np.float64]:
    """How likely each piece is each speaker's, shape (pieces, speakers), all courses of the call
    weighed (forward and backward, Baum et al. 1970).

    ``similarity``: of each piece's voice to each speaker's, shape (pieces, speakers), 0 where it
    says nothing. ``seconds``: of speech in each piece. ``beside``: how far each speaker's voice is
    heard in it, 0 to 1, shape (pieces, speakers), by the pieces beside it. ``stays``: log-odds, for
    each piece but the first, that the speaker of the one before goes on.
    """
    voice = SHARPNESS * np.minimum(seconds, HEARD_S)[:, None] * similarity + SAME_VOICE * beside
    same = np.eye(voice.shape[1])
    before, after = voice.copy(), np.zeros(voice.shape)
    for index in range(1, len(voice)):
        step = before[index - 1][:, None] + stays[index - 1] * same
        before[index] += np.logaddexp.reduce(step, axis=0)
    for index in range(len(voice) - 2, -1, -1):
        step = (after[index + 1] + voice[index + 1]) + stays[index] * same
        after[index] = np.logaddexp.reduce(step, axis=1)
    likely = before + after
    return np.asarray(np.exp(likely - np.logaddexp.reduce(likely, axis=1, keepdims=True)))
