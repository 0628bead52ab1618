"""What she says on each topic of fact, in the order of the call, compared with the fact sheet."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from itertools import combinations
from typing import Literal, TypeVar, cast

from rubrics.facts import WEEKDAYS, FactSheet
from rubrics.reading import ANY_QUESTION
from scoring.context import Context
from scoring.facts.claims import Cues, HoursClaim, Judged, PriceClaim, clause_around, sentences
from scoring.facts.dates import dates
from scoring.facts.details import details, names_of_rules, names_of_services
from scoring.facts.hours import hours_finder
from scoring.facts.judge import NO_SHEET, judge_hours, judge_price, since, was_true
from scoring.facts.numbers import numbers
from scoring.facts.phones import phones
from scoring.facts.prices import ServiceNames, loosely, price_finder
from scoring.facts.words import Shadow, shadow

Topic = Literal["opening_hours", "prices", "details"]
QUESTION_LISTS: dict[Topic, str] = {
    "opening_hours": "hours_question",
    "prices": "price_question",
    "details": "details_question",
}
ON_EVERY_SHEET = ("where_question", "parking_question", "who_question")
Span = tuple[int, int, int]
"""Turn, and character offsets in it."""
Comparison = tuple[str, str]
"""Outcome, and what the sheet says."""
MOST_OF_ONE = 10
"""People or visits that are reckoned together: 'two hundred each, that's four hundred'."""
HESITATION = 3
"""Letters of an 'er' between two numbers."""
SHORT_NAME = 2
"""Letters of a word that is an initial or a particle of a name."""
MOVING = ("existing_booking", "cancels")
"""What is said of a visit that there is already."""
SHORT_QUESTION = 8
"""'How much is that?' speaks of what was named before; 'How much are veneers?' does not."""


def asked(ctx: Context, list_name: str) -> list[Span]:
    """Where the patient asks about the topic."""
    somewhere = ctx.turns_with([list_name])
    return [
        (turn, hit.start, hit.end)
        for turn in ctx.turns_of("patient")
        if turn in somewhere
        for hit in ctx.reading(turn).find(list_name)
        if (not hit.negated or hit.question) and not hit.quoted
    ]


def named_in_questions(ctx: Context, questions: list[Span]) -> list[Span]:
    """Questions on details: by their words, or by naming what the sheet has a rule for.

    Of a sheet without rules only what else it tells: the way, parking, and who does what.
    """
    rules = ctx.facts.rules if ctx.facts else ()
    if ctx.facts and not rules:
        questions = [q for name in ON_EVERY_SHEET for q in asked(ctx, name)]
    found = {q[0]: q for q in reversed(questions)}
    names = names_of_rules(ctx)
    for turn in ctx.turns_of("patient"):
        if not names.search(shadow(ctx.language, ctx.turns[turn].text).text):
            continue
        for hit in ctx.reading(turn).find(ANY_QUESTION):
            if names.search(shadow(ctx.language, hit.text).text) and not hit.negated:
                found.setdefault(turn, (turn, hit.start, hit.end))
    return sorted(found.values(), key=lambda q: ctx.turns[q[0]].start_s)


def since_her_last(ctx: Context, turn: int) -> list[int]:
    """The patient's turns since the administrator's turn before this one."""
    key = ("since", turn)
    if key not in ctx.cache:
        ctx.cache[key] = find_since(ctx, turn)
    return cast(list[int], ctx.cache[key])


def find_since(ctx: Context, turn: int) -> list[int]:
    start = ctx.turns[turn].start_s
    earlier = [t for t in ctx.turns_of("administrator") if ctx.turns[t].start_s < start]
    since = ctx.turns[earlier[-1]].start_s if earlier else -1.0
    return [t for t in ctx.turns_of("patient") if since <= ctx.turns[t].start_s < start]


def previous_question(ctx: Context, turn: int, questions: list[Span]) -> str:
    """The patient's words since the administrator's last turn, if they ask; else empty."""
    if not questions:
        return ""
    between = since_her_last(ctx, turn)
    if {q[0] for q in questions}.isdisjoint(between):
        return ""
    return " ".join(ctx.turns[t].text for t in between)


def hours_claims(ctx: Context, questions: list[Span]) -> list[Judged]:
    finder = hours_finder(ctx.language)
    today = ctx.call.start.weekday() if ctx.call.start else None
    staff = staff_of(ctx)
    claims: list[HoursClaim] = []
    for turn in ctx.turns_of("administrator"):
        question = previous_question(ctx, turn, questions)
        seen = shadow(ctx.language, ctx.turns[turn].text)
        asked = shadow(ctx.language, question).text
        if not finder.worthwhile(seen.text, asked):
            continue
        reading = ctx.book.read(seen.text, ctx.slots)
        found = finder.find(turn, seen.text, reading, asked, today, staff)
        claims += [moved(claim, seen) for claim in found]
    claims = [dated(ctx, c) for c in claims]
    claims = [narrowed(c, claims) for c in claims if not closed_for_now(c, claims)]
    claims = [today_only(ctx, c, claims) for c in claims]
    kept = [c for i, c in enumerate(claims) if not any(replaces(d, c) for d in claims[i + 1 :])]
    pairs = [(c, judged(ctx, c, judge_hours)) for c in kept]
    known = [
        (c, j)
        for c, j in pairs
        if not c.loose
        or (j.outcome in ("right", "outdated") and (c.days or time_asked(ctx, c.turn)))
    ]
    return [
        j
        for i, (c, j) in enumerate(known)
        for later in [known[i + 1 :]]
        if not taken_back(ctx, j, [k for _, k in later])
        and not begun_anew(ctx, j, [k for d, k in later if not of_other_days(c, d)])
    ]


def of_other_days(one: HoursClaim, other: HoursClaim) -> bool:
    """'Wednesdays we close at seven, Fridays at four' says two things."""
    return bool(one.days and other.days) and {*one.days}.isdisjoint(other.days)


def time_asked(ctx: Context, turn: int) -> bool:
    """The patient has just asked something with a time in it: 'You're there till seven, right?'"""
    return any(
        ctx.reading(t).question_clauses
        and numbers(ctx.language).clocks(shadow(ctx.language, ctx.turns[t].text).text)
        for t in since_her_last(ctx, turn)
    )


def staff_of(ctx: Context) -> Cues:
    """The doctors of the sheet by any of their names, and words for people who work here."""
    doctors = ctx.facts.doctors if ctx.facts else ()
    names = {part for doctor in doctors for name in doctor.all_names() for part in name.split()}
    words = numbers(ctx.language).words.staff
    return cues_of(frozenset({*words, *(name for name in names if len(name) > SHORT_NAME)}))


@lru_cache(32)
def cues_of(words: frozenset[str]) -> Cues:
    """Compiled once for the calls of a clinic."""
    return Cues([*words])


def dated(ctx: Context, claim: HoursClaim) -> HoursClaim:
    """The claim of one day, where its clause names a date, a holiday or an unusual 'today'."""
    if ctx.facts is None or ctx.call.start is None:
        return claim
    today = ctx.call.start.date()
    mine = [
        s.text[slice(*clause_around(s.text, claim.start - s.start, claim.end - s.start))]
        for s in sentences(ctx.reading(claim.turn))
        if s.start <= claim.start < s.end
    ]
    seen = shadow(ctx.language, " ".join(mine)).text
    named_days = [d.near(today) for d in dates(ctx.language).find(seen)]
    for special in ctx.facts.special_days:
        if special.names and re.search("|".join(map(loosely, special.names)), seen, re.I):
            named_days.append(special.day)
    for word, shift in numbers(ctx.language).words.relative_days.items():
        day = today + timedelta(days=shift)
        unusual = any(one.holds(day) for one in ctx.facts.special_days)
        if unusual and cues_of(frozenset({word})).within(seen):
            named_days.append(day)
    on = next((d for d in named_days if d), None)
    return replace(claim, on=on) if on else claim


def narrowed(claim: HoursClaim, claims: list[HoursClaim]) -> HoursClaim:
    """Without the days that the same turn says something else about.

    'Wednesdays until eight, other weekdays until seven.'
    """
    own = {
        day
        for other in claims
        if other.turn == claim.turn and not other.on and len(other.days) < len(claim.days)
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


def today_only(ctx: Context, claim: HoursClaim, claims: list[HoursClaim]) -> HoursClaim:
    """'You're there till six?' - 'Till six.': one time and no day is about the day of the call."""
    single = (claim.opens is None) != (claim.closes is None)
    alone = sum(other.turn == claim.turn for other in claims) == 1
    if claim.days or claim.on or not (single and alone) or not (ctx.facts and ctx.call.start):
        return claim
    today = WEEKDAYS[ctx.call.start.weekday()]
    return replace(claim, days=(today,)) if ctx.facts.opening_hours.get(today) else claim


def replaces(later: HoursClaim, earlier: HoursClaim) -> bool:
    """The later statement is about the same thing, so it is what the patient goes away with."""
    return (
        (later.days, later.on) == (earlier.days, earlier.on)
        and later.closed == earlier.closed
        and (later.opens is None) == (earlier.opens is None)
        and (later.closes is None) == (earlier.closes is None)
    )


def price_claims(ctx: Context, questions: list[Span]) -> list[Judged]:
    """What the patient goes away with: no echoes, and of prices for one service the last."""
    pairs = [(c, judged(ctx, c, judge_price)) for c in said_prices(ctx, questions)]
    pairs = [(c, j) for c, j in pairs if j.outcome == "right" or not echoes(ctx, c)]
    pairs = [
        (c, j)
        for i, (c, j) in enumerate(pairs)
        if c.service is None
        or not any(d.service == c.service and not d.guessed for d, _ in pairs[i + 1 :])
    ]
    right = [c for c, j in pairs if j.outcome == "right"]
    found = [
        j
        for c, j in pairs
        if j.outcome == "right"
        or not (any(is_bound(c, r) for r in right) or is_told_again(ctx, c, right))
    ]
    return [
        j
        for i, j in enumerate(found)
        if not (taken_back(ctx, j, found[i + 1 :]) or begun_anew(ctx, j, found[i + 1 :]))
    ]


def said_prices(ctx: Context, questions: list[Span]) -> list[PriceClaim]:
    """Every price she says, with the service it seems to be for."""
    finder = price_finder(ctx.language)
    names = names_of_services(ctx)
    claims: list[PriceClaim] = []
    subject: int | None = None  # the service last spoken of
    spoken_of: set[int] = set()
    # The price may be what moving the visit costs.
    moving = not ctx.turns_with(MOVING).isdisjoint(ctx.turns_of("patient"))
    known = prices_of(ctx.facts)
    everyone = ctx.turns_of("administrator") + ctx.turns_of("patient")
    for turn in sorted(everyone, key=lambda t: (ctx.turns[t].start_s, t)):
        seen = shadow(ctx.language, ctx.turns[turn].text)
        text = seen.text
        if ctx.turns[turn].role == "administrator":
            question = shadow(ctx.language, previous_question(ctx, turn, questions)).text
            certain = len(spoken_of) == 1 and not moving
            told = bool(question)
            if not question:
                question = proposal(ctx, turn, text, names, certain, known)
                told = certain and bool(question)
            asked_for = names.last(question)
            if asked_for is None:
                asked_for = subject
                told = told and len(spoken_of) == 1 and len(question.split()) <= SHORT_QUESTION
            else:
                told = True
            if finder.worthwhile(text, question):
                reading = ctx.book.read(text, ctx.slots)
                spoken = frozenset(spoken_of)
                found = finder.find(
                    turn, text, reading, question, asked_for, names, spoken, certain, told=told
                )
                claims += [replace(moved(claim, seen), fee=moving) for claim in found]
        last = names.last(text)
        spoken_of |= {service for _, _, service in names.spans(text)}
        subject = subject if last is None else last
    return claims


def is_bound(claim: PriceClaim, right: PriceClaim) -> bool:
    """One end of a range that she says elsewhere: 'the six-thousand ones'."""
    same = claim.service == right.service and claim.low == claim.high
    return same and claim.low in (right.low, right.high)


def is_told_again(ctx: Context, claim: PriceClaim, right: list[PriceClaim]) -> bool:
    """No new price but right ones again, or together: 'the two are five thousand one hundred'."""
    names = names_of_services(ctx)
    if claim.low is None or claim.low != claim.high or names.spans(clause_of(ctx, claim)):
        return False
    before = " ".join(ctx.turns[t].text for t in since_her_last(ctx, claim.turn))
    told = [(r.turn, r.low) for r in right if r.low == r.high and r.turn <= claim.turn]
    here = [low for turn, low in told if low and turn == claim.turn]
    sums = {sum(some) for n in (2, 3) for some in combinations(here, n)}
    sums |= {n * low for low in here for n in range(2, MOST_OF_ONE + 1)}
    again = not names.spans(before) and claim.low in {low for _, low in told}
    return again or claim.low in sums


def clause_of(ctx: Context, claim: PriceClaim) -> str:
    """The claim's clause."""
    text = ctx.turns[claim.turn].text
    left, right = clause_around(text, claim.start, claim.end)
    return shadow(ctx.language, text[left:right]).text


def echoes(ctx: Context, claim: PriceClaim) -> bool:
    """It only repeats a number of the patient, who asked for no price, or a part of a phone."""
    finder = price_finder(ctx.language)
    before = " ".join(ctx.turns[t].text for t in since_her_last(ctx, claim.turn))
    said = shadow(ctx.language, before).text
    if any(f"{claim.low:g}" in digits for _, _, digits in phones(finder.numbers, said)):
        return True
    heard = {amount.value for amount in finder.numbers.amounts(said)}
    if claim.low in heard and finder.negation.within(clause_of(ctx, claim)):
        return True  # "a hundred and eighty, that's not us"
    agrees = finder.yes.within(shadow(ctx.language, ctx.turns[claim.turn].text).text)
    return claim.low in heard and not (claim.asked or agrees)


def taken_back(ctx: Context, one: Judged, later: list[Judged]) -> bool:
    """What isn't the sheet's, taken back in the same turn: 'a hundred and ten, no, I'm a year
    behind, a hundred and twenty-five'."""
    correction = price_finder(ctx.language).correction
    return any(map(correction.within, up_to_right(ctx, one, later)))


def begun_anew(ctx: Context, one: Judged, later: list[Judged]) -> bool:
    """What isn't the sheet's, and at once what is: 'seventy, seventy-five'."""
    texts = up_to_right(ctx, one, later)
    return any(sum(map(str.isalpha, text)) <= HESITATION for text in texts)


def up_to_right(ctx: Context, one: Judged, later: list[Judged]) -> Iterator[str]:
    """What stands between something wrong and each right one behind it in the turn."""
    if one.outcome == "right":
        return
    text = ctx.turns[one.turn].text
    for other in later:
        if other.turn == one.turn and other.outcome == "right":
            yield shadow(ctx.language, text[one.end : other.start]).text


def proposal(
    ctx: Context,
    turn: int,
    text: str,
    names: ServiceNames,
    certain: bool,
    known: frozenset[float],
) -> str:
    """What the patient said just before, if it proposes a price that she agrees to or mends."""
    finder = price_finder(ctx.language)
    before = since_her_last(ctx, turn)
    said = shadow(ctx.language, " ".join(ctx.turns[t].text for t in before)).text
    if certain and finder.confirms(text, said, names):
        return said
    if not any(ctx.reading(t).question_clauses for t in before):
        return ""
    named = names.last(said) is not None
    return said if finder.answers(text, said, known, named) else ""


def prices_of(facts: FactSheet | None) -> frozenset[float]:
    """Every amount among the prices, those of older versions too."""
    sheets = (facts, *facts.earlier) if facts else ()
    amounts = {amount for s in sheets for p in s.prices for amount in (p.price, p.low, p.high)}
    return frozenset(amount for amount in amounts if amount is not None)


Claim = TypeVar("Claim", HoursClaim, PriceClaim)


def judged(ctx: Context, claim: Claim, judge: Callable[[Claim, FactSheet], Comparison]) -> Judged:
    """The claim under the version of the call's day; what an older one says is outdated."""

    def result(outcome: str, sheet: str) -> Judged:
        return Judged(claim.turn, claim.start, claim.end, outcome, sheet)

    if ctx.facts is None:
        return result("unknown", NO_SHEET)
    outcome, sheet = judge(claim, ctx.facts)
    for old in reversed(ctx.facts.earlier):
        before = renumbered(claim, ctx.facts, old)
        if outcome == "wrong" and judge(before, old)[0] == "right":
            return result("outdated", since(sheet, ctx.facts))
        if (
            outcome == "unknown"
            and isinstance(claim, PriceClaim)
            and was_true(claim, ctx.facts, old)
        ):
            return result("outdated", since(sheet, ctx.facts))
    return result(outcome, sheet)


def moved(claim: Claim, seen: Shadow) -> Claim:
    """The claim with offsets of the turn instead of its shadow."""
    start, end = seen.span(claim.start, claim.end)
    return replace(claim, start=start, end=end)


FINDERS: dict[Topic, Callable[[Context, list[Span]], list[Judged]]] = {
    "opening_hours": hours_claims,
    "prices": price_claims,
    "details": details,
}


def renumbered(claim: Claim, now: FactSheet, old: FactSheet) -> Claim:
    """The claim with the service's place in an older sheet."""
    if not isinstance(claim, PriceClaim) or claim.service is None:
        return claim
    names = {name.lower() for name in now.prices[claim.service].all_names()}
    same = (i for i, p in enumerate(old.prices) if names & {n.lower() for n in p.all_names()})
    return replace(claim, service=next(same, None), others=frozenset())
