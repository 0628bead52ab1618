"""One text, read once: where phrases stand in it, and in what mood they are said."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rubrics import characters
from rubrics.index import Match, Matches, Said
from rubrics.language import normalise
from rubrics.names import FrozenSlots
from rubrics.patterns import Pattern

if TYPE_CHECKING:
    from rubrics.phrases import Phrasebook

NEGATION_REACH = 4
"""A negation cue counts for a phrase that starts at most so many words after it."""
ANY_QUESTION = "any_question"
"""A list every language has: whatever asks something."""
SAID_TIME = "said_time"
"""In ``replies_to``: a time of day, whatever the words."""
FEW_WORDS = 2
"""So many words may be abbreviations and nothing else; of more, in capitals, none is."""
CONTRAST_REACH = 2
"""'I understand, but ...': a contrast word at most so many words after the phrase."""


class Hit(NamedTuple):
    """Where a phrase was said and in what mood."""

    list: str
    start: int
    """Offset of the first character in the text."""
    end: int
    """Offset behind the last character."""
    text: str
    """The words as they stand in the text."""
    pattern: str
    sentence: int
    words: tuple[int, int]
    """First word and the one behind the last, counted without punctuation."""
    negated: bool = False
    question: bool = False
    conditional: bool = False
    quoted: bool = False
    contrasted: bool = False
    """Followed at once by 'but' or the like."""


class Reading:
    """One text, tokenised once, searched as often as one likes."""

    def __init__(self, book: "Phrasebook", text: str, slots: FrozenSlots) -> None:
        self.book, self.slots = book, slots
        clean = normalise(text)
        self.tokens = book.tokens(clean, slots)
        self.original = text
        self.same_length = len(clean) == len(text)
        self.found: dict[str, list[Match]] = {}
        self.hits: dict[str, list[Hit]] = {}
        self.cues: dict[str, frozenset[int]] = {}
        self.spans: dict[str, list[tuple[int, int]]] = {}
        self.covers: dict[str, frozenset[int]] = {}

    @cached_property
    def lemmas(self) -> list[frozenset[str]]:
        words = self.tokens.words
        if len(words) > FEW_WORDS and self.original.isupper():  # capitals that say nothing
            words = tuple(word.lower() for word in words)
        return [self.book.vocabulary.lemmas(word) for word in words]

    def find(self, name: str) -> list[Hit]:
        """Hits of one list, in order of position."""
        found = self.hits.get(name)
        if found is None:
            found = self.hits[name] = self.search(name)
        return found

    def search(self, name: str) -> list[Hit]:
        if name == ANY_QUESTION:
            return self.questions()
        matches = self.matches(name)
        if not matches:
            return []
        if len(matches) == 1:
            return [self.hit(name, *matches[0])]
        taken: list[Match] = []
        for span in sorted(matches, key=lambda s: (s[0] - s[1], s[0], s[2].text)):
            if all(span[1] <= start or end <= span[0] for start, end, _ in taken):
                taken.append(span)
        return [self.hit(name, *span) for span in sorted(taken, key=lambda s: s[0])]

    def questions(self) -> list[Hit]:
        """A hit for each question: from its first asking clause to the end of the sentence."""
        clause, sentence = self.tokens.clause, self.tokens.sentence
        found: dict[int, list[int]] = {}
        for i, c in enumerate(clause):
            if c in self.question_clauses or sentence[i] in found:
                found.setdefault(sentence[i], []).append(i)
        pattern = Pattern(ANY_QUESTION, True)
        return [self.hit(ANY_QUESTION, at[0], at[-1] + 1, pattern) for at in found.values()]

    def matches(self, name: str) -> list[Match]:
        """Every match of a list inside one sentence, overlaps and all."""
        if name not in self.book.lists:
            self.book.require(name)
        if self.book.vocabulary.characters:
            return self.in_characters(name)
        return self.everything.get(name, [])

    @cached_property
    def everything(self) -> Matches:
        """List -> its matches, for all lists at once; none is empty."""
        if self.book.vocabulary.characters:
            likely = sorted(self.likely)
            return {name: matches for name in likely if (matches := self.in_characters(name))}
        return self.book.index.matches([self.said])[0]

    @property
    def said(self) -> Said:
        return self.lemmas, self.tokens.sentence

    @cached_property
    def sentence_ends(self) -> list[int]:
        """For each word, the one behind the last of its sentence."""
        sentence = self.tokens.sentence
        found = [len(sentence)] * len(sentence)
        for at in range(len(sentence) - 2, -1, -1):
            found[at] = found[at + 1] if sentence[at] == sentence[at + 1] else at + 1
        return found

    @cached_property
    def likely(self) -> set[str]:
        """Lists that may have a phrase in a text of characters."""
        return self.book.may_have(self.clauses)

    def in_characters(self, name: str) -> list[Match]:
        """One list's matches, none over the end of a clause: a gap of characters would run on over
        a comma into other words. Looked for when first asked for: a text that is only searched for
        cues needs few lists."""
        if name not in self.likely:
            return []
        if name not in self.found:
            regex, patterns = self.book.regex(name)
            word_at = self.word_at
            self.found[name] = [
                (word_at[m.start()], word_at[m.end() - 1] + 1, patterns[(m.lastindex or 1) - 1])
                for m in regex.finditer(self.clauses)
            ]
        return self.found[name]

    @cached_property
    def clause_spans(self) -> list[tuple[int, int]]:
        """Each clause's first word and the one behind its last."""
        clause = self.tokens.clause
        borders = [at for at in range(1, len(clause)) if clause[at] != clause[at - 1]]
        return list(pairwise([0, *borders, len(clause)]))

    @cached_property
    def characters(self) -> str:
        return characters.text_of(self.tokens.words).translate(self.book.vocabulary.same_letters)

    @cached_property
    def clauses(self) -> str:
        """The characters with each clause on a line of its own, where no gap goes on."""
        return "\n".join(self.characters[start:end] for start, end in self.clause_spans)

    @cached_property
    def word_at(self) -> list[int]:
        """The number of the word for each character of ``clauses``."""
        return [at for start, end in self.clause_spans for at in range(start, end + 1)]

    def hit(self, name: str, start: int, end: int, pattern: Pattern) -> Hit:
        first, last = self.offsets(start, end)
        return Hit(  # by place, not by name: quicker, and a call has some hundred
            name,
            first,
            last,
            self.original[first:last],
            pattern.text,
            self.tokens.sentence[start],
            (start, end),
            self.is_negated(start, end, pattern),
            self.is_question(start),
            self.is_conditional(start),
            self.is_quoted(start),
            self.is_contrasted(start, end),
        )

    def offsets(self, start: int, end: int) -> tuple[int, int]:
        """Character offsets in the original text of words ``start`` to ``end``."""
        first, last = self.tokens.spans[start][0], self.tokens.spans[end - 1][1]
        if self.same_length:
            return first, last
        lengths = [len(normalise(self.original[:i])) for i in range(len(self.original) + 1)]
        return (
            max(i for i, length in enumerate(lengths) if length <= first),
            min(i for i, length in enumerate(lengths) if length >= last),
        )

    def sentences_of(self, start: int, end: int) -> set[int]:
        """Numbers of the sentences that two character offsets touch."""
        return self.touched(self.tokens.sentence, start, end)

    def clauses_of(self, start: int, end: int) -> set[int]:
        """Numbers of the clauses that two character offsets touch."""
        return self.touched(self.tokens.clause, start, end)

    def touched(self, numbers: Sequence[int], start: int, end: int) -> set[int]:
        """The numbers, one for each word, of the words between two character offsets."""
        spans = self.tokens.spans
        return {n for (a, b), n in zip(spans, numbers, strict=True) if a < end and start < b}

    def is_negated(self, start: int, end: int, pattern: Pattern) -> bool:
        """A negation cue shortly before in the same clause, or in a gap of the phrase."""
        if not self.cue_words("negation"):
            return False
        clause = self.tokens.clause
        inside = [] if pattern.has_negation else range(start, end)
        cues = [*range(max(0, start - NEGATION_REACH), start), *inside]
        for i in cues:
            if i < start and (clause[i] != clause[start] or self.asks_between(i, start)):
                continue
            if i in self.cue_words("negation") and not self.harmless(i):
                return True
        return False

    def asks_between(self, cue: int, start: int) -> bool:
        """A question begins behind the cue: no comma is needed to see a new clause."""
        return any(cue < begin <= start for begin, _ in self.cue_spans("question_start"))

    def harmless(self, word: int) -> bool:
        """The negation is part of a set phrase such as 'why don't we' or 'no problem'."""
        return word in self.covered("not_negation")

    def covered(self, name: str) -> frozenset[int]:
        """Every word that is part of a hit of a list (cues: no moods of their own)."""
        if name not in self.covers:
            spans = self.cue_spans(name)
            self.covers[name] = frozenset(i for start, end in spans for i in range(start, end))
        return self.covers[name]

    def cue_words(self, name: str) -> frozenset[int]:
        """Where the single words (in Chinese: patterns) of a list of cues stand."""
        if name not in self.cues:
            if self.book.vocabulary.characters:
                found = self.covered(name)
            else:
                said = self.book.cues(name) & self.where.keys()
                found = frozenset(i for word in said for i in self.where[word])
            self.cues[name] = found
        return self.cues[name]

    @cached_property
    def where(self) -> dict[str, list[int]]:
        """Where each word stands, in small letters."""
        found: dict[str, list[int]] = {}
        for i, word in enumerate(self.tokens.words):
            found.setdefault(word.lower(), []).append(i)
        return found

    def cue_spans(self, name: str) -> list[tuple[int, int]]:
        """Word spans of a list of cues, found without asking for their moods."""
        if name not in self.book.lists:
            return []  # a young language may lack a list of cues
        if name not in self.spans:
            self.spans[name] = sorted((start, end) for start, end, _ in self.matches(name))
        return self.spans[name]

    def ends(self, name: str) -> list[int]:
        return [end for _, end in self.cue_spans(name)]

    def is_quoted(self, word: int) -> bool:
        """'You said' or the like earlier in the same sentence."""
        if not self.cue_spans("quotation"):
            return False
        sentence = self.tokens.sentence
        return any(
            end <= word and sentence[end - 1] == sentence[word]
            for _, end in self.cue_spans("quotation")
        )

    @cached_property
    def question_clauses(self) -> frozenset[int]:
        """Clauses that ask: they begin as questions do, or their sentence ends in '?'."""
        clause, sentence = self.tokens.clause, self.tokens.sentence
        starts = {clause[i]: i for i in reversed(range(len(clause)))}
        asking = {
            clause[s]
            for s, end in self.cue_spans("question_start")
            if starts[clause[s]] == s and not self.is_subordinate(s, end)
        }
        harmless = self.covered("not_question")
        asking |= {clause[s] for s, _ in self.cue_spans("question_anywhere") if s not in harmless}
        found = set(asking)
        for number in self.tokens.asked:
            inside = {c for c, s in zip(clause, sentence, strict=True) if s == number}
            first = min(asking & inside, default=min(inside, default=0))
            found |= {c for c in inside if c >= first}
        return frozenset(found)

    def is_subordinate(self, start: int, end: int) -> bool:
        """'..., how others go in', 'How lovely!' and 'As soon as she can' begin as questions do,
        but ask nothing.

        A question word opens an exclamation where an exclamation mark stands behind it, and a
        subordinate clause where a clause that says something stands before it and no question mark
        behind it.
        """
        if start in self.covered("not_question"):
            return True
        sentence = self.tokens.sentence
        asks = self.covered("question_word").intersection(range(start, end))
        if sentence[start] in self.tokens.asked or not asks:
            return False
        if sentence[start] in self.tokens.exclaimed:
            return True
        small = self.covered("backchannel") | self.cue_words("fillers")
        return any(sentence[i] == sentence[start] and i not in small for i in range(start))

    def is_question(self, word: int) -> bool:
        return self.tokens.clause[word] in self.question_clauses

    def is_conditional(self, word: int) -> bool:
        """'if' or the like earlier in the same clause."""
        if not self.conditions:
            return False
        clause = self.tokens.clause
        return any(i < word and clause[i] == clause[word] for i in self.conditions)

    @cached_property
    def conditions(self) -> frozenset[int]:
        """Where 'if' and the like stand."""
        return self.cue_words("conditional") - self.covered("not_conditional")

    def is_contrasted(self, start: int, end: int) -> bool:
        """A contrast word shortly behind the phrase, in it, or first in the next clause."""
        contrasts = self.cue_words("contrast")
        if not contrasts:
            return False
        sentence, clause = self.tokens.sentence, self.tokens.clause
        last = end - 1
        border = (clause[last], clause[last] + 1)
        return any(
            sentence[i] == sentence[last]
            and (start < i < end + CONTRAST_REACH or (i > last and clause[i - 1 : i + 1] == border))
            for i in contrasts
        )


def search_together(readings: Iterable[Reading]) -> None:
    """Find ``everything`` in some texts of one book at once, which is quicker than one by one.
    Texts of the same words, spelt in two ways, are searched once."""
    new = [one for one in dict.fromkeys(readings) if "everything" not in one.__dict__]
    if new and not new[0].book.vocabulary.characters:
        apart = {id(one.tokens): one for one in new}
        searched = new[0].book.index.matches([one.said for one in apart.values()])
        found = dict(zip(apart, searched, strict=True))
        for reading in new:
            reading.everything = found[id(reading.tokens)]
