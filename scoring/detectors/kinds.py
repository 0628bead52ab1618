"""What kind of call it is and how the patient comes across: a suggestion with its evidence.

Each sign that is found adds its points to a kind. The kind with the most points p is suggested
with confidence ``exp(p) / sum(exp(p of every kind))``, never surer than its surest sign was heard.
Only words and turns are looked at, never the voice.
"""

import math

from auricle.models import Evidence, Suggestion
from rubrics.kinds import ScaleName, load_scale
from scoring.context import Context
from scoring.detectors.registry import build
from scoring.finding import Finding

SHOWN = 3
"""Quotes that support a suggestion."""


def suggest(ctx: Context, name: ScaleName) -> Suggestion | None:
    """The kind that most speaks for; None where there are no phrase lists for the language."""
    key = ("kinds", name)
    if key not in ctx.cache:
        ctx.cache[key] = suggested(ctx, name) if ctx.language else None
    found = ctx.cache[key]
    assert found is None or isinstance(found, Suggestion)
    return found


def suggested(ctx: Context, name: ScaleName) -> Suggestion:
    scale = load_scale(name)
    points = {scale.otherwise.id: scale.otherwise.points}
    signs: dict[str, list[Finding]] = {scale.otherwise.id: []}
    for kind in scale.kinds:
        findings = [(sign, build(sign.test)(ctx, ())) for sign in kind.signs]
        points[kind.id] = sum(sign.points for sign, found in findings if found.holds)
        signs[kind.id] = [found for sign, found in findings if found.holds and sign.points > 0]
    best = max(points, key=lambda kind: points[kind])  # of equals the first: otherwise
    total = sum(math.exp(value) for value in points.values())
    heard = max((found.confidence for found in signs[best]), default=1.0)
    return Suggestion(
        kind=best,
        confidence=round(min(heard, math.exp(points[best]) / total), 4),
        evidence=shown(signs[best]),
    )


def shown(signs: list[Finding]) -> tuple[Evidence, ...]:
    every = dict.fromkeys(e for sign in signs for e in sign.evidence if e.kind != "absence")
    return tuple(every)[:SHOWN]
