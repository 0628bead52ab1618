"""``judge``: a language model of the owner's choice answers a question about the call.

Off unless the settings name a server. The model sees the turns with their roles, names left out,
and nothing else: no history, no other marks, no measures. Its yes counts only with a quote that
stands in the transcript under the right role.
"""

from auricle.messages import N_
from auricle.models import Evidence
from rubrics.schema import Judge
from scoring.context import Context
from scoring.detectors.registry import register
from scoring.evidence import shortened
from scoring.finding import Detector, Finding, Occasion
from scoring.opinions import Opinion

SUREST = 0.8
"""A unanimous model is still a model."""


@register("judge")
def judge(options: Judge) -> Detector:
    """Holds when more than half of the votes say yes with a quote that stands."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        if ctx.ask is None:
            if not options.required:
                return Finding(False, SUREST)
            return Finding(None, 0.0, why=N_("No language model is asked; see [score.judge]"))
        opinions = ctx.ask(options.question, options.role, ctx.anonymous)
        places = [place_of(ctx, options, opinion) for opinion in opinions]
        yes = [place for place in places if place is not None]
        no = sum(not opinion.holds for opinion in opinions)
        if 2 * no > len(opinions):
            note = N_("A language model was asked: {question}").format(question=options.question)
            proof = Evidence(kind="absence", role=options.role, note=note)
            return Finding(False, SUREST * no / len(opinions), (proof,))
        if 2 * len(yes) <= len(opinions):
            return Finding(
                None, 0.0, why=N_("The language model isn't sure, or its quotes don't stand")
            )
        quote = ctx.quote(*yes[0], note=N_("a language model's answer"))
        sure = min(SUREST * len(yes) / len(opinions), ctx.heard(*yes[0]))
        chance = Occasion(quote.start_s or 0.0, quote.end_s or 0.0, quote.turn, quote.quote or "")
        values = {"quote": shortened(quote.quote or "")}
        return Finding(True, sure, (quote,), values=values, occasions=(chance,))

    return detect


def place_of(ctx: Context, options: Judge, opinion: Opinion) -> tuple[int, int, int] | None:
    """Turn and offsets of a yes' quote; None for a no, or where the quote doesn't stand."""
    if not opinion.holds or not 0 <= opinion.turn < len(ctx.turns):
        return None
    turn = ctx.turns[opinion.turn]
    words = opinion.quote.strip()
    start = turn.text.find(words) if words else -1
    if turn.role != options.role or start < 0:
        return None
    return opinion.turn, start, start + len(words)
