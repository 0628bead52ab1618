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
        joiner = "|".join(map(re.escape, w.joiners)) or "(?!)"
        article = "|".join(map(re.escape, w.articles)) or "(?!)"
        scale = "|".join(map(re.escape, w.scales))
        unit = "|".join(sorted(map(re.escape, w.values), key=len, reverse=True))
        # "and" joins only behind a hundred, and not in "between one hundred and two hundred"
        one = rf"(?:{unit})(?![\s-]+(?:{scale}))"
        atom = rf"(?:(?:{unit})|(?:{scale})(?:[\s-]+(?:{joiner})(?=[\s-]+{one}(?!\w)))?)"
        start = rf"(?:(?:{article})[\s-]+(?={scale}))?{atom}"
        phrase = rf"(?<!\w){start}(?:[\s-]+{atom})*(?!\w)"
        digits = (
            r"(?<![\w.,:])\d{1,3}(?:[, ]\d{3})+(?!\d)|(?<![\w.,:])\d+(?:[.,]\d{1,2})?(?![\d:]|\.\d)"
        )
        sign = f"[{w.currency_symbols}]" if w.currency_symbols else "(?!)"
        sign_before = f"(?<={sign})" if w.currency_symbols else "(?!)"
        self.amount = re.compile(
            rf"(?P<sign>{sign}\s*)?(?:(?P<digits>{digits}|{sign_before}\d+(?:\.\d\d)?)|(?P<spoken>{phrase}))"
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
            value = self.digits(raw) if match["digits"] else self.compose(raw)
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

    def digits(self, raw: str) -> float:
        """'1,200' and '1 200' -> 1200, '45,50' and '45.50' -> 45.5."""
        if decimal := re.fullmatch(r"(\d+)[.,](\d{1,2})", raw):
            return float(f"{decimal[1]}.{decimal[2]}")
        return float(re.sub("[ ,]", "", raw))

    def compose(self, spoken: str) -> float | None:
        """'a hundred and sixty' -> 160, 'one fifty' -> 150; None if it isn't one number."""
        w = self.words
        total = section = 0.0
        current: float | None = None
        before: float | None = None  # the scale just before, for "one hundred two" in Chinese
        joined = False
        for word in re.split(r"[\s-]+", spoken.lower()):
            if word in w.joiners or word in w.articles:
                joined = word in w.joiners
                continue
            if word in w.scales:
                scale = w.scales[word]
                if scale >= 1000:
                    total += (section + (current or 0) or 1) * scale
                    section = 0
                else:
                    section += (1 if current is None else current) * scale
                current, before, joined = None, scale, False
                continue
            value = w.values[word]
            if value == 0 and (section or total):
                before = None
                continue
            if current is None:
                current = value
            elif current >= 20 and self.fits(current, value):
                current += value
            elif w.two_two_hundred and current < 10 and 100 <= value < 1000 and not section:
                current = current * 1000 + value
            elif w.one_fifty and current < 10 <= value and not (section or joined):
                current = current * 100 + value
            else:
                return None
            joined = False
        if (
            w.trailing_digit
            and total + section >= 100
            and not any(word in w.values for word in spoken.split())
        ):
            return None  # "thousand ten-thousand" is an adverb
        if w.trailing_digit and before and before >= 100 and current and current < 10:
            current *= before / 10
        return float(total + section + (current or 0))

    def fits(self, current: float, value: float) -> bool:
        """The value stands in a lower place than all that was said: 200 + 50, 250 + 5."""
        places = (10, 100, 1000)
        return any(current % place == 0 and 0 < value < place for place in places)
