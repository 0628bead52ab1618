"""Bookings and visits that the clinic's own system tells of, and the calls they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from auricle.models import Visit
from auricle.store.access import as_owner
from auricle.store.reads import rows
from auricle.store.writes import Store


@dataclass(frozen=True)
class Imported:
    new: int
    known: int
    """Had been imported before; what they say now stands."""
    matched: int
    """Of both, those that a call was found for."""


def save_visits(store: Store, visits: Sequence[Visit], path: Path) -> Imported:
    """Write visits; one that is known by its id is replaced."""
    ids = [visit.visit_id for visit in visits]
    owner = as_owner(store.path)
    [before] = rows(
        owner, "SELECT count(*) AS n FROM visits WHERE list_contains(?, visit_id)", [ids]
    )
    store.save_visits(visits, path)
    [after] = rows(
        owner,
        """SELECT count(DISTINCT visit_id) AS n FROM visit_calls
           WHERE list_contains(?, visit_id)""",
        [ids],
    )
    return Imported(len(ids) - before["n"], before["n"], after["n"])
