"""'Nine ninety' is 9.90, and 'twelve fifty' 12.50, for what costs a few pounds."""

import re

from scoring.facts.amounts import Amount
from scoring.facts.claims import Cues
from scoring.facts.words import Spoken, Words

MOST_POUNDS = 12
"""More pounds are told from hundreds by themselves: 'thirty-two fifty'."""
FEWEST_PENCE = 10
HUNDRED = 100


class Pence:
    """Amounts in pounds and pence beside the name of something cheap, of one language."""

    def __init__(self, words: Words, spoken: Spoken) -> None:
        self.cheap = Cues(words.cheap)
        self.other = Cues(words.not_a_number_before)
        self.value = spoken.value
        pounds, pence = (
            spoken.pattern(name for name, value in spoken.cardinals.items() if value in size)
            for size in (range(1, MOST_POUNDS + 1), range(FEWEST_PENCE, HUNDRED))
        )
        self.pair = re.compile(rf"(?P<pounds>{pounds})[\s-]+(?P<pence>{pence})", re.I)

    def told(self, text: str) -> bool:
        """Something cheap is spoken of."""
        return self.cheap.is_in(text)

    def read(self, text: str, amounts: list[Amount]) -> list[Amount]:
        """The amounts, those of two such numbers in pounds and pence."""
        for m in self.pair.finditer(text):
            others = [a for a in amounts if not (m.start() <= a.start and a.end <= m.end())]
            apart = all(m.end() <= a.start or a.end <= m.start() for a in others)
            if apart and not self.other.ends(text[: m.start()]):  # lenses of "minus two fifty"
                value = self.value(m["pounds"]) + self.value(m["pence"]) / HUNDRED
                amounts = [*others, Amount(*m.span(), value, True)]
        return sorted(amounts)
