"""The fact sheet as a workbook: out and in again, and mistakes told with sheet and row."""

from datetime import time
from pathlib import Path

import pytest
from openpyxl import load_workbook

from auricle.commands import facts
from auricle.commands.init import init
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
            "sheet 'opening hours', row 2: opening_hours.monday: 'from eight' should look like",
        ),
        ("opening hours", "B2", time(8), "row 2: opening_hours.monday: '08:00' should look like"),
        ("opening hours", "A2", "mondey", "sheet 'opening hours', row 2: opening_hours.mondey"),
        ("clinic", "B4", "soon", "sheet 'clinic', row 4: valid_from"),
        ("clinic", "A5", "adress", "sheet 'clinic', row 5: unknown key 'adress'. Did you mean"),
        ("prices", "D2", 50, "sheet 'prices', row 2: 'check-up' needs either price"),
        ("rules", "F2", "massage", "sheet 'rules', row 2: rule 'Bupa' is for 'massage', which"),
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


def test_all_mistakes_are_told_at_once(book: Path) -> None:
    spoil(book, "prices", "C2", "a lot")
    spoil(book, "prices", "D3", "much")
    spoil(book, "opening hours", "B2", "late")
    with pytest.raises(SettingsError) as error:
        read_workbook(book)
    places = [line.split(": ")[0] for line in error.value.reason.splitlines()]
    assert places == [
        "facts.xlsx, sheet 'opening hours', row 2",
        "facts.xlsx, sheet 'prices', row 2",
        "facts.xlsx, sheet 'prices', row 3",
    ]


def test_cells_with_times_are_hours(book: Path) -> None:
    spoil(book, "opening hours", "B2", time(8, 30))
    spoil(book, "opening hours", "C2", time(18))
    assert read_workbook(book).opening_hours["monday"] == ((510, 1080),)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no file"):
        read_workbook(tmp_path / "facts.xlsx")


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


def test_the_first_import_takes_the_place_of_the_example(book: Path, tmp_path: Path) -> None:
    init(tmp_path / "clinic")
    to = tmp_path / "clinic" / "facts.yaml"
    facts.import_workbook(book, to)  # of the same day as the example
    assert load_facts(to) == SHEET
    init(tmp_path / "other")
    to = tmp_path / "other" / "facts.yaml"
    to.write_text(to.read_text("utf-8").replace("price: 45", "price: 47"), "utf-8")
    with pytest.raises(SettingsError, match="has a version of 2026-01-01 already"):
        facts.import_workbook(book, to)


def test_the_template_can_be_imported_as_it_is(tmp_path: Path) -> None:
    facts.template(tmp_path / "new.xlsx")
    facts.import_workbook(tmp_path / "new.xlsx", tmp_path / "facts.yaml")
    assert load_facts(tmp_path / "facts.yaml").rules
    with pytest.raises(SettingsError, match="exists already"):
        facts.template(tmp_path / "new.xlsx")
