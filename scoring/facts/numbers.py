"""Everything numeric of one language: times of day, days of the week, amounts of money."""

from dataclasses import dataclass
from functools import cache

from scoring.facts.amounts import Amount, Amounts
from scoring.facts.clocks import Clock, Clocks
from scoring.facts.days import Days, Weekdays
from scoring.facts.words import Spoken, Words, words_of


@dataclass(frozen=True, slots=True)
class Numbers:
    """The finders of a language, each compiled once."""

    words: Words
    clock_finder: Clocks
    day_finder: Weekdays
    amount_finder: Amounts

    def clocks(self, text: str) -> list[Clock]:
        """Every time of day, in order, without overlaps; naked numbers are marked ``bare``."""
        return self.clock_finder.find(text)

    def days(self, text: str, today: int | None = None) -> list[Days]:
        """Day expressions in order; ``today`` (0 = Monday) resolves 'today' and 'tomorrow'."""
        return self.day_finder.find(text, today)

    def amounts(self, text: str) -> list[Amount]:
        """Every number that could be an amount of money, in order."""
        return self.amount_finder.find(text)


@cache
def numbers(code: str) -> Numbers:
    """The numbers of a language, compiled once a process."""
    words = words_of(code)
    spoken = Spoken(words)
    return Numbers(words, Clocks(words, spoken), Weekdays(words), Amounts(words, spoken))


__all__ = ["Amount", "Clock", "Days", "Numbers", "numbers"]
