"""Numbers that may be amounts of money in raw text, digits or words alike."""

import re
from dataclasses import dataclass

from scoring.facts.words import Spoken, Words, any_of


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what stands around it."""

    start: int
    end: int
    value: float
    money: bool
    """A currency sign or word goes with it."""


class Amounts:
    """Finds amounts."""

    def __init__(self, words: Words, spoken: Spoken) -> None:
        self.words = w = words
        self.spoken = spoken
        joiner = "|".join(map(re.escape, w.joiners))
        article = "|".join(map(re.escape, w.articles))
        scale = "|".join(map(re.escape, w.scales))
        unit = "|".join(sorted(map(re.escape, w.values), key=len, reverse=True))
        # "and" joins only behind a hundred, and not in "between one hundred and two hundred"
        one = rf"(?:{unit})(?![\s-]+(?:{scale}))"
        atom = rf"(?:(?:{unit})|(?:{scale})(?:[\s-]+(?:{joiner})(?=[\s-]+{one}(?!\w)))?)"
        start = rf"(?:(?:{article})[\s-]+(?={scale}))?{atom}"
        phrase = rf"(?<!\w){start}(?:[\s-]+{atom})*(?!\w)"
        digits = (
            r"(?<![\w.,:])\d{1,3}(?:[, ]\d{3})+(?!\d)|(?<![\w.,:])\d+(?:\.\d{1,2})?(?![\d:]|\.\d)"
        )
        sign = f"[{w.currency_symbols}]"
        self.amount = re.compile(
            rf"(?P<sign>{sign}\s*)?(?:(?P<digits>{digits}|(?<={sign})\d+(?:\.\d\d)?)|(?P<spoken>{phrase}))"
            rf"(?P<word>\s*(?:{any_of(w.currency_words)}|{sign}))?"
            rf"(?P<minor>(?:\s+(?:{joiner}))?\s+(?P<pence>{self.spoken.pattern(self.spoken.cardinals)}|\d\d)"
            rf"(?:\s*{any_of(w.minor_words)}|(?=\s*(?:[.,;!?]|$))))?",
            re.I,
        )

    def find(self, text: str) -> list[Amount]:
        """Every number that could be an amount of money, in order."""
        found = []
        for match in self.amount.finditer(text):
            raw = match["digits"] or match["spoken"]
            value = float(re.sub("[ ,]", "", raw)) if match["digits"] else self.compose(raw)
            if value is None:
                continue
            money = bool(match["sign"] or match["word"])
            end = match.end()
            if match["minor"] and match["word"] and value == int(value):
                value += self.spoken.value(match["pence"]) / 100
            elif match["minor"]:
                end = match.start("minor")
            found.append(Amount(match.start(), end, value, money))
        return found

    def compose(self, spoken: str) -> float | None:
        """'a hundred and sixty' -> 160, 'one fifty' -> 150; None if it isn't one number."""
        total = group = 0
        last: int | None = None
        for word in re.split(r"[\s-]+", spoken.lower()):
            if word in self.words.joiners or word in self.words.articles:
                last = None if word in self.words.joiners else last
                continue
            if word in self.words.scales:
                scale = self.words.scales[word]
                group = max(group, 1) * scale
                if scale >= 1000:
                    total, group = total + group, 0
                last = None
                continue
            value = self.words.values[word]
            if last is not None:
                if last < 10 <= value and group == last:
                    group *= 100  # "one fifty"
                elif not (last >= 20 and last % 10 == 0 and 0 < value < 10):
                    return None
            group += value
            last = value
        return float(total + group)
