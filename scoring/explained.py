"""Rare words, and whether the patient could understand them."""

from rubrics.phrases import Hit, Reading
from scoring.context import Context

EXPLAINED_WITHIN = 8
EXPLAINED_BEFORE = 4
"""An explanation begins at most so many words after (before the end of) the term."""
DESCRIBED = 3
"""So many words say what it is before its name: 'a picture of your jaws, called a panoramic'."""


def explains(reading: Reading, explanation: Hit, hit: Hit) -> bool:
    """It follows at once, or a description in the same sentence leads up to the term.

    'That is a debridement' only names it.
    """
    if not hit.sentence <= explanation.sentence <= hit.sentence + 1:
        return False
    words = explanation.words[0] - hit.words[1]
    if words >= 0:
        return words <= EXPLAINED_WITHIN
    described = explanation.words[0] - reading.tokens.sentence.index(explanation.sentence)
    return words >= -EXPLAINED_BEFORE and described >= DESCRIBED


def explained(ctx: Context, turn: int, hit: Hit, lists: tuple[str, ...]) -> bool:
    """She explained the term here or when she said it before."""
    said = ctx.turns[turn]
    return any(
        explains(ctx.reading(earlier), other, same)
        for earlier in ctx.turns_of(said.role)
        if ctx.turns[earlier].start_s <= said.start_s
        for same in ctx.reading(earlier).find(hit.list)
        if same.text.casefold() == hit.text.casefold()
        for name in lists
        for other in ctx.reading(earlier).find(name)
    )


def patient_said(ctx: Context, turn: int, hit: Hit) -> bool:
    """The patient used the same phrase earlier."""
    for other in ctx.turns_of("patient"):
        if ctx.turns[other].start_s >= ctx.turns[turn].start_s:
            return False
        said = ctx.reading(other).find(hit.list)
        if any(earlier.text.casefold() == hit.text.casefold() for earlier in said):
            return True
    return False
