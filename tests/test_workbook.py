"""The fact sheet as a workbook: out and in again, and mistakes told with sheet and row."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from auricle.commands import facts
from auricle.errors import SettingsError
from rubrics.facts import FactSheet, load_facts
from rubrics.workbook import read_workbook, write_workbook

SHEET = FactSheet.model_validate(
    {
        "clinic": "Oakfield Dental",
        "aliases": ["Oakfield", "the dental"],
        "valid_from": "2026-01-01",
        "address": "12 Oak Street",
        "opening_hours": {"monday": "08:00-12:00, 14:00-18:00", "sunday": "closed"},
        "special_days": [{"day": "2026-12-24", "hours": "closed", "names": ["Christmas Eve"]}],
        "currency": "pounds",
        "prices": [
            {"service": "check-up", "names": ["exam"], "price": 45},
            {"service": "x", "to": 9},
        ],
        "doctors": [{"name": "Doctor Lee", "specialties": ["orthodontist"], "does": ["check-up"]}],
        "rules": [{"about": "cover", "rule": "Bupa", "answer": "no", "for": ["check-up"]}],
        "policies": {"Instalments": "over six months"},
    }
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "facts.xlsx"
    write_workbook(SHEET, path)
    return path


def spoil(path: Path, sheet: str, cell: str, value: object) -> None:
    book = load_workbook(path)
    book[sheet][cell] = value
    book.save(path)


def test_out_and_in_again(book: Path) -> None:
    assert read_workbook(book) == SHEET


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "says"),
    [
        ("prices", "C2", "a lot", "sheet 'prices', row 2: price"),
        ("prices", "C1", "prise", "sheet 'prices', row 1: unknown column 'prise'. Did you mean"),
        ("rules", "D2", "perhaps", "sheet 'rules', row 2: answer"),
        ("special days", "C2", "all day", "sheet 'special days', row 2: hours"),
        (
            "opening hours",
            "B2",
            "from eight",
            "opening_hours.monday: 'from eight' should look like",
        ),
        ("opening hours", "A2", "mondey", "facts.xlsx: opening_hours.mondey"),
        ("rules", "F2", "massage", "is for 'massage', which has no price"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    book: Path, sheet: str, cell: str, value: object, says: str
) -> None:
    spoil(book, sheet, cell, value)
    with pytest.raises(SettingsError) as error:
        read_workbook(book)
    assert says in str(error.value)
    assert error.value.remedy


def test_what_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "facts.xlsx"
    path.write_text("clinic: Oakfield")
    with pytest.raises(SettingsError, match="is no Excel workbook"):
        read_workbook(path)


def test_a_new_version_goes_below_the_old_one(book: Path, tmp_path: Path) -> None:
    to = tmp_path / "facts.yaml"
    facts.import_workbook(book, to)
    with pytest.raises(SettingsError, match="has a version of 2026-01-01 already"):
        facts.import_workbook(book, to)
    spoil(book, "clinic", "B4", "2026-06-01")
    spoil(book, "prices", "C2", 50)
    facts.import_workbook(book, to)
    now = load_facts(to)
    assert now.prices[0].price == 50
    assert [old.prices[0].price for old in now.earlier] == [45]


def test_the_template_can_be_imported_as_it_is(tmp_path: Path) -> None:
    facts.template(tmp_path / "new.xlsx")
    facts.import_workbook(tmp_path / "new.xlsx", tmp_path / "facts.yaml")
    assert load_facts(tmp_path / "facts.yaml").rules
    with pytest.raises(SettingsError, match="exists already"):
        facts.template(tmp_path / "new.xlsx")
