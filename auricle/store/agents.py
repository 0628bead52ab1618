"""Who answered, as the telephone system names them, and which of them nobody has a name for."""

from dataclasses import dataclass
from datetime import date

from auricle.store.access import Access
from auricle.store.reads import rows


@dataclass(frozen=True)
class Agent:
    """An extension, an agent's id or a channel with calls that are nobody's yet."""

    agent: str
    calls: int
    """Those without an administrator."""
    first: date | None
    last: date | None
    queues: tuple[str, ...]


# Names have no digits; extensions, ids and channels do (as in Store.assign).
_UNKNOWN = r"""
SELECT agent, count(*) AS calls, CAST(min(start_local) AS DATE) AS first,
       CAST(max(start_local) AS DATE) AS last,
       coalesce(list_sort(list(DISTINCT queue) FILTER (queue <> '')), []) AS queues
FROM call_list
WHERE agent <> '' AND administrator = '' AND regexp_matches(agent, '\d')
GROUP BY agent ORDER BY calls DESC, agent
"""


def unknown_agents(access: Access) -> tuple[Agent, ...]:
    """Those with the most calls first."""
    return tuple(Agent(**{**row, "queues": tuple(row["queues"])}) for row in rows(access, _UNKNOWN))
