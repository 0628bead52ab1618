"""Words that may have been misheard: what was not found may have been said all the same."""

from auricle.models import Transcript, Turn
from rubrics.spelling import Spelling
from scoring.evidence import word_spans

UNSURE = 0.6
"""A word heard less surely than this may have been another."""


def repaired(transcript: Transcript, spelling: Spelling) -> Transcript | None:
    """The transcript with unsure words put as the known ones they sound like; None if none do.

    Only for asking what could have been said: nothing found in it is ever quoted.
    """
    turns = tuple(guessed(turn, spelling) for turn in transcript.turns)
    if all(new is old for new, old in zip(turns, transcript.turns, strict=True)):
        return None
    return transcript.model_copy(update={"turns": turns})


def guessed(turn: Turn, spelling: Spelling) -> Turn:
    """The turn itself when nothing in it is unsure."""
    if all(word.confidence >= UNSURE for word in turn.words):
        return turn
    text = turn.text
    words = list(turn.words)
    for i, (start, end) in reversed(list(enumerate(word_spans(turn)))):
        if words[i].confidence >= UNSURE:
            continue
        bare = text[start:end].strip('.,;:!?\u2026\u00ab\u00bb"()')
        if guess := spelling.guess(bare.lower()):
            heard = words[i].text.replace(bare, guess)
            text = text[:start] + text[start:end].replace(bare, guess) + text[end:]
            words[i] = words[i].model_copy(update={"text": heard, "confidence": UNSURE})
    if text == turn.text:
        return turn
    return turn.model_copy(update={"text": text, "words": tuple(words)})
