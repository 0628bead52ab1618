"""How a visit is agreed: a time comes on the table, and is taken or refused.

Either side may name the time: what she offers the patient takes, what the patient asks for she
grants. Opening hours, a call back and a visit that there is already put nothing on the table.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import cast

from rubrics.phrases import Hit
from rubrics.schema import Agreed
from scoring.context import NO_TURNS, Context
from scoring.facts.claims import Stated, sentences, yes_and_no
from scoring.facts.numbers import numbers
from scoring.facts.report import report, with_dates

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
    named: tuple[Stated, ...] = ()
    """Its time and day, as they were named."""
    firm: bool = False
    """She has put it down, or asked for whom."""

    def excludes(self, named: Iterable[Stated]) -> bool:
        """No time, or no day, that was named is this visit's."""
        said = {kind: [one for one in named if one.kind == kind] for kind in ("time", "day")}
        return any(ones and not any(map(self.means, ones)) for ones in said.values())

    def means(self, one: Stated) -> bool:
        """A time or day that may be this visit's."""
        if one.kind == "time":
            times = [other for other in self.named if other.kind == "time"]
            return not times or any(same(one, other) for other in times)
        for known, said in (
            ({d for other in self.named for d in other.days}, {*one.days}),
            ({other.month_day for other in self.named} - {None}, {one.month_day} - {None}),
        ):
            if known and said and not known & said:
                return False
        return True


@dataclass
class Table:
    """What stands to be taken as a call goes on, as one side named it last."""

    named: Sequence[Stated] = ()
    age: int = 0
    """Her turns since then, one that named it among them."""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call."""

    agreed: Settled | None
    """Where a visit was agreed first, if it was not refused later."""
    offer: Settled | None
    """What she offered first, taken or not."""


def followed(ctx: Context, options: Agreed) -> Outcome:
    """What was offered and agreed in the call, followed once."""
    key = ("agreed", options.model_copy(update={"outcome": "taken"}))
    if key not in ctx.cache:
        call = Following(ctx, options)
        ctx.cache[key] = Outcome(call.agreed, call.offer)
    found = ctx.cache[key]
    assert isinstance(found, Outcome)
    return found


def visit_agreed(ctx: Context) -> Settled | None:
    """Where a visit was agreed, by the lists that every language has for it."""
    if "visit" not in ctx.cache:
        ctx.cache["visit"] = followed(ctx, Agreed()).agreed
    return cast(Settled | None, ctx.cache["visit"])


class Following:
    """One call, followed turn by turn."""

    def __init__(self, ctx: Context, options: Agreed) -> None:
        self.ctx, self.options = ctx, options
        self.of_visits: dict[int, Sequence[Stated]] = {}
        """What each turn names, once it was looked at."""
        self.with_list: dict[str, Set[int]] = {}
        """The turns that a phrase of a list may be found in."""
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
        refuses = any(self.hits(self.options.refuses, turn)) and not self.giving_name(turn)
        if refuses and not (self.agreed and self.agreed.firm):
            self.hers.refused, self.agreed = True, None
        elif words := self.taken(turn):
            self.agree(Settled(turn, words, turn, self.chosen(turn, self.hers)))
        elif self.hers.age == 1 and self.declined(turn):
            self.hers.refused = True
        wish = () if self.calling else self.wished(turn)
        if wish:
            self.wish = Table(wish)
            self.decided = not self.asking(turn) and any(self.hits(self.options.takes, turn))
        self.asked, self.replying = turn, True

    def administrator(self, turn: int) -> None:
        """Puts down or grants what was named; offers a time."""
        calls = [h.start for h in self.hits(self.options.calls, turn)]
        self.called |= bool(calls)
        offers = list(self.hits(self.options.offers, turn))
        later = bool(calls) and any(one.start > max(calls) for one in self.named(turn))
        self.calling = not later and (bool(calls) or (self.calling and not offers))
        if self.replying:
            self.hers.age += 1
            self.wish.age += 1
        self.replying = False
        if self.asked is not None and not self.calling:
            if words := self.booked(turn):
                self.agree(Settled(turn, words, self.asked, self.put_down(turn)))
                self.agreed = replace(self.agreed, firm=True) if self.agreed else None
            elif words := self.granted(turn):
                since = turn if self.wish.age == 1 and not self.decided else self.asked
                self.agree(Settled(turn, words, since, self.chosen(turn, self.wish)))
            elif not self.agreed and (words := self.assumed(turn)):
                taken = self.wish if self.decided and self.wish.age == 1 else self.hers
                self.agreed = Settled(turn, words, self.asked, tuple(taken.named))
            elif self.agreed and any(self.hits(self.options.takes_down, turn)):
                self.agreed = replace(self.agreed, firm=True)
        if self.asked is not None and not self.calling and (offer := self.offered(turn)):
            self.hers = Table(offer, age=1)
            words = min(one.start for one in offer), max(one.end for one in offer)
            self.offer = self.offer or Settled(turn, words, turn)
        elif not calls and any(h.sentence in self.asking(turn) for h in offers):
            self.hers = Table(self.hers.named, age=1)

    def agree(self, new: Settled) -> None:
        """A visit is agreed, or another time than before; said again, it stays as it was."""
        old = self.agreed
        if old is None or (not old.firm and old.excludes(new.named)):
            self.agreed = new
        elif old.named and not timed(old.named) and timed(new.named):  # a day, then the time
            days = tuple(one for one in old.named if new.means(one))
            self.agreed = replace(new, named=(*days, *new.named), firm=old.firm)

    def chosen(self, turn: int, table: Table) -> tuple[Stated, ...]:
        """What of a table was taken: the times said again, else everything."""
        said = with_dates(self.ctx, turn, questions=False)
        again = [n for n in table.named if n.kind == "time" and any(same(n, one) for one in said)]
        return tuple(n for n in table.named if not again or n.kind == "day" or n in again)

    def put_down(self, turn: int) -> tuple[Stated, ...]:
        """What she puts down: what she names, else what is agreed, else what was named last."""
        tables = [t for t in (self.hers, self.wish) if t.named and not t.refused]
        latest = min(tables, key=lambda table: table.age)
        agreed = self.agreed.named if self.agreed else ()
        return tuple(self.named(turn)) or agreed or tuple(latest.named)

    def giving_name(self, turn: int) -> bool:
        """The patient answers whom it is for."""
        last = self.ctx.turn_before(turn)
        return last is not None and any(self.hits(self.options.takes_down, last))

    def offered(self, turn: int) -> Sequence[Stated]:
        """Times she names, and days where she asks or offers."""
        named = self.named(turn)
        if self.asked is not None:  # what the patient told, without asking for it, is no offer
            told = with_dates(self.ctx, self.asked, questions=True)
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
        no = max((h.start for h in self.hits(self.options.cannot, turn)), default=-1)
        yes = [h for h in self.hits(self.options.takes, turn) if h.start > no and not h.question]
        if again and again.kind == "time" and (yes or self.beside(turn, again) < SHORT):
            return again.start, again.end
        if again and any(h.sentence in self.sentences(turn, again) for h in yes):
            return again.start, again.end
        if not self.hers.named or self.hers.refused or self.hers.age > RECENT:
            return None
        if self.hers.age > 1 and self.giving_name(turn):
            return None
        if yes:
            return yes[0].start, yes[0].end
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
        small = reading.covered("backchannel") | reading.cue_words("fillers")
        for one in sentences(reading):
            words = [
                (i, a) for i, (a, _) in enumerate(reading.tokens.spans) if one.start <= a < one.end
            ]
            if not words:
                continue
            first, start = next((w for w in words if w[0] not in small), words[0])
            starts = {one.start, start}
            begins = any(self.yes.begins(reading.original[at : one.end]) for at in starts)
            if (starts & yes or begins) and parts.count(parts[first]) <= SHORT:
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
        """She says yes to the time that the patient named."""
        full = {h.sentence for h in self.hits(self.options.full, turn)}
        again = self.again(turn, self.wish)
        if self.wish.named and self.wish.age == 1 and not full:
            if again and again.kind == "time":
                return again.start, again.end
            open_then = any(self.hits(self.options.hours, turn))
            if timed(self.wish.named) and not open_then and not self.asking(turn):
                return self.said_yes(turn, clause=True)
        return None

    def assumed(self, turn: int) -> Words | None:
        """She goes on to whom it is for, as nobody does for a visit that isn't taken."""
        open_still = self.hers.named and not self.hers.refused and self.hers.age >= RECENT
        if (open_still or (self.decided and self.wish.age == 1)) and not self.called:
            for hit in self.hits(self.options.takes_down, turn):
                if hit.question or self.size(turn, hit) <= LABEL:
                    return hit.start, hit.end
        return None

    def named(self, turn: int) -> Sequence[Stated]:
        """Times and days of a turn that may be a visit's."""
        if turn not in self.of_visits:
            self.of_visits[turn] = self.names(turn)
        return self.of_visits[turn]

    def names(self, turn: int) -> Sequence[Stated]:
        said = [
            one
            for one in with_dates(self.ctx, turn, questions=True)
            if one.kind in ("time", "day")
            and self.ctx.turns[turn].text[one.start : one.end].casefold() not in self.months
        ]
        if not said:
            return said
        reading = self.ctx.reading(turn)
        open_then = {
            sentence
            for one in report(self.ctx, "opening_hours").judged
            if one.turn == turn
            for sentence in reading.sentences_of(one.start, one.end)
        }
        calls = {h.sentence for h in self.hits(self.options.calls, turn)}
        clause = reading.tokens.clause
        offers = {clause[h.words[0]] for h in self.hits(self.options.offers[:2], turn)}
        hours = [h for h in self.hits(self.options.hours, turn) if clause[h.words[0]] not in offers]
        return [
            one
            for one in said
            if not calls & self.sentences(turn, one)
            and not (
                one.kind == "day"
                and open_then & self.sentences(turn, one)
                and not offers & reading.clauses_of(one.start, one.end)
            )
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
            for one in with_dates(self.ctx, turn, questions=False)
            if any(same(one, other) for other in table.named)
            and not (cannot | self.asking(turn)) & self.sentences(turn, one)
        ]
        return min(said, key=lambda one: one.kind != "time", default=None)

    def asking(self, turn: int) -> frozenset[int]:
        """Its sentences with a question mark."""
        return self.ctx.reading(turn).tokens.asked

    def sentences(self, turn: int, one: Stated | Hit) -> set[int]:
        return self.ctx.reading(turn).sentences_of(one.start, one.end)

    def beside(self, turn: int, one: Stated) -> int:
        """Words of the clauses it stands in, without its own."""
        reading = self.ctx.reading(turn)
        inside = reading.clauses_of(one.start, one.end)
        own = sum(one.start <= a < one.end for a, _ in reading.tokens.spans)
        return sum(clause in inside for clause in reading.tokens.clause) - own

    def size(self, turn: int, one: Stated | Hit) -> int:
        """Words of the sentences it stands in."""
        inside = self.sentences(turn, one)
        return sum(s in inside for s in self.ctx.reading(turn).tokens.sentence)

    def hits(self, names: Iterable[str], turn: int) -> Iterator[Hit]:
        """Phrases of the lists that aren't denied."""
        for name in names:
            if name not in self.with_list:
                known = self.ctx.book.has(name)
                self.with_list[name] = self.ctx.turns_with([name]) if known else NO_TURNS
            if turn in self.with_list[name]:
                yield from (h for h in self.ctx.reading(turn).find(name) if not h.negated)


def timed(named: Sequence[Stated]) -> bool:
    """A time of day is among them."""
    return any(one.kind == "time" for one in named)


def same(one: Stated, other: Stated) -> bool:
    """The same time, or day."""
    if one.kind != other.kind:
        return False
    if one.kind == "time":
        return not one.minutes.isdisjoint(other.minutes)
    if one.month_day or other.month_day:
        return one.month_day == other.month_day
    return bool(one.days) and set(one.days) <= set(other.days)
