"""Short ways to score a written dialogue, for the other scoring tests."""

from functools import cache

from auricle.models import Scorecard
from rubrics.facts import FactSheet
from rubrics.loader import load_rubric
from scoring.dialogue import dialogue
from scoring.engine import score

SHEET = FactSheet.model_validate(
    {
        "clinic": "Oakfield Dental",
        "opening_hours": {
            "monday": "08:00-19:00",
            "tuesday": "08:00-19:00",
            "wednesday": "08:00-19:00",
            "thursday": "08:00-19:00",
            "friday": "08:00-16:00",
            "saturday": "09:00-13:00",
            "sunday": "closed",
        },
        "currency": "pounds",
        "prices": [
            {"service": "check-up", "names": ["check up", "checkup"], "price": 45},
            {"service": "implant", "from": 900},
            {"service": "filling", "from": 90, "to": 160},
        ],
    }
)


@cache
def clinic_phone():
    return load_rubric("clinic-phone")


def scorecard(text: str, facts: FactSheet | None = SHEET, **options) -> Scorecard:
    """The card of a dialogue under the first rubric."""
    thresholds = {k: options.pop(k) for k in ("abstain_below",) if k in options}
    return score(*dialogue(text, **options), clinic_phone(), facts, **thresholds)


def verdicts(text: str, facts: FactSheet | None = SHEET, **options) -> dict[str, str]:
    """Criterion -> verdict."""
    return {v.id: v.verdict for v in scorecard(text, facts, **options).criteria}


def verdict_of(criterion: str, text: str, facts: FactSheet | None = SHEET, **options):
    """One criterion's whole verdict."""
    card = scorecard(text, facts, **options)
    return next(v for v in card.criteria if v.id == criterion)


def test_dialogue_times_are_plausible():
    _, transcript = dialogue("A: Hello there.\nP: Hi, I would like\nA!: Yes, go on.\n[hold 20]")
    first, second, third = transcript.turns
    assert first.end_s < second.start_s < third.start_s < second.end_s
    assert transcript.line.segments[0].end_s - transcript.line.segments[0].start_s == 20
    assert all(t.start_s == t.words[0].start_s and t.end_s == t.words[-1].end_s for t in (first,))
