"""Where the patterns of all lists match in some texts, looked for in one go.

A pattern matches inside one sentence, so first a few array operations rule out the patterns of
which no sentence has every word they need: all but a few dozen of some thousand. Those are matched
at all places at once: a set of places is a number with a bit for each word of the texts, and going
on to the next word shifts it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rubrics.patterns import Pattern, Step

BITS = 64
"""A sentence shares its bit with the 64th behind it: then less is ruled out, nothing wrongly."""
Lemmas = frozenset[str]
Said = tuple[Sequence[Lemmas], Sequence[int]]
"""A text: the lemmas of each word, and the number of its sentence."""
Match = tuple[int, int, Pattern]
"""First word, the one behind the last, and the pattern that matched."""
Matches = dict[str, list[Match]]
"""By list, overlaps and all; none is empty."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A variant of a pattern of a list."""

    list: str
    pattern: Pattern
    steps: tuple[Step, ...]
    length: int | None
    """Words of a match; None: that varies."""
    backwards: tuple[tuple[Lemmas, int, int], ...]
    """Lemmas, least and most words of each step, the last one first."""


class Index:
    """The patterns of a language's lists, by what they need."""

    def __init__(self, patterns: Iterable[tuple[str, Pattern]]) -> None:
        self.entries = [
            Entry(name, pattern, steps, length_of(steps), backwards_of(steps))
            for name, pattern in patterns
            for steps in pattern.variants
        ]
        needs = [{one.lemmas for one in entry.steps if one.least} for entry in self.entries]
        shared = Counter(word for sets in needs for lemmas in sets for word in lemmas)
        known = sorted({s for sets in needs for s in sets}, key=sorted)
        rarity = {lemmas: sum(shared[word] for word in lemmas) for lemmas in known}
        number = {lemmas: at for at, lemmas in enumerate(sorted(known, key=rarity.__getitem__))}
        rows = [sorted(number[lemmas] for lemmas in sets) for sets in needs]
        widest = max(map(len, rows), default=1)
        self.sets = len(number)
        # What is needed twice is needed once, so the first one fills a row up.
        filled = [row + row[:1] * (widest - len(row)) for row in rows]
        self.needs: NDArray[np.intp] = np.array(filled, np.intp).reshape(-1, widest)
        self.rarest: NDArray[np.intp] = self.needs[:, 0].copy()
        holding: dict[str, list[int]] = defaultdict(list)
        for lemmas, at in number.items():
            for lemma in lemmas:
                holding[lemma].append(at)
        self.holding = {lemma: np.array(sets, np.intp) for lemma, sets in holding.items()}
        """Lemma -> numbers of the sets that hold it."""

    def matches(self, texts: Sequence[Said]) -> list[Matches]:
        """The matches in each text."""
        places = Places(texts)
        found: list[dict[str, dict[Match, None]]] = [defaultdict(dict) for _ in texts]
        for entry in self.likely(places.sentences):
            for start in ones(places.starts(entry.backwards)):
                text, word = places.origin[start]
                mine = found[text][entry.list]
                if entry.length:
                    mine[word, word + entry.length, entry.pattern] = None
                    continue
                for end in ones(places.ends(entry.steps, start)):
                    mine[word, word + end - start, entry.pattern] = None
        return [{name: list(one) for name, one in lists.items()} for lists in found]

    def likely(self, sentences: dict[str, int]) -> list[Entry]:
        """Entries of which some sentence has all that they need.

        ``sentences``: lemma -> the bits of the sentences that have it.
        """
        known = sentences.keys() & self.holding.keys()
        if not known:
            return []
        sets = [self.holding[lemma] for lemma in known]
        bits = np.array([sentences[lemma] for lemma in known], np.uint64)
        having = np.zeros(self.sets, np.uint64)
        np.bitwise_or.at(having, np.concatenate(sets), bits.repeat([len(one) for one in sets]))
        rows = np.flatnonzero(having[self.rarest])
        rows = rows[np.bitwise_and.reduce(having[self.needs[rows]], axis=1) != 0]
        return [self.entries[row] for row in rows.tolist()]


class Places:
    """The words of some texts as places: bits of a number, with a bit free behind each sentence."""

    def __init__(self, texts: Sequence[Said]) -> None:
        self.origin: dict[int, tuple[int, int]] = {}
        """Place -> number of the text, and of the word in it."""
        self.sentences: dict[str, int] = defaultdict(int)
        """Lemma -> bits of the sentences that have it."""
        lemma_at: dict[str, int] = defaultdict(int)
        place = count = 0
        for number, (words, sentence) in enumerate(texts):
            last = None
            for at, lemmas in enumerate(words):
                if sentence[at] != last:
                    last = sentence[at]
                    count += 1
                    place += 1
                self.origin[place] = number, at
                here, bit = 1 << place, 1 << count % BITS
                for lemma in lemmas:
                    lemma_at[lemma] |= here
                    self.sentences[lemma] |= bit
                place += 1
        self.lemma_at = dict(lemma_at)
        self.present = frozenset(lemma_at)
        self.words = sum(1 << place for place in self.origin)
        self.anywhere = (self.words << 1) | self.words
        """Every place, and those behind the last words."""
        self.of_sets: dict[Lemmas, int] = {}

    def having(self, lemmas: Lemmas) -> int:
        """The places of words that may have one of the lemmas."""
        found = self.of_sets.get(lemmas)
        if found is None:
            found, lemma_at = 0, self.lemma_at
            for lemma in lemmas & self.present:  # mostly one, of up to some dozens
                found |= lemma_at[lemma]
            self.of_sets[lemmas] = found
        return found

    def starts(self, backwards: Sequence[tuple[Lemmas, int, int]]) -> int:
        """The places at which steps can begin, found from their end.

        ``backwards``: lemmas, least and most words of each step, the last one first.
        """
        words, having = self.words, self.having
        found = self.anywhere
        for lemmas, least, most in backwards:
            if not lemmas:
                for _ in range(most):
                    found |= (found >> 1) & words
            elif least:
                found = (found >> 1) & having(lemmas)
                if not found:
                    break
            else:
                found |= (found >> 1) & having(lemmas)
        return found

    def ends(self, steps: Sequence[Step], start: int) -> int:
        """Where the steps can end that begin at a place: the places behind the last words."""
        found = 1 << start
        for one in steps:
            if not one.lemmas:
                for _ in range(one.most):
                    found |= (found & self.words) << 1
                continue
            behind = (found & self.having(one.lemmas)) << 1
            found = behind if one.least else found | behind
        return found


def ones(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def backwards_of(steps: Sequence[Step]) -> tuple[tuple[Lemmas, int, int], ...]:
    return tuple((one.lemmas, one.least, one.most) for one in reversed(steps))


def length_of(steps: Sequence[Step]) -> int | None:
    return len(steps) if all(one.least == one.most for one in steps) else None
