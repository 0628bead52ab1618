"""Find a clinic's or a person's name in recognised speech, which spells names as it likes."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import accumulate
from math import ceil
from operator import add

Slots = Mapping[str, Sequence[str]]
"""Slot name (``clinic``, ``administrator``) -> the spellings it may have."""
FrozenSlots = tuple[tuple[str, tuple[str, ...]], ...]
"""The same as a key."""

WORD = re.compile(r"[^\W_]+")
CHINESE = re.compile("[\u4e00-\u9fff]")
"""Written without blanks, so a name may stand anywhere."""
MIN_LETTERS = 3
SHORT = 5
"""Names of fewer letters are found only as they are spelt."""
DIFFERENT = 0.3
"""A misheard name is longer or shorter by no more than this share."""
STEM, ENDING = 3, 2
"""Of an inflected name at least so many letters stay, and so many at its end may change."""
INFLECTED = 0.8
"""How like itself such a name is taken to be; it needs a capital letter, as short names do."""
MIN_RATIO = 0.82
"""Similar enough to be a misheard name: 'bright smile dentle' for 'Brightsmile Dental'."""


class Name:
    """One spelling of a slot, and what speech must have to be it."""

    def __init__(self, slot: str, text: str) -> None:
        self.slot, self.text = f"<{slot}>", text
        self.of_clinic = slot == "clinic"
        self.in_characters = CHINESE.match(text) is not None
        self.parts = WORD.findall(text.lower())
        self.letters = "".join(self.parts)
        """Without blanks, in lower case."""
        size = len(self.letters)
        different = 0 if size < SHORT else size * DIFFERENT
        self.shortest, self.longest = size - different, size + different
        self.fewest, self.most = max(1, len(self.parts) - 1), len(self.parts) + 2
        """Words it may be heard as."""
        self.pairs = pairs_of(self.letters)
        lengths = range(ceil(self.shortest), int(self.longest) + 1)
        kept = min(pairs_kept(size, length) for length in lengths) if different else size - 1
        self.fewest_pairs = kept - (size - 1 - len(self.pairs))
        """Of the pairs of neighbouring letters, how many are in all that is like it."""
        self.stems = frozenset[str]().union(*(pairs_of(part[:STEM]) for part in self.parts))


def pairs_of(letters: str) -> frozenset[str]:
    """Every two letters that stand beside each other."""
    return frozenset(map(add, letters, letters[1:]))


def pairs_kept(size: int, other: int) -> int:
    """How many neighbours among the letters of a name stay neighbours in what is like it, at least.

    Of both lengths together ``MIN_RATIO`` is matched: m letters of either, in blocks. Between two
    blocks some letter of one of them is left over, so that there is at most one block more than
    letters left over, and every block has one pair less than letters.
    """
    both = size + other
    matched = ceil(MIN_RATIO * both / 2 - 1e-9)
    return matched - (both - 2 * matched + 1)


@lru_cache(1_000)
def names_in(slots: FrozenSlots) -> tuple[Name, ...]:
    """Every spelling of a clinic's slots."""
    return tuple(Name(slot, text) for slot, texts in slots for text in texts)


def find_names(text: str, slots: FrozenSlots) -> dict[tuple[int, int], str]:
    """Character span -> ``<slot>`` of every name found; spans don't overlap, longest first."""
    if not slots:
        return {}
    words = list(WORD.finditer(text))
    heard = Heard([word[0].lower() for word in words])
    found: list[tuple[float, tuple[int, int], str]] = []
    for name in names_in(slots):
        if name.in_characters:
            sure = 1.0 + len(name.text) / 1000
            found += [(sure, span, name.slot) for span in places(name.text, text)]
            continue
        size = len(name.letters)
        for start, end, ratio in [*heard.alike(name), *heard.inflected(name)]:
            span = (words[start].start(), words[end - 1].end())
            common = ratio == INFLECTED or (name.of_clinic and size < SHORT)
            if ratio == INFLECTED and len(name.parts) == 1 and opens_sentence(text, span[0]):
                continue  # a capital there says nothing: "Добрий день" at a clinic "Добра"
            if text[span[0]].isupper() or not common:
                found.append((ratio + size / 1000, span, name.slot))
    taken: dict[tuple[int, int], str] = {}
    for _, span, slot in sorted(found, key=lambda f: (-f[0], f[1])):
        if all(span[1] <= start or end <= span[0] for start, end in taken):
            taken[span] = slot
    return taken


def places(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a name stands, letter by letter."""
    start = text.find(name)
    while start >= 0:
        yield start, start + len(name)
        start = text.find(name, start + len(name))


def opens_sentence(text: str, start: int) -> bool:
    """Nothing, or the end of a sentence, stands before."""
    return (
        not text[:start].rstrip(' \u00ab\u201e\u201c"') or text[:start].rstrip()[-1] in ".!?\u2026"
    )


class Heard:
    """The words of a text, by the letters they begin and end with."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.pairs = pairs_of("".join(words))

    @cached_property
    def lengths(self) -> list[int]:
        """Letters before each word, and of all."""
        return [0, *accumulate(map(len, self.words))]

    @cached_property
    def firsts(self) -> dict[str, list[int]]:
        """Where words begin with a letter."""
        return places_by(word[0] for word in self.words)

    @cached_property
    def lasts(self) -> dict[str, list[int]]:
        """Where words end with a letter."""
        return places_by(word[-1] for word in self.words)

    def alike(self, name: Name) -> Iterator[tuple[int, int, float]]:
        """First word, the one behind the last, and the likeness of what may be a name. What is
        misheard at both ends is another word."""
        letters = name.letters
        if len(letters) < MIN_LETTERS or len(name.pairs & self.pairs) < name.fewest_pairs:
            return
        for start, end in self.between(name):
            ratio = similarity("".join(self.words[start:end]), letters)
            if ratio >= MIN_RATIO:
                yield start, end, ratio

    def between(self, name: Name) -> Iterator[tuple[int, int]]:
        """Words about as long as a name that begin or end as it does."""
        firsts = self.firsts.get(name.letters[0], ())
        lasts = self.lasts.get(name.letters[-1], ())
        lengths, shortest, longest = self.lengths, name.shortest, name.longest
        fewest, most, words = name.fewest, name.most, len(self.words)
        for start in firsts:
            for end in range(start + fewest, min(start + most, words) + 1):
                if shortest <= lengths[end] - lengths[start] <= longest:
                    yield start, end
        for last in lasts:
            for start in range(max(last + 1 - most, 0), last + 2 - fewest):
                length = lengths[last + 1] - lengths[start]
                if shortest <= length <= longest and start not in firsts:
                    yield start, last + 1

    def inflected(self, name: Name) -> Iterator[tuple[int, int, float]]:
        """The same for a clinic's name in another case: 'z Fali' for 'Fala'."""
        if not name.of_clinic or not name.parts or not name.stems <= self.pairs:
            return
        parts = name.parts
        for start in self.firsts.get(parts[0][0], ()):
            end = start + len(parts)
            heard = self.words[start:end]
            if heard != parts and all(map(same_stem, heard, parts)) and len(heard) == len(parts):
                yield start, end, INFLECTED


def places_by(letters: Iterable[str]) -> dict[str, list[int]]:
    """Letter -> its places."""
    found: dict[str, list[int]] = {}
    for at, letter in enumerate(letters):
        found.setdefault(letter, []).append(at)
    return found


def same_stem(one: str, other: str) -> bool:
    """Alike but for an inflected ending."""
    stem = max(STEM, max(len(one), len(other)) - ENDING)
    return one[:stem] == other[:stem] and len(one) >= STEM <= len(other)


@lru_cache(20_000)
def similarity(heard: str, target: str) -> float:
    """0..1; short names must be heard exactly, so that 'Anna' is not 'and a'."""
    if heard == target:
        return 1.0
    if len(target) < SHORT:
        return 0.0
    mine, wanted = set(heard), set(target)
    shared = min(len(target) - len(wanted - mine), len(heard) - len(mine - wanted))
    if 2 * shared < MIN_RATIO * (len(heard) + len(target)):
        return 0.0  # so many letters are of the one alone that it can't be
    matcher = SequenceMatcher(None, heard, target, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= MIN_RATIO else 0.0
