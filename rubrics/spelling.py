"""Which word of the phrase lists a misheard one may have been."""

import re
from collections import defaultdict
from collections.abc import Iterable

SHORTEST = 4
"""Letters; shorter words are like too many others."""


class Spelling:
    """Known words, found again with one letter wrong, missing or too many."""

    def __init__(self, words: Iterable[str]) -> None:
        self.known = frozenset(w for w in words if len(w) >= SHORTEST)
        self.near: dict[str, set[str]] = defaultdict(set)
        for word in self.known:
            for short in shorter(word):
                self.near[short].add(word)

    def guess(self, word: str) -> str:
        """A known word one letter from ``word`` (lower case); empty if none, or itself known."""
        if word in self.known or len(word) < SHORTEST - 1:
            return ""
        found = {near for short in shorter(word) for near in self.near.get(short, ())}
        return min((w for w in found if abs(len(w) - len(word)) <= 1), default="")


def shorter(word: str) -> set[str]:
    """The word, and the word without any one of its letters."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def words_of(lines: Iterable[str]) -> set[str]:
    """The plain words of pattern lines, lower case."""
    return {w.lower() for line in lines for w in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", line)}
