"""Which words of the phrase lists a misheard one may have been."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby

from rubrics.language import unmarked

SHORTEST = 4
"""Letters; of shorter words none may be wrong, they are like too many others."""


def letters_heard(alike: Iterable[str], unheard: str) -> dict[int, str]:
    """A table for ``str.translate``: of letters that the telephone makes one (``alike``, a group in
    each text, blanks between them) the first, of those it swallows (``unheard``) nothing."""
    same = {letter: group[0] for group in alike for letter in group.split()}
    return str.maketrans(same | dict.fromkeys(unheard, ""))


class Spelling:
    """Known words, found again by their sound, or with one letter wrong, missing or too many."""

    def __init__(self, words: Iterable[str], heard: Mapping[int, str]) -> None:
        """``heard``: what ``letters_heard`` says of the language."""
        self.known, self.heard = frozenset(words), heard
        self.near: dict[str, set[str]] = defaultdict(set)
        for word in self.known:
            self.near[f"<{self.sound(word)}>"].add(word)
            for short in shorter(word) if len(word) >= SHORTEST else ():
                self.near[short].add(word)

    def guess(self, word: str) -> str:
        """The known word that an unknown one (lower case) is most like; empty if it is known, or
        like none."""
        if word in self.known:
            return ""
        same = self.near.get(f"<{self.sound(word)}>", set())
        near = {one for short in shorter(word) for one in self.near.get(short, ())}
        found = same & near or same or near if len(word) >= SHORTEST - 1 else same
        close = (w for w in found if abs(len(w) - len(word)) <= 1)
        return min(close, key=lambda w: (unlike(w, word), w), default="")

    def sound(self, word: str) -> str:
        """A word as the telephone lets it through: no voice, one kind of vowel, nothing double."""
        return "".join(letter for letter, _ in groupby(unmarked(word).translate(self.heard)))


def unlike(one: str, other: str) -> tuple[int, int]:
    """A letter put for another is likelier than one left out."""
    return abs(len(one) - len(other)), sum(a != b for a, b in zip(one, other, strict=False))


def shorter(word: str) -> set[str]:
    """The word, and the word without any one of its letters."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def words_of(lines: Iterable[str]) -> set[str]:
    """The plain words of pattern lines, lower case."""
    plain = (re.sub(r"<\w+>", " ", line) for line in lines)
    return {w.lower() for line in plain for w in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", line)}
