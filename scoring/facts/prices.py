"""Find the prices the administrator states."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from rubrics.facts import Price
from rubrics.kept import kept
from rubrics.phrases import Reading
from scoring.facts.bounds import Bounds, in_scale
from scoring.facts.claims import (
    Cues,
    Negation,
    PriceClaim,
    Sentence,
    clause_around,
    conditional_at,
    corrected,
    head,
    negated,
    sentences,
)
from scoring.facts.numbers import Amount, Numbers, numbers
from scoring.facts.phones import phones
from scoring.facts.words import LETTER, any_of, beginnings, either, spaced

SMALLEST_UNASKED = 100
"""A larger naked number is a price even where nobody spoke of prices."""
SMALLEST_BARE = 10
"""A number below without a currency is hardly a price."""
LARGEST = 100_000
"""Longer numbers are telephone numbers."""
LARGEST_HOUR = 24
"""A larger number isn't an hour."""
CLAUSE_END = re.compile(r"\s*(?:$|[,.;!\uff0c\u3002])(?!\d)")
SHORT_WORD = 4
"""Letters of a word that is hardly inflected."""
LAST_OF_CLAUSE = re.compile(r"\w[\s,\uff0c]*$")
OWN_WORD = re.compile(r"[^\W\d]{4,}")
"""Between two amounts of a sentence: the second is for something else."""
MOST_LEAD_WORDS = 2
"""So many words may stand before the amount when the service was named earlier."""
MOST_LETTERS_BESIDE = 8
"""So many letters may stand beside an amount that is said alone."""


@dataclass(frozen=True, slots=True)
class Said:
    """An amount or a range of amounts in a sentence."""

    start: int
    end: int
    low: float | None
    high: float | None
    money: bool
    about: bool = False


ENDING = re.compile(
    r"(?<=\w{3})[aeiouy\u0430\u0435\u0438\u043e\u0443\u044b\u044c\u044f\u0439\u0456\u0457\u044e\u0119\u0105]$"
)
"""What inflection changes at the end of a word."""


def loosely(name: str) -> str:
    """A service's name as a regular expression, in any inflection.

    A recogniser writes mouthguard, mouth guard or mouth-guard as it likes.
    """
    words = re.findall(r"[^\W_]+", spaced(name))
    return r"[\s-]*".join(map(inflected, words)) + r"(?!\w)"


def inflected(word: str) -> str:
    """A word with any ending; short ones change little."""
    if len(word) > SHORT_WORD:
        return re.escape(ENDING.sub("", word)) + r"\w{0,4}"
    stem = ENDING.sub("", word)
    return re.escape(stem) + (r"s?" if stem == word else r"\w{1,2}")


class ServiceNames:
    """The names of a fact sheet's services."""

    def __init__(self, prices: tuple[Price, ...]) -> None:
        named = [(name, i) for i, price in enumerate(prices) for name in price.all_names()]
        named.sort(key=lambda n: (-len(n[0]), n))
        self.service_of = [i for _, i in named]
        regexes = [loosely(name) for name, _ in named]
        firsts = beginnings(regexes)
        body = "|".join(f"({regex})" for regex in regexes)
        self.regex = re.compile(rf"(?<!\w){firsts}(?:{body})" if regexes else "(?!)", re.I)
        # that there is a name at all is seen sooner without asking whose
        self.any = re.compile(rf"(?<!\w){either(regexes)}" if regexes else "(?!)", re.I)

    @kept  # one object a sheet, and every topic asks the same
    def spans(self, text: str) -> list[tuple[int, int, int]]:
        """(start, end, service) of each name, in order."""
        if not self.any.search(text):
            return []
        return [
            (m.start(), m.end(), self.service_of[(m.lastindex or 1) - 1])
            for m in self.regex.finditer(text)
        ]

    def last(self, text: str) -> int | None:
        spans = self.spans(text)
        return spans[-1][2] if spans else None


class PriceFinder:
    """Price claims of one language."""

    def __init__(self, code: str) -> None:
        self.numbers: Numbers = numbers(code)
        w = self.numbers.words
        self.cues = Cues(w.price_cues)
        self.strong = Cues(w.strong_price_cues)
        self.not_after = Cues(w.not_a_price_after)
        self.not_near = Cues(w.not_a_price_near)
        self.bygone = Cues(w.bygone)
        self.money_before = Cues(w.money_before)
        self.bounds = Bounds(w)
        self.about = Cues(w.about_words)
        self.correction = Cues(w.correction)
        self.negation = Negation(w)
        self.yes = Cues(w.yes_words)
        self.timed = Cues(w.at_words)
        self.joint = re.compile(any_of(w.joiners), re.I)

    def worthwhile(self, text: str, asked: str) -> bool:
        """It names a number, or may say yes to one."""
        return self.numbers.named(text) or self.numbers.named(asked)

    def find(
        self,
        turn: int,
        text: str,
        reading: Reading,
        asked: str,
        context: int | None,
        names: ServiceNames,
        spoken_of: frozenset[int] = frozenset(),
        certain: bool = False,
        *,
        told: bool,
    ) -> list[PriceClaim]:
        """Claims of one turn in order.

        ``asked`` is what the patient said just before if it asks for a price, or empty;
        ``context`` the service last spoken of, ``spoken_of`` all of them so far; ``certain``:
        a price said alone is that service's; ``told``: the question says what it is for.
        """
        found: list[PriceClaim] = []
        certain = certain and len(self.numbers.amounts(text)) == 1
        asked_amounts = {a.value for a in self.numbers.amounts(asked)}
        on_topic = bool(asked)
        also_asked = frozenset(service for _, _, service in names.spans(asked))
        for number, sentence in enumerate(sentences(reading)):
            on_topic = on_topic or self.strong.is_in(sentence.text)
            services = names.spans(sentence.text)
            said = self.said(sentence.text, on_topic, bool(services))
            said = [s for s in said if not self.is_echo(sentence.text, s, asked_amounts)]
            quoted = sentence.quoted and not (asked and self.yes.is_in(sentence.text))
            if quoted or (sentence.question and not self.is_answer(sentence, said, asked)):
                said = []
            elif not said and number == 0 and self.yes.begins(sentence.text):
                said = self.confirmed(sentence.text, asked)
            priced: dict[int | None, int] = {}
            for amount in said:
                where = sentence.start + amount.start
                if conditional_at(reading, where) and not services:
                    continue
                service = self.service(sentence.text, amount, services, context)
                alone = certain and self.is_alone(sentence.text, amount)
                guessed = not services and not told and not alone
                others = spoken_of if guessed else also_asked
                if any(start < amount.start for start, _, _ in services):
                    others = frozenset()
                before = priced.get(service)
                if (
                    before is not None
                    and OWN_WORD.search(sentence.text, before, amount.start)
                    and not any(s >= before and one == service for s, _, one in services)
                ):
                    service = None  # "the scan 280, the doctor 600"; "each 48, ten are 480"
                priced[service] = amount.end
                end = sentence.start + amount.end
                found.append(
                    PriceClaim(
                        turn,
                        where,
                        end,
                        service,
                        amount.low,
                        amount.high,
                        amount.about,
                        guessed=guessed,
                        others=others,
                        asked=bool(asked) or amount.money,
                        bare=self.is_alone(sentence.text, amount),
                    )
                )
            if services:
                context = services[-1][2]
                told = not said
        return found

    def confirms(self, text: str, asked: str, names: ServiceNames) -> bool:
        """She says a price that the patient has just said: 'It's a hundred and ten, isn't it?'"""
        heard = {said.value for said in self.numbers.amounts(text)}
        if len(heard) != 1 or phones(self.numbers, asked):
            return False
        named = bool(names.spans(asked))
        return any(
            heard == {said.low}
            for said in self.said(asked, False, named)
            if named or said.money or not self.is_time(asked, said)
        )

    def answers(self, text: str, asked: str, known: frozenset[float], named: bool) -> bool:
        """She says yes to a price, or names another: 'Still sixty to see her?' - 'Seventy now.'

        ``known`` are the amounts of the sheet, old ones too: they tell prices from other numbers.
        ``named``: the question names a service: 'And a check-up?' - 'Forty-eight.'
        """
        heard = self.plain_amounts(asked)
        if not (heard or named) or phones(self.numbers, asked):
            return False
        priced = any(a.money or a.value in known for a in heard)
        said = [a for a in self.plain_amounts(text) if a.value in known]
        if said:
            return priced or any(self.is_alone(text, a) for a in said)
        return priced and self.yes.begins(text) and not self.plain_amounts(text)

    def plain_amounts(self, text: str) -> list[Amount]:
        """Numbers that may be money and aren't times."""
        found = [a for a in self.numbers.amounts(text) if self.is_candidate(text, a)]
        if not found:
            return found
        clocks = [c for c in self.numbers.clocks(text) if not c.bare]
        return [
            a
            for a in found
            if a.money or not any(c.start < a.end and a.start < c.end for c in clocks)
        ]

    def is_time(self, text: str, said: Said) -> bool:
        """'Eight forty.'"""
        return any(c.start < said.end and said.start < c.end for c in self.numbers.clocks(text))

    def of_a_visit(self, text: str, said: Said, on_topic: bool) -> bool:
        """A time behind 'at', or beside a day where nobody asked for a price: 'Thursday, four
        fifteen', 'this evening at seven ten'."""
        clocks = self.numbers.clocks(text)
        if any(c.start < said.start and said.end <= c.end and not c.bare for c in clocks):
            return True  # the minutes of "half past eight thirty"
        if not any(c.start == said.start and said.end <= c.end for c in clocks):
            return False
        left, right = clause_around(text, said.start, said.end)
        if not LETTER.search(text, left, said.start):  # "Thursday, two twenty"
            left, _ = clause_around(text, max(left - 2, 0), max(left - 2, 0))
        of_day = not on_topic and bool(self.numbers.days(text[left:right], 0))
        return of_day or self.timed.before(text, said.start)

    def is_listed(self, text: str, said: Said) -> bool:
        """Nothing but the service stands before it in its clause: 'That's a check-up, 48.'"""
        sized = said.low is not None and said.low > LARGEST_HOUR
        return (
            sized
            and CLAUSE_END.match(text, said.end) is not None
            and (LAST_OF_CLAUSE.search(text[: said.start]) is not None)
        )

    def is_alone(self, text: str, amount: Said | Amount) -> bool:
        """The sentence holds hardly more than the amount: 'It's three hundred and forty.'"""
        rest = text[: amount.start] + text[amount.end :]
        return sum(map(str.isalpha, rest)) <= MOST_LETTERS_BESIDE

    def is_answer(self, sentence: Sentence, said: list[Said], asked: str) -> bool:
        """A recogniser's '?' behind a price that was asked for: only the words would ask."""
        return bool(asked) and not sentence.asks and all(s.money for s in said)

    def confirmed(self, text: str, asked: str) -> list[Said]:
        """'Is it still 40 pounds?' - 'Yes.'"""
        amounts = [a for a in self.numbers.amounts(asked) if a.money or a.value >= SMALLEST_BARE]
        return [Said(0, len(text), a.value, a.value, True) for a in amounts[-1:]]

    def is_echo(self, text: str, amount: Said, asked: set[float]) -> bool:
        """The sentence only repeats the number the patient has just said."""
        if amount.low not in asked:
            return False
        rest = text[: amount.start] + text[amount.end :]
        return not LETTER.search(rest)

    def said(self, text: str, on_topic: bool, has_service: bool) -> list[Said]:
        """Amounts of money in a sentence; of a correction only the last version."""
        amounts = [a for a in self.numbers.amounts(text) if self.is_candidate(text, a)]
        if not amounts:
            return []
        calls = phones(self.numbers, text)
        amounts = [a for a in amounts if not any(s < a.end and a.start < e for s, e, _ in calls)]
        found: list[Said] = []
        skip = False
        for i, amount in enumerate(amounts):
            after = amounts[i + 1] if i + 1 < len(amounts) else None
            if skip:
                skip = False
                continue
            if after and self.bounds.is_range(text, amount, after):
                low, high = in_scale(amount.value, after.value)
                money = amount.money or after.money
                found.append(Said(amount.start, after.end, low, high, money))
                skip = True
            else:
                found.append(self.single(text, amount))
        found = [s for s in found if self.is_price(text, s, on_topic, has_service)]
        kept: list[Said] = []
        for said in found:
            if kept and corrected(
                text, (kept[-1].start, kept[-1].end), (said.start, said.end), self.correction
            ):
                kept.pop()
            kept.append(said)
        return [s for s in kept if not negated(text, s.start, self.negation)]

    def is_candidate(self, text: str, amount: Amount) -> bool:
        if not 0 < amount.value < LARGEST or self.not_after.begins(text[amount.end :]):
            return False
        return amount.money or amount.value >= SMALLEST_BARE

    def single(self, text: str, amount: Amount) -> Said:
        low, high = self.bounds.of(text, amount)
        about = self.about.before(text, amount.start) or self.about.begins(text[amount.end :])
        return Said(amount.start, amount.end, low, high, amount.money, about)

    def is_price(self, text: str, said: Said, on_topic: bool, has_service: bool) -> bool:
        """Money by its currency, or by a price question or a price word in front of it."""
        left, right = clause_around(text, said.start, said.end)
        near = self.joint.split(text[left : said.start])[-1]
        near += " " + self.joint.split(text[said.end : right])[0]
        if self.not_near.within(near) or self.bygone.within(text[left:right]):
            return False
        if said.money:
            return True
        if self.of_a_visit(text, said, on_topic):
            return False
        if (said.high or said.low or 0) >= SMALLEST_UNASKED:
            return True
        before = head(text, said.start)
        if self.money_before.ends(before):
            return True
        if not on_topic:
            return has_service and (self.cues.ends(before) or self.is_listed(text, said))
        alone = not OWN_WORD.search(text, left, said.start)
        return alone or self.cues.within(text[left : said.start])

    def service(
        self, text: str, said: Said, services: list[tuple[int, int, int]], context: int | None
    ) -> int | None:
        """The service an amount belongs to: the nearest in the sentence, else the context."""
        if services:
            costs = []
            for start, end, service in services:
                after = start >= said.end
                gap = text[said.end : start] if after else text[end : said.start]
                separated = any(mark in gap for mark in ",;\uff0c\uff1b") or " and " in gap
                costs.append((separated * 20 + after * 3 + len(gap), separated and after, service))
            _, behind, nearest = min(costs)
            # "A thousand, that's with the ultrasound": of the service spoken of before, if any
            return context if behind else nearest
        left, _ = clause_around(text, said.start, said.end)
        lead = self.cues.regex.sub(" ", self.strong.regex.sub(" ", text[left : said.start]))
        words = [word for word in lead.split() if len(word) > 3]
        return context if len(words) <= MOST_LEAD_WORDS else None


@lru_cache(64)
def service_names(prices: tuple[Price, ...]) -> ServiceNames:
    return ServiceNames(prices)


@cache
def price_finder(code: str) -> PriceFinder:
    """The finder of a language, compiled once a process."""
    return PriceFinder(code)
