"""What criteria are called: as the rubrics say, or else a readable form of their ids."""

from dataclasses import dataclass
from functools import cache

from auricle.errors import SettingsError
from rubrics.loader import list_rubrics, load_rubric


@dataclass(frozen=True)
class Named:
    title: str
    description: str
    """For administrators: what is expected. Empty when no rubric says."""


@cache
def _known() -> dict[str, Named]:
    known = {"booking_won": Named("Booked", "The call ended with an appointment. Worth no points.")}
    for rubric_id in list_rubrics():
        try:
            criteria = load_rubric(rubric_id).criteria()
        except SettingsError:  # `auricle rubric check` is the place to complain about it
            continue
        for criterion in criteria:
            known.setdefault(criterion.id, Named(criterion.title, criterion.description))
    return known


def criterion_title(criterion: str) -> str:
    named = _known().get(criterion)
    return named.title if named else criterion.replace("_", " ").capitalize()


def criterion_description(criterion: str) -> str:
    named = _known().get(criterion)
    return named.description if named else ""
