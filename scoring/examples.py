"""A rubric's own examples: does each written call get the verdict its author expects?"""

from dataclasses import dataclass

from auricle.models import VerdictKind
from auricle.strict import validate
from rubrics.facts import FactSheet
from rubrics.schema import Example, Rubric
from scoring.dialogue import dialogue
from scoring.engine import score


@dataclass(frozen=True)
class Tried:
    """One example and what became of it."""

    criterion: str
    number: int
    """Its place among the criterion's examples, from 1."""
    expected: VerdictKind
    found: VerdictKind
    reason: str

    @property
    def right(self) -> bool:
        return self.expected == self.found


def try_examples(rubric: Rubric) -> list[Tried]:
    """Score every example of a rubric. Raises SettingsError for an odd dialogue or fact sheet."""
    facts = None
    if rubric.example_facts is not None:
        facts = validate(FactSheet, rubric.example_facts, f"{rubric.id}: example_facts")
    return [
        _try(rubric, facts, criterion.id, number, example)
        for criterion in rubric.criteria()
        for number, example in enumerate(criterion.examples, start=1)
    ]


def _try(
    rubric: Rubric, facts: FactSheet | None, criterion: str, number: int, example: Example
) -> Tried:
    call, transcript = dialogue(
        example.dialogue,
        wait_s=example.wait_s,
        language=example.language,
        direction=example.direction,
        clinic=facts.clinic if facts else "",
    )
    card = score(call, transcript, rubric, facts)
    verdict = next(v for v in card.criteria if v.id == criterion)
    return Tried(criterion, number, example.verdict, verdict.verdict, verdict.reason)
