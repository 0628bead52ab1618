"""Everything said on one topic of fact during a call: questions, statements, what came of them."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import cast

from rubrics.phrases import Reading
from scoring.context import Context
from scoring.facts.claims import Judged, Stated, sentences, word_at
from scoring.facts.dates import days_named
from scoring.facts.hours import hours_finder
from scoring.facts.numbers import numbers
from scoring.facts.prices import price_finder
from scoring.facts.stated import overlaps, stated
from scoring.facts.topics import FINDERS, QUESTION_LISTS, Span, Topic, asked, named_in_questions
from scoring.facts.words import shadow

REPLIES = 2
"""Her next turns in which the answer may come."""


@dataclass(frozen=True, slots=True)
class Report:
    questions: tuple[Span, ...]
    judged: tuple[Judged, ...]
    unanswered: Span | None
    deferrals: tuple[Span, ...]
    """Where she said that she doesn't know or will call back."""
    number_after: bool = False
    """A number followed the unanswered question: an answer that wasn't understood, perhaps."""
    promised: bool = False
    """She promised to call back."""


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
    if topic == "details":
        questions = named_in_questions(ctx, questions)
    judged = FINDERS[topic](ctx, questions)
    unanswered = put_off(ctx, questions, judged) if topic == "details" else None
    if topic != "details" and questions:
        # A later question may only ask for a repeat, so it is the first that must have its answer.
        first = next((q for q in questions if asks(ctx, q, judged)), None)
        if first and not any(after(ctx, j.turn, first) for j in judged):
            unanswered = first
    if topic == "details" and not judged and not unanswered:
        questions = []  # answered by something the sheet has no word for
    doubts, promises = excuses(ctx, unanswered) if unanswered else ([], [])
    return Report(
        tuple(questions),
        tuple(judged),
        unanswered,
        tuple(sorted(doubts + promises))[:2],
        topic != "details" and unanswered is not None and number_after(ctx, topic, unanswered),
        bool(promises),
    )


def asks(ctx: Context, question: Span, judged: list[Judged]) -> bool:
    """It is no remark on what she has just said: 'Eighty, that's dear.'"""
    turn, start, _ = question
    reading = ctx.reading(turn)
    word = word_at(reading, start)
    told = any(after(ctx, turn, (j.turn, 0, 0)) for j in judged)
    return not told or word is None or reading.is_question(word)


def after(ctx: Context, turn: int, question: Span) -> bool:
    return ctx.turns[turn].start_s > ctx.turns[question[0]].start_s


def put_off(ctx: Context, questions: list[Span], judged: list[Judged]) -> Span | None:
    """The first question of which nothing came but an "I don't know" or a promise."""
    for question, following in zip_longest(questions, questions[1:]):
        replies = [t for t in ctx.turns_of("administrator") if after(ctx, t, question)]
        if following:
            replies = [t for t in replies if not after(ctx, t, following)]
        replies = replies[:REPLIES]
        if any(j.turn in replies for j in judged):
            continue
        reading = (ctx.reading(turn) for turn in replies)
        if any(r.find("dont_know") or r.find("call_back_promise") for r in reading):
            return question
    return None


def excuses(ctx: Context, question: Span) -> tuple[list[Span], list[Span]]:
    """Where she says that she doesn't know, and that she will call back."""
    found: tuple[list[Span], list[Span]] = ([], [])
    for turn in ctx.turns_of("administrator"):
        if after(ctx, turn, question):
            for spans, name in zip(found, ("dont_know", "call_back_promise"), strict=True):
                spans += [(turn, h.start, h.end) for h in ctx.reading(turn).find(name)]
    return found


def number_after(ctx: Context, topic: Topic, question: Span) -> bool:
    """Her next turn states a number, or the one after it one that may be what was asked for."""
    start = ctx.turns[question[0]].start_s
    later = [t for t in ctx.turns_of("administrator") if ctx.turns[t].start_s > start]
    prices, hours = price_finder(ctx.language), hours_finder(ctx.language)
    known = numbers(ctx.language)
    possible = prices.plain_amounts if topic == "prices" else hours.possible
    for turn in later[:REPLIES]:
        text = shadow(ctx.language, ctx.turns[turn].text).text
        for sentence in sentences(ctx.book.read(text, ctx.slots)):
            said = possible(sentence.text)
            if turn == later[0]:
                said = said or known.amounts(sentence.text) or known.clocks(sentence.text)
            if sentence.is_statement() and said:
                return True
    return False


def about_visits(ctx: Context, turn: int, questions: bool) -> list[Stated]:
    """What a turn states, without the times and days that are opening hours or a price."""
    key = ("visits", turn, questions)
    if key not in ctx.cache:
        ctx.cache[key] = find_visits(ctx, turn, questions)
    return cast(list[Stated], ctx.cache[key])


def find_visits(ctx: Context, turn: int, questions: bool) -> list[Stated]:
    said = stated(ctx.language, ctx.turns[turn].text, ctx.reading(turn), questions=questions)
    if not said:
        return said
    topics: tuple[Topic, ...] = ("opening_hours", "prices")
    facts = [j for topic in topics for j in report(ctx, topic).judged if j.turn == turn]
    return [
        s
        for s in said
        if s.kind not in ("time", "day")
        or not any(j.start < s.end and s.start < j.end for j in facts)
    ]


def with_dates(ctx: Context, turn: int, questions: bool) -> list[Stated]:
    """``about_visits``, and the days of the month that a turn names: 'the twelfth'."""
    key = ("dates", turn, questions)
    if key not in ctx.cache:
        seen, reading = shadow(ctx.language, ctx.turns[turn].text), ctx.reading(turn)
        dates = [
            Stated("day", *seen.span(one.start, one.end), month_day=one.day)
            for one in days_named(ctx.language, seen.text)
        ]
        dates = [one for one in dates if questions or not asked_at(reading, one.start)]
        said = about_visits(ctx, turn, questions)
        rest = [one for one in said if not overlaps(one, dates)]
        ctx.cache[key] = sorted([*rest, *dates], key=lambda one: one.start)
    return cast(list[Stated], ctx.cache[key])


def asked_at(reading: Reading, offset: int) -> bool:
    """The word at a character offset is part of a question."""
    word = word_at(reading, offset)
    return word is not None and reading.is_question(word)
