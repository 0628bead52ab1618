"""``says``: a time, a day, a price or a telephone number is stated, all in one turn.

Opening hours don't count as times and days here; ``facts`` is for them."""

from typing import cast

from auricle.messages import N_, P_
from auricle.models import Evidence, Role
from rubrics.schema import Said, Says
from scoring.appointments import visit_agreed
from scoring.context import Context
from scoring.detectors.phrases import after, first_or_last, in_place
from scoring.detectors.registry import register
from scoring.evidence import not_heard
from scoring.facts.claims import Stated
from scoring.facts.details import subjects
from scoring.facts.numbers import numbers
from scoring.facts.phones import parts
from scoring.facts.report import about_visits, with_dates
from scoring.facts.words import shadow
from scoring.finding import Detector, Finding, Occasion

SHOWN = 3
KINDS: dict[Said, str] = {
    "time": P_("a time"), "day": P_("a day"), "price": P_("a price"),
    "phone": P_("a telephone number"), "subject": P_("a doctor or a service"),
}  # fmt: skip


@register("says")
def says(options: Says) -> Detector:
    """Holds when some turn states every kind."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        if not ctx.language:
            return Finding(None, 0.0, why=N_("No number words for this language"))
        turns = first_or_last(options.turns, ctx.turns_of(options.role))
        if options.after and (occasions or options.after == "agreed"):
            turns = after(options, ctx, turns, occasions)
        turns = [turn for turn in turns if in_place(options, ctx, turn)]
        found = [(t, places) for t in turns if (places := in_turn(options, ctx, t))]
        if not found:
            kinds = " and ".join(KINDS[kind] for kind in options.kinds)
            note = not_heard(len(turns), options.role, kinds)
            absence = Evidence(kind="absence", role=options.role, note=note)
            return Finding(False, min(options.confidence, ctx.searched(turns)), (absence,))
        quotes = tuple(
            ctx.quote(t, *ctx.passage(t, min(s.start for s in places), max(s.end for s in places)))
            for t, places in found
        )
        chances = tuple(
            Occasion(q.start_s or 0.0, q.end_s or 0.0, q.turn, f"\u201c{q.quote}\u201d")
            for q in quotes
        )
        sure = max(min(ctx.heard(t, s.start, s.end) for s in places) for t, places in found)
        return Finding(
            True,
            min(options.confidence, sure),
            quotes[:SHOWN],
            values={"quote": quotes[0].quote or ""},
            occasions=chances,
        )

    return detect


def in_turn(options: Says, ctx: Context, turn: int) -> list[Stated]:
    """One statement of each kind wanted, if the turn has them all; else empty."""
    reading = ctx.reading(turn)
    if options.with_lists and not any(reading.find(name) for name in options.with_lists):
        return []
    named = with_dates if options.after == "agreed" else about_visits
    said = named(ctx, turn, options.questions)
    without = options.without_lists if said else ()
    excluded = {hit.sentence for name in without for hit in reading.find(name) if not hit.negated}
    said = [
        s
        for s in said
        if not excluded or excluded.isdisjoint(reading.sentences_of(s.start, s.end))
        if not options.echoes or s.kind != "time" or echoed(ctx, turn, s)
        if options.after != "agreed" or visits(ctx, s)
    ]
    if options.echoes and "phone" in options.kinds:
        said += parts_of_number(ctx, turn)
    if "subject" in options.kinds:
        said += subjects(ctx, turn)
    first: dict[str, Stated] = {}
    for s in said:
        first.setdefault(s.kind, s)
    return [first[kind] for kind in options.kinds] if first.keys() >= {*options.kinds} else []


def parts_of_number(ctx: Context, turn: int) -> list[Stated]:
    """Digits of the telephone number that the other side gave: 'eight oh seven' at its end."""
    start_s = ctx.turns[turn].start_s
    given = {digits for said_s, digits in given_to(ctx, ctx.turns[turn].role) if said_s < start_s}
    if not given:
        return []
    seen = shadow(ctx.language, ctx.turns[turn].text)
    return [
        Stated("phone", *seen.span(start, end), digits=digits)
        for start, end, digits in parts(numbers(ctx.language), seen.text)
        if any(digits in number for number in given)
    ]


def given_to(ctx: Context, role: Role) -> list[tuple[float, str]]:
    """The telephone numbers that others tell somebody of this role, and the seconds when the turns
    with them begin; found once a call."""
    key = ("given", role)
    if key not in ctx.cache:
        ctx.cache[key] = [
            (other.start_s, one.digits)
            for i, other in enumerate(ctx.turns)
            if other.role not in (role, "ivr")
            for one in about_visits(ctx, i, questions=True)
            if one.kind == "phone"
        ]
    return cast(list[tuple[float, str]], ctx.cache[key])


def visits(ctx: Context, said: Stated) -> bool:
    """It may be the time or day of the visit that was agreed."""
    visit = visit_agreed(ctx)
    return visit is not None and visit.means(said)


def echoed(ctx: Context, turn: int, said: Stated) -> bool:
    """The other side named this time before, asking or not."""
    return any(
        one.kind == "time" and not one.minutes.isdisjoint(said.minutes)
        for other in ctx.others_before(turn)
        for one in about_visits(ctx, other, questions=True)
    )
