"""Which numbers of a sentence are sums of money that it states."""

import re

from scoring.facts.bounds import Bounds, in_scale
from scoring.facts.claims import Cues, Negation, Stated, head, negated
from scoring.facts.counted import Counted
from scoring.facts.numbers import Amount, Numbers
from scoring.facts.pence import Pence
from scoring.facts.prices import CLAUSE_END, SMALLEST_BARE, SMALLEST_UNASKED
from scoring.facts.words import DIGIT, LETTER, any_of, either

LARGEST = 1_000_000
SMALLEST_THOUSAND = 1000
"""Rooms and houses have smaller numbers."""
SMALLEST_PAID = 3
"""'Two for the nurse' are people."""
BETWEEN_BOUNDS = 6
"""Words between the two ends of a range that is told in two parts."""
TENS_OF_DAYS = (20, 30)
"""What 'the twenty-fourth' begins with."""
LARGEST_COUNT = 24
"""A larger naked number at the end of a clause isn't an hour."""
DEFINITE = re.compile(r"\bthe\s*$", re.I)
"""'It's the forty-two' is no price."""
TITLE = r"[^\W\d_a-z\u0430-\u045f][a-z\u00df-\u00ff\u0100-\u017f\u0430-\u045f\u0491']+"
"""A word with a capital."""


class Sums:
    """Sums of money in one language."""

    def __init__(self, numbers: Numbers, counted: Counted) -> None:
        self.numbers, self.counted = numbers, counted
        w = numbers.words
        self.bounds = Bounds(w)
        self.negation = Negation(w)
        self.not_after = Cues(w.not_a_price_after)
        self.cues = Cues(w.price_cues)
        self.bare_amounts = w.bare_amounts
        self.years_told = not w.hours  # where a year ends in an ordinal, a cardinal is none
        self.money_before = Cues(w.money_before)
        self.money_after = Cues(w.money_after)
        self.goes_on = Cues(w.price_goes_on)
        self.weights = Cues(w.weights)
        self.weight_units = Cues(w.weight_units)
        self.address = re.compile(rf"(?i:{any_of(w.address_before)})\s+{TITLE}\s*,?\s*$")
        self.hundreds, self.pence_after = w.one_fifty, w.pence_after
        stems = [re.escape(n[:-3]) for n in w.ordinals if w.hours and " " not in n and len(n) > 6]
        small = any_of(name for name, value in w.values.items() if value < LARGEST_COUNT)
        ordinal = rf"\s+(?!{small}){either(stems)}\w{{1,3}}(?!\w)" if stems else "(?!)"
        self.ordinal = re.compile(ordinal, re.I)
        self.unit_of_day = re.compile(rf"[\s-]+{any_of(w.ordinals)}", re.I)
        self.pence = Pence(w, numbers.clock_finder.spoken)
        self.paid_for, self.naked_told = Cues(w.price_for), w.naked_told
        self.and_a_half = re.compile(any_of(w.and_a_half), re.I)
        self.at = Cues(w.at_words)
        self.it_costs = Cues(w.it_costs)
        self.for_thing = re.compile(rf"{any_of(w.price_for)}[^,]*,\s*$", re.I)
        self.priced_at = re.compile(rf"\s+{any_of(w.price_for)}\s+", re.I)
        self.joined = re.compile(rf"\s+{any_of(w.between_and)}", re.I)
        self.about = re.compile(rf"{any_of(w.about_words)}\s*$", re.I)
        self.rather = re.compile(any_of(w.about_words), re.I)
        self.trailing = re.compile(rf"^[\s,]*{any_of(w.trailing)}", re.I)
        self.leading = re.compile(rf"{any_of(w.trailing)}\s*$", re.I)
        nothing = any_of([*w.correction, *w.trailing, *w.yes_words, *w.no_words])
        self.nothing = re.compile(f"{nothing}|{self.bounds.either}", re.I)
        self.contrast = re.compile(any_of(w.contrast), re.I)
        self.or_else, self.not_before = Cues(w.or_else), Cues(w.not_a_price_before)

    def find(self, text: str, topical: bool, beside: bool, cheap: bool) -> list[Stated]:
        """The prices. ``topical``: they are the subject; ``beside``: one was just named; ``cheap``:
        of something that costs pence."""
        amounts = [self.whole(text, a, topical or beside) for a in self.numbers.amounts(text)]
        if cheap:
            amounts = self.pence.read(text, amounts)
        amounts = [a for a in amounts if 0 < a.value < LARGEST]
        if not amounts:
            return []
        if self.weights.is_in(text):
            amounts = [a for a in amounts if not self.is_weight(text, a)]
        rates = self.rates(text, amounts)
        found: list[Stated] = []
        skip = False
        for i, amount in enumerate(amounts):
            if skip:
                skip = False
                continue
            after = amounts[i + 1] if i + 1 < len(amounts) else None
            if after and (
                self.bounds.is_range(text, amount, after)
                or self.bounds.is_raised(text, amount, after)
            ):
                low, high = in_scale(amount.value, after.value)
                priced = amount.money or after.money or self.is_price(text, after, topical, beside)
                if self.bounds.between.ends(head(text, amount.start)):
                    both = after._replace(start=amount.start)
                    priced = priced or self.is_price(text, both, topical, beside)
                if self.bounds.is_raised(text, amount, after):
                    low = high
                    priced = priced or not self.is_of_things(text[after.end :])
                if priced:
                    found.append(Stated("price", amount.start, after.end, low=low, high=high))
                skip = True
            elif amount.money or amount in rates or self.is_price(text, amount, topical, beside):
                found.append(self.single(text, amount))
        return self.bounds_joined(text, found)

    def rates(self, text: str, amounts: list[Amount]) -> list[Amount]:
        """'A visit at sixty and a call at forty': several of them, none of which is an hour."""
        found = [
            a
            for a in amounts
            if a.value > LARGEST_COUNT
            and (at := self.at.at_end(text[: a.start])) < a.start
            and not self.counted.other.ends(text[:at])
            and (CLAUSE_END.match(text, a.end) or self.joined.match(text, a.end))
        ]
        return found if len(found) > 1 else []

    def is_of_things(self, rest: str) -> bool:
        """What is counted follows: no money."""
        return self.not_after.follows(rest) or self.counted.plural.match(rest) is not None

    def is_weight(self, text: str, amount: Amount) -> bool:
        """'Six pounds eleven.'"""
        return amount.money and self.weight_units.within(text[amount.start : amount.end])

    def bounds_joined(self, text: str, prices: list[Stated]) -> list[Stated]:
        """'From a hundred and fifty, and it goes up to three hundred' is one price."""
        found: list[Stated] = []
        for price in prices:
            last = found[-1] if found else price
            low, high = last.low, price.high
            ends = low and high and low < high and last.high is None and price.low is None
            between = re.findall(r"\w+", text[last.end : price.start])
            if ends and len(between) <= BETWEEN_BOUNDS:
                found[-1] = last._replace(end=price.end, high=high)
            else:
                found.append(price)
        return found

    def whole(self, text: str, amount: Amount, beside: bool) -> Amount:
        """'Six and a half' of money is 6500, where thousands are left out."""
        if not self.numbers.words.thousands_left_out or amount.money or amount.value % 1 != 0.5:
            return amount
        lead, said = text[: amount.start].rstrip() + " ", text[amount.start : amount.end]
        paid = beside or self.money_before.ends(lead) or self.cues.ends(lead)
        if not paid or DIGIT.search(said) or self.not_after.follows(text[amount.end :]):
            return amount
        return amount._replace(value=amount.value * 1000, money=True)

    def is_price(self, text: str, amount: Amount, topical: bool, beside: bool) -> bool:
        """A naked number where prices are the subject."""
        if amount.value < SMALLEST_BARE and amount.value % 1 == 0:
            sold = topical or self.money_after.may_be_in(text)
            if amount.value < SMALLEST_PAID or not sold:
                return False
        lead, rest = text[: amount.start].rstrip() + " ", text[amount.end :]
        paid, other = self.money_before.at_end(lead), self.counted.other.at_end(lead)
        sold = amount.value >= SMALLEST_UNASKED and self.money_after.follows(rest)
        if other <= paid and other < len(lead) and not sold:  # "flat forty", but "a flat forty"
            return False
        if self.not_after.follows(rest) or self.counted.counts(text, lead, amount.value):
            return False
        if amount.value <= LARGEST_COUNT and self.not_before.ends(lead):
            return False
        if self.it_costs.follows(rest) or self.is_bought(text, amount):
            return False  # "five to fifteen it's thirty"
        if self.hundreds and any(a.end == amount.start - 1 for a in self.numbers.amounts(text)):
            return False  # "eleven fifty" is 11.50 or 1150
        if self.ordinal.match(rest) or self.is_day_of_month(amount, lead, rest):
            return False  # "a hundred and twelfth"
        if amount.value < SMALLEST_THOUSAND and self.address.search(lead):
            return False
        rest_of = self.trailing.sub("", rest, count=1)
        if amount.value >= SMALLEST_PAID and any(map(self.money_after.begins, (rest, rest_of))):
            return True
        said = text[amount.start : amount.end]
        halved = self.and_a_half.search(said) is not None  # "thirty-eight and a half"
        spoken = not halved and not DIGIT.search(said)
        if amount.value % 1 and spoken and not self.is_year(text, amount):
            paid = topical or beside or self.cues.ends(lead) or CLAUSE_END.match(rest) is not None
            large = amount.value >= SMALLEST_BARE
            if (self.hundreds and large) or (self.pence_after and paid):
                return True  # "thirty-two fifty"
        if amount.value < SMALLEST_BARE:
            answers = topical and amount.value >= SMALLEST_PAID
            return answers and not LETTER.search(self.nothing.sub("", lead + rest))
        if beside and amount.value > LARGEST_COUNT and self.or_else.ends(lead):
            return True  # "eighty, or seventy on the plan"
        bounded = self.bounds.is_floor(rest) or self.bounds.is_ceiling(rest)
        sized = topical or beside or amount.value > LARGEST_COUNT
        if (bounded and sized) or paid < len(lead):
            return True
        joins = beside and self.cues.ends(lead) and self.joined.match(rest) is not None
        if joins or CLAUSE_END.match(rest_of) or self.goes_on.follows(rest_of):
            answers = topical and not LETTER.search(self.nothing.sub("", lead + rest))
            if self.is_year(text, amount) and not answers:
                return False  # but "how much?" - "nineteen ninety-nine"
            if beside:  # "the vaccine is seven hundred, the injection itself ninety."
                return True
            bare = self.bare_amounts and CLAUSE_END.match(rest) is not None
            bare = bare and not self.counted.other.within(self.after_ordinal(text, lead))
            alone = bare or not LETTER.search(self.nothing.sub("", lead))
            plain = self.leading.sub(" ", lead)
            leads = lead, plain, self.bounds.before.sub(" ", plain)
            told = any(map(self.cues.ends, leads)) and not DEFINITE.search(lead)
            told = told or self.after_denied(text, amount)
            if (amount.value > LARGEST_COUNT or self.after_denied(text, amount)) and (
                alone or told
            ):
                return True  # "It's forty-eight." "No, ninety."
        if self.counted.plural.match(rest):
            return False
        if topical:
            return True
        if amount.value > LARGEST_COUNT and self.paid_for.follows(rest) and self.cues.ends(lead):
            return True  # "that's fifty for one"
        near = lead[lead.rfind(",") + 1 :] if amount.value >= SMALLEST_THOUSAND else lead
        other = (
            self.counted.other.within(near)
            or self.is_year(text, amount)
            or self.counted.is_named(rest)
        )
        told = not self.naked_told or any(
            cue.follows(rest) for cue in (self.goes_on, self.paid_for)
        )
        told = told or self.bounds.before.search(lead) is not None or self.cues.ends(lead)
        told = told or CLAUSE_END.match(rest_of) is not None or self.paid_for.ends(lead)
        return amount.value >= SMALLEST_UNASKED and told and not other

    def is_bought(self, text: str, amount: Amount) -> bool:
        """'Five for a hundred', but not 'a hundred for five'."""
        priced = self.priced_at.match(text, amount.end)
        return priced is not None and any(
            a.start == priced.end() and a.value > amount.value for a in self.numbers.amounts(text)
        )

    def is_day_of_month(self, amount: Amount, lead: str, rest: str) -> bool:
        """'The twenty-fourth', in words."""
        told = self.unit_of_day.match(rest)
        joined = told is not None and (told[0][0] == "-" or DEFINITE.search(lead) is not None)
        return amount.value in TENS_OF_DAYS and joined

    def after_ordinal(self, text: str, lead: str) -> str:
        """What stands before a number without 'the first', which isn't its own."""
        small = {a.start for a in self.numbers.amounts(text) if a.value < SMALLEST_BARE}
        ends = [end for _, end in self.counted.other.spans(lead) if {end, end + 1} & small]
        return lead[max(ends, default=0) :]

    def after_denied(self, text: str, amount: Amount) -> bool:
        """'Not sixty, seventy': of the same kind as what is denied."""
        before = [a for a in self.numbers.amounts(text) if a.end <= amount.start]
        small = not before or before[-1].value <= LARGEST_COUNT
        if small or not negated(text, before[-1].start, self.negation):
            return False
        between = text[before[-1].end : amount.start].strip(" ,\uff0c")
        told = (self.contrast, self.cues.regex, self.rather)
        said = any(cue.fullmatch(between) for cue in told)
        return not between or said

    def is_year(self, text: str, amount: Amount) -> bool:
        said = text[amount.start : amount.end].strip()
        if amount.value % 1:
            return int(amount.value) in (19, 20)  # "nineteen eighty-two"
        told = said.isdigit() or (self.years_told and amount.value % 10 > 0)
        return 1900 <= amount.value <= 2100 and told

    def single(self, text: str, amount: Amount) -> Stated:
        low, high = self.bounds.of(text, amount)
        return Stated("price", amount.start, amount.end, low=low, high=high)
