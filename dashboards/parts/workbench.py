"""What pages are handed from above the dashboards, which must not import scoring."""

from collections.abc import Callable
from dataclasses import dataclass

from auricle.models import Call, Scorecard, Transcript
from rubrics.schema import Rubric


@dataclass(frozen=True)
class Workbench:
    """Score a call, by a draft too, publish one, and match mystery calls."""

    score: Callable[[Call, Transcript, Rubric], Scorecard]
    rescore: Callable[[Call, Transcript], Scorecard]
    """The scorecard of a call whose transcript was corrected, by today's rubrics."""
    publish: Callable[[str, str], Rubric]
    """YAML and who publishes it. Raises SettingsError for a draft that can't be used."""
    match: Callable[[], int]
    """Find the mystery calls anew and score them by their scenarios; how many there are."""
