"""Rare words, and whether the patient could understand them."""

from rubrics.phrases import Hit
from scoring.context import Context

EXPLAINED_WITHIN = 8
EXPLAINED_BEFORE = 6
"""An explanation begins at most so many words after (before the end of) the term."""


def explains(explanation: Hit, hit: Hit) -> bool:
    """It follows at once, or stands just before ('what we call a bitewing')."""
    if hit.sentence <= explanation.sentence <= hit.sentence + 1:
        return -EXPLAINED_BEFORE <= explanation.words[0] - hit.words[1] <= EXPLAINED_WITHIN
    return False


def patient_said(ctx: Context, turn: int, hit: Hit) -> bool:
    """The patient used the same phrase earlier."""
    for other in ctx.turns_of("patient"):
        if ctx.turns[other].start_s >= ctx.turns[turn].start_s:
            return False
        said = ctx.reading(other).find(hit.list)
        if any(earlier.text.casefold() == hit.text.casefold() for earlier in said):
            return True
    return False
