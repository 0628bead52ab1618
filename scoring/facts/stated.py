"""Everything of a kind that a turn states: times of day, weekdays, prices, telephone numbers.

Stated means asserted: not asked, not behind an "if", not somebody else's words, not denied, and of
a correction only the last version.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from rubrics.kept import kept
from rubrics.phrases import Reading
from scoring.facts.asserted import asks_back, unreal, unsaid
from scoring.facts.claims import Cues, Sentence, Stated, sentences
from scoring.facts.corrections import Corrections
from scoring.facts.counted import Counted
from scoring.facts.denied import Denials, retracted
from scoring.facts.numbers import Amount, Clock, Numbers, numbers
from scoring.facts.phones import phones, spelt_out
from scoring.facts.prices import CLAUSE_END, SMALLEST_UNASKED, ServiceNames
from scoring.facts.sums import DEFINITE, Sums
from scoring.facts.times import Times, inside
from scoring.facts.words import LETTER, any_of, shadow

NEW_CLAUSE = re.compile(r"[,\uff0c](?=.*(?:[^\W\d_]{4,}|[\u4e00-\u9fff]))")
"""A comma with a word behind it."""
ASKED = re.compile("[?\uff1f]")
CLAUSE_MARK = re.compile(r"[.;!?]")
ROUND_MINUTES = 5
"""Other minutes are hardly told without 'at'."""


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
    found: list[Stated] = []
    if not finder.worthwhile(seen.text):
        return found
    if seen.text != text:
        reading = reading.book.read(seen.text, reading.slots)
    asked = shadow(code, asked).text
    named = services is not None and bool(services.spans(seen.text))
    beside = False
    for sentence in sentences(reading):
        if sentence.question and not (questions or asks_back(reading, sentence)):
            continue
        mine: list[Stated] = []
        if finder.worthwhile(sentence.text):
            earlier = f"{asked} {seen.text[: sentence.start]}"
            mine = finder.in_sentence(sentence, asked, named, beside, earlier)
        beside = any(one.kind == "price" for one in mine)
        shifted = (moved(o, o.start + sentence.start, o.end + sentence.start) for o in mine)
        found += [
            one
            for one in shifted
            if not (
                unsaid(reading, one, questions)
                or unreal(reading, one)
                or finder.denials.is_quoted(reading, sentence, one)
            )
        ]
    last = finder.corrections.last_versions(seen.text, found)
    return [moved(one, *seen.span(one.start, one.end)) for one in last]


def moved(one: Stated, start: int, end: int) -> Stated:
    """The same at other offsets."""
    return one._replace(start=start, end=end)


class Finder:
    """Statements of one language: each kind by its own finder, and who gives way to whom."""

    def __init__(self, code: str) -> None:
        self.numbers: Numbers = numbers(code)
        w = self.numbers.words
        counted = Counted(self.numbers)
        self.times = Times(self.numbers, counted)
        self.sums = Sums(self.numbers, counted)
        self.denials = Denials(self.numbers)
        self.corrections = Corrections(w)
        self.strong = Cues(w.strong_price_cues)
        self.payers = re.compile(any_of(w.payers), re.I)
        self.other_asked = Cues(w.other_questions)
        self.file = re.compile(any_of(w.not_a_phone_near), re.I)
        self.called = re.compile(any_of(w.phone_cues), re.I)
        self.months = re.compile(any_of(w.months), re.I)

    @kept
    def worthwhile(self, text: str) -> bool:
        """A number, a day or a month is there at all."""
        if self.numbers.named(text):
            return True
        return self.numbers.names_day(text) or self.months.search(text) is not None

    @kept  # one object a language; questions are looked at twice
    def in_sentence(
        self, sentence: Sentence, asked: str, named: bool, beside: bool, earlier: str
    ) -> list[Stated]:
        """Everything in one sentence, in order; offsets are of the sentence.

        ``named``: the turn names a service; ``beside``: the sentence before holds a price;
        ``earlier``: what was said before.
        """
        text = sentence.text
        called = self.called.search(asked) is not None
        calls = phones(self.numbers, text, called)
        found = [Stated("phone", start, end, digits=digits) for start, end, digits in calls]
        if self.numbers.named(text):
            priced = self.strong.is_in(text) or self.strong.is_in(asked)
            priced = priced or self.is_of_price(asked) or len({*self.payers.findall(text)}) > 1
            topical = named or priced
            numbers = self.of_numbers(text, asked, topical, beside, earlier)
            if not beside and any(one.kind == "price" for one in numbers):
                numbers = self.of_numbers(text, asked, topical, True, earlier)
            if not priced and self.other_asked.is_in(asked):
                numbers = [n for n in numbers if self.is_told(text, n, asked)]
            found += [one for one in numbers if not overlaps(one, found)]
        said = [one for one in found if one.kind == "phone"]
        days = [day for day in self.days(text) if not overlaps(day, said)]
        found = [f for f in found if not any(d.start < f.start < d.end for d in days)]
        found += days
        denied = [
            f
            for f in found
            if self.denials.is_denied(text, f) and not self.denials.only_closed(text, f, found)
        ]
        denied += [f for f in found if self.denials.is_denied_too(text, f, denied)]
        found = [f for f in found if f not in denied and not retracted(f, denied)]
        return sorted(found, key=lambda f: (f.start, f.end))

    def of_numbers(
        self, text: str, asked: str, topical: bool, beside: bool, earlier: str
    ) -> list[Stated]:
        """Times and prices; of a number that could be both, the likelier."""
        times = self.times.find(text, asked, earlier)
        cheap = self.sums.pence.told(text) or self.sums.pence.told(asked)
        prices = self.sums.find(text, topical, beside, cheap)
        if not (times or prices):
            return []
        clocks = self.numbers.clocks(text, one=self.times.asks_one_time(asked))
        spelt = [Stated("phone", *span) for span in spelt_out(self.numbers, text)]
        times = [t for t in times if not overlaps(t, spelt)]
        prices = [p for p in prices if not overlaps(p, spelt)]
        files = [Stated("phone", m.end(), end_of(text, m.end())) for m in self.file.finditer(text)]
        spoken = self.numbers.clock_finder.spoken
        idioms = [Stated("phone", *span) for span in spoken.idioms(text)]
        times = [t for t in times if not overlaps(t, files) or self.is_placed(text, t, clocks)]
        times = [t for t in times if not overlaps(t, idioms)]
        files += idioms
        prices = [p for p in prices if self.is_sure(p, text) or not self.is_of_file(text, p, files)]
        # "Ninety to a hundred pounds": what has a currency isn't a time, and the other way round.
        timed = self.times.asks_time(asked) and not self.strong.within(asked)
        surer = [
            p
            for p in prices
            if self.is_sure(p, text)
            or self.half_priced(text, p, clocks)
            or (not timed and self.is_paid(text, p, clocks, cheap))
            or (not timed and self.is_likelier(text, p, clocks, prices))
        ]
        amounts: list[Amount | Stated] = [*self.numbers.amounts(text), *prices]
        doubtful = {
            c.start
            for c in clocks
            if topical and (c.bare or c.pair) and not self.times.before.ends(text[: c.start] + " ")
            if any(inside(c, a, or_same=True) for a in amounts)
        }
        for first, second in pairwise(clocks):
            if self.of_hours(text[first.end : second.start]):
                doubtful -= {first.start, second.start}
        times = [t for t in times if not overlaps(t, prices if t.start in doubtful else surer)]
        return times + [p for p in prices if not overlaps(p, times)]

    def is_told(self, text: str, number: Stated, asked: str) -> bool:
        """A time or a price whatever was asked: 'how many?' - 'six to eight' is neither."""
        if number.kind != "time":
            return self.is_sure(number, text)
        clocks = self.numbers.clocks(text)
        naked = any(c.start == number.start and (c.bare or c.pair) for c in clocks)
        if not naked or self.times.asks_time(asked) or not ASKED.search(asked):
            return True
        start = number.start
        for first, second in pairwise(clocks):
            if second.start == start and self.times.is_range(text[first.end : start]):
                start = first.start
        return self.times.before.ends(text[:start].rstrip() + " ")

    def is_placed(self, text: str, time: Stated, clocks: list[Clock]) -> bool:
        """'Prescriptions go out at ten thirty': no number of a prescription."""
        lead = text[: time.start].rstrip() + " "
        return self.times.before.ends(lead) and any(
            c.start == time.start and not c.bare for c in clocks
        )

    def is_of_file(self, text: str, price: Stated, files: list[Stated]) -> bool:
        """'Order four hundred and fourteen', but not 'no referral, and the letter is eighty'."""
        return any(
            overlaps(price, [file]) and not NEW_CLAUSE.search(text[file.start : price.start])
            for file in files
        )

    def of_hours(self, between: str) -> bool:
        """'Ten till one' is no price."""
        joined = self.sums.bounds.joined.regex.fullmatch(between.strip().lower())
        return self.times.is_range(between) and not joined

    def is_paid(self, text: str, price: Stated, clocks: list[Clock], cheap: bool) -> bool:
        """'Three fifty for a crown', but not 'at three fifty for a check-up'."""
        lead = text[: price.start].rstrip() + " "
        if any(c.pair and within(price, c) for c in clocks):
            return False  # "twenty-one fifteen" is two amounts, but one time
        if any(not (c.bare or c.pair) and covers(c, price) for c in clocks):
            return False  # "ten to eleven for your lad"
        sure = [c for c in clocks if not (c.bare or c.pair)]
        opening = self.sums.bounds.floor.at_end(lead)
        floor = opening < len(lead) and LETTER.search(lead[:opening])
        if floor and not self.sums.at.ends(lead) and self.is_hundreds(text, price, clocks):
            return True
        if any(c.start == price.start and self.times.is_next_for(text, c, sure) for c in clocks):
            return False
        if self.sums.money_before.ends(lead) and not DEFINITE.search(lead):
            return True  # "that'd be three fifty", but not "that'd be the three fifty"
        rest = text[price.end :]
        told = self.sums.money_after.begins(rest) or (cheap and self.sums.cues.ends(lead))
        plain = self.sums.about.sub("", lead)
        if self.sums.cues.ends(plain) or not self.sums.paid_for.begins(rest):
            lead = plain  # "about one fifty back", but not "come about one fifty for a scan"
        return told and not self.times.before.ends(lead)

    def is_hundreds(self, text: str, price: Stated, clocks: list[Clock]) -> bool:
        """'They start from eighteen hundred', with no other time beside it."""
        hundreds = price.low is not None and price.low % 100 == 0
        alone = all(overlaps(price, [Stated("time", c.start, c.end)]) for c in clocks if not c.bare)
        return hundreds and alone and not self.times.hours_asked.is_in(text)

    def is_likelier(
        self, text: str, price: Stated, clocks: list[Clock], prices: list[Stated]
    ) -> bool:
        """Of 'one is a hundred and sixty, the other's two ten', or 'it's one oh nine'."""
        lead = self.sums.about.sub("", text[: price.start].rstrip() + " ")
        lead, rest = self.sums.bounds.before.sub("", lead), text[price.end :]
        pair = next((c for c in clocks if c.pair and covers(c, price)), None)
        if pair is None or within(price, pair) or self.times.before.ends(lead):
            return False
        sure = surely_prices(prices, clocks)
        if self.goes_on_as(text, price, sure) or self.joins_as(text, price, sure):
            return True
        if not CLAUSE_END.match(self.sums.trailing.sub("", rest)):
            return False
        pairs = [Stated("time", c.start, c.end) for c in clocks if c.pair]
        sums = [Stated("price", *a[:2]) for a in self.numbers.amounts(text) if is_large(a)]
        paid = any(p.start < price.start and not overlaps(p, pairs) for p in [*prices, *sums])
        odd = min(pair.minutes) % ROUND_MINUTES > 0
        told = self.sums.cues.ends(lead)
        if told or self.sums.for_thing.search(lead):
            return paid or (told and odd)
        return paid and odd

    def goes_on_as(self, text: str, price: Stated, sure: list[Stated]) -> bool:
        """'Two forty if it's out, three eighty if it isn't': as a price that can't be a time."""
        told = self.sums.goes_on
        return told.follows(text[price.end :]) and any(told.follows(text[p.end :]) for p in sure)

    def joins_as(self, text: str, price: Stated, sure: list[Stated]) -> bool:
        """'The front is one ten and the back is eighty.'"""
        told = self.sums.cues.ends(text[: price.start].rstrip() + " ")
        joined = self.sums.joined.match(text, price.end) is not None
        return told and joined and any(p.start > price.end for p in sure)

    def half_priced(self, text: str, price: Stated, clocks: list[Clock]) -> bool:
        """A range of which one bound can't be a time: "five eighty to seven twenty"."""
        ends = [a for a in self.numbers.amounts(text) if price.start <= a.start < price.end]
        timed = [a for a in ends if any(c.start <= a.start and a.end <= c.end for c in clocks)]
        if len(ends) != 2 or len(timed) == 1:
            return len(ends) == 2
        between = text[ends[0].end : ends[1].start]
        if self.times.listed.regex.fullmatch(between.strip().lower()):
            return False  # "three fifteen or four fifteen"
        return self.sums.bounds.of_money(between)  # "one fifty, going up to three twenty"

    def is_of_price(self, asked: str) -> bool:
        """'Is it two hundred?'"""
        if not self.numbers.named(asked) or self.times.find(asked, "", ""):
            return False
        return bool(self.sums.find(asked.rstrip(" ?\uff1f"), False, False, False))

    def days(self, text: str) -> list[Stated]:
        days = [Stated("day", d.start, d.end, days=d.days) for d in self.numbers.days(text)]
        months = [Stated("day", m.start(), m.end()) for m in self.months.finditer(text)]
        return days + [m for m in months if not overlaps(m, days)]

    def is_sure(self, price: Stated, text: str) -> bool:
        """A currency goes with it."""
        amounts = self.numbers.amounts(text[price.start : price.end + 12])
        return any(a.money and a.start < price.end - price.start for a in amounts)


def end_of(text: str, start: int) -> int:
    """Where the clause ends that holds what is told of a file, a code or an account."""
    end = CLAUSE_MARK.search(text, start)
    return end.start() if end else len(text)


def surely_prices(prices: Sequence[Stated], clocks: Sequence[Clock]) -> list[Stated]:
    """Those that can't be times."""
    timed = [Stated("time", c.start, c.end) for c in clocks if not c.bare]
    return [price for price in prices if not overlaps(price, timed)]


def is_large(amount: Amount) -> bool:
    """Money, or so much that it is hardly anything else."""
    return amount.money or amount.value >= SMALLEST_UNASKED


def within(price: Stated, clock: Clock) -> bool:
    """The amount is only a part of the time."""
    shorter = price.end - price.start < clock.end - clock.start
    return shorter and clock.start <= price.start and price.end <= clock.end


def covers(clock: Clock, price: Stated) -> bool:
    return clock.start <= price.start and price.end <= clock.end


def overlaps(one: Stated, others: Sequence[Stated]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


@cache
def finder_of(code: str) -> Finder:
    """The finder of a language, compiled once a process."""
    return Finder(code)
