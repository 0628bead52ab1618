"""Administrators' figures: cells to compare them by, and how each fared week by week."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from auricle.comparison import TOP, Cell, Comparison, compare
from auricle.messages import N_
from auricle.store.access import Access
from auricle.store.filters import CallFilter
from auricle.store.line_figures import WEEK
from auricle.store.reads import counting, fetch

TOTAL = ""
"""Stands for the total score where a criterion is named."""
FACTORS = (N_("direction"), N_("type of call"), N_("time of day"), N_("queue"))
"""The case mix."""


@dataclass(frozen=True)
class PersonWeek:
    """One administrator's judged calls of one week."""

    administrator: str
    monday: date
    n: int
    total: float
    """Sum of the scores, or of the shares of a criterion's points, 0 to 100 each."""
    squares: float
    full: int
    """Calls with all points."""


_TAKEN = """
CREATE OR REPLACE TEMP TABLE taken AS
SELECT number, l.administrator, l.start_local, l.total, l.direction,
       coalesce(k.call_type, '') AS call_type, l.queue,
       CASE WHEN hour(l.start_local) < 11 THEN 'morning'
            WHEN hour(l.start_local) < 15 THEN 'midday' ELSE 'later' END AS part
FROM call_list l JOIN listed k USING (number) WHERE l.administrator <> '' AND {where}
"""

_JUDGED = f"""
SELECT '{TOTAL}' AS criterion, -1 AS position, number, total AS y FROM taken
WHERE total IS NOT NULL AND coalesce($criterion, '{TOTAL}') = '{TOTAL}'
UNION ALL
SELECT criterion, position, number, {TOP:g} * points / max_points FROM marks
WHERE verdict IN ('met', 'partly', 'missed') AND max_points > 0
  AND criterion = coalesce($criterion, criterion)
"""
"""Of all calls; of one criterion alone, or of all."""

# Marks are counted by the number of their calls' cell: by its names it takes ten times as long.
_CELLS = f"""
WITH cells AS (
    SELECT row_number() OVER () AS cell, * FROM
    (SELECT DISTINCT administrator, direction, call_type, part, queue FROM taken)
), counted AS (
    SELECT criterion, min(position) AS position, cell, count(*) AS n, sum(y) AS total,
           sum(y * y) AS squares
    FROM ({_JUDGED}) JOIN (
        SELECT number, cell FROM taken JOIN cells
        USING (administrator, direction, call_type, part, queue)
    ) USING (number) GROUP BY criterion, cell
)
SELECT criterion, administrator, direction, call_type, part, queue, n, total, squares
FROM counted JOIN cells USING (cell)
ORDER BY position, criterion, administrator, direction, call_type, part, queue
"""

_WEEKS = f"""
SELECT administrator, {WEEK} AS monday, count(*) AS n, sum(y) AS total, sum(y * y) AS squares,
       count(*) FILTER (y >= {TOP:g}) AS "full"
FROM ({_JUDGED}) JOIN taken USING (number) WHERE start_local IS NOT NULL
GROUP BY administrator, monday ORDER BY administrator, monday
"""


def standings(
    access: Access, chosen: CallFilter, criterion: str | None = None
) -> Mapping[str, Comparison]:
    """Of the chosen calls whose administrator is known: by criterion, ``TOTAL`` first, in the
    rubric's order; or of one ``criterion`` alone."""
    cells: dict[str, list[Cell]] = {}
    with _taken(access, chosen) as connection:
        found = connection.execute(_CELLS, {"criterion": criterion}).fetchall()
    for name, administrator, *mix, n, total, squares in found:
        cells.setdefault(name, []).append(Cell(administrator, tuple(mix), n, total, squares))
    compared = {name: compare(found) for name, found in cells.items()}
    return {name: found for name, found in compared.items() if found}


def person_weeks(access: Access, chosen: CallFilter, criterion: str) -> tuple[PersonWeek, ...]:
    """Of the chosen calls, in order of administrator and time."""
    with _taken(access, chosen) as connection:
        found = fetch(connection, _WEEKS, {"criterion": criterion})
    return tuple(PersonWeek(**row) for row in found)


@contextmanager
def _taken(access: Access, chosen: CallFilter) -> Iterator[duckdb.DuckDBPyConnection]:
    """The chosen calls with a name, as the table ``taken``."""
    where, values = chosen.where()
    with counting(access, chosen) as connection:
        connection.execute(_TAKEN.format(where=where), values)
        yield connection
