"""``criterion``: how another criterion of the rubric came out."""

from auricle.messages import N_
from rubrics.schema import Other
from scoring.context import Context
from scoring.detectors.registry import register
from scoring.finding import Detector, Finding, Occasion


@register("criterion")
def criterion(options: Other) -> Detector:
    """Holds when that criterion, judged before, has one of the verdicts.

    What abstained can't be told, unless ``abstain`` is asked for.
    """

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        other = ctx.verdicts[options.id]
        if other.verdict == "abstain" and "abstain" not in options.verdict:
            return Finding(
                None, 0.0, why=N_("'{name}' could not be judged").format(name=options.id)
            )
        quotes = [e for e in other.evidence if e.kind == "quote"]
        chances = tuple(
            Occasion(e.start_s or 0.0, e.end_s or 0.0, e.turn, f"\u201c{e.quote}\u201d")
            for e in quotes
        )
        return Finding(
            other.verdict in options.verdict, other.confidence, other.evidence, occasions=chances
        )

    return detect
