"""Everything said on one topic of fact during a call: questions, statements, what came of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar, cast

from rubrics.facts import FactSheet
from scoring.context import Context
from scoring.facts.claims import HoursClaim, PriceClaim, sentences
from scoring.facts.hours import hours_finder
from scoring.facts.judge import judge_hours, judge_price
from scoring.facts.numbers import numbers
from scoring.facts.prices import price_finder, service_names
from scoring.facts.stated import Stated, stated
from scoring.facts.words import Shadow, shadow

Topic = Literal["opening_hours", "prices"]
QUESTION_LISTS: dict[Topic, str] = {"opening_hours": "hours_question", "prices": "price_question"}
Span = tuple[int, int, int]
"""Turn, and character offsets in it."""
Comparison = tuple[str, str]
"""Outcome, and what the sheet says."""
REPLIES = 2
"""Her next turns in which the answer may come."""
SHORT_QUESTION = 8
"""'How much is that?' speaks of what was named before; 'How much are veneers?' does not."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement and how it compares."""

    turn: int
    start: int
    end: int
    outcome: str
    """right | wrong | outdated | unknown"""
    sheet: str
    """What the fact sheet says."""


@dataclass(frozen=True, slots=True)
class Report:
    questions: tuple[Span, ...]
    judged: tuple[Judged, ...]
    unanswered: Span | None
    deferrals: tuple[Span, ...]
    """Where she said that she doesn't know or will call back."""
    number_after: bool = False
    """A number followed the unanswered question: an answer that wasn't understood, perhaps."""


def report(ctx: Context, topic: Topic) -> Report:
    """What a call holds on a topic, computed once a call."""
    key = ("facts", topic)
    if key not in ctx.cache:
        ctx.cache[key] = compute(ctx, topic)
    found = ctx.cache[key]
    assert isinstance(found, Report)
    return found


def compute(ctx: Context, topic: Topic) -> Report:
    questions = asked(ctx, QUESTION_LISTS[topic])
    finder = hours_claims if topic == "opening_hours" else price_claims
    judged = finder(ctx, questions)
    order = {turn: ctx.turns[turn].start_s for turn in range(len(ctx.turns))}
    open_question = next(
        (q for q in questions if not any(order[j.turn] > order[q[0]] for j in judged)), None
    )
    deferrals: list[Span] = []
    if open_question:
        for turn in ctx.turns_of("administrator"):
            if order[turn] > order[open_question[0]]:
                hits = ctx.reading(turn).find("dont_know") + ctx.reading(turn).find(
                    "call_back_promise"
                )
                deferrals.extend((turn, h.start, h.end) for h in hits)
    # A later question may only ask for a repeat, so it is the first that must have its answer.
    unanswered = open_question if questions and open_question == questions[0] else None
    return Report(
        tuple(questions),
        tuple(judged),
        unanswered,
        tuple(deferrals[:2]),
        unanswered is not None and number_after(ctx, unanswered),
    )


def number_after(ctx: Context, question: Span) -> bool:
    """One of her next turns states a number."""
    start = ctx.turns[question[0]].start_s
    later = [t for t in ctx.turns_of("administrator") if ctx.turns[t].start_s > start]
    known = numbers(ctx.language)
    for turn in later[:REPLIES]:
        text = shadow(ctx.language, ctx.turns[turn].text).text
        for sentence in sentences(text, ctx.book.read(text, ctx.slots)):
            if sentence.is_statement() and (
                known.amounts(sentence.text) or known.clocks(sentence.text)
            ):
                return True
    return False


def about_visits(ctx: Context, turn: int, questions: bool) -> list[Stated]:
    """What a turn states, without the times and days that are opening hours or a price."""
    key = ("visits", turn, questions)
    if key not in ctx.cache:
        ctx.cache[key] = find_visits(ctx, turn, questions)
    return cast(list[Stated], ctx.cache[key])


def find_visits(ctx: Context, turn: int, questions: bool) -> list[Stated]:
    facts = [j for topic in QUESTION_LISTS for j in report(ctx, topic).judged if j.turn == turn]
    said = stated(ctx.language, ctx.turns[turn].text, ctx.reading(turn), questions=questions)
    return [
        s
        for s in said
        if s.kind not in ("time", "day")
        or not any(j.start < s.end and s.start < j.end for j in facts)
    ]


def asked(ctx: Context, list_name: str) -> list[Span]:
    """Where the patient asks about the topic."""
    return [
        (turn, hit.start, hit.end)
        for turn in ctx.turns_of("patient")
        for hit in ctx.reading(turn).find(list_name)
        if not hit.negated and not hit.quoted
    ]


def previous_question(ctx: Context, turn: int, questions: list[Span]) -> str:
    """The patient's words since the administrator's last turn, if they ask; else empty."""
    start = ctx.turns[turn].start_s
    earlier = [t for t in ctx.turns_of("administrator") if ctx.turns[t].start_s < start]
    since = ctx.turns[earlier[-1]].start_s if earlier else -1.0
    between = [t for t in ctx.turns_of("patient") if since <= ctx.turns[t].start_s < start]
    if not {q[0] for q in questions} & set(between):
        return ""
    return " ".join(ctx.turns[t].text for t in between)


def hours_claims(ctx: Context, questions: list[Span]) -> list[Judged]:
    finder = hours_finder(ctx.language)
    today = ctx.call.start.weekday() if ctx.call.start else None
    claims: list[HoursClaim] = []
    for turn in ctx.turns_of("administrator"):
        question = previous_question(ctx, turn, questions)
        seen = shadow(ctx.language, ctx.turns[turn].text)
        asked = shadow(ctx.language, question).text
        found = finder.find(turn, seen.text, ctx.book.read(seen.text, ctx.slots), asked, today)
        claims += [moved(claim, seen) for claim in found]
    claims = [narrowed(c, claims) for c in claims if not closed_for_now(c, claims)]
    kept = [c for i, c in enumerate(claims) if not any(replaces(d, c) for d in claims[i + 1 :])]
    return [judged(ctx, c, judge_hours) for c in kept]


def narrowed(claim: HoursClaim, claims: list[HoursClaim]) -> HoursClaim:
    """Without the days that the same turn says something else about.

    'Wednesdays until eight, other weekdays until seven.'
    """
    own = {
        day
        for other in claims
        if other.turn == claim.turn and len(other.days) < len(claim.days)
        for day in other.days
    }
    left = tuple(day for day in claim.days if day not in own)
    return replace(claim, days=left) if left else claim


def closed_for_now(claim: HoursClaim, claims: list[HoursClaim]) -> bool:
    """'On Fridays we're closed at that hour, it's until five.'"""
    return claim.closed is True and any(
        other.turn == claim.turn
        and other.closed is None
        and not other.lunch
        and {*other.days} & {*claim.days}
        for other in claims
    )


def replaces(later: HoursClaim, earlier: HoursClaim) -> bool:
    """The later statement is about the same thing, so it is what the patient goes away with."""
    return (
        later.days == earlier.days
        and later.closed == earlier.closed
        and (later.opens is None) == (earlier.opens is None)
        and (later.closes is None) == (earlier.closes is None)
    )


def price_claims(ctx: Context, questions: list[Span]) -> list[Judged]:
    finder = price_finder(ctx.language)
    names = service_names(ctx.facts.prices if ctx.facts else ())
    claims: list[PriceClaim] = []
    subject: int | None = None  # the service last spoken of
    everyone = ctx.turns_of("administrator") + ctx.turns_of("patient")
    for turn in sorted(everyone, key=lambda t: (ctx.turns[t].start_s, t)):
        seen = shadow(ctx.language, ctx.turns[turn].text)
        text = seen.text
        if ctx.turns[turn].role == "administrator":
            question = shadow(ctx.language, previous_question(ctx, turn, questions)).text
            asked_for = names.last(question)
            if asked_for is None and len(question.split()) <= SHORT_QUESTION:
                asked_for = subject
            reading = ctx.book.read(text, ctx.slots)
            found = finder.find(turn, text, reading, question, asked_for, names)
            claims += [moved(claim, seen) for claim in found]
        last = names.last(text)
        subject = subject if last is None else last
    kept = [
        c
        for i, c in enumerate(claims)
        if c.service is None
        or not any(d.service == c.service and not d.guessed for d in claims[i + 1 :])
    ]
    return [judged(ctx, c, judge_price) for c in kept]


Claim = TypeVar("Claim", HoursClaim, PriceClaim)


def judged(ctx: Context, claim: Claim, judge: Callable[[Claim, FactSheet], Comparison]) -> Judged:
    """The claim under the version of the call's day; what an older one says is outdated."""

    def result(outcome: str, sheet: str) -> Judged:
        return Judged(claim.turn, claim.start, claim.end, outcome, sheet)

    if ctx.facts is None:
        return result("unknown", "there is no fact sheet to compare with")
    outcome, sheet = judge(claim, ctx.facts)
    if outcome == "wrong":
        for old in reversed(ctx.facts.earlier):
            if judge(renumbered(claim, ctx.facts, old), old)[0] == "right":
                return result("outdated", f"{sheet} since {ctx.facts.valid_from}")
    return result(outcome, sheet)


def moved(claim: Claim, seen: Shadow) -> Claim:
    """The claim with offsets of the turn instead of its shadow."""
    start, end = seen.span(claim.start, claim.end)
    return replace(claim, start=start, end=end)


def renumbered(claim: Claim, now: FactSheet, old: FactSheet) -> Claim:
    """The claim with the service's place in an older sheet."""
    if not isinstance(claim, PriceClaim) or claim.service is None:
        return claim
    names = {name.lower() for name in now.prices[claim.service].all_names()}
    same = (i for i, p in enumerate(old.prices) if names & {n.lower() for n in p.all_names()})
    return replace(claim, service=next(same, None))
