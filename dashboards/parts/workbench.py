"""What the rubric page is handed from above the dashboards, which must not import scoring."""

from collections.abc import Callable
from dataclasses import dataclass

from auricle.models import Call, Scorecard, Transcript
from rubrics.schema import Rubric


@dataclass(frozen=True)
class Workbench:
    """Score a call by a draft, and publish one."""

    score: Callable[[Call, Transcript, Rubric], Scorecard]
    publish: Callable[[str, str], Rubric]
    """YAML and who publishes it. Raises SettingsError for a draft that can't be used."""
