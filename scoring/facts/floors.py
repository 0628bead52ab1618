"""Floors of a house in raw text: 'the second floor', 'na drugim piętrze', '二楼'."""

import re
from functools import cache

from scoring.facts.dates import dates
from scoring.facts.prices import loosely
from scoring.facts.words import Words, any_of, either, words_of

MOST = 12
"""Floors higher than that are hardly a clinic's, and numbers above it are rooms."""
GENITIVE = re.compile("(?<=..)(?:ego|\u043e\u0433\u043e|\u0435\u0433\u043e)$")
"""How days of a month end in Slavic languages; floors end otherwise: 'drugiego', 'na drugim'."""


class Floors:
    """Finds floors of one language. The ground floor is number 0."""

    def __init__(self, words: Words, numbers: dict[str, int]) -> None:
        small = {name: n for name, n in numbers.items() if n <= MOST}
        bodies = {of_floors(name): n for name, n in small.items()}
        self.worths = [*bodies.values()]
        self.one = re.compile("|".join(f"({body})" for body in bodies), re.I)
        self.storey = re.compile(any_of(words.storeys), re.I)
        self.ground = re.compile(any_of(words.ground_floor), re.I)
        self.number = re.compile(rf"(?<!\w){either(bodies)}", re.I)
        self.first = re.compile(
            rf"(?:\w{{1,3}}\s+)?(?P<number>{either(bodies)})\s*(?:[.,]|$)", re.I
        )
        self.basement = re.compile(rf"{any_of(words.basement)}\s*$", re.I)

    def named(self, text: str) -> bool:
        """Floors are spoken of at all."""
        return self.storey.search(text) is not None

    def find(self, text: str) -> set[int]:
        """Every floor said with its number."""
        found = {0} if self.ground.search(text) else set()
        for match in self.storey.finditer(text):
            lead = text[: match.start()].rstrip()
            number = next((m for m in self.number.finditer(lead) if m.end() == len(lead)), None)
            if number and not self.basement.search(text[: number.start()]):
                found.add(self.worth(number[0]))
        return found

    def alone(self, text: str) -> set[int]:
        """The floor without the word, in answer to who asks for it: 'Na pierwszym.'"""
        first = self.first.match(text)
        return {self.worth(first["number"])} if first else set()

    def worth(self, said: str) -> int:
        match = self.one.fullmatch(said)
        assert match is not None and match.lastindex  # it was found by the same forms
        return self.worths[match.lastindex - 1]


def of_floors(name: str) -> str:
    """A number as it goes with floors, as a regular expression."""
    stem = GENITIVE.sub("", name)
    return loosely(name) if stem == name else rf"{re.escape(stem)}\w{{1,4}}(?!\w)"


@cache
def floors(code: str) -> Floors:
    """The finder of a language, compiled once a process."""
    finder = dates(code)
    return Floors(words_of(code), finder.ordinals or finder.days)
