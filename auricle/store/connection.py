"""Opening the database: briefly, one process at a time, with bounded patience.

DuckDB lets one process write a file, or several read it. So nobody keeps it open: every read and
every write opens, does one transaction and closes; only a page leaves it open from one of its reads
to the next (``open_between_reads``). Who finds it taken tries again for a bounded time with short,
growing, randomised pauses.
"""

import contextlib
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from auricle.errors import StoreError
from auricle.messages import N_

Version = tuple[object, ...]

PATIENCE_S = 10.0
WRITER: dict[str, Any] = {"threads": 1}
"""A call is little to write: waking more threads would cost more than they do."""
GIVE_WAY_S = 1.0
"""While a writer waits, new readers stay out: many of them would never leave a gap for it."""
_ONE_WRITER = threading.RLock()
"""DuckDB lets the threads of a process write at once, and fails whoever commits second."""
_NOT_OPENED = (duckdb.IOException, duckdb.ConnectionException, duckdb.BinderException)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.002, 0.02


@contextlib.contextmanager
def connected(
    path: Path, *, write: bool = False, quiet: bool = False, patience_s: float = PATIENCE_S
) -> Iterator[duckdb.DuckDBPyConnection]:
    """One transaction on the database at ``path``: committed at the end, undone on an error.

    ``quiet``: what is written changes nothing that a page shows. Raises StoreError when the file
    can't be opened within ``patience_s``.
    """
    with _ONE_WRITER if write else contextlib.nullcontext():
        connection = _open(path, write=write, patience_s=patience_s)
        try:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
        finally:
            between = _BETWEEN_READS.get()
            if write or between is None:
                connection.close()
            else:
                between.keep(connection)
        if write and not quiet:
            before = version(path)
            _marker(path).touch()
            _TELL.get()(before, version(path))


class _BetweenReads:
    """Holds the last connection of a page, so that the next one to the same file costs nothing."""

    def __init__(self) -> None:
        self._held: duckdb.DuckDBPyConnection | None = None

    def keep(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.let_go()
        self._held = connection

    def let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


_BETWEEN_READS: ContextVar[_BetweenReads | None] = ContextVar("between_reads", default=None)


@contextlib.contextmanager
def open_between_reads() -> Iterator[None]:
    """Inside, the file stays open after a read: to open it takes 20 ms at 100,000 calls.

    It is let go for a write of this thread, when a read finds that somebody else waits to write,
    and at the end; each read is a transaction of its own as ever.
    """
    between = _BetweenReads()
    token = _BETWEEN_READS.set(between)
    try:
        yield
    finally:
        _BETWEEN_READS.reset(token)
        between.let_go()


_TELL: ContextVar[Callable[[Version, Version], None]] = ContextVar(
    "tell", default=lambda before, after: None
)


@contextlib.contextmanager
def telling_writes(tell: Callable[[Version, Version], None]) -> Iterator[None]:
    """Inside, every write of this thread that gives the file another version tells ``tell`` the
    version before it and its own."""
    token = _TELL.set(tell)
    try:
        yield
    finally:
        _TELL.reset(token)


def version(path: Path) -> Version:
    """Another one after every write that changes what pages show."""
    try:
        return (str(path), _marker(path).stat().st_mtime_ns)
    except OSError:
        return (str(path),)


def _marker(path: Path) -> Path:
    return path.with_name(path.name + ".changed")


def _open(path: Path, *, write: bool, patience_s: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + patience_s
    pause = _FIRST_PAUSE_S
    sign = path.with_name(path.name + ".waiting")
    waiting = False
    between = _BETWEEN_READS.get()
    try:
        while True:
            if between is not None and (write or _fresh(sign)):
                between.let_go()
            try:
                if write:
                    return duckdb.connect(str(path), config=WRITER)
                if not _fresh(sign):
                    return duckdb.connect(str(path), read_only=True)
            except _NOT_OPENED as error:
                if not write and not path.exists():
                    raise StoreError(
                        N_("There are no results in {path} yet.").format(path=path),
                        N_("Run 'auricle run' first."),
                    ) from error
                if not _taken(error):
                    raise StoreError(
                        N_("The database {path} can't be opened: {more}.").format(
                            path=path, more=error
                        ),
                        N_(
                            "If it is damaged, move it away and run again: recordings make it anew."
                        ),
                    ) from error
            if time.monotonic() > deadline:
                raise StoreError(
                    N_("The database {path} has been in use by another program for {n} s.").format(
                        path=path, n=f"{patience_s:g}"
                    ),
                    N_("Close the other program (a DuckDB shell, say) and run again."),
                )
            if write:
                with contextlib.suppress(OSError):
                    sign.touch()
                    waiting = True
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)
    finally:
        if waiting:
            sign.unlink(missing_ok=True)


def _fresh(sign: Path) -> bool:
    """Whether a writer is waiting. One that was killed can't take its sign away."""
    try:
        return time.time() - sign.stat().st_mtime < GIVE_WAY_S
    except OSError:
        return False


def _taken(error: duckdb.Error) -> bool:
    text = str(error).lower()
    return any(
        sign in text
        for sign in ("could not set lock", "different configuration", "unique file handle")
    )


def insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: list[dict[str, Any]],
    verb: str = "INSERT",
) -> None:
    """Insert rows whose keys are the table's columns, in one statement.

    The rows travel as one JSON text that DuckDB takes apart by the table's own column types:
    many times faster than a statement a row.
    """
    if not rows:
        return
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    shape = json.dumps([{column[0]: column[1] for column in described}])
    connection.execute(
        f"{verb} INTO {table} BY NAME SELECT unnest(from_json(?, ?), max_depth := 2)",
        [json.dumps(rows, default=str), shape],
    )


def migrate(path: Path) -> None:
    """Create the database, or bring it up to this program's version.

    Each ``migrations/NNNN_name.sql`` runs once, in order, in a transaction of its own.
    Raises StoreError when the database is newer than this program.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            N_("The folder {path} can't be made: {more}.").format(
                path=path.parent, more=error.strerror
            ),
            N_("Point [store] path in auricle.toml at a place that can be written."),
        ) from error
    scripts = sorted(
        (
            script
            for script in files("auricle.store").joinpath("migrations").iterdir()
            if script.name.endswith(".sql")
        ),
        key=lambda script: script.name,
    )
    if path.exists() and _version(path) == len(scripts):
        return
    with connected(path, write=True) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, name VARCHAR)"
        )
        row = connection.execute("SELECT coalesce(max(version), 0) FROM migrations").fetchone()
        applied = int(row[0]) if row else 0
        if applied > len(scripts):
            raise StoreError(
                N_(
                    "The database {path} was written by a newer Auricle (version {version})."
                ).format(path=path, version=applied),
                N_("Update Auricle, or point [store] path in auricle.toml at another file."),
            )
        for version, script in enumerate(scripts[applied:], start=applied + 1):
            connection.execute(script.read_text(encoding="utf-8"))
            connection.execute("INSERT INTO migrations VALUES (?, ?)", [version, script.name])


def _version(path: Path) -> int:
    try:
        with connected(path) as connection:
            row = connection.execute("SELECT max(version) FROM migrations").fetchone()
    except duckdb.CatalogException:
        return 0
    return int(row[0]) if row and row[0] is not None else 0
