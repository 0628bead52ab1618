"""What calls are judged by, as the settings say: rubrics, the fact sheet, thresholds."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue

from auricle.errors import SettingsError
from auricle.models import Call, Scorecard, Transcript
from auricle.settings import Settings
from auricle.strict import nearest
from rubrics.facts import FactSheet, load_facts
from rubrics.kinds import load_scale
from rubrics.loader import load_rubric
from rubrics.schema import Rubric
from scoring.engine import VERSION, score


@dataclass(frozen=True)
class Scorer:
    """Scores calls, all by the same standard."""

    rubric: Rubric
    by_type: dict[str, Rubric]
    """Type of call -> its own rubric."""
    facts: FactSheet | None
    abstain_below: float

    def score(self, call: Call, transcript: Transcript, rubric: Rubric | None = None) -> Scorecard:
        """The scorecard of one call, with the line that the call's sources settled on.

        ``rubric``: by this one, whatever the type of call.
        """
        return score(
            call,
            transcript.model_copy(update={"line": call.line}),
            rubric or self.rubric,
            self.facts,
            by_type={} if rubric else self.by_type,
            abstain_below=self.abstain_below,
        )

    @cached_property
    def fingerprint(self) -> str:
        """Of all that a scorecard depends on besides the call."""
        return digest(
            [
                VERSION,
                self.rubric.fingerprint,
                {name: rubric.fingerprint for name, rubric in self.by_type.items()},
                self.facts.model_dump(mode="json") if self.facts else None,
                self.abstain_below,
            ]
        )


def load_scorer(settings: Settings) -> Scorer:
    """The rubrics and the fact sheet of the settings. Raises SettingsError."""
    types = load_scale("call_type").titles()
    for name in settings.score.rubrics:
        if name not in types:
            raise SettingsError(f"[score] rubrics: no type '{name}'.", nearest(name, types))
    return Scorer(
        rubric=load_rubric(settings.score.rubric),
        by_type={name: load_rubric(path) for name, path in settings.score.rubrics.items()},
        facts=load_facts(settings.clinic.facts) if settings.clinic.facts else None,
        abstain_below=settings.score.abstain_below,
    )


def digest(parts: list[JsonValue]) -> str:
    """A short stable name for a list of plain values."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
