"""Asterisk's call detail records: ``Master.csv`` of cdr_csv and cdr_custom, and exports with a
heading, as FreePBX and Issabel make them.

One line is one leg: an attempt to connect the caller to somebody. Fields:
https://docs.asterisk.org/Configuration/Reporting/Call-Detail-Records-CDR/CDR-Specification/
"""

import csv
import io
import re

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from auricle.messages import N_
from auricle.models import LogSource
from ingest.logs.legs import Log, complaint, goes_back, script, store_new

NAME: LogSource = "asterisk_cdr"

DEFAULT_COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp",
    "lastdata", "start", "answer", "end", "duration", "billsec", "disposition", "amaflags",
    "uniqueid", "userfield",
)  # fmt: skip
"""cdr_csv's order (cdr_csv.c). ``uniqueid`` and ``userfield`` are written only if asked for."""

CUSTOM_COLUMNS = (
    "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "start",
    "answer", "end", "duration", "billsec", "disposition", "amaflags", "accountcode",
    "uniqueid", "userfield", "sequence",
)  # fmt: skip
"""The order of the mapping in Asterisk's sample cdr_custom.conf."""

_OTHER_NAMES = {
    "calldate": "start", "recordingfile": "recording", "source": "src", "destination": "dst",
    "linked_id": "linkedid", "unique_id": "uniqueid", "status": "disposition",
}  # fmt: skip
"""Headings of FreePBX's and Issabel's exports for the same fields."""

_NEEDED = frozenset({"src", "dst", "start", "disposition"})
_HEADINGS = {"start", "calldate"}
_FIELD = r'(?:"(?:[^"]|"")*"|[^",]*)'
_STRICT = f"^{_FIELD}(?:,{_FIELD})*$"
"""A line in which quotation marks stand only around fields, or doubled inside of them."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def recognise(line: str) -> tuple[str, ...] | None:
    """The columns of a file with such a heading or record, or None if it isn't a CDR file's."""
    cells = _cells(line)
    named = tuple(_OTHER_NAMES.get(cell.strip().lower(), cell.strip().lower()) for cell in cells)
    if named.count("start") == 1 and set(named) >= _NEEDED:
        return named
    for columns in (DEFAULT_COLUMNS, CUSTOM_COLUMNS):
        if 16 <= len(cells) <= len(columns) and all(
            _MOMENT.fullmatch(cells[columns.index(name)]) for name in ("start", "end")
        ):
            return columns
    return None


def fits(columns: tuple[str, ...], beginning: list[str]) -> bool:
    """Whether one of these lines is a record with these columns."""
    start = columns.index("start") if "start" in columns else 0
    return any(
        len(cells) == len(columns) and _MOMENT.fullmatch(cells[start])
        for cells in map(_cells, beginning)
    )


def columns_of(mapping: str) -> tuple[str, ...]:
    """The columns of a ``cdr_custom.conf`` pattern such as ``"${CDR(clid)}","${CDR(src)}"``, or of
    a list of names with commas; none of an empty text."""
    named = re.findall(r"CDR\((\w+)[^)]*\)", mapping) or mapping.split(",")
    plain = (name.strip().lower() for name in named if name.strip())
    return tuple(_OTHER_NAMES.get(name, name) for name in plain)


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return []


def read(connection: duckdb.DuckDBPyConnection, log: Log) -> pa.Table:
    """The legs of which the view ``block`` tells; what is wrong with its lines, in ``problems``."""
    given = connection.execute("SELECT line, text FROM block WHERE trim(text) <> ''")
    connection.register("records", _records(given.to_arrow_table(), log.columns))
    script(connection, _TIMED + _DOUBTS)
    connection.unregister("records")
    return connection.execute(_LEGS, {"digits": log.extension_digits}).to_arrow_table()


def store(connection: duckdb.DuckDBPyConnection, legs: pa.Table, path: str) -> None:
    """Add what was read to the database; see ``store_new``."""
    store_new(connection, legs, NAME, path)


def _records(lines: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    """Lines taken apart: ``line``, ``text``, ``width`` (fields told apart), ``least`` (expected),
    ``whole``, and the fields that are used; empty where the line isn't whole or has no such field.
    """
    least = len(columns) - 2 if columns == DEFAULT_COLUMNS else len(columns)
    cells = _even(lines, least, len(columns))
    if cells is None:
        cells, widths = _uneven(lines.column("text").to_pylist(), least, len(columns))
    else:
        widths = pa.array([len(cells)] * len(lines), pa.int64())
    table = lines.append_column("width", widths)
    table = table.append_column(
        "whole", pc.and_(pc.greater_equal(widths, least), pc.less_equal(widths, len(columns)))
    )
    table = table.append_column("least", pa.array([least] * len(lines), pa.int64()))
    blank = pa.array([""] * len(lines), pa.string())
    for name in _USED:
        at = columns.index(name) if name in columns else len(cells)
        table = table.append_column(name, cells[at] if at < len(cells) else blank)
    headings = pc.is_in(pc.utf8_lower(table.column("start")), pa.array(sorted(_HEADINGS)))
    return table.filter(pc.invert(headings))


def _even(lines: pa.Table, least: int, most: int) -> list[pa.ChunkedArray] | None:
    """Each field of lines that are all alike, taken apart at Arrow's speed; None where they aren't.

    Arrow is lenient with quotation marks inside of fields: where there is one, it isn't asked.
    """
    if not len(lines):
        return None
    texts = lines.column("text")
    first = len(_cells(texts[0].as_py()))
    if not least <= first <= most or not pc.all(pc.match_substring_regex(texts, _STRICT)).as_py():
        return None
    raw = "\n".join(texts.to_pylist()).encode()
    try:
        found = arrow_csv.read_csv(
            io.BytesIO(raw),
            arrow_csv.ReadOptions(column_names=[str(at) for at in range(first)], use_threads=False,
                                  block_size=len(raw) + 1),
            arrow_csv.ParseOptions(invalid_row_handler=lambda row: "skip"),
            arrow_csv.ConvertOptions(
                column_types={str(at): pa.string() for at in range(first)},
                strings_can_be_null=False,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:
        return None
    # A quotation mark that isn't closed swallows a line's end; uneven lines were skipped.
    return list(found.columns) if len(found) == len(lines) else None


def _uneven(texts: list[str], least: int, most: int) -> tuple[list[pa.ChunkedArray], pa.Array]:
    """Each field of lines taken apart one by one, and how many fields each line has."""
    try:
        rows = list(csv.reader(texts, strict=True))
        if len(rows) != len(texts):  # a quotation mark has swallowed line ends
            raise csv.Error
    except csv.Error:
        rows = [_cells(text) for text in texts]
    padded = [
        [*row, *[""] * (most - len(row))] if least <= len(row) <= most else [""] * most
        for row in rows
    ]
    cells = [pa.chunked_array([[row[at] for row in padded]], pa.string()) for at in range(most)]
    return cells, pa.array([len(row) for row in rows], pa.int64())


_USED = (
    "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer",
    "end", "duration", "billsec", "disposition", "uniqueid", "linkedid", "recording", "did",
)  # fmt: skip

# Local times lie when clocks change and when the configured zone isn't the switch's. The unique id
# begins with the UTC second in which the channel was made: if that and the start are the same
# second give or take a whole number of quarter hours, then these quarter hours are the zone.
_TIMED = r"""
CREATE OR REPLACE TEMP TABLE timed AS
WITH parsed AS (
SELECT line, md5_number_lower(text) AS digest, width, least, whole,
       trim(src) AS src, trim(dst) AS dst,
       lower(dcontext) AS dcontext, channel, dstchannel, lower(lastapp) AS lastapp, lastdata,
       records.start AS started, TRY_CAST(records.start AS TIMESTAMP) AS start,
       TRY_CAST(answer AS TIMESTAMP) AS answer, TRY_CAST("end" AS TIMESTAMP) AS "end",
       TRY_CAST(duration AS DOUBLE) AS duration, TRY_CAST(billsec AS DOUBLE) AS billsec,
       upper(disposition) AS disposition, uniqueid, linkedid, recording, did,
       TRY_CAST(regexp_extract(uniqueid, '(\d{9,10})\.\d+$', 1) AS BIGINT) AS epoch
FROM records
), offsets AS (
    SELECT *, epoch(start) - epoch AS ahead_s, round((epoch(start) - epoch) / 900) * 900 AS zone_s
    FROM parsed
)
SELECT * EXCLUDE (ahead_s, zone_s),
       CASE WHEN abs(ahead_s - zone_s) <= 60 AND abs(zone_s) <= 14 * 3600
            THEN start - to_seconds(zone_s)
            ELSE utc_of(start) END AS start_utc,
       abs(ahead_s - zone_s) <= 60 AND abs(zone_s) <= 14 * 3600
           AND local_of(start_utc) <> start AS other_zone,
       epoch("end") - epoch(start) AS lasted_s, epoch(answer) - epoch(start) AS answered_s,
       coalesce(duration, lasted_s) AS length_s
FROM offsets;
"""

_LEFT_OUT = N_("It was left out; export the log again if the call matters.")
_DOUBTS = "".join((
    complaint(
        "error",
        N_("The line is not a whole record: {width} fields can be told apart, at least {least} are "
           "expected."),
        _LEFT_OUT, "FROM timed WHERE NOT whole",
    ),
    complaint(
        "error", N_("The start {said} is not a time."), _LEFT_OUT,
        "FROM timed WHERE whole AND start IS NULL", said="started",
    ),
    complaint(
        "notice", N_("The durations disagree: from {start} to {end} is not {length_s} s."),
        N_("The switch's duration was used."),
        "FROM timed WHERE whole AND start IS NOT NULL AND abs(lasted_s - length_s) > 2"
        " AND abs(abs(lasted_s - length_s) - 3600) > 2",
    ),
    complaint(
        "notice", N_("The record says that {billsec} s of {length_s} s were talked."),
        N_("It can't be; the talk was taken from the times."),
        "FROM timed WHERE whole AND billsec > length_s + 1",
    ),
    complaint(
        "notice",
        N_("The switch's clock isn't in the clinic's time zone: {n} records, the first starting at "
           "{start}, which was {utc} UTC by its unique id."),
        N_("The unique ids' times were used; correct [clinic] timezone."),
        "FROM timed WHERE whole AND other_zone HAVING count(*) > 0",
        line="min(line)", n="count(*)", start="min(start)", utc="min(start_utc)",
    ),
    complaint(
        "notice", N_("The unique id {id} stands for calls of {first} and of {second}."),
        N_("They count as one call: a switch gives each channel an id of its own."),
        "FROM timed WHERE whole AND uniqueid <> '' GROUP BY uniqueid"
        " HAVING min(channel) <> max(channel) AND min(src) <> max(src)",
        line="max(line)", id="uniqueid", first="min(src)", second="max(src)",
    ),
    goes_back(
        """(SELECT line, epoch(lag(done) OVER (ORDER BY line)) - epoch(done) AS back_s
            FROM (SELECT line, start_utc + to_seconds(length_s) AS done FROM timed
                  WHERE whole AND start_utc IS NOT NULL AND length_s >= 0))""",
        most_s=60,
    ),
))  # fmt: skip

_LEGS = r"""
WITH told AS (
    SELECT *,
           -- A caller with a name but no number is an account on the switch, if it isn't hidden.
           is_extension(src, $digits) OR regexp_matches(src, '[[:alpha:]]')
               AND NOT regexp_matches(lower(src), '^(anonymous|unknown|restricted|private|s$)')
               AS from_inside,
           NOT regexp_full_match(dst, '\+?\d+') OR is_extension(dst, $digits) AS to_inside,
           regexp_matches(dcontext, 'pstn|trunk|did|gsm|incoming|inbound|external') AS from_outside,
           start_utc + to_seconds(greatest(length_s, 0)) AS end_utc,
           disposition = 'ANSWERED' AS up,
           -- Asterisk answers itself to play a menu or a queue's music: a human is at the other
           -- end only where there is another channel.
           up AND dstchannel <> '' AND lastapp NOT IN ('voicemail', 'playback') AS human,
           answered_s + CASE WHEN answered_s < 0 OR abs(length_s - billsec - answered_s + 3600) <= 2
                             THEN 3600 ELSE 0 END AS rang_s
    FROM timed WHERE whole AND start IS NOT NULL
)
SELECT line, digest, CASE WHEN linkedid <> '' THEN linkedid ELSE uniqueid END AS id,
       start_utc, end_utc,
       CASE WHEN from_inside AND NOT to_inside THEN 'outbound'
            WHEN from_inside AND to_inside AND NOT from_outside THEN 'internal'
            ELSE 'inbound' END AS direction,
       -- Where the switch itself answered at once, the answer isn't a human's.
       CASE WHEN human AND rang_s > 0 AND rang_s <= length_s AND lastapp = 'dial'
            THEN start_utc + to_seconds(rang_s) END AS answer_utc,
       src AS caller, CASE WHEN did <> '' THEN did ELSE dst END AS callee,
       CASE WHEN lastapp = 'queue' THEN split_part(lastdata, ',', 1) ELSE '' END AS queue,
       CASE WHEN direction = 'inbound' THEN peer(dstchannel) ELSE peer(channel) END AS agent,
       '' AS clinic,
       CASE WHEN human THEN 'answered'
            WHEN up AND lastapp IN ('queue', 'background', 'waitexten', 'read') THEN 'abandoned'
            WHEN disposition = 'BUSY' THEN 'busy'
            WHEN disposition IN ('FAILED', 'CONGESTION') THEN 'failed'
            ELSE 'unanswered' END AS outcome,
       NULL AS ring_s, NULL AS queue_s, NULL AS hold_s, NULL AS wait_s, '' AS ended_by,
       recording
FROM told
"""
