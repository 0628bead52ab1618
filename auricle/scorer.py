"""What calls are judged by, as the settings say: rubrics, the fact sheet, thresholds."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from pydantic import JsonValue

from auricle.errors import SettingsError
from auricle.models import Call, RubricVersion, Scorecard, Transcript
from auricle.settings import Settings
from auricle.strict import nearest
from rubrics.facts import FactSheet, load_facts
from rubrics.kinds import load_scale
from rubrics.loader import load_rubric
from rubrics.schema import Rubric
from scoring.calibration import Calibration, load_calibration
from scoring.embedding import installed
from scoring.engine import VERSION, score
from scoring.opinions import LanguageModel


@dataclass(frozen=True)
class Scorer:
    """Scores calls, all by the same standard."""

    rubric: Rubric
    by_type: dict[str, Rubric]
    """Type of call -> its own rubric."""
    facts: FactSheet | None
    abstain_below: float
    model: LanguageModel | None = None
    """Asked only where a rubric has ``judge`` tests."""
    calibration: Calibration | None = None
    strangers: frozenset[str] = frozenset()
    """Clinics of which the fact sheet says nothing."""

    def score(self, call: Call, transcript: Transcript, rubric: Rubric | None = None) -> Scorecard:
        """The scorecard of one call, with the line that the call's sources settled on.

        ``rubric``: by this one, whatever the type of call.
        """
        return score(
            call,
            transcript.model_copy(update={"line": call.line}),
            rubric or self.rubric,
            self.facts_of(call.clinic),
            by_type={} if rubric else self.by_type,
            ask=self.model.ask if self.model else None,
            abstain_below=self.abstain_below,
            calibration=self.calibration,
        )

    @property
    def rubrics(self) -> list[Rubric]:
        """Every rubric that may be used."""
        return [self.rubric, *self.by_type.values()]

    def uncalibrated(self) -> "Scorer":
        """One that gives every verdict, with its detector's own confidence."""
        return replace(self, calibration=None, abstain_below=0.0)

    def facts_of(self, clinic: str) -> FactSheet | None:
        """What is known to be true of a clinic."""
        return None if clinic in self.strangers else self.facts

    @cached_property
    def fingerprint(self) -> str:
        """Of all that a scorecard depends on besides the call."""
        embeds, asks = (any(r.uses(key) for r in self.rubrics) for key in ("meaning", "judge"))
        return digest(
            [
                VERSION,
                self.rubric.fingerprint,
                {name: rubric.fingerprint for name, rubric in self.by_type.items()},
                self.facts.model_dump(mode="json") if self.facts else None,
                self.abstain_below,
                self.calibration.fingerprint if self.calibration else None,
                installed() if embeds else "",
                self.model.settings.model_dump(mode="json") if self.model and asks else None,
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
        calibration=load_calibration(settings.score.calibration)
        if settings.score.calibration
        else None,
        model=LanguageModel(settings.score.judge) if settings.score.judge else None,
    )


def digest(parts: list[JsonValue]) -> str:
    """A short stable name for a list of plain values."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def version_of(rubric: Rubric, since: datetime, by: str = "") -> RubricVersion:
    """A rubric as a version to remember."""
    return RubricVersion(
        rubric_id=rubric.id,
        version=rubric.version,
        fingerprint=rubric.fingerprint,
        text=rubric.text,
        since=since,
        published_by=by,
    )
