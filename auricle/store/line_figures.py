"""What callers met: how many were answered, how soon, and who has still to be called back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from auricle.store.access import Access
from auricle.store.filters import RESULT, CallFilter
from auricle.store.reads import fetch, reading

BIN_S = 5
"""Width of the bins that waits are counted in."""
LAST_BIN = 24
"""The last one holds all that is longer: two minutes and more."""
CALL_BACK_DAYS = 30
"""Whoever was missed longer ago has gone elsewhere, or has found another way."""

WEEK = "CAST(date_trunc('week', start_local) AS DATE)"

COUNTS = """
count(*) FILTER (result = 'answered') AS answered, count(*) FILTER (result = 'missed') AS missed,
count(*) FILTER (result = 'busy') AS busy, count(*) FILTER (result = 'short') AS short,
count(*) FILTER (result = 'untold') AS untold,
count(wait_s) FILTER (result = 'answered') AS waits,
count(*) FILTER (result = 'answered' AND wait_s <= ?) AS in_time,
median(wait_s) FILTER (result = 'answered') AS median_wait_s"""
"""The counts of ``LineCounts`` over rows with a ``result`` and a ``wait_s``; one placeholder."""


@dataclass(frozen=True)
class LineCounts:
    """What became of some inbound calls."""

    key: Any
    """An administrator's name, the Monday of a week, or None for all calls together."""
    answered: int
    missed: int
    """It rang or queued, and nobody came."""
    busy: int
    """The line was engaged, or the call failed."""
    short: int
    """The caller hung up at once; set apart from all shares."""
    untold: int
    """No log and no recording tells what became of them; set apart too."""
    waits: int
    """Answered calls whose wait is known."""
    in_time: int
    """Of those, answered within the target."""
    median_wait_s: float | None

    @property
    def counted(self) -> int:
        """The calls that shares are of."""
        return self.answered + self.missed + self.busy

    @property
    def came(self) -> int:
        """All that came in."""
        return self.counted + self.short + self.untold


@dataclass(frozen=True)
class Hour:
    """One hour of one day of the week, over the whole period."""

    weekday: int
    """1: Monday."""
    hour: int
    calls: int
    missed: int
    """Of the calls, not answered: missed or busy."""
    waits: int
    median_wait_s: float | None


@dataclass(frozen=True)
class LineFigures:
    """All that the page of the line shows, but who is to be called back."""

    logs: bool
    """Whether any telephone system's log was read."""
    total: LineCounts
    weeks: tuple[LineCounts, ...]
    """In order of time; ``key`` is the Monday. Weeks without calls are left out."""
    administrators: tuple[LineCounts, ...]
    """Whose calls were answered."""
    hours: tuple[Hour, ...]
    answered_after: tuple[int, ...]
    """Calls per bin of ``BIN_S``, by how long they waited; the last bin is open."""
    gave_up_after: tuple[int, ...]
    """Missed calls, short ones among them, by how long the caller held on."""


@dataclass(frozen=True)
class MissedCaller:
    """Somebody who called in vain and hasn't been spoken to since."""

    caller: str
    """As the last call gave it."""
    last_local: datetime
    """When they called last."""
    last_utc: datetime
    attempts: int
    waited_s: float | None
    """The longest they held on; None: the line was busy, or no log tells."""
    queue: str


@dataclass(frozen=True)
class CallBack:
    """What became of the callers who were missed, by their numbers."""

    open: tuple[MissedCaller, ...]
    """Neither reached the clinic later nor were called back: who last called last comes first."""
    reached: int
    """Callers who called again and got through."""
    called_in_a_day: int
    called_later: int
    hidden: int
    """Missed calls without a number: nobody can call back."""


_LINE = f"""
CREATE OR REPLACE TEMP TABLE line AS
SELECT {RESULT} AS result, l.start_local, l.wait_s, l.duration_s, l.administrator
FROM call_list l WHERE l.direction = 'inbound' AND {{where}}
"""

_HOURS = """
SELECT CAST(isodow(start_local) AS INTEGER) AS weekday, CAST(hour(start_local) AS INTEGER) AS hour,
       count(*) AS calls, count(*) FILTER (result <> 'answered') AS missed,
       count(wait_s) FILTER (result = 'answered') AS waits,
       median(wait_s) FILTER (result = 'answered') AS median_wait_s
FROM line WHERE result IN ('answered', 'missed', 'busy') AND start_local IS NOT NULL
GROUP BY ALL ORDER BY ALL
"""

_BINS = f"""
SELECT CAST(least(floor({{length}} / {BIN_S}), {LAST_BIN}) AS INTEGER) AS bin, count(*) AS calls
FROM line WHERE {{which}} AND {{length}} >= 0 GROUP BY 1
"""


def line_total(access: Access, chosen: CallFilter) -> LineCounts:
    """``line_figures``' total alone."""
    where, values = chosen.where()
    with reading(access) as connection:
        connection.execute(_LINE.format(where=where), values)
        return _total(connection, chosen)


def line_figures(access: Access, chosen: CallFilter) -> LineFigures:
    """Counts over the inbound calls of the chosen ones."""
    where, values = chosen.where()
    with reading(access) as connection:
        connection.execute(_LINE.format(where=where), values)

        def bins(length: str, which: str) -> tuple[int, ...]:
            found = fetch(connection, _BINS.format(length=length, which=which))
            calls = {row["bin"]: row["calls"] for row in found}
            return tuple(calls.get(index, 0) for index in range(LAST_BIN + 1))

        [logs] = fetch(
            connection,
            "SELECT count(*) > 0 AS found FROM log_calls WHERE sources <> ['file_name']",
        )
        return LineFigures(
            logs=logs["found"],
            total=_total(connection, chosen),
            weeks=_counted(connection, chosen, WEEK, "start_local IS NOT NULL"),
            administrators=_counted(connection, chosen, "administrator", "result = 'answered'"),
            hours=tuple(Hour(**row) for row in fetch(connection, _HOURS)),
            answered_after=bins("wait_s", "result = 'answered'"),
            gave_up_after=bins("duration_s", "result IN ('missed', 'short')"),
        )


def _total(connection: duckdb.DuckDBPyConnection, chosen: CallFilter) -> LineCounts:
    found = _counted(connection, chosen, "NULL", "true")
    return found[0] if found else LineCounts(None, 0, 0, 0, 0, 0, 0, 0, None)


def _counted(
    connection: duckdb.DuckDBPyConnection, chosen: CallFilter, key: str, only: str
) -> tuple[LineCounts, ...]:
    query = f"SELECT {key} AS key, {COUNTS} FROM line WHERE {only} GROUP BY 1 ORDER BY 1"
    return tuple(LineCounts(**row) for row in fetch(connection, query, [chosen.target_s]))


_LAST = """SELECT max(l.start_utc) AS utc FROM call_list l
WHERE l.direction = 'inbound' AND {where}"""

_RECENT = f"""
CREATE OR REPLACE TEMP TABLE recent AS
SELECT l.phone AS number, l.direction = 'outbound' AS out, {RESULT} AS result, l.caller, l.queue,
       l.start_utc, l.start_local, l.duration_s, {{where}} AS chosen
FROM call_list l WHERE l.direction IN ('inbound', 'outbound') AND l.start_utc >= ?
"""

_MISSED = "chosen AND NOT out AND result IN ('missed', 'busy')"

_CALLERS = f"""
WITH last_missed AS (
    SELECT number, max(start_utc) AS last_utc FROM recent
    WHERE {_MISSED} AND number <> '' GROUP BY number
), contacts AS (
    SELECT number, last_utc, max(start_utc) FILTER (start_utc < last_utc) AS before_utc,
           min(start_utc) FILTER (start_utc > last_utc AND NOT out) AS reached_utc,
           min(start_utc) FILTER (start_utc > last_utc AND out) AS called_utc
    FROM last_missed JOIN recent USING (number) WHERE out OR result = 'answered'
    GROUP BY ALL
)
SELECT l.number, l.last_utc, c.before_utc,
       CASE WHEN c.reached_utc <= coalesce(c.called_utc, c.reached_utc) THEN 'reached'
            WHEN c.called_utc <= l.last_utc + to_hours(24) THEN 'called_in_a_day'
            WHEN c.called_utc IS NOT NULL THEN 'called_later' ELSE 'open' END AS became
FROM last_missed l LEFT JOIN contacts c USING (number)
"""

_OPEN = f"""
SELECT arg_max(r.caller, r.start_utc) AS caller, max(r.start_local) AS last_local,
       max(r.start_utc) AS last_utc, count(*) AS attempts,
       max(r.duration_s) FILTER (r.result = 'missed') AS waited_s,
       arg_max(r.queue, r.start_utc) AS queue
FROM recent r JOIN callers c USING (number)
WHERE {_MISSED} AND c.became = 'open' AND r.start_utc > coalesce(c.before_utc, DATE '0001-01-01')
GROUP BY number ORDER BY last_utc DESC, number
"""


def call_back(access: Access, chosen: CallFilter) -> CallBack:
    """Callers who were missed in the last ``CALL_BACK_DAYS`` of the chosen calls.

    A caller is a number. Speaking to them later settles it, and so does any attempt of the clinic
    to call them, whether they took it or not. Who hung up at once wasn't missed.
    """
    where, values = chosen.where()
    with reading(access) as connection:
        [last] = fetch(connection, _LAST.format(where=where), values)
        if last["utc"] is None:
            return CallBack((), 0, 0, 0, 0)
        since = last["utc"] - timedelta(days=CALL_BACK_DAYS)
        connection.execute(_RECENT.format(where=where), [*values, since])
        connection.execute(f"CREATE OR REPLACE TEMP TABLE callers AS {_CALLERS}")
        became = {
            row["became"]: row["n"]
            for row in fetch(connection, "SELECT became, count(*) AS n FROM callers GROUP BY 1")
        }
        [hidden] = fetch(
            connection, f"SELECT count(*) AS n FROM recent WHERE {_MISSED} AND number = ''"
        )
        return CallBack(
            open=tuple(MissedCaller(**row) for row in fetch(connection, _OPEN)),
            reached=became.get("reached", 0),
            called_in_a_day=became.get("called_in_a_day", 0),
            called_later=became.get("called_later", 0),
            hidden=hidden["n"],
        )
