"""What kind of call it is and how the patient comes across: a suggestion with its evidence.

Each sign that is found adds its points to a kind. The kind with the most points p is suggested
with confidence ``exp(p) / sum(exp(p of every kind))``, never surer than its surest sign was heard.
The points are learnt (``bench.gold.kinds``), so that the confidence is the share that is right.
Only words and turns are looked at, never the voice.
"""

import math
from collections.abc import Sequence

from auricle.models import Suggestion
from rubrics.kinds import ScaleName, Sign, load_scale
from rubrics.reading import Hit
from scoring.context import NO_TURNS, Context
from scoring.detectors.phrases import first_or_last
from scoring.measures import measure

SHOWN = 3
"""Quotes that support a suggestion."""
LIKELY = 0.6
"""A suggestion less sure than this decides nothing. Of written calls as sure, not learnt from, 83 %
of the types are right (of the complaints 94 %) and 73 % of the manners."""


def suggest(ctx: Context, name: ScaleName) -> Suggestion | None:
    """The kind that most speaks for; None where there are no phrase lists for the language."""
    key = ("kinds", name)
    if key not in ctx.cache:
        ctx.cache[key] = suggested(ctx, name) if ctx.language else None
    found = ctx.cache[key]
    assert found is None or isinstance(found, Suggestion)
    return found


def suggested(ctx: Context, name: ScaleName) -> Suggestion:
    kinds = load_scale(name).kinds
    possible = {*ctx.by_list, ""}  # lists that are found; a sign that isn't heard names none
    told = [
        [sign for sign in kind.signs if sign.heard in possible and holds(ctx, sign)]
        for kind in kinds
    ]
    points = [
        math.fsum([kind.points, *(sign.points for sign in signs)])
        for kind, signs in zip(kinds, told, strict=True)
    ]
    best = points.index(max(points))
    most = sorted(told[best], key=lambda sign: -sign.points)
    said = [place for sign in most if (place := first_said(ctx, sign))]
    heard = max((ctx.heard(turn, hit.start, hit.end) for turn, hit in said), default=1.0)
    likely = math.exp(points[best]) / math.fsum(map(math.exp, points))
    return Suggestion(
        kind=kinds[best].id,
        confidence=round(min(heard, likely), 4),
        evidence=tuple(ctx.quote(*passage) for passage in apart(ctx, said)[:SHOWN]),
    )


def apart(ctx: Context, said: Sequence[tuple[int, Hit]]) -> list[tuple[int, int, int]]:
    """Turn, first and last character of passages worth quoting; none overlaps one before it."""
    found: list[tuple[int, int, int]] = []
    for turn, hit in said:
        start, end = ctx.passage(turn, hit.start, hit.end)
        if not any(turn == t and start < e and s < end for t, s, e in found):
            found.append((turn, start, end))
    return found


def holds(ctx: Context, sign: Sign) -> bool:
    if sign.heard:
        return first_said(ctx, sign) is not None
    if sign.measure:
        value = measure(ctx, sign.measure.name).value
        return value is not None and sign.measure.allows(value)
    return ctx.call.direction == sign.direction


def first_said(ctx: Context, sign: Sign) -> tuple[int, Hit] | None:
    """Turn and hit of the first phrase that counts."""
    somewhere = ctx.by_list.get(sign.heard, NO_TURNS)
    for turn in first_or_last(sign.turns, ctx.turns_of(sign.role)):
        if turn in somewhere:
            for hit in ctx.reading(turn).find(sign.heard):
                if not hit.negated and not hit.quoted:
                    return turn, hit
    return None
