"""How a visit is agreed: a time comes on the table, and is taken or refused.

Either side may name the time: what she offers the patient takes, what the patient asks for she
grants. Opening hours, a call back and a visit that there is already put nothing on the table.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rubrics.phrases import Hit
from rubrics.schema import Agreed
from scoring.context import Context
from scoring.facts.claims import Stated, sentences, yes_and_no
from scoring.facts.numbers import numbers
from scoring.facts.report import about_visits

RECENT = 2
"""Her turns, the offer's among them, after which it may be taken."""
SHORT = 4
"""Words of a sentence that says nothing else."""
LABEL = 2
"""Words that ask like the label of a field: "Name, telephone."."""
Words = tuple[int, int]
"""Offsets into a turn's text."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a visit was agreed, or offered."""

    turn: int
    words: Words
    since: int
    """What she says in later turns repeats the time."""
    firm: bool = False
    """She has put it down, or asked for whom."""


@dataclass
class Table:
    """What stands to be taken as a call goes on, as one side named it last."""

    named: Sequence[Stated] = ()
    age: int = 0
    """Her turns since then, one that named it among them."""
    refused: bool = False


def followed(ctx: Context, options: Agreed) -> "Following":
    """The call with what was offered and agreed in it, followed once."""
    key = ("agreed", options.model_copy(update={"outcome": "taken"}))
    if key not in ctx.cache:
        ctx.cache[key] = Following(ctx, options)
    found = ctx.cache[key]
    assert isinstance(found, Following)
    return found


class Following:
    """One call, followed turn by turn."""

    def __init__(self, ctx: Context, options: Agreed) -> None:
        self.ctx, self.options = ctx, options
        self.yes, self.no = yes_and_no(ctx.language)
        self.months = {month.casefold() for month in numbers(ctx.language).words.months}
        self.hers, self.wish = Table(), Table()
        self.agreed: Settled | None = None
        """Where a visit was agreed first, if it was not refused later."""
        self.asked: int | None = None
        """The patient's last turn."""
        self.replying = True
        """She hasn't spoken since."""
        self.decided = False
        """The patient took the time when naming it."""
        self.calling = self.called = False
        """She spoke last of calling back; she ever did."""
        self.offer: Settled | None = None
        """What she offered first, taken or not."""
        for turn in ctx.conversation[0]:
            if ctx.turns[turn].role == "patient":
                self.patient(turn)
            else:
                self.administrator(turn)

    def patient(self, turn: int) -> None:
        """Takes or refuses what she offered; names a time."""
        refuses = any(self.hits(self.options.refuses, turn))
        if refuses and not (self.agreed and self.agreed.firm):
            self.hers.refused, self.agreed = True, None
        elif words := self.taken(turn):
            self.agreed = self.agreed or Settled(turn, words, turn)
        elif self.hers.age == 1 and self.declined(turn):
            self.hers.refused = True
        wish = () if self.calling else self.wished(turn)
        if wish:
            self.wish = Table(wish)
            self.decided = not self.asking(turn) and any(self.hits(self.options.takes, turn))
        self.asked, self.replying = turn, True

    def administrator(self, turn: int) -> None:
        """Puts down or grants what was named; offers a time."""
        calls = any(self.hits(self.options.calls, turn))
        self.called |= calls
        offers = list(self.hits(self.options.offers, turn))
        self.calling = calls or (self.calling and not offers)
        if self.replying:
            self.hers.age += 1
            self.wish.age += 1
        self.replying = False
        if self.asked is not None and not self.calling:
            if words := self.booked(turn):
                first = self.agreed or Settled(turn, words, self.asked)
                self.agreed = replace(first, firm=True)
            elif words := self.granted(turn):
                since = turn if self.wish.age == 1 and not self.decided else self.asked
                self.agreed = self.agreed or Settled(turn, words, since)
            elif self.agreed and any(self.hits(self.options.takes_down, turn)):
                self.agreed = replace(self.agreed, firm=True)
        if self.asked is not None and not self.calling and (offer := self.offered(turn)):
            self.hers = Table(offer, age=1)
            words = min(one.start for one in offer), max(one.end for one in offer)
            self.offer = self.offer or Settled(turn, words, turn)
        elif not calls and any(h.sentence in self.asking(turn) for h in offers):
            self.hers = Table(self.hers.named, age=1)

    def offered(self, turn: int) -> Sequence[Stated]:
        """Times she names, and days where she asks or offers."""
        named = self.named(turn)
        if self.asked is not None:  # what the patient told, without asking for it, is no offer
            told = about_visits(self.ctx, self.asked, questions=True)
            wished = self.wish.named if self.wish.age == 1 else ()
            named = [
                one
                for one in named
                if any(same(one, other) for other in wished)
                or not any(same(one, other) for other in told)
            ]
        if any(one.kind == "time" for one in named):
            return named
        offering = {h.sentence for h in self.hits(self.options.offers, turn)}
        return [one for one in named if (offering | self.asking(turn)) & self.sentences(turn, one)]

    def wished(self, turn: int) -> Sequence[Stated]:
        """Times and days the patient names, asking for them."""
        last = self.ctx.turn_before(turn)
        asked = last is not None and any(self.hits(self.options.offers, last))
        if asked or self.asking(turn) or any(self.hits(self.options.wishes, turn)):
            return self.named(turn)
        return ()

    def taken(self, turn: int) -> Words | None:
        """The patient's yes to what she offered, or its time said again."""
        again = self.again(turn, self.hers)
        if again and again.kind == "time":
            return again.start, again.end
        if not self.hers.named or self.hers.refused or self.hers.age > RECENT:
            return None
        no = max((h.start for h in self.hits(self.options.cannot, turn)), default=-1)
        for hit in self.hits(self.options.takes, turn):
            if hit.start > no and not hit.question:
                return hit.start, hit.end
        if self.hers.age == 1 and no < 0 and not self.asking(turn):
            if again and len(self.ctx.reading(turn).tokens.words) <= SHORT:
                return again.start, again.end
            return self.said_yes(turn)
        return None

    def said_yes(self, turn: int, clause: bool = False) -> Words | None:
        """A sentence that says yes and little else; ``clause``: one that begins so."""
        reading = self.ctx.reading(turn)
        yes = {h.start for h in self.hits(self.options.takes, turn)}
        parts = reading.tokens.clause if clause else reading.tokens.sentence
        for one in sentences(reading):
            if not (one.start in yes or self.yes.begins(one.text)):
                continue
            first = next(
                p for (a, _), p in zip(reading.tokens.spans, parts, strict=True) if a >= one.start
            )
            if parts.count(first) <= SHORT:
                return one.start, one.end
        return None

    def declined(self, turn: int) -> bool:
        """No to the time just offered."""
        return self.no.begins(self.ctx.turns[turn].text) or any(
            self.hits(self.options.cannot, turn)
        )

    def booked(self, turn: int) -> Words | None:
        """She puts down a visit at a time that somebody named."""
        if not (self.wish.named or (self.hers.named and not self.hers.refused)):
            return None
        full = {h.sentence for h in self.hits((*self.options.full, *self.options.calls), turn)}
        for hit in self.hits(self.options.books, turn):
            if not (hit.question or hit.conditional or hit.sentence in full):
                return hit.start, hit.end
        return None

    def granted(self, turn: int) -> Words | None:
        """She says yes to the time that the patient named, or goes on to whom it is for, as nobody
        does for a visit that isn't taken."""
        full = {h.sentence for h in self.hits(self.options.full, turn)}
        again = self.again(turn, self.wish)
        if self.wish.named and self.wish.age == 1 and not full:
            if again and again.kind == "time":
                return again.start, again.end
            timed = any(one.kind == "time" for one in self.wish.named)
            if timed and not self.asking(turn) and (words := self.said_yes(turn, clause=True)):
                return words
        open_still = self.hers.named and not self.hers.refused and self.hers.age >= RECENT
        if (open_still or (self.decided and self.wish.age == 1)) and not self.called:
            for hit in self.hits(self.options.takes_down, turn):
                if hit.question or self.size(turn, hit) <= LABEL:
                    return hit.start, hit.end
        return None

    def named(self, turn: int) -> Sequence[Stated]:
        """Times and days of a turn that may be a visit's."""
        said = [
            one
            for one in about_visits(self.ctx, turn, questions=True)
            if one.kind in ("time", "day")
            and self.ctx.turns[turn].text[one.start : one.end].casefold() not in self.months
        ]
        if not said:
            return said
        reading = self.ctx.reading(turn)
        calls = {h.sentence for h in self.hits(self.options.calls, turn)}
        clause = reading.tokens.clause
        offers = {clause[h.words[0]] for h in self.hits(self.options.offers[:2], turn)}
        hours = [h for h in self.hits(self.options.hours, turn) if clause[h.words[0]] not in offers]
        return [
            one
            for one in said
            if not calls & self.sentences(turn, one)
            and not any(
                reading.clauses_of(one.start, one.end) & set(clause[h.words[0] : h.words[1]])
                and not (one.start <= h.start and h.end <= one.end)
                for h in hours
            )
        ]

    def again(self, turn: int, table: Table) -> Stated | None:
        """A time, else a day, of the turn that is on the table, outside of questions."""
        if not table.named:
            return None
        cannot = {h.sentence for h in self.hits(self.options.cannot, turn)}
        said = [
            one
            for one in about_visits(self.ctx, turn, questions=False)
            if any(same(one, other) for other in table.named)
            and not (cannot | self.asking(turn)) & self.sentences(turn, one)
        ]
        return min(said, key=lambda one: one.kind != "time", default=None)

    def asking(self, turn: int) -> frozenset[int]:
        """Its sentences with a question mark."""
        return self.ctx.reading(turn).tokens.asked

    def sentences(self, turn: int, one: Stated | Hit) -> set[int]:
        return self.ctx.reading(turn).sentences_of(one.start, one.end)

    def size(self, turn: int, one: Stated | Hit) -> int:
        """Words of the sentences it stands in."""
        inside = self.sentences(turn, one)
        return sum(s in inside for s in self.ctx.reading(turn).tokens.sentence)

    def hits(self, names: Iterable[str], turn: int) -> Iterator[Hit]:
        """Phrases of the lists that aren't denied."""
        reading = self.ctx.reading(turn)
        for name in names:
            if self.ctx.book.has(name):
                yield from (h for h in reading.find(name) if not h.negated)


def same(one: Stated, other: Stated) -> bool:
    """The same time, or day of the week."""
    if one.kind == "time":
        return not one.minutes.isdisjoint(other.minutes)
    return one.kind == other.kind and bool(one.days) and set(one.days) <= set(other.days)
