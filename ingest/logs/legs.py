"""Legs: what one source says of one call, or of one attempt to connect it.

What a format has read becomes the temporary table ``new_legs``, and its doubts ``problems``;
``store_new`` moves the legs into the database, each record once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from string import Formatter
from typing import Annotated, Any, Literal

import duckdb
import pyarrow as pa
from pydantic import Field

from auricle.messages import N_
from auricle.models import Direction, Frozen, LogSource, Outcome, Seconds

PRECEDENCE: tuple[LogSource, ...] = (
    "manifest", "queue_log", "asterisk_cdr", "3cx", "aircall", "twilio", "file_name",
)  # fmt: skip
"""Where sources disagree the first stands and the conflict is shown: what the clinic wrote itself,
then the switch, then the carrier, then names of files."""

LONGEST_CALL_S = 24 * 3600
"""Records of one id that begin further apart are of two calls."""


class Leg(Frozen):
    """One record of a source, for formats that are read record by record. Times are UTC."""

    line: int | None = None
    """Where in the file, for errors; None when the file isn't made of lines."""
    id: str = ""
    """The source's own id of the call. Legs with the same id are one call."""
    start: datetime | None = None
    answer: datetime | None = None
    """When a human of the clinic (or, outbound, the patient) answered."""
    end: datetime | None = None
    direction: Direction | Literal[""] = ""
    caller: str = ""
    callee: str = ""
    queue: str = ""
    agent: str = ""
    """Who answered (or called), as the source names them: an extension, a name, a channel."""
    clinic: str = ""
    outcome: Outcome | Literal[""] = ""
    ring_s: Seconds | None = None
    queue_s: Seconds | None = None
    hold_s: Seconds | None = None
    wait_s: Seconds | None = None
    """Only where the source states it; else it follows from ``start`` and ``answer``."""
    ended_by: Literal["", "administrator", "patient"] = ""
    recording: str = ""
    """The recording's path or name, as far as the source gives it."""


class Problem(Frozen):
    """Something wrong with one line of a log, and what was done about it."""

    line: Annotated[int, Field(ge=1)] | None
    severity: Literal["error", "notice"]
    reason: str
    remedy: str


@dataclass(frozen=True)
class Log:
    """The log whose records are being read."""

    path: str
    zone: str
    """Name of the time zone of times without an offset."""
    columns: tuple[str, ...]
    """Names of its columns in order, where the format leaves them open."""
    extension_digits: int
    """Numbers of at most so many digits are the clinic's own extensions."""


_NEW = """
CREATE OR REPLACE TEMP TABLE new_legs AS SELECT *, CAST(NULL AS UBIGINT) AS digest FROM no_legs;
CREATE OR REPLACE TEMP TABLE problems (line BIGINT, severity VARCHAR, reason VARCHAR,
                                       remedy VARCHAR);
"""

_MACROS = r"""
CREATE OR REPLACE TEMP MACRO number_key(number) AS
    CASE WHEN length(regexp_replace(number, '\D', '', 'g')) BETWEEN 1 AND 6
         THEN regexp_replace(number, '\D', '', 'g')
         ELSE right(regexp_replace(number, '\D', '', 'g'), 9) END;
CREATE OR REPLACE TEMP MACRO utc_of(local) AS (local AT TIME ZONE '{zone}') AT TIME ZONE 'UTC';
CREATE OR REPLACE TEMP MACRO local_of(utc) AS (utc AT TIME ZONE 'UTC') AT TIME ZONE '{zone}';
CREATE OR REPLACE TEMP MACRO is_extension(number, digits) AS
    number <> '' AND length(number) <= digits AND regexp_full_match(number, '\d+');
CREATE OR REPLACE TEMP MACRO peer(channel) AS regexp_replace(
    regexp_replace(channel, '(@.*|-[0-9A-Fa-f]{{6,10}})?(;[12])?$', ''), '^[A-Za-z0-9_]+/', '');
"""
"""``number_key``: what two spellings of a telephone number have in common: its last nine digits
(national numbers are at least that long, ITU-T E.164 leaves the prefix open). ``peer``: who is at
the end of an Asterisk channel: SIP/8006-00000fa5, Local/2004@from-internal/n -> 8006, 2004.
``utc_of`` and ``local_of`` name the clinic's zone: as a parameter it would be looked up for each
row."""


def prepare(connection: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Make the temporary tables and macros that formats use. ``zone``: the clinic's time zone."""
    connection.register("no_legs", _SCHEMA.empty_table())
    connection.execute(_NEW + _MACROS.format(zone=zone))
    connection.unregister("no_legs")


def add(connection: duckdb.DuckDBPyConnection, legs: list[Leg], problems: list[Problem]) -> None:
    """Put records that were read one by one among the new ones."""
    fields = [name for name in Leg.model_fields if name not in _TIMES]
    table = pa.table(
        {
            **{name: [getattr(leg, name) for leg in legs] for name in fields},
            **{f"{name}_utc": [_utc(getattr(leg, name)) for leg in legs] for name in _TIMES},
        },
        schema=_SCHEMA,
    )
    if legs:
        connection.register("given", table)
        connection.execute(
            """INSERT INTO new_legs BY NAME
               SELECT *, md5_number_lower(CAST(given AS VARCHAR)) AS digest FROM given"""
        )
        connection.unregister("given")
    for problem in problems:
        connection.execute(
            "INSERT INTO problems VALUES (?, ?, ?, ?)",
            [problem.line, problem.severity, problem.reason, problem.remedy],
        )


def taken(connection: duckdb.DuckDBPyConnection, table: str) -> pa.Table:
    """The rows of ``new_legs`` or ``problems``, and none are left there."""
    rows = connection.execute(f"FROM {table}").to_arrow_table()
    connection.execute(f"DELETE FROM {table}")
    return rows


def give(connection: duckdb.DuckDBPyConnection, rows: pa.Table, table: str) -> None:
    """Put rows that were ``taken`` from another connection into this one's table."""
    connection.register("given", rows)
    connection.execute(f"INSERT INTO {table} BY NAME FROM given")
    connection.unregister("given")


_TIMES = ("start", "answer", "end")


def _kind(name: str) -> pa.DataType:
    return pa.int64() if name == "line" else pa.float64() if name.endswith("_s") else pa.string()


_SCHEMA = pa.schema(
    [(name, _kind(name)) for name in Leg.model_fields if name not in _TIMES]
    + [(f"{name}_utc", pa.timestamp("us")) for name in _TIMES]
)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


_STORE = """
CREATE OR REPLACE TEMP TABLE fresh AS
    SELECT n.rowid AS row, line, digest,
           row_number() OVER (PARTITION BY digest ORDER BY line) AS nth, l.path AS met
    FROM new_legs n LEFT JOIN (
        SELECT digest, any_value(path) AS path FROM legs
        WHERE source = $source AND digest IN (SELECT digest FROM new_legs) GROUP BY digest
    ) l USING (digest);
"""


def complaint(
    severity: str, reason: str, remedy: str, of: str, *, line: str = "line", **values: str
) -> str:
    """A statement that puts a line into ``problems`` for each row ``of`` a FROM clause.

    ``reason`` and ``remedy`` are texts; what stands in braces there is a column, or a name of
    ``values``, which are expressions in SQL.
    """
    return (
        f"INSERT INTO problems SELECT {line}, '{severity}', {_told(reason, values)}, "
        f"{_told(remedy, values)} {of};\n"
    )


def _told(text: str, values: Mapping[str, str]) -> str:
    """A text as an expression in SQL."""
    parts = []
    for words, name, *_rest in Formatter().parse(text):
        quoted = words.replace("'", "''")
        parts += [f"'{quoted}'", values.get(name, f'"{name}"')] if name else [f"'{quoted}'"]
    return f"concat({', '.join(parts)})"


def goes_back(steps: str, most_s: float) -> str:
    """The statement that tells where a file's clock goes back by more than ``most_s``.

    ``steps``: rows of ``line`` and ``back_s``, in SQL.
    """
    return complaint(
        "notice", N_("The clock goes back by {seconds} s here."),
        N_("The times were taken as they are."), f"FROM {steps} WHERE back_s > {most_s}",
        seconds="round(back_s)",
    )  # fmt: skip


REPEATED = complaint(
    "notice", N_("This line stands in the file twice."), N_("It was counted once."),
    "FROM fresh WHERE nth > 1 OR met = $path",
) + complaint(
    "notice", N_("This line was read from {path} already."), N_("Counted once."),
    "FROM fresh WHERE nth = 1 AND met <> $path GROUP BY met HAVING count(*) = 1",
    line="min(line)", path="met",
) + complaint(
    "notice", N_("{n} lines from here on were read from {path} already."), N_("Counted once."),
    "FROM fresh WHERE nth = 1 AND met <> $path GROUP BY met HAVING count(*) > 1",
    line="min(line)", n="count(*)", path="met",
) + """
CREATE OR REPLACE TEMP TABLE stored AS SELECT row FROM fresh WHERE nth = 1 AND met IS NULL;
"""  # fmt: skip
"""Of the rows in ``fresh``, each with how many like it came before (``nth``) and the file in which
it was ``met``, the new ones' numbers as ``stored``; the others are told."""

_KEEP = """
CREATE OR REPLACE TEMP TABLE keyed AS
    SELECT row, line, id, start_utc, k.began_utc,
           CASE WHEN id = '' THEN concat($source, '-', format('{:x}', digest))
                ELSE coalesce(k.call_key, id) END AS call_key
    FROM (SELECT *, rowid AS row FROM new_legs WHERE rowid IN (SELECT row FROM stored))
    LEFT JOIN (
        SELECT id, any_value(call_key) AS call_key, min(start_utc) AS began_utc FROM legs
        WHERE id <> '' AND id IN (SELECT id FROM new_legs) GROUP BY id
    ) k USING (id);
INSERT INTO legs BY NAME
    SELECT n.*, $source AS source, $path AS path, call_key
    FROM new_legs n JOIN keyed ON n.rowid = keyed.row;
INSERT INTO touched SELECT DISTINCT call_key FROM keyed;
DELETE FROM new_legs;
"""
"""A source's id leads to the call that it was joined into before."""

_APART = complaint(
    "notice",
    N_("The id {id} stands for a call of {start_utc} UTC; before, for one of {began_utc} UTC."),
    N_("They count as one call: a switch gives each call an id of its own."),
    "FROM keyed WHERE abs(epoch(start_utc) - epoch(began_utc)) > $longest",
)


def store_new(
    connection: duckdb.DuckDBPyConnection, legs: pa.Table, source: LogSource, path: str
) -> None:
    """Add legs that were read to the database; a record that it holds already isn't taken twice.

    Their calls' keys go into ``touched``: these calls are to be joined anew.
    """
    give(connection, legs, "new_legs")
    keep = _STORE + REPEATED + _KEEP + _APART
    script(connection, keep, source=source, path=path, longest=LONGEST_CALL_S)


def replace(connection: duckdb.DuckDBPyConnection, source: LogSource, path: str) -> None:
    """Make the new legs all that is known from a file: for tables that people correct."""
    script(connection, _REPLACE + _KEEP, source=source, path=path)


_REPLACE = """
CREATE OR REPLACE TEMP TABLE stored AS
    SELECT min(rowid) AS row FROM new_legs
    WHERE digest NOT IN (SELECT digest FROM legs WHERE path = $path)
    GROUP BY digest;
CREATE OR REPLACE TEMP TABLE outdated AS
    SELECT digest, call_key FROM legs
    WHERE path = $path AND digest NOT IN (SELECT digest FROM new_legs);
INSERT INTO touched SELECT DISTINCT call_key FROM outdated;
DELETE FROM legs WHERE path = $path AND digest IN (SELECT digest FROM outdated);
"""


def forget(connection: duckdb.DuckDBPyConnection, path: str, after_line: int = 0) -> None:
    """Take back what was read from a file beyond a line."""
    script(connection, _FORGET, path=path, line=after_line)


_FORGET = """
INSERT INTO touched SELECT DISTINCT call_key FROM legs
WHERE path = $path AND coalesce(line, $line + 1) > $line;
DELETE FROM legs WHERE path = $path AND coalesce(line, $line + 1) > $line;
"""


def is_any_touched(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether any call is to be joined anew: else looking through all of them is for nothing."""
    return bool(connection.execute("SELECT 1 FROM touched LIMIT 1").fetchall())


AT_ONCE = 200_000
"""Calls worked on in one go: a bound for memory, which grouping takes without asking."""


def in_parts(
    connection: duckdb.DuckDBPyConnection, table: str, work: Callable[[], None],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:  # fmt: skip
    """Do ``work`` for one part of ``table``'s rows after the other, each as the table ``part``.

    The table's first column tells them apart; ``progress`` hears how many rows are done with.
    """
    [[total]] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    [[key, *_], *_] = connection.execute(f"DESCRIBE {table}").fetchall()
    parts = -(-total // AT_ONCE)
    for part in range(parts):
        progress(part * AT_ONCE, total)
        # Numbers in the text: a parameter would make it a remainder of 128-bit numbers, which
        # takes 20 times as long.
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE part AS
                FROM {table} WHERE hash({key}) % {parts} = {part}"""
        )
        work()


def script(connection: duckdb.DuckDBPyConnection, statements: str, **values: Any) -> None:
    """Execute several statements, each with those of the named values that it uses."""
    for statement in connection.extract_statements(statements):
        used = {name: values[name] for name in statement.named_parameters}
        connection.execute(statement, used)
