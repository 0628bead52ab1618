"""``agreed``: a visit at a certain time was agreed in the call."""

from auricle.messages import N_
from auricle.models import Evidence
from rubrics.schema import Agreed
from scoring.appointments import followed
from scoring.context import Context
from scoring.detectors.registry import register
from scoring.finding import Detector, Finding, Occasion, occasion


@register("agreed")
def agreed(options: Agreed) -> Detector:
    """Holds when a time was named and taken; what comes after it repeats it."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        if not ctx.language:
            return Finding(None, 0.0, why=N_("No phrase lists for this language"))
        call = followed(ctx, options)
        found = call.agreed if options.outcome == "taken" else call.offer
        if found is None:
            note = (
                N_("No time was named and taken")
                if options.outcome == "taken"
                else N_("No time was named and offered")
            )
            turns = ctx.conversation[0]
            absence = Evidence(kind="absence", note=note)
            return Finding(False, min(options.confidence, ctx.searched(turns)), (absence,))
        quote = ctx.quote(found.turn, *ctx.passage(found.turn, *found.words))
        chance = occasion(ctx, found.since, f"\u201c{quote.quote}\u201d")
        return Finding(
            True,
            min(options.confidence, ctx.heard(found.turn, *found.words)),
            (quote,),
            values={"quote": quote.quote or ""},
            occasions=(chance,),
        )

    return detect
