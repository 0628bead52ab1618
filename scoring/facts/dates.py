"""Dates in raw text: 'the twelfth of March', '12 March', 'dwunastego marca'."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from rubrics.kept import kept
from scoring.facts.days import Days
from scoring.facts.numbers import numbers
from scoring.facts.words import PIECE, Spoken, Words, any_of, spaced, words_of

MONTHS = 12
NEAR = 3
"""Words between a weekday and the date it goes with: 'Tuesday the twelfth'."""
COUNTED = 4
"""So far people count: 'the first time', 'the fourth child'."""
BESIDE = 4
"""Letters between a weekday and its date: 'Tuesday, the twelfth'."""
AROUND_DAYS = (31, 92)
"""A day said without its month is looked for so many days back and ahead of the call."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A day of a month, no year said."""

    start: int
    end: int
    month: int
    day: int

    def near(self, today: date) -> date | None:
        """The date nearest to a day; None for the 30th of February."""
        found = []
        for year in (today.year - 1, today.year, today.year + 1):
            try:
                found.append(date(year, self.month, self.day))
            except ValueError:
                continue
        return min(found, key=lambda one: abs((one - today).days), default=None)


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """'The twelfth', no month said."""

    start: int
    end: int
    day: int

    def around(self, today: date) -> list[date]:
        """The dates it may be, of a call on ``today``."""
        back, ahead = AROUND_DAYS
        days = (today + timedelta(days=n) for n in range(-back, ahead + 1))
        return [one for one in days if one.day == self.day]


class Dates:
    """Finds dates of one language."""

    def __init__(self, words: Words) -> None:
        self.spoken = Spoken(words)
        self.ordinals = {name: int(value) for name, value in words.ordinals.items()}
        self.ordinal = re.compile(hyphens(any_of(self.ordinals)), re.I)
        named = len(words.months) == MONTHS
        names = {spaced(name): i for i, name in enumerate(words.months, start=1)}
        months = names if named else self.cardinals(MONTHS)
        self.months = {**months, **{str(n): n for n in range(1, MONTHS + 1)}}
        days = {**self.ordinals, **({} if named else self.cardinals(31))}
        self.days = {**days, **{str(n): n for n in range(1, 32)}}
        # a date's first word, its day, is one of many; that it has a month is soon seen
        self.month = re.compile(any_of(words.months), re.I)
        month = any_of(months) if named else any_of(self.months)
        slots = {"<day>": rf"(?P<d>{hyphens(any_of(self.days))})", "<month>": rf"(?P<m>{month})"}
        self.patterns = [re.compile(filled(form, slots), re.I) for form in words.dates]
        slots["<day>"] = rf"(?P<d>{hyphens(any_of(self.ordinals or self.days))})"
        alone = (filled(form, slots) for form in words.days_alone)
        self.alone = [re.compile(rf"{form}(?!\s*(?:{month}))", re.I) for form in alone]

    def cardinals(self, most: int) -> dict[str, int]:
        return {name: v for name, v in self.spoken.cardinals.items() if 1 <= v <= most}

    def find(self, text: str) -> list[Dated]:
        """Every date in order, without overlaps."""
        found: list[Dated] = []
        if not self.month.search(text):
            return found
        for pattern in self.patterns:
            for match in pattern.finditer(text):
                if any(match.start() < f.end and f.start < match.end() for f in found):
                    continue
                day, month = (re.sub(r"[\s-]+", " ", match[k].lower()) for k in ("d", "m"))
                found.append(Dated(*match.span(), self.months[month], self.days[day]))
        return sorted(found, key=lambda f: f.start)

    def days_of_month(self, text: str) -> list[DayOfMonth]:
        """Every day said without a month, in order."""
        return [
            DayOfMonth(*match.span(), self.days[re.sub(r"[\s-]+", " ", match["d"].lower())])
            for pattern in self.alone
            for match in pattern.finditer(text)
        ]

    def ordinals_in(self, text: str) -> list[tuple[int, int, int]]:
        """(start, end, number) of every ordinal, in order."""
        return [
            (m.start(), m.end(), self.ordinals[re.sub(r"[\s-]+", " ", m[0].lower())])
            for m in self.ordinal.finditer(text)
        ]


def filled(form: str, slots: dict[str, str]) -> str:
    """A form as a regular expression, its slots filled in."""
    return r"(?<!\w)" + r"\s*".join(slots.get(p, re.escape(p)) for p in PIECE.findall(form))


def hyphens(pattern: str) -> str:
    """Blanks inside names may be hyphens: 'twenty-first'."""
    return pattern.replace(r"\s+", r"[\s-]+")


@cache
def dates(code: str) -> Dates:
    """The finder of a language, compiled once a process."""
    return Dates(words_of(code))


@kept  # asked of a turn with its questions and without
def days_named(language: str, text: str) -> list[Dated | DayOfMonth]:
    """Every date, and every day without its month that is no time of day; the first few only
    beside a day of the week: "the first time", "a second visit"."""
    finder = dates(language)
    whole = finder.find(text)
    alone = finder.days_of_month(text)
    if not alone:
        return [*whole]
    taken = [(said.start, said.end) for said in whole]
    taken += [
        (clock.start, clock.end) for clock in numbers(language).clocks(text) if not clock.bare
    ]
    weekdays = numbers(language).days(text)
    alone = [
        one
        for one in alone
        if one.day > COUNTED or any(apart(day, one) <= BESIDE for day in weekdays)
    ]
    return [*whole, *(d for d in alone if not any(a < d.end and d.start < b for a, b in taken))]


def apart(one: Days, other: Dated | DayOfMonth) -> int:
    """Letters between a weekday and a date."""
    return max(one.start - other.end, other.start - one.end)
