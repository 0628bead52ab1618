"""A page of the list of calls, with the place in each that answers what was searched for."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

import duckdb

from auricle.models import Direction, Role, VerdictKind
from auricle.store.access import Access
from auricle.store.filters import RESULT, CallFilter, Result
from auricle.store.reads import fetch, reading

Order = Literal["recorded", "newest", "oldest", "lowest", "highest", "longest", "slowest"]

ORDERS: Mapping[Order, str] = {
    "recorded": "recorded DESC, start_local DESC NULLS LAST",
    "newest": "start_local DESC NULLS LAST",
    "oldest": "start_local NULLS LAST",
    "lowest": "total NULLS LAST",
    "highest": "total DESC NULLS LAST",
    "longest": "duration_s DESC NULLS LAST",
    "slowest": "wait_s DESC NULLS LAST",
}
BY_VERDICTS = frozenset({"lowest", "highest"})


@dataclass(frozen=True)
class Hit:
    """A place in a call: what is said there, or why a verdict was given."""

    text: str
    start_s: float | None
    role: Role | None


@dataclass(frozen=True)
class CallRow:
    """One call of the list. What isn't known, or hasn't been made yet, is None."""

    call_id: str
    clinic: str
    administrator: str
    direction: Direction
    caller: str
    callee: str
    start_local: datetime | None
    recorded: bool
    result: Result
    duration_s: float | None
    wait_s: float | None
    answered_at_s: float | None
    rubric_id: str | None
    total: float | None
    low: float | None
    high: float | None
    failed_critical: tuple[str, ...]
    booking_offered: VerdictKind | None
    booking_won: VerdictKind | None
    mystery: bool
    """A planned call of a shopper's."""
    to_judge: bool
    """By the viewer, blind: nothing here tells what the machine thinks of it."""
    hit: Hit | None
    """The words searched for, or else the proof of the verdict that was filtered by."""


@dataclass(frozen=True)
class CallPage:
    rows: tuple[CallRow, ...]
    found: int
    """How many calls match in all."""


# What is searched for is looked for once: for how many there are, and for those of the page.
_FOUND = """
CREATE OR REPLACE TEMP TABLE found AS
SELECT l.call_id, l.recorded, l.start_local, l.total, l.duration_s, l.wait_s
FROM call_list l WHERE {where}
"""

_LIST = f"""
WITH page AS (SELECT call_id FROM found ORDER BY {{order}}, call_id LIMIT $limit OFFSET $offset)
SELECT l.call_id, l.clinic, l.administrator, l.direction, l.caller, l.callee, l.start_local,
       l.recorded, {RESULT} AS result, l.duration_s, l.wait_s,
       l.answered_at_s, l.rubric_id, l.total, l.low, l.high,
       coalesce(l.failed_critical, []) AS failed_critical,
       l.booking_offered, l.booking_won,
       EXISTS (SELECT 1 FROM mystery_calls m WHERE m.call_id = l.call_id) AS mystery,
       v.reason, v.start_s, v.role
FROM call_list l SEMI JOIN page USING (call_id)
LEFT JOIN marks v ON v.number = l.number AND v.criterion = $criterion
ORDER BY {{order}}, l.call_id
"""

_SAID = """
SELECT call_id, role, text, start_s, words FROM turns
WHERE call_id IN (SELECT unnest(?)) AND contains(lower(text), lower(?))
QUALIFY row_number() OVER (PARTITION BY call_id ORDER BY turn) = 1
"""


def calls(
    access: Access, chosen: CallFilter, order: Order = "recorded", limit: int = 50, offset: int = 0
) -> CallPage:
    """The chosen calls from ``offset`` on, at most ``limit`` of them.

    What is chosen or put in order by verdicts lacks those that the viewer is to judge blind.
    """
    where, values = chosen.where()
    if access.unseen and (chosen.tells_verdicts or order in BY_VERDICTS):
        where += " AND l.call_id NOT IN (FROM unseen)"
    page = {"criterion": chosen.criterion, "limit": limit, "offset": offset}
    with reading(access) as connection:
        connection.execute(_FOUND.format(where=where), values)
        found = fetch(connection, _LIST.format(order=ORDERS[order]), page)
        [count] = fetch(connection, "SELECT count(*) AS found FROM found")
        said = _said(connection, [row["call_id"] for row in found], chosen.text)
    return CallPage(tuple(_call_row(row, said, access.unseen) for row in found), count["found"])


def _call_row(row: dict[str, Any], said: Mapping[str, Hit], unseen: frozenset[str]) -> CallRow:
    hit = said.get(row["call_id"])
    to_judge = row["call_id"] in unseen
    if hit is None and row["reason"] is not None:
        hit = Hit(row["reason"], row["start_s"], row["role"])
    told = {**row, "failed_critical": tuple(row["failed_critical"]), "to_judge": to_judge}
    names = [field.name for field in fields(CallRow) if field.name != "hit"]
    return CallRow(**{name: told[name] for name in names}, hit=hit)


def _said(
    connection: duckdb.DuckDBPyConnection, call_ids: list[str], text: str | None
) -> dict[str, Hit]:
    if not text or not call_ids:
        return {}
    return {
        row["call_id"]: Hit(row["text"], _second_of(text, row), row["role"])
        for row in fetch(connection, _SAID, [call_ids, text])
    }


def _second_of(text: str, turn: dict[str, Any]) -> float:
    """When the first word of the match starts; the turn's start when its words have no times."""
    spoken = turn["text"].lower().find(text.lower())
    before = len(turn["text"][:spoken].split())
    inside_word = spoken > 0 and not turn["text"][spoken - 1].isspace()
    index = before - inside_word
    words = turn["words"]
    return float(words[index]["start_s"] if 0 <= index < len(words) else turn["start_s"])
