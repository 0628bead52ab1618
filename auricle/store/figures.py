"""Figures over many calls: which calls to count, and the counts. Each function reads once.

Only counts, means and deviations leave the database; intervals are ``auricle.stats``' business.
"""

from dataclasses import dataclass
from datetime import datetime

from auricle.store.access import Access, blindfold
from auricle.store.filters import RESULT, CallFilter
from auricle.store.line_figures import COUNTS, WEEK, LineCounts
from auricle.store.reads import counting, fetch


@dataclass(frozen=True)
class Group(LineCounts):
    """Counts over some calls; shares and intervals are derived from them by ``auricle.stats``.

    Those of the line are about inbound calls, the others about all.
    """

    calls: int
    recorded: int
    scored: int
    mean_total: float | None
    sd_total: float | None
    chances: int
    """Calls in which an appointment could have been offered."""
    offered: int
    not_offered: int
    """Of the chances; the rest was offered in part."""
    critical: int
    """Calls that failed a critical criterion."""


@dataclass(frozen=True)
class CriterionCounts:
    """How often each verdict was given for one criterion, in the rubric's order."""

    criterion: str
    met: int
    partly: int
    missed: int
    abstain: int
    not_applicable: int

    @property
    def judged(self) -> int:
        return self.met + self.partly + self.missed


@dataclass(frozen=True)
class Moment:
    """The second of a call at which it lost the most points."""

    call_id: str
    administrator: str
    start_local: datetime | None
    criterion: str
    reason: str
    start_s: float
    lost: float
    """Points."""


@dataclass(frozen=True)
class Figures:
    """All that an overview of some calls shows."""

    total: Group
    administrators: tuple[Group, ...]
    weeks: tuple[Group, ...]
    """In order of time; ``key`` is the Monday. Weeks without calls are left out."""
    criteria: tuple[CriterionCounts, ...]
    moments: tuple[Moment, ...]
    """The costliest, one a call at most: critical failures first."""


_GROUPS = """
SELECT {key} AS key, {counts}, count(*) AS calls, count(*) FILTER (recorded) AS recorded,
       count(total) AS scored, avg(total) AS mean_total, stddev_samp(total) AS sd_total,
       count(*) FILTER (booking_offered IN ('met', 'partly', 'missed')) AS chances,
       count(*) FILTER (booking_offered = 'met') AS offered,
       count(*) FILTER (booking_offered = 'missed') AS not_offered,
       count(*) FILTER (len(failed_critical) > 0) AS critical
FROM chosen WHERE {only} GROUP BY 1 ORDER BY 1
"""

_CHOSEN = f"""
CREATE OR REPLACE TEMP TABLE chosen AS
SELECT CASE WHEN l.direction = 'inbound' THEN {RESULT} END AS result, l.outcome, l.administrator,
       l.start_local, l.recorded, l.wait_s, l.total, l.booking_offered, l.failed_critical,
       l.number, l.call_id
FROM call_list l WHERE {{where}}
"""

# Two million marks: counted by verdict first, and a reason is looked up for those that are shown.
_CRITERIA = """
SELECT criterion, coalesce(sum(n) FILTER (verdict = 'met'), 0)::BIGINT AS met,
       coalesce(sum(n) FILTER (verdict = 'partly'), 0)::BIGINT AS partly,
       coalesce(sum(n) FILTER (verdict = 'missed'), 0)::BIGINT AS missed,
       coalesce(sum(n) FILTER (verdict = 'abstain'), 0)::BIGINT AS abstain,
       coalesce(sum(n) FILTER (verdict = 'not_applicable'), 0)::BIGINT AS not_applicable
FROM (SELECT criterion, verdict, count(*) AS n, min(position) AS position
      FROM marks JOIN chosen USING (number) GROUP BY criterion, verdict)
GROUP BY criterion ORDER BY min(position)
"""

_MOMENTS = """
WITH shown AS (
    SELECT number, m.position, m.criterion, m.max_points AS lost, m.confidence, l.call_id,
           l.administrator, l.start_local,
           list_contains(l.failed_critical, m.criterion) AS critical
    FROM marks m JOIN chosen l USING (number)
    WHERE m.verdict = 'missed' AND m.max_points > 0 AND m.start_s IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY number ORDER BY lost DESC, m.position) = 1
    ORDER BY critical DESC, lost DESC, m.confidence DESC, start_local DESC, call_id LIMIT 6
)
SELECT call_id, administrator, start_local, shown.criterion, m.reason, lost, m.start_s
FROM shown JOIN marks m USING (number, position)
ORDER BY critical DESC, lost DESC, shown.confidence DESC, start_local DESC, call_id
"""


def figures(access: Access, chosen: CallFilter) -> Figures:
    """Counts over the chosen calls: together, by administrator, by week, by criterion.

    Nobody's calls are those that nobody answered: administrators' groups leave them out.
    """
    where, values = chosen.where()
    with counting(access, chosen) as connection:
        connection.execute(_CHOSEN.format(where=where), values)

        def grouped(key: str, only: str = "true") -> tuple[Group, ...]:
            query = _GROUPS.format(key=key, counts=COUNTS, only=only)
            return tuple(Group(**row) for row in fetch(connection, query, [chosen.target_s]))

        [total] = grouped("NULL") or [NOTHING]
        counts = {
            "administrators": grouped("administrator", only="outcome = 'answered'"),
            "weeks": grouped(WEEK, only="start_local IS NOT NULL"),
        }
        criteria = tuple(CriterionCounts(**row) for row in fetch(connection, _CRITERIA))
        blindfold(connection, access.unseen)  # from here on single calls are named
        return Figures(
            total=total,
            **counts,
            criteria=criteria,
            moments=tuple(Moment(**row) for row in fetch(connection, _MOMENTS)),
        )


NOTHING = Group(None, 0, 0, 0, 0, 0, 0, 0, None, 0, 0, 0, None, None, 0, 0, 0, 0)
