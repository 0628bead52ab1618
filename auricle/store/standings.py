"""Administrators' figures: cells to compare them by, and how each fared week by week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from auricle.comparison import TOP, Cell, Comparison, compare
from auricle.store.access import Access
from auricle.store.filters import CallFilter
from auricle.store.line_figures import WEEK
from auricle.store.reads import fetch, reading

TOTAL = ""
"""Stands for the total score where a criterion is named."""
FACTORS = ("direction", "type of call", "time of day", "queue")
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


@dataclass(frozen=True)
class Standings:
    """By criterion, ``TOTAL`` first; in the rubric's order."""

    comparisons: Mapping[str, Comparison]
    weeks: Mapping[str, tuple[PersonWeek, ...]]
    """In order of administrator and time."""


_JUDGED = f"""
CREATE OR REPLACE TEMP TABLE judged AS
WITH taken AS (
    SELECT l.call_id, l.administrator, l.total, l.start_local,
           [l.direction, coalesce(k.call_type, ''),
            CASE WHEN hour(l.start_local) < 11 THEN 'morning'
                 WHEN hour(l.start_local) < 15 THEN 'midday' ELSE 'later' END, l.queue] AS mix
    FROM call_list l LEFT JOIN call_kinds k USING (call_id)
    WHERE l.recorded AND l.administrator <> '' AND {{where}}
)
SELECT '{TOTAL}' AS criterion, -1 AS position, administrator, mix, start_local, total AS y
FROM taken WHERE total IS NOT NULL
UNION ALL
SELECT v.criterion, v.position, t.administrator, t.mix, t.start_local,
       {TOP:g} * v.points / v.max_points
FROM verdicts v JOIN taken t USING (call_id)
WHERE v.verdict IN ('met', 'partly', 'missed') AND v.max_points > 0
"""

_CELLS = """
SELECT criterion, min(position) AS position, administrator, mix, count(*) AS n, sum(y) AS total,
       sum(y * y) AS squares
FROM judged GROUP BY criterion, administrator, mix ORDER BY position, criterion, administrator, mix
"""

_WEEKS = f"""
SELECT criterion, administrator, {WEEK} AS monday, count(*) AS n, sum(y) AS total,
       sum(y * y) AS squares, count(*) FILTER (y >= {TOP:g}) AS "full"
FROM judged WHERE start_local IS NOT NULL
GROUP BY criterion, administrator, monday ORDER BY criterion, administrator, monday
"""


def standings(access: Access, chosen: CallFilter) -> Standings:
    """Of the chosen calls whose administrator is known."""
    where, values = chosen.where()
    cells: dict[str, list[Cell]] = {}
    weeks: dict[str, list[PersonWeek]] = {}
    with reading(access) as connection:
        connection.execute(_JUDGED.format(where=where), values)
        for row in fetch(connection, _CELLS):
            mix = tuple(level or "" for level in row["mix"])
            cells.setdefault(row["criterion"], []).append(
                Cell(row["administrator"], mix, row["n"], row["total"], row["squares"])
            )
        for row in fetch(connection, _WEEKS):
            weeks.setdefault(row.pop("criterion"), []).append(PersonWeek(**row))
    compared = {criterion: compare(found) for criterion, found in cells.items()}
    return Standings(
        comparisons={criterion: found for criterion, found in compared.items() if found},
        weeks={criterion: tuple(found) for criterion, found in weeks.items()},
    )
