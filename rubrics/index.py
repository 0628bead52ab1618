"""Where the patterns of all lists match in some texts, looked for in one go.

A pattern matches inside one sentence, so first a few array operations rule out the patterns of
which no sentence has every word they need: all but some hundred of some thousand. Those are matched
at all places at once: a set of places is a number with a bit for each word of the texts, and going
on to the next word shifts it. Where they begin is looked for in all of them together, in arrays:
they lie so far apart in memory that reading them one by one takes longer than the shifts.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from rubrics.patterns import Pattern, Step

BITS = 64
"""A sentence shares its bit with the 64th behind it: then less is ruled out, nothing wrongly."""
ONE, LAST = np.uint64(1), np.uint64(BITS - 1)
Lemmas = frozenset[str]
Bits = NDArray[np.uint64]
Numbers = NDArray[np.intp]
Said = tuple[Sequence[Lemmas], Sequence[int]]
"""A text: the lemmas of each word, and the number of its sentence."""
Match = tuple[int, int, Pattern]
"""First word, the one behind the last, and the pattern that matched."""
Matches = dict[str, list[Match]]
"""By list, overlaps and all; none is empty."""


Moves = tuple[tuple[Lemmas, bool], ...]
"""Words of a pattern: their lemmas (none: any word), and whether each may be left out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A variant of a pattern of a list."""

    list: str
    pattern: Pattern
    words: tuple[tuple[int, bool], ...]
    """The set of lemmas of each, and whether it may be left out."""
    length: int | None
    """Words of a match; None: that varies."""


class Index:
    """The patterns of a language's lists, by what they need."""

    def __init__(self, patterns: Iterable[tuple[str, Pattern]]) -> None:
        variants = [(n, pattern, moves_of(v)) for n, pattern in patterns for v in pattern.variants]
        variants.sort(key=lambda one: -len(one[2]))
        moves = [one for _, _, one in variants]
        needs = [{lemmas for lemmas, left_out in one if not left_out} for one in moves]
        shared = Counter(word for sets in needs for lemmas in sets for word in lemmas)
        known = sorted({lemmas for one in moves for lemmas, _ in one if lemmas}, key=sorted)
        rarity = {lemmas: sum(shared[word] for word in lemmas) for lemmas in known}
        number = {lemmas: at for at, lemmas in enumerate(sorted(known, key=rarity.__getitem__))}
        number[frozenset()] = self.any = len(known)
        self.sets = len(number)
        words = [tuple((number[lemmas], left_out) for lemmas, left_out in one) for one in moves]
        self.entries = [
            Entry(name, pattern, one, None if any(left_out for _, left_out in one) else len(one))
            for (name, pattern, _), one in zip(variants, words, strict=True)
        ]
        # What is needed twice is needed once, so the first one fills a row up.
        rows = [sorted(number[lemmas] for lemmas in sets) for sets in needs]
        self.needs = table(rows, [row[0] for row in rows]).T.copy()
        """The rarest set that each entry needs, then the second one, and so on."""
        self.lengths = np.array([len(one) for one in moves], np.intp)
        """Words of each entry, at most; the longest come first."""
        nothing = [0] * len(words)
        self.backwards = table([[at for at, _ in reversed(one)] for one in words], nothing)
        """The set of each entry's last word, of the one before it, and so on."""
        self.left_out = table([[skip for _, skip in reversed(one)] for one in words], nothing) > 0
        holding: dict[str, list[int]] = defaultdict(list)
        for lemmas, at in number.items():
            for lemma in lemmas:
                holding[lemma].append(at)
        self.lemmas = {lemma: at for at, lemma in enumerate(holding)}
        self.held = np.array([at for sets in holding.values() for at in sets], np.intp)
        """Numbers of the sets that hold the first lemma, then of those that hold the second ..."""
        self.sizes = np.array([len(sets) for sets in holding.values()], np.intp)
        """... so many of each."""
        self.firsts = np.cumsum(self.sizes) - self.sizes

    def matches(self, texts: Sequence[Said]) -> list[Matches]:
        """The matches in each text."""
        places = Places(texts)
        found: list[dict[str, dict[Match, None]]] = [defaultdict(dict) for _ in texts]
        sets, word = self.sets_of(places.words)
        rows = self.likely(sets, np.array(list(places.sentences.values()), np.uint64)[word])
        if rows.size:
            having = self.having(rows, places, sets, word)
            places_of = cache(lambda at: int.from_bytes(having[:, at].tobytes(), "little"))
            for entry, starts in self.starts(rows, places, having):
                for start in ones(starts):
                    text, first = places.origin[start]
                    mine = found[text][entry.list]
                    if entry.length:
                        mine[first, first + entry.length, entry.pattern] = None
                        continue
                    for end in ones(ends(entry, start, places_of)):
                        mine[first, first + end - start, entry.pattern] = None
        return [{name: list(one) for name, one in lists.items()} for lists in found]

    def sets_of(self, words: Iterable[Lemmas]) -> tuple[Numbers, Numbers]:
        """Numbers of the sets that have a lemma of a word, and the number of the word for each."""
        known = self.lemmas
        pairs = [(known[one], at) for at, word in enumerate(words) for one in word if one in known]
        lemmas, word = np.array(pairs, np.intp).reshape(-1, 2).T
        sizes = self.sizes[lemmas]
        behind = np.cumsum(sizes)
        at = np.arange(sizes.sum()) + (self.firsts[lemmas] + sizes - behind).repeat(sizes)
        return self.held[at], word.repeat(sizes)

    def likely(self, sets: Numbers, sentences: Bits) -> Numbers:
        """The numbers of entries of which some sentence has all that they need.

        ``sets``: numbers of sets of which a word is said; ``sentences``: bits of those it is in.
        """
        having = np.zeros(self.sets, np.uint64)
        np.bitwise_or.at(having, sets, sentences)
        rarest, *others = self.needs
        rows = np.flatnonzero(having[rarest])
        shared = having[rarest[rows]]
        for needed in others:
            shared &= having[needed[rows]]
            rows, shared = rows[shared != 0], shared[shared != 0]
        return rows

    def having(self, rows: Numbers, places: "Places", sets: Numbers, word: Numbers) -> Bits:
        """The places of each set that the entries have: a column of bits."""
        wanted = np.zeros(self.sets, bool)
        wanted[self.backwards[rows]] = True
        sets, word = sets[wanted[sets]], word[wanted[sets]]
        said = columns(list(places.words.values()), places.size)
        having = np.zeros((len(said), self.sets), np.uint64)
        for row, bits in zip(having, said, strict=True):
            np.bitwise_or.at(row, sets, bits[word])
        having[:, [self.any]] = columns([places.all], places.size)
        return having

    def starts(self, rows: Numbers, places: "Places", having: Bits) -> Iterator[tuple[Entry, int]]:
        """Entries that match, and the places where they begin, found from their end."""
        lengths = self.lengths[rows]
        found = columns([places.all << 1 | places.all], places.size).repeat(len(rows), axis=1)
        moves = zip(self.backwards[rows].T.copy(), self.left_out[rows].T.copy(), strict=True)
        for number, (sets, left_out) in enumerate(moves):
            active = int(np.count_nonzero(lengths > number))
            if not active:
                break
            before = found[:, :active]
            moved = before >> ONE
            moved[:-1] |= before[1:] << LAST
            moved &= having[:, sets[:active]]
            found[:, :active] = np.where(left_out[:active], before | moved, moved)
        begun = np.flatnonzero(found.any(axis=0))
        for row, column in zip(rows[begun].tolist(), found.T[begun], strict=True):
            yield self.entries[row], int.from_bytes(column.tobytes(), "little")


class Places:
    """The words of some texts as places: bits of a number, with a bit free behind each sentence."""

    def __init__(self, texts: Sequence[Said]) -> None:
        self.origin: list[tuple[int, int]] = []
        """Of each place: number of the text, and of the word in it."""
        self.words: dict[Lemmas, int] = defaultdict(int)
        """Lemmas of a word -> its places."""
        self.sentences: dict[Lemmas, int] = defaultdict(int)
        """Lemmas of a word -> bits of the sentences that have it."""
        count = 0
        for number, (words, sentence) in enumerate(texts):
            last = None
            for at, lemmas in enumerate(words):
                if sentence[at] != last:
                    last = sentence[at]
                    count += 1
                    self.origin.append((number, at))  # the free one
                self.words[lemmas] |= 1 << len(self.origin)
                self.sentences[lemmas] |= 1 << count % BITS
                self.origin.append((number, at))
        self.all = reduce(or_, self.words.values(), 0)
        """The places of all words."""
        self.size = len(self.origin) // BITS + 1
        """Numbers of so many bits that have room for them, and one behind."""


def columns(places: Sequence[int], size: int) -> Bits:
    """Sets of places as columns of so many numbers, the first places in the first of them."""
    data = b"".join(one.to_bytes(size * BITS // 8, "little") for one in places)
    return np.frombuffer(data, "<u8").reshape(-1, size).T.copy()


def ends(entry: Entry, start: int, places_of: Callable[[int], int]) -> int:
    """Where an entry can end that begins at a place: the places behind the last words.

    ``places_of``: number of a set -> its places.
    """
    found = 1 << start
    for number, left_out in entry.words:
        behind = (found & places_of(number)) << 1
        found = found | behind if left_out else behind
    return found


def ones(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def moves_of(steps: Sequence[Step]) -> Moves:
    return tuple((one.lemmas, not one.least) for one in steps for _ in range(one.most))


def table(rows: Sequence[Sequence[int]], fill: Sequence[int]) -> NDArray[np.int32]:
    """Rows of numbers, each filled up with a number of its own."""
    widest = max(map(len, rows), default=1)
    filled = [[*row, *[more] * (widest - len(row))] for row, more in zip(rows, fill, strict=True)]
    return np.array(filled, np.int32).reshape(-1, widest)
