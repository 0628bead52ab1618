"""Reading what is new in the telephone systems' logs: each line once, however often it is run."""

import dataclasses
import gzip
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Protocol

import duckdb
import pyarrow as pa

from auricle.errors import PlaceError
from auricle.messages import N_
from auricle.models import Failure, LogSource
from auricle.settings import Settings
from auricle.store import Store
from ingest.logs import aircall, asterisk_cdr, legs, queue_log, threecx, twilio
from ingest.logs.legs import Leg, Log, Problem
from ingest.logs.lines import HEAD_BYTES, Block, ahead, blocks, fingerprint, head
from ingest.logs.memory import given_back
from ingest.places import Place, Stat, Storage, printable, unusable

SHOWN_PROBLEMS = 1000
"""Problems of one log that a run's summary can list. The database keeps all."""
BEING_WRITTEN_S = 60
"""A last line without an end is left alone for so long after the file was last changed."""

COMMITTED_BLOCKS = 6
"""Blocks of lines a transaction: a killed import has so few to read again, and ending a transaction
takes as long as reading one."""

NOT_ALL = Stat(0, 0)
"""Stands for the file's own as long as something of it is still to be read."""

Progress = Callable[[str, int, int], None]


class LineFormat(Protocol):
    """A log of one record a line, read in bulk by DuckDB."""

    NAME: LogSource

    def recognise(self, line: str) -> tuple[str, ...] | None:
        """The columns of a log with such a line (none, where the format fixes them), or None if it
        isn't this format's."""

    def read(self, connection: duckdb.DuckDBPyConnection, log: Log) -> pa.Table:
        """What the view ``block`` (line, text) tells; what is wrong with it goes into ``problems``.
        The connection isn't the database's: a block is read while the one before is stored."""

    def store(self, connection: duckdb.DuckDBPyConnection, records: pa.Table, path: str) -> None:
        """Add what was read to the database, each record once; more goes into ``problems``."""


class DocumentFormat(Protocol):
    """A file that is read as a whole: JSON, say."""

    NAME: LogSource

    def recognise(self, name: str, beginning: str) -> bool: ...

    def parse(self, raw: bytes, log: Log) -> tuple[list[Leg], list[Problem]]: ...


LINE_FORMATS: tuple[LineFormat, ...] = (queue_log, asterisk_cdr, threecx)
DOCUMENT_FORMATS: tuple[DocumentFormat, ...] = (aircall, twilio)
"""A new format is a module in this folder and its name here."""

_NAMES = re.compile(r"queue_log|cdr|\.(csv|log|json|jsonl|ndjson)([.-]\d+)?(\.gz)?$")
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
    store: Store, places: Sequence[Place], storage: Storage, settings: Settings, run_id: str,
    progress: Progress,
) -> list[Failure]:  # fmt: skip
    """Add what is new in the logs of ``places`` to the database; ``link`` makes calls of it.

    Files named directly must be logs; in folders, those that a format recognises are taken. What
    can't be read is a failure, by file and line; the rest goes on. Every few blocks of lines
    are committed with the place where it ends, so that a killed import goes on from there.
    """
    failures: list[Failure] = []
    known = _known(store)
    for place in places:
        try:
            named = not place.is_folder()
            for file in [place] if named else candidates(place):
                failures += _read(store, file, storage, settings, run_id, progress, known, named)
        except PlaceError as error:
            failures.append(unusable(error))
        except OSError as error:
            failures.append(_cant_be_read(place, error))
    return failures


def _read(
    store: Store, place: Place, storage: Storage, settings: Settings, run_id: str,
    progress: Progress, known: dict[str, Known], named: bool,
) -> list[Failure]:  # fmt: skip
    try:
        found = place.stat()
        before = known.get(printable(place))
        if before and (before.size, before.mtime_ns) == (found.size, found.mtime_ns):
            return []
        with given_back():
            log = _Import(store, place, found, storage, settings, run_id, progress)
            return log.run(known, named)
    except (OSError, EOFError) as error:
        return [_cant_be_read(place, error)]


def candidates(folder: Place) -> list[Place]:
    """Files that may be logs. Older ones come first: a rotated log is known again before the new
    one that has taken its name. Raises PlaceError."""
    return sorted((file for file in folder.files() if _NAMES.search(file.name.lower())), key=_age)


def _age(place: Place) -> tuple[int, Place]:
    try:
        return place.stat().mtime_ns, place
    except OSError:
        return 0, place


def recognised(place: Place, settings: Settings) -> LogSource | None:
    """The format of a file, if it is a log. Raises OSError, EOFError and PlaceError."""
    with _opened(place) as file:
        found = _recognise(place, head(file), settings)
    return found[0].NAME if found else None


def _recognise(
    place: Place, beginning: bytes, settings: Settings
) -> tuple[DocumentFormat, None] | tuple[LineFormat, tuple[str, ...]] | None:
    """The format of a log, and its columns if it is one of lines."""
    name = place.name.lower()
    text = beginning.decode("utf-8", "replace").removeprefix("\ufeff")
    for form in DOCUMENT_FORMATS:
        if form.recognise(name, text):
            return form, None
    lines = text.splitlines()
    if len(beginning) == HEAD_BYTES and not text.endswith("\n"):
        lines = lines[:-1]  # it may be cut in its middle
    own = asterisk_cdr.columns_of(settings.ingest.cdr_columns)
    if own and asterisk_cdr.fits(own, lines):
        return asterisk_cdr, own
    # The first line that any of them knows: further down there may be another one's by accident.
    for line in lines:
        for line_form in LINE_FORMATS:
            columns = line_form.recognise(line)
            if columns is not None:
                return line_form, columns
    return None


def _known(store: Store) -> dict[str, Known]:
    names = [field.name for field in dataclasses.fields(Known)]
    with store.reading() as connection:
        rows = connection.execute(f"SELECT {', '.join(names)} FROM log_files").fetchall()
    return {row[0]: Known(row[0], row[1], tuple(row[2]), *row[3:]) for row in rows}


@contextmanager
def _opened(place: Place) -> Iterator[BinaryIO]:
    with place.open() as file:
        if place.suffix != ".gz":
            yield file
            return
        with gzip.open(file) as inside:
            yield inside  # type: ignore[misc]


def _failure(place: Place, reason: str, remedy: str) -> Failure:
    return Failure(path=printable(place), stage="ingest", reason=reason, remedy=remedy)


def _cant_be_read(place: Place, error: OSError | EOFError) -> Failure:
    return _failure(place, N_("The log can't be read: {error}.").format(error=error),
                    N_("Check that it is whole and that this user may read it."))  # fmt: skip


@dataclass(frozen=True)
class _Read:
    """A block of lines, read and not yet stored."""

    records: pa.Table
    problems: pa.Table
    end: tuple[int, int]
    """How many bytes and lines of the log are done with when this is stored."""
    whole: bool
    """A last line that is still being written was left alone otherwise."""


@dataclass
class _Import:
    """The import of one log."""

    store: Store
    place: Place
    found: Stat
    """Of the file before it was read: what is written meanwhile makes it look changed next time."""
    storage: Storage
    settings: Settings
    run_id: str
    progress: Progress

    def run(self, known: dict[str, Known], named: bool) -> list[Failure]:
        """Read what is new. ``known`` is kept up to date when the log turns out to be renamed."""
        with _opened(self.place) as file:
            beginning = head(file)
            match _recognise(self.place, beginning, self.settings):
                case (form, None):
                    return self._document(form, file, beginning)
                case (form, columns):
                    before = self._before(known, beginning)
                    return self._lines(form, columns, file, beginning, before)
        if not named:
            return []
        return [
            _failure(self.place, N_("Its first lines are of no known log."),
                     N_("Known: Asterisk's Master.csv and queue_log, 3CX, Twilio, Aircall."))
        ]  # fmt: skip

    def _before(self, known: dict[str, Known], beginning: bytes) -> Known | None:
        """What was read of this log, perhaps under another name."""
        path, size = printable(self.place), self.found.size
        before = known.get(path)
        if before and before.begins(beginning) and before.size <= size:
            return before
        if before:  # another log has taken its name: the calls of the old one stay
            self._rename(known, before, f"{path} (until {time.strftime('%Y-%m-%d %H:%M:%S')})")
        for other in list(known.values()):
            if other.begins(beginning) and other.size <= size and not self._still_there(other):
                return self._rename(known, other, path)
        return None

    def _still_there(self, log: Known) -> bool:
        """Whether the file that was read is still where it was."""
        try:
            with _opened(self.storage.place(log.path)) as file:
                return log.begins(head(file))
        except (OSError, EOFError):
            return False

    def _rename(self, known: dict[str, Known], log: Known, path: str) -> Known:
        with self.store.importing() as connection:
            for table in ("log_files", "legs", "queue_events", "failures"):
                connection.execute(f"UPDATE {table} SET path = ? WHERE path = ?", [path, log.path])
        del known[log.path]
        known[path] = dataclasses.replace(log, path=path)
        return known[path]

    def _log(self, columns: tuple[str, ...]) -> Log:
        settings = self.settings
        return Log(printable(self.place), settings.clinic.timezone, columns,
                   settings.ingest.extension_digits)  # fmt: skip

    def _document(self, form: DocumentFormat, file: BinaryIO, beginning: bytes) -> list[Failure]:
        file.seek(0)
        log = self._log(())
        given, problems = form.parse(file.read(), log)
        with self.store.importing() as connection:
            legs.prepare(connection, self.settings.clinic.timezone)
            legs.add(connection, given, problems)
            legs.replace(connection, form.NAME, log.path)
            connection.execute("DELETE FROM failures WHERE path = ?", [log.path])
            self._remember(connection, form.NAME, log, beginning, self.found, (self.found.size, 0))
            return self._problems(connection, log.path)

    def _lines(
        self, form: LineFormat, columns: tuple[str, ...], file: BinaryIO, beginning: bytes,
        before: Known | None,
    ) -> list[Failure]:  # fmt: skip
        failures: list[Failure] = []
        log, size = self._log(columns), self.found.size
        start = (before.read_bytes, before.read_lines) if before else (0, 0)
        with self.store.importing() as connection:
            legs.prepare(connection, self.settings.clinic.timezone)
            legs.forget(connection, log.path, start[1])
            queue_log.forget(connection, log.path, start[1])
            connection.execute(
                "DELETE FROM failures WHERE path = ? AND coalesce(line, ? + 1) > ?",
                [log.path, start[1], start[1]],
            )
        done = True
        reading = ahead(self._read(form, log, blocks(file, *start)))
        for first in reading:
            with self.store.importing() as connection:
                legs.prepare(connection, log.zone)
                for read in chain([first], islice(reading, COMMITTED_BLOCKS - 1)):
                    self.progress(f"Reading {self.place.name}", min(read.end[0], size), size)
                    form.store(connection, read.records, log.path)
                    legs.give(connection, read.problems, "problems")
                    self._remember(connection, form.NAME, log, beginning, NOT_ALL, read.end)
                    failures += self._problems(connection, log.path)
                    done = read.whole
        if done:
            with self.store.importing() as connection:
                connection.execute(
                    "UPDATE log_files SET size = ?, mtime_ns = ? WHERE path = ?",
                    [self.found.size, self.found.mtime_ns, log.path],
                )
        return failures

    def _read(self, form: LineFormat, log: Log, lines: Iterator[Block]) -> Iterator[_Read]:
        with duckdb.connect(config={"threads": 1}) as connection:
            legs.prepare(connection, log.zone)
            for block in lines:
                cut = block.unfinished and self._is_being_written()
                connection.register("block", block.lines[: -1 if cut else None])
                records = form.read(connection, log)
                connection.unregister("block")
                legs.add(connection, [], _odd(block) + ([] if cut else _cut_off(block)))
                problems = legs.taken(connection, "problems")
                yield _Read(records, problems, (block.end_byte, block.end_line), not cut)

    def _is_being_written(self) -> bool:
        return time.time() - self.found.mtime_ns / 1e9 < BEING_WRITTEN_S

    def _remember(
        self, connection: duckdb.DuckDBPyConnection, form: str, log: Log, beginning: bytes,
        found: Stat, read: tuple[int, int],
    ) -> None:  # fmt: skip
        """``read``: how many bytes and lines of the log are done with."""
        connection.execute(
            "INSERT OR REPLACE INTO log_files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [log.path, form, list(log.columns), len(beginning), fingerprint(beginning),
             found.size, found.mtime_ns, *read],
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


def _odd(block: Block) -> list[Problem]:
    if block.odd_line is None:
        return []
    return [
        Problem(line=block.odd_line, severity="notice",
                reason=N_("This line isn't UTF-8.") if block.odd_lines == 1 else
                N_("{n} lines from here on are not UTF-8.").format(n=block.odd_lines),
                remedy=N_("Read as Windows-1252; check names with accents."))
    ]  # fmt: skip


def _cut_off(block: Block) -> list[Problem]:
    if not block.unfinished:
        return []
    return [
        Problem(line=block.end_line + 1, severity="notice",
                reason=N_("The last line has no line end: it may have been cut off."),
                remedy=N_("It was read as it stands, and will be again if the log grows."))
    ]  # fmt: skip
