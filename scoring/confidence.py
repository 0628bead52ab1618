"""How sure a verdict is: never surer than its weakest part.

``confidence = min(role, recognition of the quoted words, the detector's own)``. It is reported
beside the verdict and widens the total's interval; it is never multiplied into the points.

Numbers are added by ``fsum``: since Python 3.12 ``sum`` rounds otherwise, and which of two equal
phrases is quoted would hang by it.
"""

from collections.abc import Sequence
from math import fsum

from auricle.models import Turn
from scoring.evidence import Spans, touched

ABSTAIN_BELOW = 0.5
"""A verdict less sure than this becomes ``abstain``."""
MAX_UNKNOWN_SHARE = 0.3
"""With more of the talk by nobody knows whom, criteria about roles abstain."""


TALKED_OVER = 0.8
"""How surely a word that two talk through is the one's it is given to: 47 of 56 such words whose
text tells were, on 45 mono calls (the sample clinic, and a hard set)."""


def of_words(turn: Turn, spans: Spans, start: int, end: int) -> float:
    """Mean confidence of the words between two offsets of the turn's text, each no surer than
    whose it is."""
    inside = [
        word.confidence if word.also is None else min(word.confidence, TALKED_OVER)
        for word in turn.words[slice(*touched(spans, start, end))]
    ]
    return round(fsum(inside) / len(inside), 6) if inside else turn.confidence


def of_turns(turns: Sequence[Turn]) -> float:
    """Role and recognition confidence of turns that were searched, weighted by their words."""
    return min(of_roles(turns), _weighted(turns, [turn.confidence for turn in turns]))


def of_roles(turns: Sequence[Turn]) -> float:
    """How surely turns are their roles', weighted by their words."""
    return _weighted(turns, [turn.role_confidence for turn in turns])


def _weighted(turns: Sequence[Turn], confidences: Sequence[float]) -> float:
    if not turns:
        return 1.0
    weights = [len(turn.words) or len(turn.text.split()) or 1 for turn in turns]
    return fsum(c * w for c, w in zip(confidences, weights, strict=True)) / sum(weights)
