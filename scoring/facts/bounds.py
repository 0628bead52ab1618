"""From 200, up to 400, from 200 to 400: which amounts belong together, and what is left open."""

import re

from scoring.facts.amounts import Amount
from scoring.facts.claims import Cues, head
from scoring.facts.words import Lexicon, Words, any_of

LARGEST_SHORT = 10
"""A smaller number may leave its scale to the other end of a range: 'six to seven hundred'."""

HESITATION = re.compile(r",|\s{3,}")
DENIED_WITHIN = 4
"""Words between a denial and its 'more than': "it won't come to more than fifty"."""


class Bounds:
    """Floors, ceilings and ranges of one language."""

    def __init__(self, words: Words) -> None:
        w = words
        self.floor = Cues(w.floor_words)
        self.ceiling = Cues(w.ceiling_words)
        self.either = any_of([*w.floor_words, *w.ceiling_words])
        """Of both, as a regular expression."""
        after = [*w.floor_after, *w.ceiling_after]
        limits = [*w.floor_words, *w.ceiling_words, *after, *w.more_than, *w.less_than]
        self.limits = Lexicon(limits)
        self.before = re.compile(rf"{self.either}\s*$", re.I)
        self.floor_after = Cues(w.floor_after)
        self.ceiling_after = Cues(w.ceiling_after)
        self.money_before = Cues(w.money_before)
        self.raised_from = Cues(w.raised_from)
        self.money_after = Cues(w.money_after)
        self.between = Cues([*w.between, *w.floor_words])
        self.between_and = Cues(w.between_and)
        self.only_ranges = Cues(w.range_words)
        self.joined = Cues(w.money_range_words)
        denied = rf"{any_of(w.negation_before)}(?:\s+\w+){{0,{DENIED_WITHIN}}}\s+"
        self.no_more = re.compile(rf"{denied}{any_of(w.more_than)}\s*$", re.I)
        self.no_less = re.compile(rf"{denied}{any_of(w.less_than)}\s*$", re.I)

    def of(self, text: str, amount: Amount) -> tuple[float | None, float | None]:
        """The lowest and the highest price that is said; None where open."""
        if not self.limits.may_be_in(text):
            return amount.value, amount.value
        before, rest = head(text, amount.start), text[amount.end :]
        if self.no_more.search(before):
            return None, amount.value
        if self.no_less.search(before):
            return amount.value, None
        if self.floor.ends(before) or self.is_floor(rest):
            return amount.value, None
        below = self.ceiling.ends(before) and not self.money_before.ends(before)
        if below or self.is_ceiling(rest):
            return None, amount.value
        return amount.value, amount.value

    def of_money(self, between: str) -> bool:
        """'One fifty and goes up to three twenty': no times."""
        between = between.strip().lower()
        plain = self.only_ranges.regex.fullmatch(between) or self.between_and.regex.fullmatch(
            between
        )
        return not plain and self.joined.regex.fullmatch(between) is not None

    def is_raised(self, text: str, first: Amount, second: Amount) -> bool:
        """'It went up from thirty to forty': only the end is true."""
        between = text[first.end : second.start].strip().lower()
        joined = self.only_ranges.regex.fullmatch(between) is not None
        return joined and self.raised_from.before(text, first.start)

    def is_floor(self, rest: str) -> bool:
        """'Fifty up', but not 'fifty up front'."""
        return self.floor_after.begins(rest) and not self.money_after.begins(rest)

    def is_ceiling(self, rest: str) -> bool:
        """'Fifty at most'."""
        return self.ceiling_after.begins(rest)

    def is_range(self, text: str, first: Amount, second: Amount) -> bool:
        """The two are the ends of one price."""
        between = text[first.end : second.start].strip().lower()
        if first.end == second.start:
            return first.value < second.value  # "two three hundred"
        low, high = in_scale(first.value, second.value)
        said = [text[a.start : a.end].lower() for a in (first, second)]
        again = said[1].startswith(said[0]) and not self.only_ranges.regex.fullmatch(between)
        if again and HESITATION.search(text[first.end : second.start]):
            return False  # "a hundred and, a hundred and ten"
        if low >= high or not self.joined.regex.fullmatch(between):
            return False
        opened = self.between.before(text, first.start)
        joins = self.between_and.regex.fullmatch(between)
        return opened or not joins or self.only_ranges.regex.fullmatch(between) is not None


def in_scale(low: float, high: float) -> tuple[float, float]:
    """Both ends where one lends the other its scale: 'twenty-four to thirty-eight thousand
    (eight hundred)', 'six to seven hundred', 'twenty-four thousand to thirty-eight'."""
    if low < LARGEST_SHORT and high % 100 == 0 and high < 1000:
        return low * 100, high
    if low % 1000 == 0 and low < high * 1000 and high < low / 10:
        return low, high * 1000
    round_high = high % 1000 == 0 and low < 1000
    small = low < high / 1000 and (round_high or low < LARGEST_SHORT)
    return (low * 1000 if small else low), high
