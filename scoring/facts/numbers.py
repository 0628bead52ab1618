"""Everything numeric of one language: times of day, days of the week, amounts of money."""

import re
from dataclasses import dataclass
from functools import cache

from rubrics.kept import kept
from scoring.facts.amounts import Amount, Amounts
from scoring.facts.clocks import Clock, Clocks
from scoring.facts.days import Days, Weekdays
from scoring.facts.words import DIGIT, Lexicon, Spoken, Words, words_of


@dataclass(frozen=True, eq=False)
class Numbers:
    """The finders of a language, each compiled once."""

    words: Words
    clock_finder: Clocks
    day_finder: Weekdays
    amount_finder: Amounts
    numeral: Lexicon
    """Words that a number or a time begins with."""
    figure: "re.Pattern[str]"
    """One of them, or digits."""

    @kept  # one object a language, and several criteria ask the same
    def figures(self, text: str) -> list[int]:
        """Where a number or a time may begin: the words and digits for one."""
        if self.numeral.may_be_in(text) or DIGIT.search(text):
            return [match.start() for match in self.figure.finditer(text)]
        return []

    def named(self, text: str) -> bool:
        """A digit or a word of numbers or times is there at all."""
        return bool(self.figures(text))

    def clocks(self, text: str, earlier: str = "", one: bool = False) -> list[Clock]:
        """Every time of day, in order, without overlaps; naked numbers are marked ``bare``.

        ``earlier`` is what was said before: 'ten past' counts from its last time. ``one``: a
        single time was asked for, so 'ten to four' is 3:50.
        """
        if not self.named(text):
            return []
        lacks_hour = earlier and self.clock_finder.may_lack_hour(text)
        return self.clocks_after(text, earlier if lacks_hour else "", one)

    @kept  # here, where the same question is always worded the same
    def clocks_after(self, text: str, earlier: str, one: bool) -> list[Clock]:
        """The same, ``earlier`` only where a time lacks its hour."""
        last = self.clocks(earlier)[-1:] if earlier else []
        return self.clock_finder.find(text, self.figures(text), *last, one=one)

    def days(self, text: str, today: int | None = None) -> list[Days]:
        """Day expressions in order; ``today`` (0 = Monday) resolves 'today' and 'tomorrow'."""
        return self.days_seen(text, today) if self.names_day(text) else []

    @kept
    def names_day(self, text: str) -> bool:
        """A word for a day is there at all."""
        return self.day_finder.any.is_in(text)

    @kept
    def days_seen(self, text: str, today: int | None) -> list[Days]:
        """The days of a text that names one."""
        return self.day_finder.find(text, today)

    @kept
    def amounts(self, text: str) -> list[Amount]:
        """Every number that could be an amount of money, in order."""
        return self.amount_finder.find(text) if self.named(text) else []


@cache
def numbers(code: str) -> Numbers:
    """The numbers of a language, compiled once a process."""
    words = words_of(code)
    spoken = Spoken(words)
    names = {name.split()[0] for name in (*spoken.cardinals, *spoken.hours, *spoken.hours_of)}
    names |= {*spoken.half_hours}
    names |= {form.split()[0] for form in words.clock_short if not form.startswith("<")}
    names |= {name.split()[0] for name in (*words.values, *words.scales, *words.coins)}
    names |= {name.split()[0] for name in words.fixed_times}
    clocks, days, amounts = Clocks(words, spoken), Weekdays(words), Amounts(words, spoken)
    numeral = Lexicon(names)
    # no more than looked at: a number may stand inside a longer name of a time
    figure = re.compile(rf"\d+|(?={numeral.regex.pattern})", re.I)
    return Numbers(words, clocks, days, amounts, numeral, figure)


__all__ = ["Amount", "Clock", "Days", "Numbers", "numbers"]
