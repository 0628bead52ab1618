"""Asterisk's ``queue_log``: what happened to callers in queues, one event a line.

``time|call id|queue|agent|EVENT|data...``, the time in UTC seconds, or as local date and time.
Events: https://docs.asterisk.org/Configuration/Applications/Call-Queues/Queue-Logs/
"""

import re

import duckdb
import pyarrow as pa

from auricle.messages import N_
from auricle.models import LogSource
from ingest.logs.legs import REPEATED, Log, complaint, goes_back, in_parts, is_any_touched, script

NAME: LogSource = "queue_log"

STILL_OPEN_S = 3600
"""No caller waits longer: an entry without an exit that is older than this, by the log's own
clock, is reported; a younger one may still be going on."""

_LINE = re.compile(
    r"(\d{9,10}|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?)\|[^|]*\|[^|]*\|[^|]*\|[A-Z_]+"
)


def recognise(line: str) -> tuple[str, ...] | None:
    """An empty tuple if the line is a queue log's, else None."""
    return () if _LINE.match(line) else None


def read(connection: duckdb.DuckDBPyConnection, log: Log) -> pa.Table:
    """The events that the view ``block`` lists; what is wrong with its lines, in ``problems``."""
    script(connection, _PARSED + _DOUBTS)
    return connection.execute(_EVENTS).to_arrow_table()


def store(connection: duckdb.DuckDBPyConnection, events: pa.Table, path: str) -> None:
    """Add new events to the database. Their calls are marked ``touched``: ``fold`` makes legs of
    them."""
    connection.register("events", events)
    script(connection, _FRESH + REPEATED + _STORE, path=path)
    connection.unregister("events")


def forget(connection: duckdb.DuckDBPyConnection, path: str, after_line: int) -> None:
    """Take back what was read from a file beyond a line."""
    script(connection, _FORGET, path=path, line=after_line)


_FORGET = """
INSERT INTO touched SELECT DISTINCT id FROM queue_events WHERE path = $path AND line > $line;
DELETE FROM queue_events WHERE path = $path AND line > $line;
"""

_PARSED = r"""
CREATE OR REPLACE TEMP TABLE parsed AS
SELECT line, md5_number_lower(text) AS digest, string_split(text, '|') AS cells,
       len(cells) >= 5 AS whole,
       coalesce(
           make_timestamp(CAST(TRY_CAST(CASE WHEN regexp_full_match(cells[1], '\d{9,10}(\.\d+)?')
                                             THEN cells[1] END AS DOUBLE) * 1000000 AS BIGINT)),
           utc_of(TRY_CAST(cells[1] AS TIMESTAMP))) AS time_utc
FROM block WHERE trim(text) <> '';
"""

_DOUBTS = "".join((
    complaint(
        "error", N_("The time {said} can't be read."), N_("It was left out."),
        "FROM parsed WHERE whole AND time_utc IS NULL", said="cells[1]",
    ),
    complaint(
        "error", N_("The line is no record of time, call, queue, agent and event."),
        N_("It was left out."), "FROM parsed WHERE NOT whole",
    ),
    goes_back(
        """(SELECT line, epoch(lag(time_utc) OVER (ORDER BY line)) - epoch(time_utc) AS back_s
            FROM parsed WHERE whole AND time_utc IS NOT NULL)""",
        most_s=2,
    ),
))  # fmt: skip

_EVENTS = """
SELECT line, digest, time_utc, cells[2] AS id, cells[3] AS queue, cells[4] AS agent,
       cells[5] AS event, cells[6:] AS data
FROM parsed WHERE whole AND time_utc IS NOT NULL
"""

_FRESH = """
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT line AS row, line, digest, row_number() OVER (PARTITION BY digest ORDER BY line) AS nth,
       e.path AS met
FROM events LEFT JOIN (
    SELECT digest, any_value(path) AS path FROM queue_events
    WHERE digest IN (SELECT digest FROM events) GROUP BY digest
) e USING (digest);
"""

_STORE = """
CREATE OR REPLACE TEMP TABLE told AS
SELECT line, id FROM events
WHERE line IN (SELECT row FROM stored) AND id NOT IN ('', 'NONE', 'REALTIME', 'MANAGER');
INSERT INTO queue_events BY NAME
SELECT $path AS path, * FROM events WHERE line IN (SELECT line FROM told);
INSERT INTO touched SELECT DISTINCT id FROM told;
"""


def fold(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the legs of all touched calls anew from their events: one a call and queue."""
    if is_any_touched(connection):
        script(connection, _KEYS)
        in_parts(connection, "keys", lambda: script(connection, _FOLD))


_KEYS = """
-- An id's events belong to the call that it was joined into before.
CREATE OR REPLACE TEMP TABLE keys AS
    SELECT id, coalesce(min(call_key) FILTER (call_key <> id), id) AS call_key
    FROM (
        SELECT call_key AS id, call_key FROM touched
        UNION SELECT id, call_key FROM legs
        WHERE source = 'queue_log' AND call_key IN (SELECT call_key FROM touched)
        UNION SELECT id, call_key FROM legs
        WHERE call_key <> id AND id IN (SELECT call_key FROM touched)
    ) GROUP BY id;
DELETE FROM legs WHERE source = 'queue_log' AND id IN (SELECT id FROM keys);
INSERT INTO touched SELECT call_key FROM keys WHERE call_key <> id;
"""

_FOLD = r"""
INSERT INTO legs BY NAME
WITH told AS (
    SELECT id, queue, path, line, time_utc, event,
           CASE event WHEN 'ENTERQUEUE' THEN data[2] END AS caller,
           CASE event WHEN 'DID' THEN data[1] END AS callee,
           CASE event WHEN 'CONNECT' THEN time_utc END AS answer_utc,
           CASE event WHEN 'CONNECT' THEN agent END AS agent,
           -- CONNECT's data: hold time, the agent's channel, ring time.
           CASE event WHEN 'CONNECT' THEN TRY_CAST(data[1] AS DOUBLE) END AS held_s,
           CASE event WHEN 'CONNECT' THEN TRY_CAST(data[3] AS DOUBLE) END AS ring_s,
           -- ABANDON's and the EXITs': position, first position, waiting time.
           CASE WHEN event IN ('ABANDON', 'EXITWITHTIMEOUT', 'EXITEMPTY')
                THEN TRY_CAST(data[3] AS DOUBLE) END AS lost_s
    FROM queue_events WHERE id IN (SELECT id FROM part)
), story AS (
    SELECT id, queue, any_value(path) AS path, min(line) AS line, min(time_utc) AS start_utc,
           max(time_utc) AS end_utc, min(answer_utc) AS answer_utc, any_value(caller) AS caller,
           any_value(callee) AS callee, arg_min(agent, answer_utc) AS agent,
           min(held_s) AS held_s, min(ring_s) AS ring_s, min(lost_s) AS lost_s,
           bool_or(event = 'ENTERQUEUE') AS entered,
           bool_or(event = 'ABANDON') AS abandoned,
           bool_or(event IN ('EXITWITHTIMEOUT', 'EXITEMPTY', 'EXITWITHKEY')) AS exited,
           bool_or(event = 'COMPLETEAGENT') AS by_agent,
           bool_or(event = 'COMPLETECALLER') AS by_caller
    FROM told GROUP BY id, queue
)
SELECT k.call_key, 'queue_log' AS source, path, line,
       md5_number_lower(concat(id, '|', queue)) AS digest, id,
       CASE WHEN entered THEN start_utc
            ELSE start_utc - to_seconds(coalesce(held_s, lost_s, 0)) END AS start_utc,
       answer_utc, end_utc, 'inbound' AS direction, coalesce(caller, '') AS caller,
       coalesce(callee, '') AS callee, CASE WHEN queue = 'NONE' THEN '' ELSE queue END AS queue,
       coalesce(peer(agent), '') AS agent, '' AS clinic,
       CASE WHEN answer_utc IS NOT NULL THEN 'answered' WHEN abandoned THEN 'abandoned'
            WHEN exited THEN 'unanswered' ELSE '' END AS outcome,
       CASE WHEN ring_s >= 0 THEN ring_s END AS ring_s,
       CASE WHEN coalesce(held_s, lost_s) >= 0 THEN coalesce(held_s, lost_s) END AS queue_s,
       NULL AS hold_s, NULL AS wait_s,
       CASE WHEN by_agent THEN 'administrator' WHEN by_caller THEN 'patient' ELSE '' END
           AS ended_by, '' AS recording
FROM story JOIN part k USING (id);
"""


def unfinished(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str, str]]:
    """Entries without an exit that can't still be going on: path, line, call id, queue."""
    return connection.execute(
        """SELECT path, line, id, queue FROM legs
           WHERE source = 'queue_log' AND outcome = ''
             AND start_utc < (SELECT max(time_utc) FROM queue_events) - to_seconds(?)
           ORDER BY path, line""",
        [STILL_OPEN_S],
    ).fetchall()
