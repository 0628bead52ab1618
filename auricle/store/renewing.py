"""The rows that lists and figures read of a recorded call, made anew when it changes.

The tables ``listed`` and ``marks`` hold what the views ``recorded_calls`` and ``standing_marks``
say, so that a page over a hundred thousand calls needs no join, no JSON and no proof. Whoever
changes a call renews it in the same transaction: nobody reads one without the other.
"""

from collections.abc import Collection

import duckdb

FEW = 20
"""Up to so many calls one by one: the views find a single call by its id at once."""

_RENEW = (
    """CREATE OR REPLACE TEMP TABLE renewed AS
       SELECT call_id, coalesce(l.number, CAST(nextval('call_numbers') AS INTEGER)) AS number
       FROM calls c LEFT JOIN listed l USING (call_id) WHERE {which}""",
    "DELETE FROM marks WHERE number IN (SELECT number FROM renewed)",
    "DELETE FROM listed WHERE {which}",
    """INSERT INTO listed BY NAME
       SELECT r.*, n.number FROM recorded_calls r JOIN renewed n USING (call_id) WHERE {which}""",
    """INSERT INTO marks BY NAME
       SELECT m.* EXCLUDE (call_id), n.number
       FROM standing_marks m JOIN renewed n USING (call_id) WHERE {which}
       ORDER BY n.number, m.position""",
)


def renew(connection: duckdb.DuckDBPyConnection, call_ids: Collection[str]) -> None:
    """Make the rows of these calls anew, inside the transaction that has changed them."""
    if len(call_ids) <= FEW:
        for call_id in call_ids:
            _renew(connection, "call_id = $which", call_id)
    else:
        _renew(connection, "call_id IN (SELECT unnest($which))", list(call_ids))


def _renew(connection: duckdb.DuckDBPyConnection, which: str, value: str | list[str]) -> None:
    for statement in _RENEW:
        given = {"which": value} if "{which}" in statement else {}
        connection.execute(statement.format(which=which), given)
