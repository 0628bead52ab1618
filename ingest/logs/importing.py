"""Reading what is new in the telephone systems' logs: each line once, however often it is run."""

import dataclasses
import gzip
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import duckdb

from auricle.models import Failure, LogSource
from auricle.settings import Settings
from auricle.store import Store
from ingest.logs import aircall, asterisk_cdr, legs, queue_log, threecx, twilio
from ingest.logs.legs import Leg, Log, Problem
from ingest.logs.lines import HEAD_BYTES, Block, blocks, fingerprint, head
from ingest.places import printable, walk

SHOWN_PROBLEMS = 1000
"""Problems of one log that a run's summary can list. The database keeps all."""
BEING_WRITTEN_S = 60
"""A last line without an end is left alone for so long after the file was last changed."""

Progress = Callable[[str, int, int], None]


class LineFormat(Protocol):
    """A log of one record a line, read in bulk by DuckDB."""

    NAME: LogSource

    def recognise(self, name: str, beginning: list[str]) -> tuple[str, ...] | None:
        """The log's columns (none, where the format fixes them), or None if it isn't this format's.

        ``name``: of the file, in lower case; ``beginning``: its first lines.
        """

    def read(self, connection: duckdb.DuckDBPyConnection, log: Log) -> None:
        """Turn the view ``block`` (line, text) into rows of ``new_legs`` and ``problems``."""


class DocumentFormat(Protocol):
    """A file that is read as a whole: JSON, say."""

    NAME: LogSource

    def recognise(self, name: str, beginning: str) -> bool: ...

    def parse(self, raw: bytes, log: Log) -> tuple[list[Leg], list[Problem]]: ...


LINE_FORMATS: tuple[LineFormat, ...] = (queue_log, asterisk_cdr, threecx)
DOCUMENT_FORMATS: tuple[DocumentFormat, ...] = (aircall, twilio)
"""A new format is a module in this folder and its name here."""

_NAMES = re.compile(r"queue_log|cdr|\.(csv|log|json|jsonl|ndjson)(\.\d+)?(\.gz)?$")
"""Names of files in a folder that are worth a look inside."""


@dataclass(frozen=True)
class Known:
    """How far a log was read."""

    path: str
    format: str
    columns: tuple[str, ...]
    head_bytes: int
    head_sha256: str
    size: int
    mtime_ns: int
    read_bytes: int
    read_lines: int

    def begins(self, beginning: bytes) -> bool:
        """Whether a file with this beginning is the one that was read."""
        same = fingerprint(beginning[: self.head_bytes]) == self.head_sha256
        return self.head_bytes > 0 and same


def import_logs(
    store: Store, places: Sequence[Path], settings: Settings, run_id: str, progress: Progress
) -> list[Failure]:
    """Add what is new in the logs of ``places`` to the database; ``link`` makes calls of it.

    Files named directly must be logs; in folders, those that a format recognises are taken. What
    can't be read is a failure, by file and line; the rest goes on. Each block of lines is
    committed with the place where it ends, so that a killed import goes on from there.
    """
    failures: list[Failure] = []
    known = _known(store)
    for path, named in _candidates(places):
        try:
            found = path.stat()
            before = known.get(printable(path))
            if before and (before.size, before.mtime_ns) == (found.st_size, found.st_mtime_ns):
                continue
            failures += _Import(store, path, settings, run_id, progress, found).run(known, named)
        except (OSError, EOFError) as error:
            failures.append(
                _failure(path, f"The log can't be read: {error}.",
                         "Check that it is whole and that this user may read it.")
            )  # fmt: skip
    return failures


def _candidates(places: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Files that may be logs, and whether they were named directly. Older ones come first: a
    rotated log is known again before the new one that has taken its name."""
    for place in places:
        if place.is_dir():
            below = [path for path in walk(place) if _NAMES.search(path.name.lower())]
            yield from ((path, False) for path in sorted(below, key=_age))
        else:
            yield place, True


def _age(path: Path) -> tuple[int, str]:
    try:
        return path.stat().st_mtime_ns, str(path)
    except OSError:
        return 0, str(path)


def _known(store: Store) -> dict[str, Known]:
    names = [field.name for field in dataclasses.fields(Known)]
    with store.reading() as connection:
        rows = connection.execute(f"SELECT {', '.join(names)} FROM log_files").fetchall()
    return {row[0]: Known(row[0], row[1], tuple(row[2]), *row[3:]) for row in rows}


def _opened(path: Path) -> BinaryIO:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _failure(path: Path, reason: str, remedy: str) -> Failure:
    return Failure(path=printable(path), stage="ingest", reason=reason, remedy=remedy)


@dataclass
class _Import:
    """The import of one log."""

    store: Store
    path: Path
    settings: Settings
    run_id: str
    progress: Progress
    found: os.stat_result
    """Before it is read: what comes later is for the next run."""

    def run(self, known: dict[str, Known], named: bool) -> list[Failure]:
        """Read what is new. ``known`` is kept up to date when the log turns out to be renamed."""
        with _opened(self.path) as file:
            beginning = head(file)
            name = self.path.name.lower()
            text = beginning.decode("utf-8", "replace").removeprefix("\ufeff")
            for form in DOCUMENT_FORMATS:
                if form.recognise(name, text):
                    return self._document(form, file, beginning)
            before = self._before(known, beginning)
            lines = text.splitlines()
            if len(beginning) == HEAD_BYTES and not text.endswith("\n"):
                lines = lines[:-1]  # it may be cut in its middle
            own = asterisk_cdr.columns_of(self.settings.ingest.cdr_columns)
            if own and asterisk_cdr.fits(own, lines):
                return self._lines(asterisk_cdr, own, file, beginning, before)
            for line_form in LINE_FORMATS:
                columns = line_form.recognise(name, lines)
                if columns is not None:
                    return self._lines(line_form, columns, file, beginning, before)
        if not named:
            return []
        return [
            _failure(self.path, "Its first lines are of no known log.",
                     "Known: Asterisk's Master.csv and queue_log, 3CX, Twilio, Aircall.")
        ]  # fmt: skip

    def _before(self, known: dict[str, Known], beginning: bytes) -> Known | None:
        """What was read of this log, perhaps under another name."""
        path, size = printable(self.path), self.found.st_size
        before = known.get(path)
        if before and before.begins(beginning) and before.size <= size:
            return before
        if before:  # another log has taken its name: the calls of the old one stay
            self._rename(known, before, f"{path} (until {time.strftime('%Y-%m-%d %H:%M:%S')})")
        for other in list(known.values()):
            if other.begins(beginning) and other.size <= size and not _still_there(other):
                return self._rename(known, other, path)
        return None

    def _rename(self, known: dict[str, Known], log: Known, path: str) -> Known:
        with self.store.importing() as connection:
            for table in ("log_files", "legs", "queue_events", "failures"):
                connection.execute(f"UPDATE {table} SET path = ? WHERE path = ?", [path, log.path])
        del known[log.path]
        known[path] = dataclasses.replace(log, path=path)
        return known[path]

    def _log(self, columns: tuple[str, ...]) -> Log:
        settings = self.settings
        return Log(printable(self.path), settings.clinic.timezone, columns,
                   settings.ingest.extension_digits)  # fmt: skip

    def _document(self, form: DocumentFormat, file: BinaryIO, beginning: bytes) -> list[Failure]:
        file.seek(0)
        log = self._log(())
        given, problems = form.parse(file.read(), log)
        with self.store.importing() as connection:
            legs.prepare(connection)
            legs.add(connection, given, problems)
            legs.replace(connection, form.NAME, log.path)
            connection.execute("DELETE FROM failures WHERE path = ?", [log.path])
            self._remember(connection, form.NAME, log, beginning, 0, 0)
            self._finish(connection, log)
            return self._problems(connection, log.path)

    def _lines(
        self, form: LineFormat, columns: tuple[str, ...], file: BinaryIO, beginning: bytes,
        before: Known | None,
    ) -> list[Failure]:  # fmt: skip
        failures: list[Failure] = []
        log, size = self._log(columns), self.found.st_size
        start = (before.read_bytes, before.read_lines) if before else (0, 0)
        with self.store.importing() as connection:
            legs.prepare(connection)
            legs.forget(connection, log.path, start[1])
            queue_log.forget(connection, log.path, start[1])
            connection.execute(
                "DELETE FROM failures WHERE path = ? AND coalesce(line, ? + 1) > ?",
                [log.path, start[1], start[1]],
            )
        growing = False
        for block in blocks(file, *start):
            self.progress(f"Reading {self.path.name}", min(block.end_byte, size), size)
            lines = block.lines
            growing = block.unfinished and (
                time.time() - self.path.stat().st_mtime < BEING_WRITTEN_S
            )
            if growing:
                lines = lines.slice(0, len(lines) - 1)
            with self.store.importing() as connection:
                legs.prepare(connection)
                connection.register("block", lines)
                form.read(connection, log)
                connection.unregister("block")
                legs.store_new(connection, form.NAME, log.path)
                legs.add(connection, [], _odd(block))
                self._remember(
                    connection, form.NAME, log, beginning, block.end_byte, block.end_line
                )
                failures += self._problems(connection, log.path)
        if not growing:
            with self.store.importing() as connection:
                self._finish(connection, log)
        return failures

    def _finish(self, connection: duckdb.DuckDBPyConnection, log: Log) -> None:
        """The file needs no look any more until it changes."""
        connection.execute(
            "UPDATE log_files SET size = ?, mtime_ns = ? WHERE path = ?",
            [self.found.st_size, self.found.st_mtime_ns, log.path],
        )

    def _remember(
        self, connection: duckdb.DuckDBPyConnection, form: str, log: Log, beginning: bytes,
        read_bytes: int, read_lines: int,
    ) -> None:  # fmt: skip
        connection.execute(
            "INSERT OR REPLACE INTO log_files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [log.path, form, list(log.columns), len(beginning), fingerprint(beginning),
             0, 0, read_bytes, read_lines],
        )  # fmt: skip

    def _problems(self, connection: duckdb.DuckDBPyConnection, path: str) -> list[Failure]:
        """Keep all problems; return those that a summary can show."""
        connection.execute(
            """INSERT INTO failures BY NAME
               SELECT *, $path AS path, 'ingest' AS stage, $run AS run_id FROM problems""",
            {"path": path, "run": self.run_id},
        )
        shown = connection.execute(
            """SELECT line, severity, reason, remedy FROM problems
               ORDER BY severity, line LIMIT ?""",
            [SHOWN_PROBLEMS],
        ).fetchall()
        connection.execute("DELETE FROM problems")
        return [
            Failure(path=path, stage="ingest", line=line, severity=severity, reason=reason,
                    remedy=remedy)
            for line, severity, reason, remedy in shown
        ]  # fmt: skip


def _still_there(log: Known) -> bool:
    """Whether the file that was read is still where it was."""
    try:
        with _opened(Path(log.path)) as file:
            return log.begins(head(file))
    except OSError:
        return False


def _odd(block: Block) -> list[Problem]:
    if block.odd_line is None:
        return []
    return [
        Problem(line=block.odd_line, severity="notice",
                reason=f"{block.odd_lines} lines from here on are not UTF-8.",
                remedy="They were read as Windows-1252; check names with accents.")
    ]  # fmt: skip
