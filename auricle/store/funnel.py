"""From the call to the treatment, and the opportunities that were lost on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from auricle.store.access import Access
from auricle.store.filters import RESULT, CallFilter
from auricle.store.line_figures import CALL_BACK_DAYS, WEEK
from auricle.store.numbers import digits
from auricle.store.reads import counting, fetch

Names = tuple[tuple[str, str], ...]
"""Dialled numbers and queues, and what they are called as sources of patients."""
LIST_LIMIT = 200
"""Lost opportunities that the list shows; the newest."""

Reason = Literal["not_offered", "declined", "no_slot"]
"""``not_offered``: the administrator offered no appointment; ``declined``: it was offered and not
taken; ``no_slot``: there was no free time. Unanswered calls are ``line_figures``' list."""


@dataclass(frozen=True)
class FunnelCounts:
    """Counts over some inbound calls, each within the one before it."""

    key: Any
    """None, an administrator, a source, or the Monday of a week."""
    counted: int
    """Came in, and somebody could have answered."""
    answered: int
    booked: int
    not_booked: int
    """Could have ended in a booking, and the administrator didn't get it."""
    no_slot: int
    """The same, but there was no free time: not the administrator's loss."""
    not_an_opportunity: int
    unknown: int
    """Answered, and nobody knows what became of it."""
    settled: int
    """Booked calls of whose visit the clinic's system tells what became."""
    arrived: int
    treated: int

    @property
    def opportunities(self) -> int:
        return self.booked + self.not_booked + self.no_slot


COUNTED = tuple(field.name for field in fields(FunnelCounts) if field.name != "key")


@dataclass(frozen=True)
class Funnel:
    total: FunnelCounts
    administrators: tuple[FunnelCounts, ...]
    """Of answered calls with a name."""
    sources: tuple[FunnelCounts, ...]
    weeks: tuple[FunnelCounts, ...]


@dataclass(frozen=True)
class Lost:
    """Somebody who wanted an appointment and has none."""

    call_id: str
    caller: str
    start_local: datetime
    administrator: str
    reason: Reason
    said: str
    """The proof: why the verdict was given."""
    services: str
    """What the patient said, to look prices up by."""


_CALLS = f"""
CREATE OR REPLACE TEMP TABLE funnel_calls AS
SELECT l.call_id, l.administrator, [l.queue, l.callee] AS place,
       l.start_local, l.start_utc, l.caller, l.phone, l.number, {RESULT} AS result,
       l.booking_offered, l.became, l.settled, l.arrived, l.treated
FROM opportunities l
WHERE l.direction = 'inbound' AND {{where}}
"""

_COUNTS = """
SELECT {key} AS key, count(*) AS counted, count(*) FILTER (result = 'answered') AS answered,
       count(*) FILTER (became = 'booked') AS booked,
       count(*) FILTER (became = 'not_booked') AS not_booked,
       count(*) FILTER (became = 'no_slot') AS no_slot,
       count(*) FILTER (became = 'not_an_opportunity') AS not_an_opportunity,
       count(*) FILTER (became = 'unknown') AS unknown,
       count(*) FILTER (became = 'booked' AND settled) AS settled,
       count(*) FILTER (became = 'booked' AND settled AND arrived) AS arrived,
       count(*) FILTER (became = 'booked' AND settled AND treated) AS treated
FROM funnel_calls WHERE result IN ('answered', 'missed', 'busy') AND {only} GROUP BY 1 ORDER BY 1
"""

_LAST = """SELECT max(l.start_local) AS at FROM call_list l
WHERE l.direction = 'inbound' AND {where}"""

# Whoever booked in a later call, or has a visit, is no loss any more.
_LOST = """
WITH lost AS (
    SELECT *, CASE WHEN became = 'no_slot' THEN 'no_slot'
                   WHEN booking_offered = 'met' THEN 'declined' ELSE 'not_offered' END AS reason
    FROM funnel_calls
    WHERE phone <> '' AND became IN ('not_booked', 'no_slot')
    QUALIFY row_number() OVER (PARTITION BY phone ORDER BY start_utc DESC) = 1
)
SELECT lost.call_id, lost.caller, lost.start_local, lost.administrator, lost.reason,
       coalesce((SELECT first(v.reason) FROM marks v WHERE v.number = lost.number
                 AND v.criterion = CASE lost.reason WHEN 'no_slot' THEN 'no_slot'
                                   WHEN 'declined' THEN 'booking_won' ELSE 'booking_offered' END),
                '') AS said,
       coalesce((SELECT string_agg(t.text, ' ') FROM turns t WHERE t.call_id = lost.call_id
                 AND t.role = 'patient'), '') AS services
FROM lost
WHERE NOT EXISTS (SELECT 1 FROM funnel_calls later WHERE later.phone = lost.phone
                  AND later.start_utc > lost.start_utc AND later.became = 'booked')
  AND lost.call_id NOT IN (SELECT unnest($unseen))
  AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.number = lost.phone
                  AND coalesce(v.booked_local, v.visit_local) >= lost.start_local)
ORDER BY lost.start_utc DESC LIMIT $limit
"""


def funnel(access: Access, chosen: CallFilter, names: Names = ()) -> Funnel:
    """Over the inbound calls of the chosen ones. Who hung up at once isn't counted.

    ``names``: what dialled numbers and queues are called as sources; else a source is the queue, or
    the number where there is no queue.
    """
    where, values = chosen.where()
    with counting(access, chosen) as connection:
        connection.execute(_CALLS.format(where=where), values)

        def counted(key: str, only: str = "true") -> tuple[FunnelCounts, ...]:
            query = _COUNTS.format(key=key, only=only)
            return tuple(FunnelCounts(**row) for row in fetch(connection, query))

        [total] = counted("NULL") or [FunnelCounts(None, *[0] * 10)]
        return Funnel(
            total=total,
            administrators=counted("administrator", "result = 'answered' AND administrator <> ''"),
            sources=_by_source(counted("place"), names),
            weeks=counted(WEEK, "start_local IS NOT NULL"),
        )


def _by_source(places: Sequence[FunnelCounts], names: Names) -> tuple[FunnelCounts, ...]:
    """Counts by queue and dialled number, put together by what those are called."""
    called = {digits(place) or place: name for place, name in names}
    found: dict[str, list[FunnelCounts]] = {}
    for one in places:
        queue, number = one.key
        name = called.get(digits(number)) if digits(number) else None
        name = name or called.get(digits(queue) or queue) or queue or number
        found.setdefault(name, []).append(one)
    return tuple(
        FunnelCounts(name, *(sum(getattr(one, c) for one in ones) for c in COUNTED))
        for name, ones in sorted(found.items())
    )


def lost_opportunities(access: Access, chosen: CallFilter) -> tuple[Lost, ...]:
    """Callers of the last ``CALL_BACK_DAYS`` of the chosen calls who might still be won, one line a
    number. Those whose call the viewer is to judge blind are left out; that somebody has booked in
    such a call counts."""
    where, values = chosen.where()
    with counting(access, chosen) as connection:
        [last] = fetch(connection, _LAST.format(where=where), values)
        if last["at"] is None:
            return ()
        since = last["at"] - timedelta(days=CALL_BACK_DAYS)
        recent = _CALLS.format(where=f"{where} AND l.start_local >= ?")
        connection.execute(recent, [*values, since])
        given = {"limit": LIST_LIMIT, "unseen": [*access.unseen]}
        return tuple(Lost(**row) for row in fetch(connection, _LOST, given))
