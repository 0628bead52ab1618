"""Which numbers of a sentence are times of day that it states."""

import re
from itertools import pairwise

from scoring.facts.claims import Cues, Stated, corrected
from scoring.facts.clocks import HALF_DAY_HOURS
from scoring.facts.counted import Counted
from scoring.facts.numbers import Amount, Clock, Numbers
from scoring.facts.prices import CLAUSE_END
from scoring.facts.words import LETTER, Lexicon, any_of

LARGEST_DOSE = 4
BESIDE = 4
"""Characters between a time and its day: 'one on Saturdays'."""
DAY_HOURS = 24
MAY_BE_DAYS = (2, 3, 4)
"""Behind them Russian says 'day' as it does for the afternoon."""
LAST_WORD = re.compile(r"(\w+)\s+$")
IN_NUMBER = re.compile(r"[^\W\d_]-$")
"""Before the 'two fifty' of 'seventy-two fifty'."""


class Times:
    """Times of day in one language."""

    def __init__(self, numbers: Numbers, counted: Counted) -> None:
        self.numbers, self.counted = numbers, counted
        w = numbers.words
        before = [*w.time_before, *w.at_words, *w.opens_before, *w.closes_before]
        self.before = Cues(before, w.small_words)
        self.at = Cues(w.at_words)
        self.after = Cues(w.time_after)
        parts_of_day = [*w.am_before, *w.pm_before, *w.am, *w.pm]
        self.placing = Lexicon([*before, *w.time_after, *parts_of_day])
        self.days_too = re.compile(any_of(w.days_too), re.I)
        self.counted_time = Lexicon(w.counted_time)
        years = any_of([*w.months, *w.ordinals, *w.year_before])
        self.year_before = re.compile(rf"{years}[\s,]*$", re.I)
        days = any_of(day for names in w.weekdays.values() for day in names)
        self.any_day = re.compile(rf"{days}|{any_of([*w.relative_days, *w.other_days])}", re.I)
        day = rf"{any_of(w.day_at)}\s+{days}|{any_of(w.other_days)}"
        self.time_again = Cues(w.time_again)
        self.day_after = re.compile(rf"\s+(?:{day})", re.I)
        self.face = re.compile(rf"\s*{any_of(w.not_a_time_after)}", re.I)
        self.listed = Cues([*w.range_words, *w.between_and, *w.day_list_words])
        self.comma = re.compile(rf"(,)\s*{any_of(w.articles)}$|^,\s*(?=\w)")
        self.for_whom = Cues(w.time_for)
        self.range_words = re.compile(any_of(w.range_words), re.I)
        self.between_and = Cues(w.between_and)
        self.correction = Cues(w.correction)
        self.time_asked = Cues([*w.hours_cues, *w.time_questions])
        self.hours_asked = Cues(w.hours_cues)
        self.o_clock = re.compile(any_of(w.o_clock), re.I)
        self.doses = Cues(w.doses)
        self.duration = Cues(w.duration_cues)
        self.parts_of_day = Cues(parts_of_day)
        self.bare = w.pairs
        self.twelve_hours = w.twelve_hours
        self.one_such = re.compile(
            rf"(?:{any_of(w.articles)}\s+[^\W\d_]+|{any_of(w.demonstratives)})\s+$", re.I
        )
        self.lower_case = w.lower_case_days
        spoken = numbers.clock_finder.spoken
        numeral = spoken.pattern(spoken.cardinals)
        unit = self.counted_time.regex.pattern
        # looked for from every word: "for two" may begin inside "at for two weeks"
        self.so_many = re.compile(rf"(?<!\w)(?=(\w+)\s+(?:\d+|{numeral})[\s-]+{unit})", re.I)
        self.titled = re.compile(rf"{any_of(w.not_a_day_before)}[\s.]*$", re.I)

    def find(self, text: str, asked: str, earlier: str) -> list[Stated]:
        """The times of day, ``asked`` and ``earlier`` said before."""
        clocks = self.numbers.clocks(text, earlier, self.asks_one_time(asked))
        if not clocks:
            return []
        good = [c for c in clocks if self.is_time(text, c)]
        for first, second in pairwise(clocks):
            ranged = (self.bare or first.doubtful) and self.is_listed(text, first, second)
            mended = first in good and self.mends(text, first, second)
            if (first in good) != (second in good) and (ranged or mended):
                good.append(second if first in good else first)
            if ranged and first not in good and self.is_timetable(text, first, second):
                good += [first, second]
        good = [c for c in good if not self.is_pronoun(text, c, clocks)]
        if self.begins_list(text, clocks):
            good = [clocks[0], *good]
        good += [c for c in clocks if c not in good and self.is_another(text, c, good)]
        if good and self.duration.is_in(text):
            good = [c for c in good if not (c.doubtful if self.numbers.words.hours else c.bare)]
        if good and (self.doses.is_in(text) or self.doses.is_in(asked)):
            good = [
                c
                for c in good
                if (c.hour or DAY_HOURS) > LARGEST_DOSE
                or self.is_at(text, c)
                or self.o_clock.search(text, c.start, c.end)
            ]
        longer = [a for a in self.numbers.amounts(text) if a.value >= DAY_HOURS]
        good = [c for c in good if not any(inside(c, a) for a in longer)]
        good = [c for c in good if not self.is_tenths(text, c, longer, clocks)]
        if (
            asked
            and clocks[0] not in good
            and (
                len(clocks) == 1
                or good
                or self.mends(text, *clocks[:2])
                or self.is_listed(text, *clocks[:2])
                or self.is_another(text, clocks[1], clocks[:1])
            )
            and (self.asks_time(asked) or self.find(asked, "", ""))
            and not re.search(r"\w{4,}", self.any_day.sub("", text[: clocks[0].start]))
        ):
            good = [clocks[0], *good]
            for first, second in pairwise(clocks):
                goes_on = self.is_listed(text, first, second) or self.mends(text, first, second)
                goes_on = goes_on or self.is_another(text, second, good)
                if first in good and second not in good and goes_on:
                    good.append(second)
        return [Stated("time", c.start, c.end, minutes=c.minutes) for c in good]

    def is_listed(self, text: str, first: Clock, second: Clock) -> bool:
        """'Ten, eleven', 'four, and five', 'a nine, a half past ten'."""
        between = text[first.end : second.start].strip().lower()
        joined = self.listed.regex.fullmatch(self.comma.sub(r"\1", between))
        return bool(between) and joined is not None

    def is_at(self, text: str, clock: Clock) -> bool:
        """ "At two in the morning", not "two in the morning" of something taken."""
        lead = text[: clock.start]
        if clock.bare and self.at.ends(lead) and CLAUSE_END.match(text, clock.end):
            return True
        placed = self.before.ends(lead + " ") or self.numbers.clock_finder.day_before.search(lead)
        return not clock.bare and bool(placed)

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
        """'One at ten to twelve and one at five past two', 'a small one'."""
        between = (text[clock.end : c.start].strip().lower() for c in clocks if c.start > clock.end)
        if clock.bare and clock.hour == 1 and self.one_such.search(text[: clock.start]):
            return True
        return clock.bare and next(between, "") in self.numbers.words.at_words

    def begins_list(self, text: str, clocks: list[Clock]) -> bool:
        """'Nine on Monday, ten on Tuesday.'"""
        dated = [c for c in clocks if c.bare and self.day_after.match(text, c.end)]
        first = LETTER.search(text)
        return len(dated) > 1 and first is not None and dated[0].start == first.start()

    def is_another(self, text: str, clock: Clock, good: list[Clock]) -> bool:
        """'We finish at six, eight on a Thursday', 'Tuesdays five', 'it was at two but it'll be
        three'."""
        if not clock.bare or all(c.end > clock.start for c in good):
            return False
        if self.is_next_for(text, clock, good):
            return True
        ends = CLAUSE_END.match(text, clock.end) and (clock.hour or 0) <= HALF_DAY_HOURS
        lead = text[: clock.start]
        again = self.time_again.ends(lead) or self.numbers.clock_finder.day_before.search(lead)
        return bool(ends and again) or self.day_after.match(text, clock.end) is not None

    def is_next_for(self, text: str, clock: Clock, good: list[Clock]) -> bool:
        """'Half eight for the children, nine for the rest.'"""
        before = [c for c in good if c.end <= clock.start]
        ends = [before[-1].end, clock.end] if before else []
        return bool(ends) and all(self.for_whom.follows(text[end:]) for end in ends)

    def is_range(self, between: str) -> bool:
        """'Ten till one.'"""
        return self.range_words.fullmatch(between.strip().lower()) is not None

    def is_time(self, text: str, clock: Clock) -> bool:
        if clock.bare and not self.placing.may_be_in(text):
            return False
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
            return not (clock.pair and self.counted.numbered.ends(lead))
        placed, other = self.before.at_end(lead), self.counted.other.at_end(lead)
        numbered = other <= placed and other < len(lead)  # "since two", but "open since two"
        if (
            not (self.bare or clock.doubtful)
            or numbered
            or self.counted.counts(text, lead, clock.hour or 0)
        ):
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
        noun = (
            self.counted.is_named(rest) or self.is_counted(text, clock) or self.is_number_of(rest)
        )
        return self.before.ends(lead) and not noun

    def is_number_of(self, rest: str) -> bool:
        """What the number counts follows in the plural: 'by ten years'."""
        noun = self.counted.plural.match(rest)
        return self.lower_case and noun is not None and noun[0].strip().islower()

    def is_counted(self, text: str, clock: Clock) -> bool:
        """'At six weeks and again at twelve': the unit is left out the second time."""
        if not self.counted_time.may_be_in(text):
            return False
        lead = text[: clock.start]
        before = LAST_WORD.search(lead)
        if not before or not self.counted_time.regex.search(lead):
            return False
        return any(m[1].lower() == before[1].lower() for m in self.so_many.finditer(lead))

    def is_title(self, text: str, clock: Clock) -> bool:
        """The cinema 'Noon', in a language that writes days and hours in lower case."""
        titled = self.lower_case and text[clock.start : clock.start + 2].istitle()
        return titled and re.search(r"\w,?\s+$", text[: clock.start]) is not None

    def asks_time(self, asked: str) -> bool:
        return self.time_asked.is_in(asked)

    def asks_one_time(self, asked: str) -> bool:
        """'When's the next one?', but not 'when are you open?'"""
        return self.asks_time(asked) and not self.hours_asked.is_in(asked)


def inside(clock: Clock, amount: Amount | Stated, or_same: bool = False) -> bool:
    """The hour is only a part of the number: 'two thousand'."""
    longer = amount.end - amount.start > clock.end - clock.start
    return (longer or or_same) and amount.start <= clock.start and clock.end <= amount.end
