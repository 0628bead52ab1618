"""What calls are judged by, as the settings say: rubrics, the fact sheet, thresholds."""

import hashlib
import json
import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from multiprocessing import get_context

from pydantic import JsonValue

from auricle.child import follow_parent
from auricle.errors import AuricleError, SettingsError
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


MANY = 300
"""Calls for which it pays to start processes: each reads the phrase lists anew, for seconds."""
MOST_PROCESSES = 8
"""Each takes half a gigabyte."""
IN_ONE_GO = 8
"""Calls that a process is given at once."""


Transcribed = tuple[Call, Transcript]


def score_by(
    scorer: Scorer, rubrics: Sequence[Rubric], calls: Iterable[Sequence[Transcribed]], count: int
) -> Iterator[tuple[Call, list[Scorecard]]]:
    """Calls and their scorecards by each of the rubrics, in order.

    ``calls`` come in portions, ``count`` is how many there are: of many, as many are scored at a
    time as there are cores, each in a process, since Python lets one thread of a process work at
    once. Raises AuricleError when such a process is ended.
    """
    processes = min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    if count < MANY or processes < 2:
        yield from (_score_by(scorer, rubrics, call) for portion in calls for call in portion)
        return
    begin = _begin, (scorer, rubrics)
    with ProcessPoolExecutor(processes, get_context("spawn"), *begin) as pool:
        try:
            for portion in calls:
                yield from pool.map(_score_here, portion, chunksize=IN_ONE_GO)
        except BrokenProcessPool as error:
            raise AuricleError(
                "A process that scores was ended, perhaps for want of memory.",
                "Close other programs and run again.",
            ) from error


def _score_by(
    scorer: Scorer, rubrics: Sequence[Rubric], one: Transcribed
) -> tuple[Call, list[Scorecard]]:
    return one[0], [scorer.score(*one, rubric) for rubric in rubrics]


_here: list[tuple[Scorer, Sequence[Rubric]]] = []
"""In a process that only scores: by what."""


def _begin(scorer: Scorer, rubrics: Sequence[Rubric]) -> None:
    follow_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started it
    _here.append((scorer, rubrics))


def _score_here(one: Transcribed) -> tuple[Call, list[Scorecard]]:
    return _score_by(*_here[0], one)


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
