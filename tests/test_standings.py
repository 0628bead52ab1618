"""What is compared, read from a real database."""

from dataclasses import replace
from pathlib import Path

import made_up_clinic
import pytest

from auricle.store import Store, standings
from auricle.store.access import Access, Viewer, as_owner
from auricle.store.figures import figures
from auricle.store.filters import CallFilter
from auricle.store.standings import TOTAL

EVERYTHING = CallFilter()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return made_up_clinic.build(tmp_path_factory.mktemp("standings"), calls=40)


def test_everybodys_scored_calls_are_compared(clinic: Store) -> None:
    found = standings.standings(as_owner(clinic.path), EVERYTHING)
    counted = {group.key: group.scored for group in
               figures(as_owner(clinic.path), EVERYTHING).administrators}  # fmt: skip
    comparison = found[TOTAL]
    assert {one.administrator: one.interval.n for one in comparison.standings} == counted
    assert comparison.groups()[-1] == ["Julia Brandt"]  # whose habits are the worst by far
    weeks = standings.person_weeks(as_owner(clinic.path), EVERYTHING, TOTAL)
    assert sum(week.n for week in weeks) == sum(counted.values())


def test_criteria_come_in_the_rubrics_order_without_those_worth_nothing(clinic: Store) -> None:
    found = standings.standings(as_owner(clinic.path), EVERYTHING)
    criteria = list(found)
    assert criteria[0] == TOTAL
    assert [name for name in made_up_clinic.POINTS if name in criteria] == criteria[1:]
    assert "booking_won" not in criteria


def test_a_filter_narrows_what_is_compared(clinic: Store) -> None:
    alone = replace(EVERYTHING, administrator="Anna Kowalska")
    found = standings.standings(as_owner(clinic.path), alone)
    assert [one.administrator for one in found[TOTAL].standings] == ["Anna Kowalska"]


def test_an_administrator_reads_of_nobody_else(clinic: Store) -> None:
    viewer = Viewer("anna", "administrator", "Anna Kowalska")
    found = standings.standings(Access(clinic.path, viewer), EVERYTHING)
    for comparison in found.values():
        assert {one.administrator for one in comparison.standings} <= {"Anna Kowalska"}


def test_an_empty_database_compares_nobody(tmp_path: Path) -> None:
    found = standings.standings(as_owner(Store(tmp_path / "auricle.duckdb").path), EVERYTHING)
    assert not found
