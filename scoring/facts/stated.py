"""Everything of a kind that a turn states: times of day, weekdays, prices, telephone numbers.

Stated means asserted: not asked, not behind an "if", not somebody else's words, not denied, and of
a correction only the last version.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

from rubrics.phrases import READINGS, Reading
from scoring.facts.bounds import Bounds, head, in_scale
from scoring.facts.claims import (
    Cues,
    Negation,
    Sentence,
    Stated,
    corrected,
    negated,
    sentences,
    word_at,
)
from scoring.facts.corrections import Corrections
from scoring.facts.numbers import Amount, Clock, Numbers, numbers
from scoring.facts.pence import Pence
from scoring.facts.phones import phones, spelt_out
from scoring.facts.prices import SMALLEST_BARE, SMALLEST_UNASKED, ServiceNames
from scoring.facts.words import any_of, either, shadow

LARGEST = 1_000_000
HUNDREDS = 100
"""'Three fifty', a time or a price."""
SMALLEST_THOUSAND = 1000
"""Rooms and houses have smaller numbers."""
LARGEST_DOSE = 4
BESIDE = 4
"""Characters between a time and its day: 'one on Saturdays'."""
SMALLEST_PAID = 3
"""'Two for the nurse' are people."""
BETWEEN_BOUNDS = 6
"""Words between the two ends of a range that is told in two parts."""
LARGEST_COUNT = 24
"""A larger naked number at the end of a clause isn't an hour."""
DAY_HOURS = 24
DEFINITE = re.compile(r"\bthe\s*$", re.I)
"""'It's the forty-two' is no price."""
NEW_CLAUSE = re.compile(r"[,\uff0c](?=.*(?:[^\W\d_]{4,}|[\u4e00-\u9fff]))")
"""A comma with a word behind it."""
HALF_DAY_HOURS = 12
MAY_BE_DAYS = (2, 3, 4)
"""Behind them Russian says 'day' as it does for the afternoon."""
CLAUSE_END = re.compile(r"\s*(?:$|[,.;!\uff0c\u3002])(?!\d)")
TITLE = r"[^\W\d_a-z\u0430-\u045f][a-z\u00df-\u00ff\u0100-\u017f\u0430-\u045f\u0491']+"
"""A word with a capital."""
NAME = re.compile(r"\s+(?!I\b)[A-Z]\w+")
"""Behind a number: 'one hundred and six High Street'."""
IN_NUMBER = re.compile(r"[^\W\d_]-$")
"""Before the 'two fifty' of 'seventy-two fifty'."""
ASKED = re.compile(r"[^.!?\u3002\uff01]*[?\uff1f]")


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
        earlier = f"{asked} {seen.text[: sentence.start]}"
        mine = finder.in_sentence(sentence, asked, named, beside, earlier)
        beside = any(one.kind == "price" for one in mine)
        shifted = (moved(o, o.start + sentence.start, o.end + sentence.start) for o in mine)
        found += [
            one
            for one in shifted
            if not (unsaid(reading, one, questions) or finder.is_quoted(reading, sentence, one))
        ]
    last = finder.corrections.last_versions(seen.text, found)
    return [moved(one, *seen.span(one.start, one.end)) for one in last]


def unsaid(reading: Reading, one: Stated, questions: bool) -> bool:
    """Behind an 'if', or in a clause that asks."""
    word = word_at(reading, one.end - 1)
    if word is None:
        return False
    if questions or not reading.is_question(word):
        asks = not questions and (has_tag(reading, word) or asks_barely(reading, word))
        return reading.is_conditional(word) or asks
    clause = reading.tokens.clause
    worded = {clause[start] for start, _ in reading.cue_spans("question_anywhere")}
    marked = ASKED.match(reading.original[one.end :]) is not None and not confirmed(reading, word)
    return marked or clause[word] in worded or reading.is_conditional(word)


def asks_barely(reading: Reading, word: int) -> bool:
    """'Would half ten do', 'so did you want ten': asked, whatever the punctuation."""
    sentence, clause = reading.tokens.sentence, reading.tokens.clause
    small = reading.covered("backchannel") | reading.cue_words("fillers")
    begun = [start for start, _ in reading.cue_spans("question_bare")]
    asked = [start for start, _ in reading.cue_spans("question_start")]
    begun += [start for start in asked if start not in reading.covered("not_question")]
    goes_on = [start for start, _ in reading.cue_spans("question_goes_on")]
    goes_on = [start for start in goes_on if start == clause.index(clause[word])]
    return any(
        (clause[start] == clause[word] or (goes_on and sentence[start] == sentence[word]))
        and all(i in small for i in range(start) if sentence[i] == sentence[start])
        for start in begun
    )


def confirmed(reading: Reading, word: int) -> bool:
    """'Five is free, will you take it?' says that five is free."""
    sentence, clause = reading.tokens.sentence, reading.tokens.clause
    first = clause.index(clause[word])
    if any(start == first for start, _ in reading.cue_spans("question_start")):
        return False  # "shall we say five, is that okay?"
    return any(
        word < start and sentence[start] == sentence[word] and clause[start - 1] != clause[start]
        for start, _ in reading.cue_spans("question_confirm")
    )


def asks_back(reading: Reading, sentence: Sentence) -> bool:
    """Somewhere in the sentence she asks whether it suits."""
    spans = reading.tokens.spans
    starts = [spans[start][0] for start, _ in reading.cue_spans("question_confirm")]
    return any(sentence.start < start < sentence.end for start in starts)


def has_tag(reading: Reading, word: int) -> bool:
    """'She was born at four, was she?': a clause behind it makes a question of all of it."""
    sentence, clause = reading.tokens.sentence, [-1, *reading.tokens.clause, -1]
    if sentence[word] not in reading.tokens.asked:
        return False
    cues = [(start, end, True) for start, end in reading.cue_spans("question_tag")]
    cues += [(start, end, False) for start, end in reading.cue_spans("question_or")]
    return any(
        word < start
        and sentence[start] == sentence[word]
        and clause[start] != clause[start + 1]
        and (clause[end] != clause[end + 1] or not whole)
        for start, end, whole in cues
    )


def moved(one: Stated, start: int, end: int) -> Stated:
    """The same at other offsets."""
    return one._replace(start=start, end=end)


class Finder:
    """Statements of one language."""

    def __init__(self, code: str) -> None:
        self.numbers: Numbers = numbers(code)
        w = self.numbers.words
        before = [*w.time_before, *w.at_words, *w.opens_before, *w.closes_before]
        self.before = Cues(before, w.small_words)
        self.after = Cues(w.time_after)
        self.too = Cues(w.too)
        self.days_too = re.compile(any_of(w.days_too), re.I)
        self.counted = re.compile(any_of(w.counted_time), re.I)
        years = any_of([*w.months, *w.ordinals])
        self.year_before = re.compile(rf"{years}[\s,]*$", re.I)
        days = any_of(day for names in w.weekdays.values() for day in names)
        day = rf"{any_of(w.day_at)}\s+{days}|{any_of(w.other_days)}"
        self.time_again = Cues(w.time_again)
        self.day_after = re.compile(rf"\s+(?:{day})", re.I)
        self.face = re.compile(rf"\s*{any_of(w.not_a_time_after)}", re.I)
        self.range_words = Cues([*w.range_words, *w.between_and])
        self.listed = Cues([*w.range_words, *w.between_and, *w.day_list_words])
        self.between_and = Cues(w.between_and)
        self.bounds = Bounds(w)
        self.correction = Cues(w.correction)
        self.negation = Negation(w)
        self.corrections = Corrections(w)
        self.strong = Cues(w.strong_price_cues)
        self.price_cues = Cues(w.price_cues)
        self.not_after = Cues(w.not_a_price_after)
        bounds = any_of([*w.floor_words, *w.ceiling_words])
        self.bound_before = re.compile(rf"{bounds}\s*$", re.I)
        self.cues = Cues(w.price_cues)
        self.bare_amounts = w.bare_amounts
        self.years_told = not w.hours  # where a year ends in an ordinal, a cardinal is none
        self.other = Cues(w.not_a_number_before)
        self.money_before = Cues(w.money_before)
        self.money_after = Cues(w.money_after)
        no = any_of([*w.correction, *w.just_no, *w.hesitations])
        self.goes_on = Cues(w.price_goes_on)
        self.denied_after = re.compile(rf"[\s,.]*(?:{no}[\s,.]+)*{any_of(w.denied_after)}", re.I)
        self.bygone_after = Cues(w.bygone_after)
        self.no_longer = Cues(w.no_longer)
        self.denied_in_clause = Cues(w.denied_in_clause)
        self.denied_price = Cues(w.denied_price_after)
        self.time_asked = Cues([*w.hours_cues, *w.time_questions])
        self.hours_asked = Cues(w.hours_cues)
        self.weights = Cues(w.weights)
        self.weight_units = Cues(w.weight_units)
        self.other_asked = Cues(w.other_questions)
        self.file = re.compile(any_of(w.not_a_phone_near), re.I)
        self.called = re.compile(any_of(w.phone_cues), re.I)
        self.idioms = re.compile(any_of(w.no_numbers), re.I)
        self.address = re.compile(rf"(?i:{any_of(w.address_before)})\s+{TITLE}\s*,?\s*$")
        self.hundreds, self.pence_after = w.one_fifty, w.pence_after
        stems = [re.escape(n[:-3]) for n in w.ordinals if w.hours and " " not in n and len(n) > 6]
        small = any_of(name for name, value in w.values.items() if value < LARGEST_COUNT)
        ordinal = rf"\s+(?!{small}){either(stems)}\w{{1,3}}(?!\w)" if stems else "(?!)"
        self.ordinal = re.compile(ordinal, re.I)
        self.doses = Cues(w.doses)
        self.pence = Pence(w, self.numbers.clock_finder.spoken)
        self.paid_for, self.naked_told = Cues(w.price_for), w.naked_told
        self.price_for = re.compile(rf"{any_of(w.price_for)}\s*$", re.I)
        self.said_to = re.compile(rf"(?:{'|'.join(w.said_to) or '(?!)'})\s*$", re.I)
        self.relative = re.compile(
            rf"{any_of(w.demonstratives)}(?:\s+[\w-]+){{1,2}}\s+(?P<cue>{any_of(w.wished)})(?:\s+\w+)?\s*,",
            re.I,
        )
        self.own_words = re.compile(any_of(w.own_words), re.I)
        self.and_a_half = re.compile(any_of(w.and_a_half), re.I)
        self.duration = Cues(w.duration_cues)
        self.trailing = re.compile(rf"^[\s,]*{any_of(w.trailing)}", re.I)
        self.leading = re.compile(rf"{any_of(w.trailing)}\s*$", re.I)
        bounds = any_of([*w.floor_words, *w.ceiling_words])
        nothing = any_of([*w.correction, *w.trailing, *w.yes_words, *w.no_words])
        self.nothing = re.compile(f"{nothing}|{bounds}", re.I)
        plural = rf"\s+[^\W\d_]{{3,}}{w.plural_ending}(?!\w)"
        self.plural = re.compile(plural if w.plural_ending else "(?!)")
        self.conditions = Cues(w.conditions)
        self.condition_after = Cues(w.condition_after)
        self.disclaims = Cues(w.disclaims)
        self.not_that_day = re.compile(
            rf"[,\uff0c]\s*{any_of(w.rather_than)}\s*{any_of(w.day_at)}?\s*$", re.I
        )
        self.contrast = re.compile(any_of(w.contrast), re.I)
        self.parts_of_day = Cues([*w.am_before, *w.pm_before, *w.am, *w.pm])
        self.bare = w.pairs
        self.twelve_hours = w.twelve_hours
        self.lower_case = w.lower_case_days
        self.numeral = self.numbers.clock_finder.spoken.pattern(
            self.numbers.clock_finder.spoken.cardinals
        )
        self.titled = re.compile(rf"{any_of(w.not_a_day_before)}[\s.]*$", re.I)
        self.months = re.compile(any_of(w.months), re.I)

    @lru_cache(READINGS)  # noqa: B019
    def worthwhile(self, text: str) -> bool:
        """A number, a day or a month is there at all."""
        if self.numbers.named(text):
            return True
        return any(place.search(text) for place in (self.numbers.day_finder.day, self.months))

    @lru_cache(READINGS)  # noqa: B019 - one object a language; questions are looked at twice
    def in_sentence(
        self, sentence: Sentence, asked: str, named: bool, beside: bool, earlier: str
    ) -> list[Stated]:
        """Everything in one sentence, in order; offsets are of the sentence.

        ``named``: the turn names a service; ``beside``: the sentence before holds a price;
        ``earlier``: what was said before.
        """
        text = sentence.text
        if not self.worthwhile(text):
            return []
        called = self.called.search(asked) is not None
        calls = phones(self.numbers, text, called)
        found = [Stated("phone", start, end, digits=digits) for start, end, digits in calls]
        topical = named or self.strong.within(text) or self.strong.within(asked)
        topical = topical or self.is_of_price(asked)
        numbers = self.of_numbers(text, asked, topical, beside, earlier)
        if not beside and any(one.kind == "price" for one in numbers):
            numbers = self.of_numbers(text, asked, topical, True, earlier)
        if self.other_asked.within(asked) and not topical:
            numbers = [n for n in numbers if n.kind == "time" or sure(n, text, self)]
        found += [one for one in numbers if not overlaps(one, found)]
        said = [one for one in found if one.kind == "phone"]
        days = [day for day in self.days(text) if not overlaps(day, said)]
        found = [f for f in found if not any(d.start < f.start < d.end for d in days)]
        found += days
        denied = [
            f for f in found if self.is_denied(text, f) and not self.only_closed(text, f, found)
        ]
        denied += [f for f in found if self.is_denied_too(text, f, denied)]
        found = [f for f in found if f not in denied and not retracted(f, denied)]
        return sorted(found, key=lambda f: (f.start, f.end))

    def of_numbers(
        self, text: str, asked: str, topical: bool, beside: bool, earlier: str
    ) -> list[Stated]:
        """Times and prices; of a number that could be both, the likelier."""
        clocks = self.numbers.clocks(text, one=self.asks_one_time(asked))
        spelt = [Stated("phone", *span) for span in spelt_out(self.numbers, text)]
        times = [t for t in self.times(text, asked, earlier) if not overlaps(t, spelt)]
        cheap = self.pence.told(text) or self.pence.told(asked)
        prices = self.prices(text, topical, beside, cheap)
        prices = [p for p in prices if not overlaps(p, spelt)]
        files = [Stated("phone", m.end(), end_of(text, m.end())) for m in self.file.finditer(text)]
        idioms = [Stated("phone", *m.span()) for m in self.idioms.finditer(text)]
        times = [t for t in times if not overlaps(t, files) or self.is_placed(text, t, clocks)]
        times = [t for t in times if not overlaps(t, idioms)]
        files += idioms
        prices = [p for p in prices if sure(p, text, self) or not self.is_of_file(text, p, files)]
        # "Ninety to a hundred pounds": what has a currency isn't a time, and the other way round.
        surer = [
            p
            for p in prices
            if sure(p, text, self)
            or self.half_priced(text, p, clocks)
            or self.is_paid(text, p, clocks, cheap)
        ]
        amounts: list[Amount | Stated] = [*self.numbers.amounts(text), *prices]
        doubtful = {
            c.start
            for c in clocks
            if topical and (c.bare or c.pair) and not self.before.ends(text[: c.start] + " ")
            if any(inside(c, a, or_same=True) for a in amounts)
        }
        times = [t for t in times if not overlaps(t, prices if t.start in doubtful else surer)]
        return times + [p for p in prices if not overlaps(p, times)]

    def is_placed(self, text: str, time: Stated, clocks: list[Clock]) -> bool:
        """'Prescriptions go out at ten thirty': no number of a prescription."""
        lead = text[: time.start].rstrip() + " "
        return self.before.ends(lead) and any(c.start == time.start and not c.bare for c in clocks)

    def is_of_file(self, text: str, price: Stated, files: list[Stated]) -> bool:
        """'Order four hundred and fourteen', but not 'no referral, and the letter is eighty'."""
        return any(
            overlaps(price, [file]) and not NEW_CLAUSE.search(text[file.start : price.start])
            for file in files
        )

    def is_paid(self, text: str, price: Stated, clocks: list[Clock], cheap: bool) -> bool:
        """'Three fifty for a crown', but not 'at three fifty for a check-up'."""
        lead = text[: price.start].rstrip() + " "
        if any(c.pair and within(price, c) for c in clocks):
            return False  # "twenty-one fifteen" is two amounts, but one time
        if any(not (c.bare or c.pair) and covers(c, price) for c in clocks):
            return False  # "ten to eleven for your lad"
        if self.money_before.ends(lead):
            return True
        told = self.money_after.begins(text[price.end :]) or (cheap and self.cues.ends(lead))
        return told and not self.before.ends(lead)

    def half_priced(self, text: str, price: Stated, clocks: list[Clock]) -> bool:
        """A range of which one bound can't be a time: "five eighty to seven twenty"."""
        ends = [a for a in self.numbers.amounts(text) if price.start <= a.start < price.end]
        timed = [a for a in ends if any(c.start <= a.start and a.end <= c.end for c in clocks)]
        if len(ends) == 2 and self.bounds.of_money(text[ends[0].end : ends[1].start]):
            return True  # "one fifty, going up to three twenty"
        return len(ends) == 2 and len(timed) == 1

    def is_quoted(self, reading: Reading, sentence: Sentence, one: Stated) -> bool:
        """Somebody else's words, and not hers again: 'you said two, it's three'."""
        spans = reading.tokens.spans
        cues = [*reading.cue_spans("quotation"), *reading.cue_spans("reported")]
        own = self.said_to
        cues = [c for c in cues if not own.search(reading.original[: spans[c[0]][0]])]
        ends = [spans[end - 1][1] for _, end in cues]
        relative = {match.end("cue") for match in self.relative.finditer(reading.original)}
        ends = [end for end in ends if end not in relative]
        ends = [end for end in ends if sentence.start <= end <= sentence.end]
        if not ends:
            return False
        mine = [end for end in ends if end <= one.start]
        return not mine or not self.own_words.search(reading.original[max(mine) : one.start])

    def is_denied(self, text: str, one: Stated) -> bool:
        """'Not at eight', 'nothing at nine', 'I can't promise six', 'should you come at six'."""
        start = one.start
        lead = text[:start]
        if self.is_old(text, one):
            return True
        clause = re.split("[,;.\uff0c\uff1b\u3002]", text[one.end :])[0]
        if self.is_supposed(lead) or self.condition_after.within(clause):
            return True
        for _, end in self.disclaims.spans(lead):
            if not (self.contrast.search(lead[end:]) or self.own_words.search(lead[end:])):
                return True
        if one.kind == "phone":
            return False
        if one.kind in ("time", "day") and self.no_longer.within(text[one.end :]):
            return True
        if one.kind == "time":
            rest = text[one.end :].lstrip(" ")
            if self.denied_after.match(rest) or self.denied_in_clause.regex.match(rest):
                return True
        if one.kind == "price" and self.denied_price.follows(text[one.end :]):
            return True
        if one.kind == "price" and self.bygone_after.follows(text[one.end :]):
            return True
        if one.kind == "price" and self.bounds.no_more.search(lead):
            return False  # "it won't come to more than five hundred"
        if bound := self.bound_before.search(lead):
            if one.kind == "price" and self.negation.until.within(bound[0]):
                return False  # "I couldn't do it any cheaper than eighty"
            start = bound.start()  # "no more than five hundred" denies nothing
        return negated(text, start, self.negation)

    def is_old(self, text: str, one: Stated) -> bool:
        """'Two forty-nine, down from three fifty', but not 'down from ninety to eighty'."""
        said = [a for a in self.numbers.amounts(text) if one.start <= a.start < one.end]
        if len(said) != 1:
            return False
        old = one.kind == "price" or (one.kind == "time" and said[0].value >= HUNDREDS)
        return old and self.bounds.raised_from.ends(head(text, one.start))

    def is_denied_too(self, text: str, one: Stated, denied: Sequence[Stated]) -> bool:
        """'I can't at four, at half past four neither.'"""
        times = one.kind == "time" and any(d.kind == "time" and d.end < one.start for d in denied)
        return times and self.too.begins(text[one.end :])

    def is_supposed(self, lead: str) -> bool:
        """Behind 'should you come' or 'in case', in the same clause."""
        return any(not re.search("[,;]", lead[end:]) for _, end in self.conditions.spans(lead))

    def only_closed(self, text: str, one: Stated, found: list[Stated]) -> bool:
        """'We're not open on Sundays' names Sunday; 'not Monday, Tuesday' takes one back."""
        days = [o for o in found if o.kind == "day" and o.days and o is not one]
        later = [o for o in days if o.start > one.start]
        others = any(not negated(text, o.start, self.negation) for o in later)
        lead = text[: one.start]
        if any(o.end <= one.start and self.not_that_day.search(lead[o.end :]) for o in days):
            return False  # "it's Saturday, not Sunday"
        supposed = self.disclaims.within(lead) or self.is_supposed(lead)
        supposed = supposed or self.no_longer.within(text[one.end :])
        return one.kind == "day" and not (others or supposed)

    def is_at(self, text: str, clock: Clock) -> bool:
        """ "At two in the morning", not "two in the morning" of something taken."""
        lead = text[: clock.start]
        placed = self.before.ends(lead + " ") or self.numbers.clock_finder.day_before.search(lead)
        return not clock.bare and bool(placed)

    def times(self, text: str, asked: str, earlier: str) -> list[Stated]:
        clocks = self.numbers.clocks(text, earlier, self.asks_one_time(asked))
        good = [c for c in clocks if self.is_time(text, c)]
        for first, second in pairwise(clocks):
            between = text[first.end : second.start].strip().lower()
            ranged = (self.bare or first.doubtful) and self.listed.regex.fullmatch(between)
            mended = first in good and self.mends(text, first, second)
            if (first in good) != (second in good) and (ranged or mended):
                good.append(second if first in good else first)
            if ranged and first not in good and self.is_timetable(text, first, second):
                good += [first, second]
        good = [c for c in good if not self.is_pronoun(text, c, clocks)]
        good += [c for c in clocks if c not in good and self.is_another(text, c, good)]
        if self.duration.within(text):
            good = [c for c in good if not (c.doubtful if self.numbers.words.hours else c.bare)]
        if self.doses.within(text) or self.doses.within(asked):
            good = [c for c in good if (c.hour or DAY_HOURS) > LARGEST_DOSE or self.is_at(text, c)]
        longer = [a for a in self.numbers.amounts(text) if a.value >= DAY_HOURS]
        good = [c for c in good if not any(inside(c, a) for a in longer)]
        good = [c for c in good if not self.is_tenths(text, c, longer, clocks)]
        if (
            clocks
            and clocks[0] not in good
            and asked
            and (len(clocks) == 1 or good or self.mends(text, *clocks[:2]))
            and (self.asks_time(asked) or self.times(asked, "", ""))
            and not re.search(r"\w{4,}", text[: clocks[0].start])
        ):
            good = [clocks[0], *good]
            good += [c for c in clocks[1:2] if c not in good and self.mends(text, clocks[0], c)]
        return [Stated("time", c.start, c.end, minutes=c.minutes) for c in good]

    def is_tenths(self, text: str, clock: Clock, longer: list[Amount], clocks: list[Clock]) -> bool:
        """'Thirty-eight and five' is a temperature."""
        return clock.bare and any(
            a.end <= clock.start
            and self.between_and.regex.fullmatch(text[a.end : clock.start].strip())
            and not any(c.start <= a.start < c.end for c in clocks)
            for a in longer
        )

    def is_timetable(self, text: str, first: Clock, second: Clock) -> bool:
        """'Nine to one Saturdays': a naked range beside a day."""
        return any(
            0 <= first.start - day.end <= BESIDE or 0 <= day.start - second.end <= BESIDE
            for day in self.numbers.days(text)
        )

    def mends(self, text: str, first: Clock, second: Clock) -> bool:
        """'Four, no, five.'"""
        spans = (first.start, first.end), (second.start, second.end)
        return corrected(text, *spans, self.correction)

    def is_pronoun(self, text: str, clock: Clock, clocks: list[Clock]) -> bool:
        """'One at ten to twelve and one at five past two'."""
        between = (text[clock.end : c.start].strip().lower() for c in clocks if c.start > clock.end)
        return clock.bare and next(between, "") in self.numbers.words.at_words

    def is_another(self, text: str, clock: Clock, good: list[Clock]) -> bool:
        """'We finish at six, eight on a Thursday', 'it was at two but it'll be three'."""
        if not clock.bare or all(c.end > clock.start for c in good):
            return False
        ends = CLAUSE_END.match(text, clock.end) and (clock.hour or 0) <= HALF_DAY_HOURS
        again = bool(ends) and self.time_again.ends(text[: clock.start])
        return again or self.day_after.match(text, clock.end) is not None

    def is_time(self, text: str, clock: Clock) -> bool:
        lead = text[: clock.start].rstrip() + " "
        named = text[clock.start].isupper() and bool(self.titled.search(lead))  # "Mrs Noon"
        named = named or self.is_title(text, clock)
        if named or IN_NUMBER.search(text[: clock.start]) or self.face.match(text, clock.end):
            return False
        if clock.pair and clock.hour in (19, 20) and self.year_before.search(lead):
            return False  # "the third of May, nineteen fifty-two"
        if (
            clock.bare
            and not clock.pair
            and self.twelve_hours
            and (clock.hour or 0) > HALF_DAY_HOURS
        ):
            return False
        said = text[clock.start : clock.end]
        if clock.hour in MAY_BE_DAYS and self.days_too.search(said) and len(said.split()) == 2:
            return self.before.ends(lead)
        if not clock.bare:
            return not (clock.pair and self.other.ends(lead))
        placed, other = self.before.at_end(lead), self.other.at_end(lead)
        numbered = other <= placed and other < len(lead)  # "since two", but "open since two"
        if not (self.bare or clock.doubtful) or numbered or self.counts(text, lead):
            return False
        if clock.doubtful and any(
            a.money and a.end <= clock.start and len(text[a.end : clock.start].split()) <= 1
            for a in self.numbers.amounts(text)
        ):
            return False  # "a hundred an hour"
        if clock.doubtful and self.parts_of_day.ends(lead):
            return True
        if self.after.begins(text[clock.end :]):
            return True
        rest = text[clock.end :]
        noun = self.is_named(rest) or self.is_counted(text, clock) or self.is_number_of(rest)
        return self.before.ends(lead) and not noun

    def is_number_of(self, rest: str) -> bool:
        """What the number counts follows in the plural: 'by ten years'."""
        noun = self.plural.match(rest)
        return self.lower_case and noun is not None and noun[0].strip().islower()

    def is_counted(self, text: str, clock: Clock) -> bool:
        """'At six weeks and again at twelve': the unit is left out the second time."""
        before = re.search(r"(\w+)\s+$", text[: clock.start])
        if not before or not self.counted.search(text[: clock.start]):
            return False
        unit = rf"(?<!\w){before[1]}\s+(?:\d+|{self.numeral})[\s-]+{self.counted.pattern}"
        return re.search(unit, text[: clock.start], re.I) is not None

    def is_title(self, text: str, clock: Clock) -> bool:
        """The cinema 'Noon', in a language that writes days and hours in lower case."""
        inside = re.search(r"\w,?\s+$", text[: clock.start]) is not None
        return inside and self.lower_case and text[clock.start :][:2].istitle()

    def is_named(self, rest: str) -> bool:
        """A name follows, and no day: 'one hundred and six High Street'."""
        return bool(NAME.match(rest)) and not self.numbers.day_finder.day.match(rest.lstrip())

    def counts(self, text: str, lead: str) -> bool:
        """'Five hundred for ten': so many for a price."""
        ends = [match.start() for match in self.price_for.finditer(lead)]
        return bool(ends) and any(
            a.end <= ends[-1] <= a.end + 1 and (a.money or a.value >= SMALLEST_BARE)
            for a in self.numbers.amounts(text)
        )

    def asks_time(self, asked: str) -> bool:
        return self.time_asked.within(asked)

    def is_of_price(self, asked: str) -> bool:
        """'Is it two hundred?'"""
        if not self.numbers.named(asked) or self.times(asked, "", ""):
            return False
        return bool(self.prices(asked.rstrip(" ?\uff1f"), False, False, False))

    def asks_one_time(self, asked: str) -> bool:
        """'When's the next one?', but not 'when are you open?'"""
        return self.asks_time(asked) and not self.hours_asked.within(asked)

    def prices(self, text: str, topical: bool, beside: bool, cheap: bool) -> list[Stated]:
        amounts = [self.whole(text, a, topical or beside) for a in self.numbers.amounts(text)]
        if cheap:
            amounts = self.pence.read(text, amounts)
        amounts = [a for a in amounts if 0 < a.value < LARGEST]
        if self.weights.within(text):
            amounts = [a for a in amounts if not self.is_weight(text, a)]
        found: list[Stated] = []
        skip = False
        for i, amount in enumerate(amounts):
            if skip:
                skip = False
                continue
            after = amounts[i + 1] if i + 1 < len(amounts) else None
            if after and (
                self.bounds.is_range(text, amount, after)
                or self.bounds.is_raised(text, amount, after)
            ):
                low, high = in_scale(amount.value, after.value)
                priced = amount.money or after.money or self.is_price(text, after, topical, beside)
                if self.bounds.is_raised(text, amount, after):
                    low = high
                    priced = priced or not self.is_of_things(text[after.end :])
                if priced:
                    found.append(Stated("price", amount.start, after.end, low=low, high=high))
                skip = True
            elif amount.money or self.is_price(text, amount, topical, beside):
                found.append(self.single(text, amount))
        return self.bounds_joined(text, found)

    def is_of_things(self, rest: str) -> bool:
        """What is counted follows: no money."""
        return self.not_after.follows(rest) or self.plural.match(rest) is not None

    def is_weight(self, text: str, amount: Amount) -> bool:
        """'Six pounds eleven.'"""
        return amount.money and self.weight_units.within(text[amount.start : amount.end])

    def bounds_joined(self, text: str, prices: list[Stated]) -> list[Stated]:
        """'From a hundred and fifty, and it goes up to three hundred' is one price."""
        found: list[Stated] = []
        for price in prices:
            last = found[-1] if found else price
            low, high = last.low, price.high
            ends = low and high and low < high and last.high is None and price.low is None
            between = re.findall(r"\w+", text[last.end : price.start])
            if ends and len(between) <= BETWEEN_BOUNDS:
                found[-1] = last._replace(end=price.end, high=high)
            else:
                found.append(price)
        return found

    def whole(self, text: str, amount: Amount, beside: bool) -> Amount:
        """'Six and a half' of money is 6500, where thousands are left out."""
        if not self.numbers.words.thousands_left_out or amount.money or amount.value % 1 != 0.5:
            return amount
        lead, said = text[: amount.start].rstrip() + " ", text[amount.start : amount.end]
        paid = beside or self.money_before.ends(lead) or self.cues.ends(lead)
        if not paid or re.search(r"\d", said) or self.not_after.follows(text[amount.end :]):
            return amount
        return amount._replace(value=amount.value * 1000, money=True)

    def is_price(self, text: str, amount: Amount, topical: bool, beside: bool) -> bool:
        """A naked number where prices are the subject."""
        lead, rest = text[: amount.start].rstrip() + " ", text[amount.end :]
        paid, other = self.money_before.at_end(lead), self.other.at_end(lead)
        sold = amount.value >= SMALLEST_UNASKED and self.money_after.follows(rest)
        if other <= paid and other < len(lead) and not sold:  # "flat forty", but "a flat forty"
            return False
        if self.not_after.follows(rest) or self.counts(text, lead):
            return False
        if self.ordinal.match(rest):
            return False  # "a hundred and twelfth"
        if amount.value < SMALLEST_THOUSAND and self.address.search(lead):
            return False
        rest_of = self.trailing.sub("", rest, count=1)
        if amount.value >= SMALLEST_PAID and any(map(self.money_after.begins, (rest, rest_of))):
            return True
        said = text[amount.start : amount.end]
        halved = self.and_a_half.search(said) is not None  # "thirty-eight and a half"
        spoken = not halved and not re.search(r"\d", said)
        if amount.value % 1 and spoken and not self.is_year(text, amount):
            paid = topical or beside or self.cues.ends(lead) or CLAUSE_END.match(rest) is not None
            large = amount.value >= SMALLEST_BARE
            if (self.hundreds and large) or (self.pence_after and paid):
                return True  # "thirty-two fifty"
        if amount.value < SMALLEST_BARE:
            answers = topical and amount.value >= SMALLEST_PAID
            return answers and not re.search(r"\w", self.nothing.sub("", lead + rest))
        bounded = self.bounds.is_floor(rest) or self.bounds.is_ceiling(rest)
        sized = topical or beside or amount.value > LARGEST_COUNT
        if (bounded and sized) or paid < len(lead):
            return True
        if CLAUSE_END.match(rest_of) or self.goes_on.follows(rest_of):
            if self.is_year(text, amount):
                return False
            if beside:  # "the vaccine is seven hundred, the injection itself ninety."
                return True
            bare = self.bare_amounts and CLAUSE_END.match(rest) is not None
            bare = bare and not self.other.within(self.after_ordinal(text, lead))
            alone = bare or not re.search(r"\w", self.nothing.sub("", lead))
            plain = self.leading.sub(" ", lead)
            leads = lead, plain, self.bound_before.sub(" ", plain)
            told = any(map(self.cues.ends, leads)) and not DEFINITE.search(lead)
            told = told or self.after_denied(text, amount)
            if (amount.value > LARGEST_COUNT or self.after_denied(text, amount)) and (
                alone or told
            ):
                return True  # "It's forty-eight." "No, ninety."
        if self.plural.match(rest):
            return False
        if topical:
            return True
        near = lead[lead.rfind(",") + 1 :] if amount.value >= SMALLEST_THOUSAND else lead
        other = self.other.within(near) or self.is_year(text, amount) or self.is_named(rest)
        told = not self.naked_told or any(
            cue.follows(rest) for cue in (self.goes_on, self.paid_for)
        )
        told = told or self.bound_before.search(lead) is not None or self.cues.ends(lead)
        told = told or CLAUSE_END.match(rest_of) is not None
        return amount.value >= SMALLEST_UNASKED and told and not other

    def after_ordinal(self, text: str, lead: str) -> str:
        """What stands before a number without 'the first', which isn't its own."""
        small = {a.start for a in self.numbers.amounts(text) if a.value < SMALLEST_BARE}
        ends = [end for _, end in self.other.spans(lead) if {end, end + 1} & small]
        return lead[max(ends, default=0) :]

    def after_denied(self, text: str, amount: Amount) -> bool:
        """'Not sixty, seventy': of the same kind as what is denied."""
        before = [a for a in self.numbers.amounts(text) if a.end <= amount.start]
        small = not before or before[-1].value <= LARGEST_COUNT
        if small or not negated(text, before[-1].start, self.negation):
            return False
        between = text[before[-1].end : amount.start].strip(" ,\uff0c")
        said = any(cue.fullmatch(between) for cue in (self.contrast, self.cues.regex))
        return not between or said

    def is_year(self, text: str, amount: Amount) -> bool:
        said = text[amount.start : amount.end].strip()
        if amount.value % 1:
            return int(amount.value) in (19, 20)  # "nineteen eighty-two"
        told = said.isdigit() or (self.years_told and amount.value % 10 > 0)
        return 1900 <= amount.value <= 2100 and told

    def single(self, text: str, amount: Amount) -> Stated:
        low, high = self.bounds.of(text, amount)
        return Stated("price", amount.start, amount.end, low=low, high=high)

    def days(self, text: str) -> list[Stated]:
        days = [Stated("day", d.start, d.end, days=d.days) for d in self.numbers.days(text)]
        months = [Stated("day", m.start(), m.end()) for m in self.months.finditer(text)]
        return days + [m for m in months if not overlaps(m, days)]


def end_of(text: str, start: int) -> int:
    """Where the clause ends that holds what is told of a file, a code or an account."""
    end = re.compile(r"[.;!?]").search(text, start)
    return end.start() if end else len(text)


def sure(price: Stated, text: str, finder: Finder) -> bool:
    """A currency goes with it."""
    return any(a.money for a in finder.numbers.amounts(text[price.start : price.end + 12]))


def retracted(one: Stated, denied: Sequence[Stated]) -> bool:
    """'The seven o'clock, well, not seven': said before it is denied."""
    return one.kind == "time" and any(
        one.start < other.start and one.value == other.value for other in denied
    )


def inside(clock: Clock, amount: Amount | Stated, or_same: bool = False) -> bool:
    """The hour is only a part of the number: 'two thousand'."""
    longer = amount.end - amount.start > clock.end - clock.start
    return (longer or or_same) and amount.start <= clock.start and clock.end <= amount.end


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
