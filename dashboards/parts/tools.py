"""What pages may use and must not import: ``auricle.commands.board`` hands it to them."""

from collections.abc import Callable
from dataclasses import dataclass

from auricle.models import Call, Scorecard, Transcript
from auricle.settings import Settings


@dataclass(frozen=True)
class Tools:
    rescore: Callable[[Settings, Call, Transcript], Scorecard]
    """The scorecard of a call whose transcript was corrected."""
