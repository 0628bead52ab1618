"""The generic manifest: a CSV file with a row a call, columns named as the clinic likes."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from auricle.errors import ManifestError
from auricle.models import Direction, Failure
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

    @property
    def leg(self) -> Leg:
        """The row as one of several sources."""
        return Leg(
            line=self.line, id=self.call_id, start=self.start, direction=self.direction,
            caller=self.caller, queue=self.queue, agent=self.administrator, clinic=self.clinic,
            wait_s=self.wait_s, recording=self.file,
        )  # fmt: skip


def read_manifest(path: Path, columns: Columns, zone: ZoneInfo) -> tuple[list[Row], list[Failure]]:
    """The rows of a manifest, and a failure for each line that can't be used or only in part.

    UTF-8 with or without a mark, UTF-16 with a mark, else Windows-1252; comma, semicolon or tab.
    Times without an offset are in ``zone``. Raises ManifestError when the file can't be read or
    has no column for the recording's file name.
    """
    lines = io.StringIO(_text(path), newline="").readlines()
    header = next((line for line in lines if line.strip(",;\t \r\n")), "")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        named = ([name.strip() for name in cells] for cells in reader)
        names = next((cells for cells in named if any(cells)), [])
    except csv.Error as error:
        raise ManifestError(
            f"{path} is not a table: {error}.", "Export it again, as CSV with a line of headings."
        ) from error
    if columns.file not in names:
        raise ManifestError(
            f"{path} has no column {columns.file!r}; its columns are {', '.join(names) or 'none'}.",
            "Name the column with the recording's file under [ingest.columns] in auricle.toml.",
        )
    place = {field: names.index(name) for field, name in columns if name in names}
    rows: list[Row] = []
    failures: list[Failure] = []

    def complain(line: int, severity: Literal["error", "notice"], reason: str, remedy: str) -> None:
        failures.append(
            Failure(path=str(path), stage="ingest", severity=severity, reason=reason,
                    remedy=remedy, line=line)
        )  # fmt: skip

    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            complain(line, "error", f"The line is not valid CSV: {error}.",
                     "Correct the line, or export the table again.")  # fmt: skip
            continue
        if cells is None:
            return rows, failures
        if not any(cell.strip() for cell in cells):
            continue
        if line < reader.line_num == len(lines) and _unclosed(lines[line - 1 :], delimiter):
            complain(line, "error", "A quotation mark is opened in this line and never closed; "
                     f"the lines up to {len(lines)} could not be told apart.",
                     "Close or remove the quotation mark.")  # fmt: skip
            continue
        values = {
            field: cells[index].strip() if index < len(cells) else ""
            for field, index in place.items()
        }
        row, doubts = _row(line, values, zone)
        if not row.file and row.start is None:
            complain(line, "error", "The line names neither a recording nor a time.",
                     f"Fill the column {columns.file!r}, or {columns.start!r} of a call without "
                     "a recording, or delete the line.")  # fmt: skip
            continue
        rows.append(row)
        if doubts:
            complain(line, "notice", " ".join(doubts),
                     "The call is used without it; correct the cell.")  # fmt: skip


def _unclosed(lines: list[str], delimiter: str) -> bool:
    """Whether lines that read as one record do so only for want of a quotation mark."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ManifestError(
            f"The manifest {path} can't be read: {error.strerror}.",
            "Correct [ingest] manifest in auricle.toml.",
        ) from error
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _row(line: int, values: dict[str, str], zone: ZoneInfo) -> tuple[Row, list[str]]:
    doubts: list[str] = []
    start, wait_s = None, None
    if text := values.get("start", ""):
        start = parse_time(text, zone)
        if start is None:
            doubts.append(f"The start {text!r} is not a time.")
    if text := values.get("wait", ""):
        wait_s = parse_duration_s(text)
        if wait_s is None:
            doubts.append(f"The wait {text!r} is not a duration.")
    text = values.get("direction", "").lower()
    if text not in _DIRECTIONS:
        doubts.append(f"The direction {text!r} is unknown.")
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
