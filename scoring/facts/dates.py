"""Dates in raw text: 'the twelfth of March', '12 March', 'dwunastego marca'."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from scoring.facts.words import PIECE, Spoken, Words, any_of, spaced, words_of

MONTHS = 12
NEAR = 3
"""Words between a weekday and the date it goes with: 'Tuesday the twelfth'."""


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


class Dates:
    """Finds dates of one language."""

    def __init__(self, words: Words) -> None:
        self.spoken = Spoken(words)
        self.ordinals = {name: int(value) for name, value in words.ordinals.items()}
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
        self.patterns = [
            re.compile(
                r"(?<!\w)" + r"\s*".join(slots.get(p, re.escape(p)) for p in PIECE.findall(form)),
                re.I,
            )
            for form in words.dates
        ]

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


def hyphens(pattern: str) -> str:
    """Blanks inside names may be hyphens: 'twenty-first'."""
    return pattern.replace(r"\s+", r"[\s-]+")


@cache
def dates(code: str) -> Dates:
    """The finder of a language, compiled once a process."""
    return Dates(words_of(code))
