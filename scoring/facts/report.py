"""Everything said on one topic of fact during a call: questions, statements, what came of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from rubrics.facts import FactSheet
from scoring.context import Context
from scoring.facts.claims import HoursClaim, PriceClaim
from scoring.facts.hours import hours_finder
from scoring.facts.judge import judge_hours, judge_price
from scoring.facts.prices import price_finder, service_names
from scoring.facts.words import Shadow, shadow

Topic = Literal["opening_hours", "prices"]
QUESTION_LISTS: dict[str, str] = {"opening_hours": "hours_question", "prices": "price_question"}
Span = tuple[int, int, int]
"""Turn, and character offsets in it."""
Comparison = tuple[str, str]
"""Outcome, and what the sheet says."""
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
    return Report(tuple(questions), tuple(judged), unanswered, tuple(deferrals[:2]))


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
    kept = [c for i, c in enumerate(claims) if not any(replaces(d, c) for d in claims[i + 1 :])]
    return [judged(ctx, c, judge_hours) for c in kept]


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
        if c.service is None or not any(d.service == c.service for d in claims[i + 1 :])
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
