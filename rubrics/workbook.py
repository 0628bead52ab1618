"""The fact sheet as an Excel workbook: a table for each kind of fact, a row for each fact."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from auricle.errors import SettingsError
from auricle.strict import CORRECT_KEY, nearest, validate
from rubrics.facts import Doctor, FactSheet, Price, Rule, Sheet, SpecialDay, hours_as_text

Checked = TypeVar("Checked", bound=Sheet)
MANY = ";"
"""Divides several values in one cell."""
WIDTH = 24
"""Characters of a column in the workbook that is written."""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of the workbook, and the list of the fact sheet its rows go to."""

    sheet: str
    key: str
    model: type[Sheet]
    columns: tuple[str, ...]
    several: tuple[str, ...] = ("names",)
    """Columns that may hold several values."""


TABLES = (
    Table("special days", "special_days", SpecialDay, ("day", "until", "hours", "names")),
    Table("prices", "prices", Price, ("service", "names", "price", "from", "to")),
    Table(
        "doctors",
        "doctors",
        Doctor,
        ("name", "names", "specialties", "does"),
        ("names", "specialties", "does"),
    ),
    Table(
        "rules",
        "rules",
        Rule,
        ("about", "rule", "names", "answer", "says", "for"),
        ("names", "for"),
    ),
)
PAIRS = {"clinic": "", "opening hours": "opening_hours", "policies": "policies"}
"""Sheets of two columns, a name and its value, and the keys they go to ("" for the top)."""
SEVERAL = ("aliases",)
ORDER = ("clinic", "opening hours", *(table.sheet for table in TABLES), "policies")


def read_workbook(path: Path) -> FactSheet:
    """The fact sheet in an Excel workbook.

    Raises SettingsError with all that is wrong, by sheet and row, and what to write there.
    """
    if not path.exists():
        raise SettingsError(f"There is no file {path}.", "Check the path.")
    try:
        book = load_workbook(path, data_only=True)
    except (OSError, InvalidFileException, BadZipFile, KeyError) as error:
        raise SettingsError(
            f"{path} is no Excel workbook.", "Begin with 'auricle facts template facts.xlsx'."
        ) from error
    data: dict[str, Any] = {}
    wrong: list[str] = []
    rules: list[tuple[str, Sheet]] = []
    for page in book.worksheets:
        name = page.title.strip().lower()
        table = next((t for t in TABLES if t.sheet == name), None)
        where = f"{path.name}, sheet '{page.title}'"
        if name in PAIRS:
            pairs = dict(pairs_of(page, PAIRS[name], where, wrong))
            data |= pairs if not PAIRS[name] else {PAIRS[name]: pairs}
        elif table:
            facts = list(rows_of(page, table, where, wrong))
            data[table.key] = [fact for _, fact in facts]
            rules += facts if table.model is Rule else ()
        else:
            wrong.append(f"{path.name}: unknown sheet '{page.title}'. {nearest(name, ORDER)}")
    if not wrong:  # a price that couldn't be read would be missed by rules
        for place, rule in rules:
            about = {"prices": data.get("prices", ()), "rules": [rule]}
            checked(FactSheet, {"clinic": "-", **about}, place, wrong)
    if wrong:
        raise SettingsError("\n".join(wrong), "Correct that, and import again.")
    return validate(FactSheet, data, path.name)


def pairs_of(page: Worksheet, key: str, where: str, wrong: list[str]) -> Iterator[tuple[str, Any]]:
    """Names and values, from the second row on, that go to ``key`` ("" for the top); each checked
    by itself, so that what is ``wrong`` names its row."""
    rows = page.iter_rows(min_row=2, max_col=3, values_only=True)
    for number, (head, value, second) in enumerate(rows, start=2):
        if head is None and value is None:
            continue
        place = f"{where}, row {number}"
        if head is None:
            wrong.append(f"{place}: the first column is empty. Name it there.")
            continue
        name = str(head).strip()
        if key != "policies":
            name = name.lower().replace(" ", "_")
        if value is None:
            continue
        told = cell(value, several=name in SEVERAL)
        if isinstance(value, time) and isinstance(second, time):  # opens, closes
            told = f"{told}-{cell(second, several=False)}"
        alone = {key: {name: told}} if key else {name: told}
        if checked(FactSheet, {"clinic": "-", **alone}, place, wrong):
            yield name, told


def rows_of(
    page: Worksheet, table: Table, where: str, wrong: list[str]
) -> Iterator[tuple[str, Sheet]]:
    """The facts of a table with their places, each checked by itself."""
    rows = page.iter_rows(values_only=True)
    heads = [str(head or "").strip().lower() for head in next(rows, ())]
    unknown = [head for head in heads if head and head not in table.columns]
    if unknown:
        wrong += [f"{where}, row 1: unknown column '{head}'. {nearest(head, table.columns)}"
                  for head in unknown]  # fmt: skip
        return
    for number, row in enumerate(rows, start=2):
        data = {
            head: cell(value, several=head in table.several)
            for head, value in zip(heads, row, strict=False)
            if head and value is not None and str(value).strip()
        }
        place = f"{where}, row {number}"
        if data and (fact := checked(table.model, data, place, wrong)):
            yield place, fact


def checked(
    model: type[Checked], data: dict[str, Any], where: str, wrong: list[str]
) -> Checked | None:
    """``data`` as ``model``, or None and one more that is ``wrong``."""
    try:
        return validate(model, data, where)
    except SettingsError as error:
        wrong.append(error.reason if error.remedy == CORRECT_KEY else str(error))
        return None


def cell(value: Any, *, several: bool) -> Any:
    """What a cell means: Excel's dates and times, its TRUE for yes, several values in one."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if several:
        return [part.strip() for part in str(value).split(MANY) if part.strip()]
    return value.strip() if isinstance(value, str) else value


def write_workbook(sheet: FactSheet, path: Path) -> None:
    """A fact sheet as a workbook to fill in or go on with; earlier versions are left out.

    Raises SettingsError when it can't be written, or is there already.
    """
    if path.exists():
        raise SettingsError(f"{path} exists already.", "Choose another name, or move it away.")
    data = plain(sheet)
    book = Workbook()
    book.remove(book.worksheets[0])
    for name in ORDER:
        page = book.create_sheet(name)
        table = next((t for t in TABLES if t.sheet == name), None)
        if table:
            page.append(table.columns)
            for row in data.get(table.key, ()):
                page.append([together(row.get(column)) for column in table.columns])
        else:
            page.append(("what", "is"))
            pairs = data.get(PAIRS[name], {}) if PAIRS[name] else top(data)
            for key, value in pairs.items():
                page.append((key, together(value)))
        for number, head in enumerate(page[1], start=1):
            head.font = Font(bold=True)
            page.column_dimensions[get_column_letter(number)].width = WIDTH
        page.freeze_panes = "A2"
    try:
        book.save(path)
    except OSError as error:
        raise SettingsError(f"{path} can't be written.", "Choose another folder.") from error


def top(data: dict[str, Any]) -> dict[str, Any]:
    """What stands on the sheet 'clinic': everything that is one value."""
    keys = ("clinic", "aliases", "valid_from", "address", "parking", "currency")
    return {key: data.get(key) for key in keys}


def together(value: Any) -> Any:
    return f"{MANY} ".join(value) if isinstance(value, list | tuple) else value


def plain(sheet: FactSheet) -> dict[str, Any]:
    """A fact sheet as it is written in YAML: what isn't said is left out."""
    data = sheet.model_dump(by_alias=True, exclude_defaults=True, exclude={"earlier"})
    if "opening_hours" in data:
        hours = data["opening_hours"].items()
        data["opening_hours"] = {str(day): hours_as_text(ranges) for day, ranges in hours}
    for special in data.get("special_days", ()):
        special["hours"] = hours_as_text(special["hours"])
    return {key: listed(value) for key, value in data.items()}


def listed(value: Any) -> Any:
    """Tuples as lists, all the way down."""
    if isinstance(value, dict):
        return {key: listed(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [listed(one) for one in value]
    return value if isinstance(value, date | int | float | str) else str(value)
