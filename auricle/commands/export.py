"""``auricle export``: the store's tables as files."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from auricle.errors import SettingsError
from auricle.settings import load_settings
from auricle.store.access import as_owner
from auricle.store.reads import call_detail, fetch, reading
from auricle.tables import to_csv, to_xlsx

TABLES = {
    "calls": "SELECT l.* EXCLUDE (number, phone), m.task AS mystery_task FROM call_list l "
    "LEFT JOIN mystery_calls m USING (call_id) ORDER BY start_local, call_id",
    "turns": "SELECT * EXCLUDE words FROM turns ORDER BY call_id, turn",
    "words": "SELECT * FROM words ORDER BY call_id, turn, position",
    "scorecards": "SELECT * EXCLUDE (provenance, fingerprint, run_id) FROM scorecards "
    "ORDER BY call_id",
    "verdicts": "SELECT * EXCLUDE evidence FROM verdicts ORDER BY call_id, position",
    "evidence": "SELECT * FROM evidence ORDER BY call_id, criterion, start_s",
    "failures": "SELECT * FROM failures ORDER BY path, line",
    "runs": "SELECT * FROM runs ORDER BY started",
}


def export(what: str, form: str, out: Path | None, config: Path | None) -> None:
    """Write one table. Raises SettingsError for an unknown table or format."""
    if what not in TABLES:
        raise SettingsError(f"There is no table {what!r}.", f"Choose from: {', '.join(TABLES)}.")
    if form not in ("csv", "xlsx", "json"):
        raise SettingsError(f"There is no format {form!r}.", "Choose csv, xlsx or json.")
    if form == "xlsx" and out is None:
        raise SettingsError("XLSX isn't text.", "Name a file with --out.")
    access = as_owner(load_settings(config).store.path)
    with reading(access) as connection:
        columns = [row["column_name"] for row in fetch(connection, f"DESCRIBE {TABLES[what]}")]
        found = fetch(connection, TABLES[what])
    if form == "xlsx" and out is not None:
        with _written(out):
            out.write_bytes(to_xlsx(columns, [[*row.values()] for row in found], what))
        return
    with _opened(out) as file:
        if form == "csv":
            # Excel recognises UTF-8 by the mark at the start.
            if out is not None:
                file.write("\ufeff")
            file.write(to_csv(columns, [[*row.values()] for row in found]))
        elif what == "scorecards":
            details = (call_detail(access, row["call_id"]) for row in found)
            cards = [d.scorecard.model_dump(mode="json", by_alias=True)
                     for d in details if d and d.scorecard]  # fmt: skip
            json.dump({"schema": "auricle.export/1", "scorecards": cards}, file, ensure_ascii=False)
            file.write("\n")
        else:
            json.dump({"schema": "auricle.export/1", what: found}, file, ensure_ascii=False,
                      default=_plain)  # fmt: skip
            file.write("\n")


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    with _written(out), out.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def _written(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SettingsError(
            f"{out} can't be written: {error.strerror}.", "Give another path to --out."
        ) from error


def _plain(value: Any) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} can't be written as JSON")
