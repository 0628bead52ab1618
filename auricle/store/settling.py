"""The total of a call whose verdicts people have changed: the machine's arithmetic, their verdicts.

It is made anew in the transaction of whatever changes a verdict, so nobody reads one without the
other.
"""

import duckdb

from auricle.errors import StoreError
from auricle.models import Verdict
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


def settle(connection: duckdb.DuckDBPyConnection, call_id: str) -> None:
    """Make the total of a call anew, if people have a say in it. Raises StoreError when the rubric
    that it was scored by isn't known."""
    connection.execute("DELETE FROM settled_totals WHERE call_id = ?", [call_id])
    human = connection.execute("SELECT 1 FROM human_verdicts WHERE call_id = ? LIMIT 1", [call_id])
    if human.fetchone() is None:
        return
    [rubric] = connection.execute(
        "SELECT rubric_id, rubric_version FROM machine_scorecards WHERE call_id = ?", [call_id]
    ).fetchall()
    weighings = rubric_of(connection, *rubric)
    found = connection.execute(
        """SELECT criterion, verdict, points, max_points, confidence, '' FROM verdicts
           WHERE call_id = ? ORDER BY position""",
        [call_id],
    ).fetchall()
    fields = ("id", "verdict", "points", "max_points", "confidence", "reason")
    verdicts = {row[0]: Verdict(**dict(zip(fields, row, strict=True))) for row in found}
    if {*verdicts} != {weighing.id for weighing in weighings}:
        raise unknown_rubric(*rubric)
    result = total(weighings, [verdicts[weighing.id] for weighing in weighings])
    connection.execute(
        "INSERT INTO settled_totals VALUES (?, ?, ?, ?, ?, ?)",
        [call_id, result.total, result.low, result.high, result.scored_share,
         list(result.failed_critical)],
    )  # fmt: skip


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
        f"How {rubric_id} {rubric_version} makes a total of this call isn't known.",
        "Run 'auricle run' once, so that the call is scored by the rubric as it is now.",
    )
