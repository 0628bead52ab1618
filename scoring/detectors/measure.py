"""``measure``: a number about the line or the conversation within bounds."""

from auricle.messages import N_, percent
from auricle.models import Evidence
from rubrics.schema import Measure
from scoring import measures
from scoring.context import Context
from scoring.detectors.registry import register
from scoring.finding import Detector, Finding, Occasion

TOO_CLOSE = 0.6
"""Confidence when the bound lies within the measurement's precision."""


@register("measure")
def measure(options: Measure) -> Detector:
    """Holds when the value is at most / at least what the rubric says."""

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        found = measures.measure(ctx, options.name)
        if found.value is None:
            if not options.required:
                return Finding(False, TOO_CLOSE, uses_roles=found.uses_roles)
            why = N_("No measurement of {measure}").format(measure=measures.NAMES[options.name])
            return Finding(None, 0.0, why=why, uses_roles=found.uses_roles)
        bounds = [b for b in (options.at_most, options.at_least) if b is not None]
        close = any(abs(found.value - b) < found.precision for b in bounds)
        proof = Evidence(
            kind="measure",
            measure=options.name,
            value=found.value,
            unit=found.unit or None,
            source=found.source,
        )
        return Finding(
            options.allows(found.value),
            min(found.confidence, TOO_CLOSE) if close else found.confidence,
            (proof, *found.evidence),
            values={"value": shown(options.name, found.value), "unit": found.unit},
            uses_roles=found.uses_roles,
        )

    return detect


def shown(name: str, value: float) -> str:
    """A number as people write it."""
    if name.endswith("_share"):
        return percent(value)
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
