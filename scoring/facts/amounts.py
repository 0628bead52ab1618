"""Numbers that may be amounts of money in raw text, digits or words alike."""

import re
from itertools import pairwise
from typing import NamedTuple

from rubrics.kept import kept
from scoring.facts.words import Lexicon, Spoken, Words, any_of, either

SMALLEST_WITH_PENCE = 13
"""'Twelve fifty' may be 1250 as well, or a time."""
SMALLEST_OF_PRICE, MINUTES = 10, 60
"""'Eleven ninety-nine' is no time."""


SMALLEST_HUNDREDS = 100
"""From here on 'fifty' behind a number are pence."""


BREAK = re.compile(r"[\s-]+")
PIECE = re.compile(r"[^\s-]+")
GAP = re.compile(r"\s{3,}")
DECIMAL = re.compile(r"(\d[\d ,]*)[.,](\d{1,2})")


class Amount(NamedTuple):
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
        self.scales = {**w.scales, **w.coins}
        joiner = "|".join(map(re.escape, w.joiners)) or "(?!)"
        article = "|".join(map(re.escape, w.articles)) or "(?!)"
        scale = either(sorted(map(re.escape, self.scales), key=len, reverse=True))
        unit = either(sorted(map(re.escape, w.values), key=len, reverse=True))
        self.half_of = re.compile(rf"{any_of(w.half_of)}\s+$", re.I)
        self.half = re.compile(any_of(w.and_a_half), re.I)
        self.scale_first = Lexicon(w.scales_first)
        number = self.spoken.pattern([*w.values, *self.scales])
        self.about = re.compile(
            rf"(?<!\w)(?P<scale>{any_of(w.scales_first)})\s+(?:{any_of(w.scales_first_for)}\s+)?"
            rf"(?={number})",
            re.I,
        )
        self.number_before = re.compile(rf"(?:{number}|{any_of(w.and_a_half)})\s+$", re.I)
        self.vague = Lexicon(w.vague_before)
        self.vague_before = re.compile(rf"{self.vague.regex.pattern}\s*$", re.I)
        self.vague_after = re.compile(rf"[\s-]*{any_of(w.vague_after)}", re.I)
        self.minor_after = re.compile(rf"\s*{any_of(w.minor_words)}(?!\.\w)", re.I)
        self.coin_and = re.compile(rf"\s*{any_of(w.coin_and)}\s*", re.I)
        self.vague_alone = re.compile(any_of(w.vague_alone), re.I)
        bounds = [*w.floor_words, *w.ceiling_words, *w.about_words, *w.of_one_before]
        self.of_one = re.compile(rf"{any_of(bounds)}\s*$", re.I)
        self.coin = re.compile(any_of(w.coins), re.I)
        # "and" joins only behind a hundred, and not in "between one hundred and two hundred"
        # nor in "between four hundred and six fifty"
        tens = self.spoken.pattern(n for n, v in w.values.items() if v >= 10)
        digit = self.spoken.pattern(n for n, v in w.values.items() if 0 < v < 10)
        apart = rf"(?!{digit}[\s-]+{tens})" if w.one_fifty else ""
        halved = rf"(?:[\s-]+{any_of(w.and_a_half)})?"
        one = rf"{apart}(?:{unit})(?!{halved}[\s-]+(?:{scale})(?!\w))"
        atom = rf"(?:(?:{unit})|(?:{scale})(?:[\s-]+(?:{joiner})(?=[\s-]+{one}(?!\w)))?)"
        start = rf"(?:(?:{article})[\s-]+(?={scale}))?{atom}"
        more = rf"(?:(?!{any_of(w.each)}){atom}|{any_of(w.and_a_half)})"
        phrase = rf"(?<!\w){start}(?:[\s-]+{more})*(?!\w)"
        digits = (
            r"(?<![\w.,:])\d{1,3}(?:[, ]\d{3})+(?:[.,]\d\d)?(?!\d)"
            r"|(?<![\w.,:])\d+(?:[.,]\d{1,2})?(?![\d:]|\.\d)"
        )
        one_of_currency = rf"\s+{any_of(w.one_of_currency)}"
        sign = f"[{w.currency_symbols}]" if w.currency_symbols else "(?!)"
        sign_before = f"(?<={sign})" if w.currency_symbols else "(?!)"
        # Chinese "eight kuai five" is 8.5 wherever it stands, but not "ten kuai five people"
        counts = any_of([*w.scales, *w.not_a_price_after])
        tenth = rf"(?!{any_of(w.each)})(?P<tenth>{digit})(?!\s*{counts})"
        tenth = tenth if w.trailing_digit else "(?P<tenth>(?!))"
        # "two pounds eighty for the bag", but not "two pounds, ten days"
        counted = any_of([*w.not_a_price_after, *w.currency_words, *self.scales])
        two_digits = self.spoken.pattern(n for n, v in self.spoken.cardinals.items() if v >= 10)
        # "forty zlotys and eighty groszy", but not "two hundred roubles and forty for the nurse"
        minor = any_of(w.minor_words)
        and_pence = rf"{any_of(w.coin_and)}(?=\s+{two_digits}\s*{minor})"
        cents = rf"(?P<cents>{two_digits})(?!\s*{counted})"
        firsts = {re.escape(name[0]) for name in (*w.values, *self.scales, *w.articles)}
        begins = rf"(?=[\d{w.currency_symbols}{''.join(sorted(firsts))}])"
        self.amount = re.compile(
            rf"{begins}(?P<sign>{sign}\s*)?(?:(?P<digits>{digits}|{sign_before}\d+(?:\.\d\d)?)"
            rf"(?:[\s-]*(?P<times>{scale})(?!\w)(?:\s+(?P<rest>\d{{1,3}})(?![\d.,:]))?)?"
            rf"|(?P<spoken>{phrase})|(?<!\w)(?<!half )(?P<one>(?:{article})(?={one_of_currency})))"
            rf"(?P<word>\s*(?:{any_of(w.currency_words)}|{sign})|-{any_of(w.currency_words)})?"
            rf"(?P<minor>(?:\s+(?:{joiner}|{and_pence}))?\s+(?:"
            rf"(?P<pence>{self.spoken.pattern(self.spoken.cardinals)}|\d\d)"
            rf"(?:\s*{minor}|(?=\s*(?:[.,;!?\u3002\uff0c]|$)))|{tenth}|{cents}))?",
            re.I,
        )

    def find(self, text: str) -> list[Amount]:
        """Every number that could be an amount of money, in order."""
        none = self.spoken.idioms(text)
        found = self.everywhere(text)
        return [a for a in found if not any(s < a.end and a.start < e for s, e in none)]

    def everywhere(self, text: str) -> list[Amount]:
        """With those in phrases that mean no number."""
        found = []
        at = 0
        if about := self.scales_before(text):
            return self.in_scales(text, about)
        while match := self.amount.search(text, at):
            at = match.end()
            raw = match["digits"] or match["spoken"] or match["one"]
            value = self.digits(raw) if match["digits"] else self.compose(raw)
            value = 1.0 if match["one"] else value
            if value is not None and (times := match["times"]):  # 2.5 thousand, 3 thousand 200
                value = value * self.scales[times.lower()] + float(match["rest"] or 0)
            start, end = match.start(), match.end()
            if value is not None and (half := self.half_of.search(text[:start])):
                articled = raw.lower().startswith(tuple(f"{a} " for a in self.words.articles))
                if articled and value in self.scales.values():
                    value, start = value / 2, half.start()  # "half a grand"
            coin = self.coin.search(match["times"] or raw)
            money = bool(match["sign"] or match["word"] or coin)
            if value is None and (choice := self.two_or_three(raw)):
                low, high, gap = choice
                if not self.vague_after.match(text, end):
                    found.append(Amount(start, start + gap, low, False))
                    found.append(Amount(start + gap, end, high, money))
                continue
            if value is None:
                at = end = start + len(self.longest(raw))
                value = self.compose(text[start:end])
                money = bool(self.coin.search(text[start:end]))
            elif match["minor"] and match["word"] and value == int(value):
                value += self.pence(match["pence"] or match["tenth"] or match["cents"])
            elif match["minor"]:
                at = end = match.start("minor")
            if not money and value is not None and (cents := self.minor_after.match(text, end)):
                value, money, end = value * self.pence("1"), True, cents.end()
            if value is None:
                continue
            lead, said = text[:start], text[start:end].strip()
            alone = self.vague_alone.fullmatch(said) and not self.of_one.search(lead)
            vague = (
                alone
                or self.vague_after.match(text, end)
                or (self.vague.may_be_in(text) and self.vague_before.search(lead))
            )
            if not vague:
                found.append(Amount(start, end, value, money))
        return self.summed(text, found)

    def scales_before(self, text: str) -> list[re.Match[str]]:
        """Where a scale stands before its number."""
        if not self.scale_first.may_be_in(text):
            return []
        found = self.about.finditer(text)
        return [m for m in found if not self.number_before.search(text[: m.start()])]

    def in_scales(self, text: str, about: list[re.Match[str]]) -> list[Amount]:
        """'Thousands in thirty' are about thirty thousand, where the scale may come first."""
        for match in about:
            text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
        ends = {m.end(): m for m in about}
        return [
            Amount(m.start(), a.end, a.value * self.scales[m["scale"].lower()], True)
            if (m := ends.get(a.start)) and a.value < self.scales[m["scale"].lower()]
            else a
            for a in self.everywhere(text)
        ]

    def summed(self, text: str, amounts: list[Amount]) -> list[Amount]:
        """'Two hundreds and a tenner' is one amount."""
        if len(amounts) < 2:
            return amounts
        found: list[Amount] = []
        for amount in amounts:
            last = found[-1] if found else amount
            between = text[last.end : amount.start]
            smaller = last.value > amount.value and self.coin_and.fullmatch(between)
            if smaller and all(self.coin.search(text[a.start : a.end]) for a in (last, amount)):
                found[-1] = Amount(last.start, amount.end, last.value + amount.value, True)
            else:
                found.append(amount)
        return found

    def pence(self, spoken: str) -> float:
        """The fraction of the currency: Chinese counts in tenths, others in hundredths."""
        value = self.spoken.value(spoken)
        return value / 10 if self.words.trailing_digit and value < 10 else value / 100

    def two_or_three(self, spoken: str) -> tuple[float, float, int] | None:
        """Chinese 'two three hundred' is 200 or 300: both, and where the second begins."""
        w = self.words
        words = list(PIECE.finditer(spoken.lower())) if w.trailing_digit else []
        names = [m[0] for m in words]
        for i, (first, second) in enumerate(pairwise(names)):
            one, other = w.values.get(first, 0), w.values.get(second, 0)
            if not (1 <= one < other <= 9 and other == one + 1):
                continue
            low = self.compose(" ".join(names[: i + 1] + names[i + 2 :]))
            high = self.compose(" ".join(names[:i] + names[i + 1 :]))
            if low is not None and high is not None:
                return low, high, words[i + 1].start()
        return None

    def longest(self, spoken: str) -> str:
        """The longest beginning that is one number: 'five two hundred five thousand' holds two.

        Where a hesitation left a gap, the number before it.
        """
        if len(parts := GAP.split(spoken, maxsplit=1)) > 1:
            return parts[0]
        ends = [m.start() for m in BREAK.finditer(spoken)]
        good = (spoken[:end] for end in reversed(ends) if self.compose(spoken[:end]) is not None)
        return next(good, spoken)

    def digits(self, raw: str) -> float:
        """'1,200.50' and '1 200' -> 1200.5 and 1200, '45,50' and '45.50' -> 45.5."""
        if decimal := DECIMAL.fullmatch(raw):
            raw = f"{decimal[1]}.{decimal[2]}"
        return float(raw.replace(" ", "").replace(",", ""))

    @kept  # people say the same number again
    def compose(self, spoken: str) -> float | None:
        """'a hundred and sixty' -> 160, 'one fifty' -> 150; None if it isn't one number."""
        value = self.one_number(spoken)
        if value is not None or not (self.words.pence_after or self.words.one_fifty):
            return value
        value = self.pence_after(spoken)
        large = self.words.pence_after or (value or 0) >= SMALLEST_HUNDREDS
        return value if large else None  # "six hundred and twelve fifty", but no "twelve fifty"

    def pence_after(self, spoken: str) -> float | None:
        """Polish 'twelve fifty' is 12.50, but 'forty fifty' is from forty to fifty."""
        words = BREAK.split(spoken.lower())
        for i in range(1, len(words)):
            whole = self.one_number(" ".join(words[:i])) or 1000
            pence = self.spoken.cardinals.get(" ".join(words[i:]), 0)
            if whole < 1000 and 10 <= pence < 100 and not whole < pence <= whole + 10:
                return whole + pence / 100
        return None

    def one_number(self, spoken: str) -> float | None:
        """Without hundredths."""
        w = self.words
        total = section = 0.0
        current: float | None = None
        before: float | None = None  # the scale just before, for "one hundred two" in Chinese
        joined = oh = False
        if (spelt := self.spelt(spoken) or self.with_pence(spoken)) is not None:
            return spelt
        for word in BREAK.split(self.half.sub("\u00bd", spoken.lower())):
            if word in w.joiners or word in w.articles:
                joined = word in w.joiners
                continue
            if word == "\u00bd":
                if current is None and before is None:
                    return None
                total += before / 2 if current is None and before else 0
                current = current if current is None else current + 0.5
                continue
            if word in self.scales:
                scale = self.scales[word]
                if scale >= 1000:
                    if section + (current or 0) >= 1000 or 0 < total <= scale:
                        return None
                    if total and not section and current is None:
                        return None  # "five thousand a piece"
                    total += (section + (current or 0) or 1) * scale
                    section = 0
                elif section % (scale * 10):
                    return None  # "a hundred, a hundred and ten"
                else:
                    section += (1 if current is None else current) * scale
                current, before, joined = None, scale, False
                continue
            value = w.values[word]
            if value == 0 and (section or total):
                before = None
                continue
            if value == 0 and w.one_fifty and current and current < 10:
                section, current, oh = current * 100, None, True  # "one oh five"
                continue
            if current is None:
                current = value
            elif current >= 20 and self.fits(current, value):
                current += value
            elif w.two_two_hundred and current < 100 and 100 <= value < 1000 and not section:
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
        if oh and not current:
            return None  # "four oh" is spelt out
        if w.trailing_digit and before and before >= 100 and current and current < 10:
            current *= before / 10
        return float(total + section + (current or 0))

    def spelt(self, spoken: str) -> float | None:
        """'Two nine eight' is 298, where prices are spelt so."""
        digits = [int(self.words.values.get(w, 0)) for w in BREAK.split(spoken.lower())]
        if len(digits) != 3 or 0 in digits or max(digits) > 9:
            return None
        value = digits[0] * 100 + digits[1] * 10 + digits[2]
        if not any(str(value).endswith(str(end)) for end in self.words.spelt_ends):
            return None
        return float(value)

    def with_pence(self, spoken: str) -> float | None:
        """'Nineteen ninety-nine' is 19.99, where 'one fifty' is 150."""
        words = BREAK.split(spoken.lower())
        for i in range(1, len(words)) if self.words.one_fifty else ():
            pounds, pence = " ".join(words[:i]), " ".join(words[i:])
            low, high = (self.spoken.cardinals.get(part, 0) for part in (pounds, pence))
            smallest = SMALLEST_OF_PRICE if high >= MINUTES else SMALLEST_WITH_PENCE
            if smallest <= low < 100 and 10 <= high < 100:
                return low + high / 100
        return None

    def fits(self, current: float, value: float) -> bool:
        """The value stands in a lower place than all that was said: 200 + 50, 250 + 5."""
        places = (10, 100, 1000)
        return any(current % place == 0 and 0 < value < place for place in places)
