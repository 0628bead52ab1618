"""Recognition errors, simulated: words take on the sound of others, punctuation goes."""

import random
import re
from collections.abc import Sequence

from auricle.models import Transcript, Turn, Word

LOST_MARKS = 0.5
"""Share of the punctuation that is lost."""
UNSURE = 0.45
"""Confidence of a misheard word; recognisers are less sure of what they get wrong."""
ALIKE: dict[str, Sequence[tuple[str, str]]] = {
    "latin": [
        ("th", "f"), ("t", "d"), ("p", "b"), ("k", "g"), ("c", "k"), ("s", "z"), ("v", "f"),
        ("m", "n"), ("ee", "i"), ("i", "e"), ("e", "a"), ("o", "u"), ("a", "o"), ("r", "l"),
        ("sz", "s"), ("cz", "c"), ("rz", "z"), ("\u0142", "l"), ("\u0119", "e"), ("\u0105", "o"),
        ("\u0107", "c"), ("\u015b", "s"),
    ],
    "cyrillic": [
        ("\u0442", "\u0434"), ("\u043f", "\u0431"), ("\u043a", "\u0433"), ("\u0441", "\u0437"),
        ("\u0448", "\u0449"), ("\u0447", "\u0446"), ("\u043c", "\u043d"), ("\u0438", "\u0435"),
        ("\u0435", "\u0438"), ("\u043e", "\u0430"), ("\u0430", "\u043e"), ("\u0443", "\u043e"),
        ("\u0440", "\u043b"), ("\u0432", "\u0444"), ("\u0456", "\u0438"),
    ],
    "chinese": [
        ("\u5728", "\u518d"), ("\u662f", "\u4e8b"), ("\u7684", "\u5f97"), ("\u4ed6", "\u5979"),
        ("\u5230", "\u9053"), ("\u548c", "\u5408"), ("\u4e00", "\u5df2"), ("\u5341", "\u65f6"),
        ("\u60a8", "\u4f60"), ("\u4f60", "\u5462"), ("\u8fd9", "\u7740"), ("\u5c31", "\u65e7"),
        ("\u6709", "\u53c8"), ("\u4e86", "\u4e50"), ("\u5417", "\u561b"), ("\u4eec", "\u95e8"),
        ("\u8981", "\u836f"), ("\u53ef", "\u514b"), ("\u4ee5", "\u5df2"), ("\u4e0d", "\u90e8"),
    ],
}  # fmt: skip


def misheard(transcript: Transcript, share: float) -> Transcript:
    """A copy in which this share of the words is misheard and half of the marks are gone.

    The same call is always misheard in the same way.
    """
    chance = random.Random(transcript.call_id)
    turns = tuple(worse(turn, share, chance) for turn in transcript.turns)
    return transcript.model_copy(update={"turns": turns})


def worse(turn: Turn, share: float, chance: random.Random) -> Turn:
    words = []
    for word in turn.words:
        text = word.text
        if chance.random() < LOST_MARKS:
            text = re.sub(r"[^\w\s]+$", "", text) or text
        sure = word.confidence
        if chance.random() < share:
            text, sure = like(text, chance), UNSURE
        words.append(Word(text=text, start_s=word.start_s, end_s=word.end_s, confidence=sure))
    joiner = "" if all(len(w.text.strip(",.?!\u3002\uff0c\uff1f")) <= 1 for w in words) else " "
    return turn.model_copy(
        update={
            "words": tuple(words),
            "text": joiner.join(w.text for w in words),
            "confidence": round(sum(w.confidence for w in words) / max(len(words), 1), 4),
        }
    )


def like(text: str, chance: random.Random) -> str:
    """A like-sounding spelling, or the word without its last letter if there is none."""
    low = text.lower()
    pairs = [p for script in ALIKE.values() for p in script if p[0] in low]
    if not pairs:
        return text[:-1] if len(text) > 2 else text
    old, new = chance.choice(pairs)
    at = low.rindex(old)
    return text[:at] + new + text[at + len(old) :]
