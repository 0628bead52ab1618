"""What of a call's marks isn't the machine's: verdicts that it may not give alone are held back,
and the total is made anew with people's.

It happens in the transaction of whatever changes a verdict, so nobody reads one without the other.
"""

from itertools import groupby

import duckdb

from auricle.errors import StoreError
from auricle.messages import N_
from auricle.models import Verdict
from auricle.store.connection import insert
from auricle.store.renewing import renew
from auricle.totals import Weighing, total


def weighings_of(
    connection: duckdb.DuckDBPyConnection, rubric_id: str, rubric_version: str
) -> tuple[Weighing, ...]:
    """What each criterion of a rubric brings into the total, in order; empty for an unknown one."""
    found = connection.execute(
        """SELECT id, section, worth, partly, critical FROM weighings
           WHERE rubric_id = ? AND rubric_version = ? ORDER BY position""",
        [rubric_id, rubric_version],
    ).fetchall()
    return tuple(Weighing(*row) for row in found)


_HOLD_BACK = """
INSERT INTO held_back
SELECT v.call_id, v.criterion, m.mode
FROM machine_verdicts v JOIN machine_scorecards s USING (call_id)
JOIN modes m ON m.rubric_id = s.rubric_id AND m.criterion = v.criterion
WHERE m.mode <> 'automatic' AND v.call_id IN ({ids})
"""

_STANDING = """
SELECT v.call_id, s.rubric_id, s.rubric_version, v.criterion, v.verdict, v.points, v.max_points,
       v.confidence
FROM verdicts v JOIN machine_scorecards s USING (call_id)
WHERE v.call_id IN ({ids}) ORDER BY v.call_id, v.position
"""

_NOT_THE_MACHINES = """
SELECT call_id FROM held_back WHERE call_id IN ({ids})
UNION SELECT call_id FROM human_verdicts WHERE call_id IN ({ids})
"""


def settle(connection: duckdb.DuckDBPyConnection, *call_ids: str) -> None:
    """Hold back what the machine may not decide alone, and make the totals of calls anew in which
    something is held back or people have a say; then what lists and figures read of all of them.
    Raises StoreError when the rubric that a call was scored by isn't known."""
    if not call_ids:
        return
    _hold_back_and_total(connection, call_ids)
    renew(connection, call_ids)


def _hold_back_and_total(connection: duckdb.DuckDBPyConnection, call_ids: tuple[str, ...]) -> None:
    ids = ", ".join("?" * len(call_ids))
    for table in ("settled_totals", "held_back"):
        connection.execute(f"DELETE FROM {table} WHERE call_id IN ({ids})", call_ids)
    connection.execute(_HOLD_BACK.format(ids=ids), call_ids)
    others = connection.execute(_NOT_THE_MACHINES.format(ids=ids), call_ids * 2).fetchall()
    if not others:
        return
    ids = ", ".join("?" * len(others))
    found = connection.execute(_STANDING.format(ids=ids), [row[0] for row in others]).fetchall()
    known: dict[tuple[str, str], tuple[Weighing, ...]] = {}
    totals = []
    fields = ("id", "verdict", "points", "max_points", "confidence")
    for (call_id, *rubric), rows in groupby(found, lambda row: row[:3]):
        key = (rubric[0], rubric[1])
        if key not in known:
            known[key] = rubric_of(connection, *key)
        verdicts = {
            row[3]: Verdict(**dict(zip(fields, row[3:], strict=True)), reason="") for row in rows
        }
        if {*verdicts} != {weighing.id for weighing in known[key]}:
            raise unknown_rubric(*key)
        result = total(known[key], [verdicts[weighing.id] for weighing in known[key]])
        totals.append({
            "call_id": call_id, "total": result.total, "low": result.low, "high": result.high,
            "scored_share": result.scored_share, "failed_critical": list(result.failed_critical),
        })  # fmt: skip
    insert(connection, "settled_totals", totals)


def rubric_of(
    connection: duckdb.DuckDBPyConnection, rubric_id: str, rubric_version: str
) -> tuple[Weighing, ...]:
    """As ``weighings_of``, but an unknown rubric is an error."""
    weighings = weighings_of(connection, rubric_id, rubric_version)
    if not weighings:
        raise unknown_rubric(rubric_id, rubric_version)
    return weighings


def unknown_rubric(rubric_id: str, rubric_version: str) -> StoreError:
    return StoreError(
        N_("How {name} {version} makes a total of this call isn't known.").format(
            name=rubric_id, version=rubric_version
        ),
        N_("Run 'auricle run' once, so that the call is scored by the rubric as it is now."),
    )
