"""Tables as files for a table calculator: CSV and XLSX. Nothing in them is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

_NUMBER = re.compile(r"\+[\d ]+")
"""A telephone number as it is dialled. With any other sign it might be reckoned with."""
_LONGEST = 32_767
"""Characters that a cell of XLSX holds."""


def harmless(text: str) -> str:
    """Text that a table calculator would take for a formula, with an apostrophe before it."""
    risky = text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _NUMBER.fullmatch(text)
    return "'" + text if risky else text


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """With a line of headings; lists as text with semicolons."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def to_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str) -> bytes:
    """One sheet with a frozen line of headings; numbers and times stay what they are."""
    book = Workbook()
    sheet = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
    sheet.append(list(columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([_typed(value) for value in row])
        for cell in sheet[sheet.max_row]:
            if cell.data_type == "f":  # openpyxl takes any text that begins so for a formula
                cell.data_type = "s"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        value = "; ".join(str(item) for item in value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return harmless(value) if isinstance(value, str) else value


def _typed(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(_cell(value)))[:_LONGEST]
