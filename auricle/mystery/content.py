"""How much of a script was said, whatever the language: shared pieces of words, rare ones first.

No lemmas and no word lists: pieces of four characters (two where words aren't divided by spaces)
survive inflection and half-misheard words, and weighting them by rarity (inverse document
frequency: Spärck Jones, "A statistical interpretation of term specificity", J. Documentation 28,
1972) keeps "hello, I'd like to" from counting.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

PIECE, PIECE_OF_CHARACTERS = 4, 2
_WORD = re.compile(r"\w+")
_IDEOGRAPH = re.compile("[\u3400-\u9fff]+")


def pieces(text: str) -> frozenset[str]:
    """The pieces of a text's words."""
    found: set[str] = set()
    for word in _WORD.findall(text.lower()):
        size = PIECE_OF_CHARACTERS if _IDEOGRAPH.fullmatch(word) else PIECE
        marked = word if size == PIECE_OF_CHARACTERS else f"^{word}$"
        found.update(marked[at : at + size] for at in range(max(1, len(marked) - size + 1)))
    return frozenset(found)


def rarity(texts: Iterable[frozenset[str]]) -> dict[str, float]:
    """Weight of each piece: log of how rare it is among the texts."""
    texts = list(texts)
    counts = Counter(piece for text in texts for piece in text)
    return {piece: math.log((2 + len(texts)) / (1 + count)) for piece, count in counts.items()}


def said(script: frozenset[str], text: frozenset[str], weights: Mapping[str, float]) -> float:
    """Share of the script, by weight, that is in the text: 0..1."""
    usual = max(weights.values(), default=1.0)
    total = sum(weights.get(piece, usual) for piece in script)
    return sum(weights.get(piece, usual) for piece in script & text) / total if total else 0.0
