"""What a claim is, and the parts of a turn that can hold one."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from rubrics.facts import About
from rubrics.kept import kept
from rubrics.phrases import Reading
from scoring.facts.words import Lexicon, Words, any_of, words_of

SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\S)|(?<=[\u3002\uff1f\uff01])\s*(?=\S)|\n")
CLAUSE = re.compile(
    r"[,;:\uff0c\uff1b\uff1a](?!\d)|\s[-\u2013\u2014]\s|\b(?:so|because|but|then)\b", re.I
)
ARTICLE = re.compile(r"\s*(?:(?:the|a|an|only|just|about|around)\b)?\s*")
COMMA = re.compile("[,;:\uff0c\uff1a]")
Kind = Literal["time", "day", "price", "phone", "subject"]


class Stated(NamedTuple):
    """One thing said; offsets are of the turn's text."""

    kind: Kind
    start: int
    end: int
    minutes: frozenset[int] = frozenset()
    """``time``: every reading, minutes since midnight."""
    days: tuple[str, ...] = ()
    """``day``: weekdays; empty for a date or 'tomorrow'."""
    month_day: int | None = None
    """``day``: the day of the month, where one was said."""
    low: float | None = None
    high: float | None = None
    """``price``: the bounds; None where open."""
    digits: str = ""
    """``phone``"""

    @property
    def value(self) -> tuple[object, ...]:
        """What was said, wherever it stands."""
        return (
            *(self.kind, self.minutes, self.days, self.month_day),
            *(self.low, self.high, self.digits),
        )


@dataclass(frozen=True, slots=True)
class HoursClaim:
    """The administrator said when the clinic is open."""

    turn: int
    start: int
    """Offset of the first character in the turn's text."""
    end: int
    days: tuple[str, ...]
    """Empty: no day was named."""
    opens: frozenset[int] | None = None
    """Every reading, minutes since midnight; None: not said."""
    closes: frozenset[int] | None = None
    bounds: frozenset[int] | None = None
    """A time said beside a day, be it when they open or when they close: 'Fridays it's four.'"""
    closed: bool | None = None
    """True: said to be closed; False: said to be open, without times or with them."""
    lunch: bool = False
    """The range is a break, not opening hours."""
    on: date | None = None
    """The one day it is about: a date, a holiday by its name, or an unusual 'today'."""
    loose: bool = False
    """Nothing but the sheet shows that it is about opening hours."""


@dataclass(frozen=True, slots=True)
class PriceClaim:
    """The administrator said what something costs."""

    turn: int
    start: int
    end: int
    service: int | None
    """Index into the fact sheet's prices; None: a service the sheet doesn't have."""
    low: float | None
    high: float | None
    about: bool = False
    """'around', 'about': not meant to be exact."""
    guessed: bool = False
    """The service isn't named beside the price: it is what was spoken of before."""
    others: frozenset[int] = frozenset()
    """Services that it may be about as well."""
    fee: bool = False
    """It may be what a policy asks for: moving a visit late, say."""
    asked: bool = False
    """The patient asked for a price, or the amount is money by its currency."""
    bare: bool = False
    """Hardly anything but the amount was said: 'Three hundred.'"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement and how it compares."""

    turn: int
    start: int
    end: int
    outcome: str
    """right | wrong | outdated | unknown"""
    sheet: str
    """What the fact sheet says."""
    about: About | None = None
    """Of the rule it is compared with, if it is one."""


class Sentence(NamedTuple):
    """A sentence of a turn, with offsets into the turn's text."""

    start: int
    text: str
    question: bool
    conditional: bool
    quoted: bool
    asks: bool
    """It begins as questions do, whatever its punctuation."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def is_statement(self) -> bool:
        return not (self.question or self.quoted)


@kept
def sentences(reading: Reading) -> tuple[Sentence, ...]:
    """Sentences with their mood; 8.30, a.m. and Dr. don't end one."""
    text, spans, clause = reading.original, reading.tokens.spans, reading.tokens.clause
    cuts = [0]
    for match in SENTENCE.finditer(text):
        if reading.book.vocabulary.ends_sentence(text, match.start()):
            cuts.append(match.end())
    cuts.append(len(text))
    found: list[Sentence] = []
    quotes = [spans[start][0] for start, _ in reading.cue_spans("quotation")]
    asking = [spans[start][0] for start, _ in reading.cue_spans("question_start")]
    for start, end in pairwise(cuts):
        part = text[start:end].rstrip()
        if not part:
            continue
        first, behind = bisect_left(spans, (start,)), bisect_left(spans, (end,))
        words = first < behind
        found.append(
            Sentence(
                start,
                part,
                question=words and reading.question_clauses.issuperset(clause[first:behind]),
                conditional=words and reading.is_conditional(behind - 1),
                quoted=any(start <= q < end for q in quotes),
                asks=any(start <= q < end for q in asking),
            )
        )
    return tuple(found)


class Cues(Lexicon):
    """Where the cue words of one kind stand in a text."""

    def __init__(self, words: Sequence[str], small: Sequence[str] = ()) -> None:
        """``small``: words that may stand between a cue and what it announces."""
        super().__init__(words)
        self.small = re.compile(rf"\s*(?:{any_of(small)}\s*)*") if small else ARTICLE

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [m.span() for m in self.regex.finditer(text)]

    def within(self, text: str) -> bool:
        return self.regex.search(text) is not None

    def ends(self, text: str) -> bool:
        """A cue stands at the very end, blanks and one article aside."""
        return any(self.small.fullmatch(text, m.end()) for m in self.regex.finditer(text))

    def at_end(self, text: str) -> int:
        """Where the cue at the very end begins; behind the text where there is none."""
        found = (m for m in self.regex.finditer(text) if self.small.fullmatch(text, m.end()))
        return next((m.start() for m in found), len(text))

    def before(self, text: str, at: int) -> bool:
        """A cue stands right before an offset of a sentence."""
        return self.may_be_in(text) and self.ends(head(text, at))

    def begins(self, text: str) -> bool:
        return self.regex.match(text.lstrip(" ,.")) is not None

    def follows(self, text: str) -> bool:
        """A cue stands at the very beginning, with no comma before it."""
        return self.regex.match(text.lstrip(" ")) is not None


class Negation(Cues):
    """Words that deny what follows at once."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.negation_before)
        self.until = Cues([*words.not_until, *words.contrast])


@cache
def yes_and_no(code: str) -> tuple[Cues, Cues]:
    """Words for yes and for no in a language, compiled once a process."""
    words = words_of(code)
    return Cues(words.yes_words), Cues(words.no_words)


def head(text: str, start: int) -> str:
    """What stands before, with one blank at its end."""
    return text[:start].rstrip() + " "


@kept  # asked again for each statement of a sentence
def clause_cuts(text: str) -> list[tuple[int, int]]:
    """What stands between its clauses."""
    return [match.span() for match in CLAUSE.finditer(text)]


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets of the clause that holds ``start`` to ``end``."""
    cuts = clause_cuts(text)
    left = max((after for _, after in cuts if after <= start), default=0)
    right = min((before for before, _ in cuts if before >= end), default=len(text))
    return left, right


def corrected(text: str, first: tuple[int, int], second: tuple[int, int], cues: Cues) -> bool:
    """The speaker takes back ``first`` and says ``second`` instead ('at eight, no, nine')."""
    between = text[first[1] : second[0]]
    words = [word for word in between.split() if word not in "\uff0c\u3001"]
    return len(words) <= 5 and cues.within(between)


def negated(text: str, start: int, negation: Negation) -> bool:
    """'not', 'isn't' directly before; 'not until' denies nothing."""
    if not negation.may_be_in(text):
        return False
    betweens = [text[end:start] for _, end in negation.spans(text[:start])]
    return any(
        len(between.split()) <= 2
        and not COMMA.search(between)
        and not negation.until.within(between)
        for between in betweens
    )


def conditional_at(reading: Reading, offset: int) -> bool:
    """The word at a character offset stands behind an 'if' in its clause."""
    word = word_at(reading, offset)
    return word is not None and reading.is_conditional(word)


def word_at(reading: Reading, offset: int) -> int | None:
    """The number of the word at a character offset."""
    spans = reading.tokens.spans
    word = bisect_left(spans, (offset + 1,)) - 1
    return word if word >= 0 and offset < spans[word][1] else None
