"""Which words of the phrase lists a misheard one may have been."""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from rubrics.language import unmarked

SHORTEST = 4
"""Letters; of shorter words none may be wrong, they are like too many others."""
ALIKE = (
    "a e i o u y",
    "b p",
    "d t",
    "f v w",
    "g k c q",
    "z s",
    "\u0430 \u0435 \u0438 \u043e \u0443 \u044b \u044d \u044e \u044f \u0456 \u0457 \u0454",
    "\u0431 \u043f",
    "\u0434 \u0442",
    "\u0432 \u0444",
    "\u0433 \u0491 \u043a \u0445",
    "\u0437 \u0441 \u0446",
    "\u0436 \u0448 \u0449 \u0447",
)
"""Letters that the telephone makes one."""
UNHEARD = "h'\u044c\u044a\u0439"
SOUNDS = str.maketrans(
    {letter: group[0] for group in ALIKE for letter in group.split()} | dict.fromkeys(UNHEARD, "")
)


class Spelling:
    """Known words, found again by their sound, or with one letter wrong, missing or too many."""

    def __init__(self, words: Iterable[str]) -> None:
        self.known = frozenset(words)
        self.near: dict[str, set[str]] = defaultdict(set)
        for word in self.known:
            self.near[f"<{sound(word)}>"].add(word)
            for short in shorter(word) if len(word) >= SHORTEST else ():
                self.near[short].add(word)

    def guess(self, word: str) -> str:
        """The known word that an unknown one (lower case) is most like; empty if it is known, or
        like none."""
        if word in self.known:
            return ""
        same = self.near.get(f"<{sound(word)}>", set())
        near = {one for short in shorter(word) for one in self.near.get(short, ())}
        found = same & near or same or near if len(word) >= SHORTEST - 1 else same
        close = (w for w in found if abs(len(w) - len(word)) <= 1)
        return min(close, key=lambda w: (unlike(w, word), w), default="")


def unlike(one: str, other: str) -> tuple[int, int]:
    """A letter put for another is likelier than one left out."""
    return abs(len(one) - len(other)), sum(a != b for a, b in zip(one, other, strict=False))


def sound(word: str) -> str:
    """A word as the telephone lets it through: no voice, one kind of vowel, nothing double."""
    return "".join(letter for letter, _ in groupby(unmarked(word).translate(SOUNDS)))


def shorter(word: str) -> set[str]:
    """The word, and the word without any one of its letters."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def words_of(lines: Iterable[str]) -> set[str]:
    """The plain words of pattern lines, lower case."""
    plain = (re.sub(r"<\w+>", " ", line) for line in lines)
    return {w.lower() for line in plain for w in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", line)}
