"""The generic manifest: a table with a row a call, columns named as the clinic likes."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, get_args
from zipfile import BadZipFile
from zoneinfo import ZoneInfo

import pyarrow.parquet
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from auricle.errors import ManifestError
from auricle.messages import N_
from auricle.models import Direction, Failure, Outcome
from auricle.settings import Columns
from ingest.logs.legs import Leg

_DATE_FORMATS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M",
)  # fmt: skip
"""Tried after ISO 8601. Days come before months, as in all of Europe and China's neighbours."""

_DIRECTIONS: dict[str, Direction | Literal[""]] = {
    "": "", "in": "inbound", "inbound": "inbound", "incoming": "inbound",
    "out": "outbound", "outbound": "outbound", "outgoing": "outbound",
    "internal": "internal",
}  # fmt: skip

_OUTCOMES: dict[str, Outcome | Literal[""]] = {
    "": "", "yes": "answered", "no": "unanswered", "true": "answered", "false": "unanswered",
    "1": "answered", "0": "unanswered", "missed": "unanswered", "no answer": "unanswered",
    **{outcome: outcome for outcome in get_args(Outcome)},
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What one line of the manifest says of a call. Empty where it says nothing."""

    line: int
    """Line number in the file, the header being line 1."""
    file: str
    call_id: str = ""
    start: datetime | None = None
    clinic: str = ""
    administrator: str = ""
    direction: Direction | Literal[""] = ""
    caller: str = ""
    queue: str = ""
    wait_s: float | None = None
    outcome: Outcome | Literal[""] = ""

    @property
    def leg(self) -> Leg:
        """The row as one of several sources."""
        return Leg(
            line=self.line, id=self.call_id, start=self.start, direction=self.direction,
            caller=self.caller, queue=self.queue, agent=self.administrator, clinic=self.clinic,
            outcome=self.outcome, wait_s=self.wait_s, recording=self.file,
        )  # fmt: skip


def read_manifest(
    path: Path, columns: Columns, zone: ZoneInfo, *, called: str = ""
) -> tuple[list[Row], list[Failure]]:
    """The rows of a manifest, and a failure for each line that can't be used or only in part.

    CSV (UTF-8 with or without a mark, UTF-16 with a mark, else Windows-1252; comma, semicolon or
    tab), the first sheet of an XLSX file, or Parquet. Times without an offset are in ``zone``.
    ``called``: what reports call it, if ``path`` is a copy.
    Raises ManifestError when the file can't be read or has no column for the recording's file name.
    """
    table = read_table(path)
    names = next((cells for _, cells in table if isinstance(cells, list)), [])
    if columns.file not in names:
        raise ManifestError(
            N_("{path} has no column {column}; its columns are {columns}.").format(
                path=path, column=repr(columns.file), columns=", ".join(names) or N_("none")
            ),
            N_("Name the column with the recording's file under [ingest.columns] in auricle.toml."),
        )
    place = {field: names.index(name) for field, name in columns if name in names}
    rows: list[Row] = []
    failures: list[Failure] = []

    def complain(line: int, severity: Literal["error", "notice"], reason: str, remedy: str) -> None:
        failures.append(
            Failure(path=called or str(path), stage="ingest", severity=severity, reason=reason,
                    remedy=remedy, line=line)
        )  # fmt: skip

    for line, cells in table:
        if isinstance(cells, str):
            complain(line, "error", cells, N_("Correct the line, or export the table again."))
            continue
        values = {
            field: cells[index].strip() if index < len(cells) else ""
            for field, index in place.items()
        }
        row, doubts = _row(line, values, zone)
        if not row.file and row.start is None:
            complain(line, "error", N_("The line names neither a recording nor a time."),
                     N_("Fill the column {file}, or {start} of a call without a recording, or "
                        "delete the line.").format(
                         file=repr(columns.file), start=repr(columns.start)))  # fmt: skip
            continue
        rows.append(row)
        for doubt in doubts:
            complain(line, "notice", doubt, N_("The call is used without it; correct the cell."))
    return rows, failures


Table = Iterator[tuple[int, list[str] | str]]
"""Line numbers, each with its cells, or with what is wrong with it. Empty lines are left out; the
first cells are the headings."""


def read_table(path: Path, remedy: str = "Correct [ingest] manifest in auricle.toml.") -> Table:
    """Raises ManifestError when the file can't be read or isn't a table."""
    readers = {".xlsx": _xlsx, ".parquet": _parquet}
    try:
        yield from readers.get(path.suffix.lower(), _csv)(path)
    except OSError as error:
        raise ManifestError(
            N_("The table {path} can't be read: {error}.").format(
                path=path, error=error.strerror or error
            ),
            remedy,
        ) from error
    except (csv.Error, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise ManifestError(
            N_("{path} is not a table: {error}.").format(path=path, error=error),
            N_("Export it again, with a line of headings."),
        ) from error


def _csv(path: Path) -> Table:
    lines = io.StringIO(_text(path.read_bytes()), newline="").readlines()
    header = next((line for line in lines if line.strip(",;\t \r\n")), "")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(lines, delimiter=delimiter)
    headed = False
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if not headed:
                raise
            yield line, N_("The line is not valid CSV: {error}.").format(error=error)
            continue
        if cells is None:
            return
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        last = line < reader.line_num == len(lines)
        if headed and last and _unclosed(lines[line - 1 :], delimiter):
            yield (
                line,
                N_(
                    "A quotation mark is opened in this line and never closed; the lines up to "
                    "{last} could not be told apart."
                ).format(last=len(lines)),
            )
            continue
        headed = True
        yield line, cells


def _unclosed(lines: list[str], delimiter: str) -> bool:
    """Whether lines that read as one record do so only for want of a quotation mark."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _text(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _xlsx(path: Path) -> Table:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0] if book.worksheets else ()
        for line, values in enumerate(getattr(sheet, "values", ()), start=1):
            if any(cells := [_cell(value) for value in values]):
                yield line, cells
    finally:
        book.close()


def _parquet(path: Path) -> Table:
    table = pyarrow.parquet.ParquetFile(path)
    yield 1, [str(name) for name in table.schema_arrow.names]
    line = 1
    for batch in table.iter_batches():
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            line += 1
            if any(cells := [_cell(value) for value in values]):
                yield line, cells


def _cell(value: object) -> str:
    """A typed cell as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _row(line: int, values: dict[str, str], zone: ZoneInfo) -> tuple[Row, list[str]]:
    doubts: list[str] = []
    start, wait_s = None, None
    if text := values.get("start", ""):
        start = parse_time(text, zone)
        if start is None:
            doubts.append(N_("The start {said} is not a time.").format(said=repr(text)))
    if text := values.get("wait", ""):
        wait_s = parse_duration_s(text)
        if wait_s is None:
            doubts.append(N_("The wait {said} is not a duration.").format(said=repr(text)))
    text = values.get("direction", "").lower()
    if text not in _DIRECTIONS:
        doubts.append(N_("The direction {said} is unknown.").format(said=repr(text)))
    answered = values.get("answered", "").lower()
    if answered not in _OUTCOMES:
        doubts.append(
            N_("Whether it was answered, {said}, is neither yes nor no.").format(
                said=repr(answered)
            )
        )
    return (
        Row(
            line=line,
            file=values["file"],
            call_id=values.get("call_id", ""),
            start=start,
            clinic=values.get("clinic", ""),
            administrator=values.get("administrator", ""),
            direction=_DIRECTIONS.get(text, ""),
            caller=values.get("caller", ""),
            queue=values.get("queue", ""),
            wait_s=wait_s,
            outcome=_OUTCOMES.get(answered, ""),
        ),
        doubts,
    )


def parse_time(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment on the clock of ``zone``, from ISO 8601 or a common European form; None if it is
    neither. An offset in the text counts."""
    moment = None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        for form in _DATE_FORMATS:
            try:
                moment = datetime.strptime(text, form)
                break
            except ValueError:
                continue
    if moment is None or not 1970 < moment.year < 9000:
        return None
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def parse_duration_s(text: str) -> float | None:
    """Seconds from ``12``, ``12.5``, ``12,5``, ``1:05`` or ``0:01:05``; None if it is neither."""
    try:
        parts = [float(part) for part in text.replace(",", ".").split(":")]
    except ValueError:
        return None
    if not 1 <= len(parts) <= 3 or not all(0 <= part < 1e6 for part in parts):
        return None
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds
