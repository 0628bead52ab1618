"""Everything of a kind that a turn states: times of day, weekdays, prices, telephone numbers.

Stated means asserted: not asked, not behind an "if", not somebody else's words, not denied, and of
a correction only the last version.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from rubrics.phrases import Reading
from scoring.facts.claims import Cues, Sentence, conditional_at, corrected, negated, sentences
from scoring.facts.numbers import Amount, Clock, Numbers, numbers
from scoring.facts.phones import phones
from scoring.facts.prices import SMALLEST_BARE, SMALLEST_UNASKED, ServiceNames, thousands
from scoring.facts.words import Shadow, any_of, shadow

Kind = Literal["time", "day", "price", "phone"]
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Stated:
    """One thing said; offsets are of the turn's text."""

    kind: Kind
    start: int
    end: int
    minutes: frozenset[int] = frozenset()
    """``time``: every reading, minutes since midnight."""
    days: tuple[str, ...] = ()
    """``day``: weekdays; empty for a date or 'tomorrow'."""
    low: float | None = None
    high: float | None = None
    """``price``: the bounds; None where open."""
    digits: str = ""
    """``phone``"""


def stated(
    code: str,
    text: str,
    reading: Reading,
    asked: str = "",
    services: ServiceNames | None = None,
    *,
    questions: bool = False,
) -> list[Stated]:
    """What a turn states, in order.

    ``asked`` is what the patient said just before, ``services`` what the clinic has prices for:
    they may make a naked number a price or a time.
    ``questions``: what is said in questions too.
    """
    finder = finder_of(code)
    seen = shadow(code, text)
    if seen.text != text:
        reading = reading.book.read(seen.text, ())
    found: list[Stated] = []
    if not finder.worthwhile(seen.text):
        return found
    asked = shadow(code, asked).text
    named = services is not None and bool(services.spans(seen.text))
    for sentence in sentences(seen.text, reading):
        if sentence.quoted or (sentence.question and not questions):
            continue
        for one in finder.in_sentence(sentence, asked, named):
            if not conditional_at(reading, sentence.start + one.end - 1):
                found.append(back(one, sentence, seen))
    return found


def back(one: Stated, sentence: Sentence, seen: Shadow) -> Stated:
    """Offsets in the sentence's shadow as offsets in the turn."""
    start, end = seen.span(one.start + sentence.start, one.end + sentence.start)
    return Stated(one.kind, start, end, one.minutes, one.days, one.low, one.high, one.digits)


class Finder:
    """Statements of one language."""

    def __init__(self, code: str) -> None:
        self.numbers: Numbers = numbers(code)
        w = self.numbers.words
        self.before = Cues([*w.time_before, *w.at_words, *w.opens_before, *w.closes_before])
        self.range_words = Cues([*w.range_words, *w.between_and])
        self.money_range = Cues(w.money_range_words)
        self.correction = Cues(w.correction)
        self.negation = Cues(w.negation_before)
        denials = {*w.negation_before, *w.no_words}
        self.clear_correction = Cues([c for c in w.correction if c not in denials])
        self.strong = Cues(w.strong_price_cues)
        self.price_cues = Cues(w.price_cues)
        self.not_after = Cues(w.not_a_price_after)
        self.floor = Cues(w.floor_words)
        self.ceiling = Cues(w.ceiling_words)
        self.other = Cues(w.not_a_number_before)
        self.bare = w.pairs
        self.months = re.compile(any_of(w.months), re.I)

    def worthwhile(self, text: str) -> bool:
        """A number, a day or a month is there at all."""
        places = (self.numbers.numeral, self.numbers.day_finder.day, self.months)
        return any(place.search(text) for place in places)

    def in_sentence(self, sentence: Sentence, asked: str, named: bool) -> list[Stated]:
        """Everything in one sentence, in order; offsets are of the sentence."""
        text = sentence.text
        found = [Stated("phone", a, b, digits=d) for a, b, d in phones(self.numbers, text)]
        topical = named or self.strong.within(text) or self.strong.within(asked)
        prices = self.prices(text, topical)
        times = [t for t in self.times(text, asked) if not overlaps(t, found)]
        priced = [p for p in prices if not overlaps(p, found)]
        # "Ninety to a hundred pounds": what has a currency isn't a time, and the other way round.
        surer = [p for p in priced if sure(p, text, self)]
        doubtful = {
            c.start
            for c in self.numbers.clocks(text)
            if topical and (c.bare or c.pair) and not self.before.ends(text[: c.start] + " ")
        }
        times = [t for t in times if not overlaps(t, priced if t.start in doubtful else surer)]
        found += times
        found += [p for p in priced if not overlaps(p, times)]
        found += self.days(text)
        found = [f for f in found if f.kind == "phone" or not negated(text, f.start, self.negation)]
        return self.last_versions(text, sorted(found, key=lambda f: (f.start, f.end)))

    def times(self, text: str, asked: str) -> list[Stated]:
        clocks = self.numbers.clocks(text)
        good = [c for c in clocks if not c.bare or self.is_time(text, c)]
        for first, second in pairwise(clocks):
            between = text[first.end : second.start].strip().lower()
            ranged = self.bare and self.range_words.regex.fullmatch(between)
            spans = (first.start, first.end), (second.start, second.end)
            mended = first in good and corrected(text, *spans, self.correction)
            if (first in good) != (second in good) and (ranged or mended):
                good.append(second if first in good else first)
        if not good and asked and len(clocks) == 1 and self.asks_time(asked):
            good = [c for c in clocks if not re.search(r"\w{4,}", text[: c.start])]
        return [Stated("time", c.start, c.end, minutes=c.minutes) for c in good]

    def is_time(self, text: str, clock: Clock) -> bool:
        lead = text[: clock.start].rstrip() + " "
        if not self.bare or self.other.ends(lead):
            return False
        return self.before.ends(lead) and not re.match(r"\s+(?!I\b)[A-Z]\w+", text[clock.end :])

    def asks_time(self, asked: str) -> bool:
        return Cues(self.numbers.words.hours_cues).within(asked)

    def prices(self, text: str, topical: bool) -> list[Stated]:
        amounts = [a for a in self.numbers.amounts(text) if 0 < a.value < LARGEST]
        found: list[Stated] = []
        skip = False
        for i, amount in enumerate(amounts):
            if skip:
                skip = False
                continue
            after = amounts[i + 1] if i + 1 < len(amounts) else None
            if after and self.is_range(text, amount, after):
                if amount.money or after.money or self.is_price(text, after, topical):
                    low = thousands(amount.value, after.value)
                    found.append(
                        Stated("price", amount.start, after.end, low=low, high=after.value)
                    )
                skip = True
            elif amount.money or self.is_price(text, amount, topical):
                found.append(self.single(text, amount))
        return found

    def is_range(self, text: str, first: Amount, second: Amount) -> bool:
        between = text[first.end : second.start].strip().lower()
        return first.value < second.value and bool(self.money_range.regex.fullmatch(between))

    def is_price(self, text: str, amount: Amount, topical: bool) -> bool:
        """A naked number where prices are the subject."""
        if self.other.ends(text[: amount.start].rstrip() + " "):
            return False
        if amount.value < SMALLEST_BARE or self.not_after.begins(text[amount.end :]):
            return False
        return topical or (amount.value >= SMALLEST_UNASKED and not self.is_year(text, amount))

    def is_year(self, text: str, amount: Amount) -> bool:
        return 1900 <= amount.value <= 2100 and text[amount.start : amount.end].strip().isdigit()

    def single(self, text: str, amount: Amount) -> Stated:
        before = text[: amount.start].rstrip() + " "
        low: float | None = amount.value
        high: float | None = amount.value
        if self.floor.ends(before):
            high = None
        elif self.ceiling.ends(before):
            low = None
        return Stated("price", amount.start, amount.end, low=low, high=high)

    def days(self, text: str) -> list[Stated]:
        days = [Stated("day", d.start, d.end, days=d.days) for d in self.numbers.days(text)]
        months = [Stated("day", m.start(), m.end()) for m in self.months.finditer(text)]
        return days + [m for m in months if not overlaps(m, days)]

    def last_versions(self, text: str, found: list[Stated]) -> list[Stated]:
        """'At eight, no, nine': of a value and its correction only the correction."""
        kept: list[Stated] = []
        for one in found:
            same = [k for k in kept if k.kind == one.kind]
            cues = self.correction
            if same and re.match(r"\s*\w", text[same[-1].end :]):
                cues = self.clear_correction  # "not on Sundays" is no correction, "no, on" is
            if same and corrected(text, (same[-1].start, same[-1].end), (one.start, one.end), cues):
                kept.remove(same[-1])
            kept.append(one)
        return kept


def sure(price: Stated, text: str, finder: Finder) -> bool:
    """A currency goes with it."""
    return any(a.money for a in finder.numbers.amounts(text[price.start : price.end + 12]))


def overlaps(one: Stated, others: Sequence[Stated]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


@cache
def finder_of(code: str) -> Finder:
    """The finder of a language, compiled once a process."""
    return Finder(code)
