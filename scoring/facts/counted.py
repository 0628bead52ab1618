"""Naked numbers that are of something else than time or money: rooms, people, what is counted."""

import re

from scoring.facts.claims import Cues
from scoring.facts.numbers import Numbers
from scoring.facts.prices import SMALLEST_BARE
from scoring.facts.words import any_of

NAME = re.compile(r"\s+(?!I\b)[A-Z]\w+")
"""Behind a number: 'one hundred and six High Street'."""


class Counted:
    """What tells so in one language."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        w = numbers.words
        self.other = Cues([*w.not_a_number_before, *w.aged])
        self.numbered = Cues(w.not_a_number_before)
        """The same but for ages, which have one number."""
        self.price_for = re.compile(rf"{any_of(w.price_for)}\s*$", re.I)
        plural = rf"\s+[^\W\d_]{{3,}}{w.plural_ending}(?!\w)"
        self.plural = re.compile(plural if w.plural_ending else "(?!)")

    def is_named(self, rest: str) -> bool:
        """A name follows, and no day: 'one hundred and six High Street'."""
        return bool(NAME.match(rest)) and not self.numbers.day_finder.day.match(rest.lstrip())

    def counts(self, text: str, lead: str, value: float) -> bool:
        """'Five hundred for ten', but not 'ten for five hundred': so many for a price."""
        ends = [match.start() for match in self.price_for.finditer(lead)]
        return bool(ends) and any(
            a.end <= ends[-1] <= a.end + 1
            and (a.money or (a.value >= SMALLEST_BARE and a.value > value))
            for a in self.numbers.amounts(text)
        )
