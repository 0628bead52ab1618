"""Who looks at the results, and what of them there is for them.

Nothing in a page decides this. A read of the store takes an ``Access``, not a path, and for whoever
may not see everything the connection's tables and views are covered by temporary views of the same
names that hold only what is theirs. A query needn't know, and can't forget. What has no call's id
is empty for them unless ``_OWN`` says what of it is theirs, so a new table is covered too. In the
same way verdicts are kept from whoever is still to judge a call blind.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from auricle.errors import AccessError
from auricle.messages import N_
from auricle.store.connection import connected

PersonRole = Literal["owner", "analyst", "administrator", "shopper"]
"""``analyst`` sees every call and corrects; ``administrator`` sees her own calls; ``shopper`` none.
"""


@dataclass(frozen=True)
class Viewer:
    """A person who is signed in. Raises ValueError for an administrator without a name."""

    login: str
    role: PersonRole
    administrator: str = ""
    """The name under which an administrator's calls are kept."""

    def __post_init__(self) -> None:
        if self.role == "administrator" and not self.administrator:
            raise ValueError("an administrator has a name: nobody's calls are not hers")

    @property
    def sees_everything(self) -> bool:
        return self.role in ("owner", "analyst")


OWNER = Viewer("owner", "owner")
"""Whoever works on the machine itself: the command line, and the dashboards of a single user."""


@dataclass(frozen=True)
class Access:
    """The database at ``path`` as ``viewer`` may see it."""

    path: Path
    viewer: Viewer
    unseen: frozenset[str] = frozenset()
    """Ids of calls that the viewer is still to judge blind: their verdicts are told in counts over
    many calls alone (``reviews.to_judge_blind``)."""

    def showing(self, call_id: str) -> "Access":
        """The same, for a page that sees to it itself what it tells of this call."""
        return replace(self, unseen=self.unseen - {call_id})


def as_owner(path: Path) -> Access:
    """All of the database, for programs that the clinic itself runs."""
    return Access(path, OWNER)


@contextmanager
def changing(
    access: Access, action: str, call_id: str = "", *, by: tuple[PersonRole, ...], **detail: Any
) -> Iterator[duckdb.DuckDBPyConnection]:
    """One transaction that changes something, told to the audit log with it, or not at all.

    ``by``: who may do it; an administrator only to a call of hers. Raises AccessError.
    """
    viewer = access.viewer
    if viewer.role not in by:
        raise AccessError(N_("That isn't for people in your role."), N_("Ask the owner."))
    with connected(access.path, write=True) as connection:
        if call_id and not _reaches(connection, viewer, call_id):
            raise AccessError(
                N_("There is no call {name}.").format(name=call_id),
                N_("Open it from the list of calls."),
            )
        yield connection
        record(connection, viewer, action, call_id, **detail)


def look(access: Access, call_ids: Iterable[str], *, verdicts: bool) -> None:
    """Tell the audit log that somebody looks at calls, and whether their verdicts are shown."""
    looked_at = [*call_ids]
    # Whoever sees the verdicts isn't asked for a blind review any more, and pages say so.
    quiet = not verdicts or access.unseen.isdisjoint(looked_at)
    with connected(access.path, write=True, quiet=quiet) as connection:
        for call_id in looked_at:
            record(connection, access.viewer, "look", call_id, verdicts=verdicts)


def record(
    connection: duckdb.DuckDBPyConnection, viewer: Viewer, action: str, call_id: str, **detail: Any
) -> None:
    """A line of the audit log."""
    connection.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?)",
        [utc_now(), viewer.login, action, call_id, json.dumps(detail)],
    )


def utc_now() -> datetime:
    """Now, as the database keeps moments: UTC without an offset."""
    return datetime.now(UTC).replace(tzinfo=None)


def _reaches(connection: duckdb.DuckDBPyConnection, viewer: Viewer, call_id: str) -> bool:
    found = connection.execute("SELECT administrator FROM calls WHERE call_id = ?", [call_id])
    row = found.fetchone()
    return row is not None and (viewer.sees_everything or row[0] == viewer.administrator)


_MINE = """
CREATE TEMP TABLE mine AS
SELECT call_id FROM calls WHERE administrator = $name
UNION ALL SELECT CASE WHEN call_id <> '' THEN call_id ELSE call_key END FROM log_calls
WHERE administrator = $name AND call_key NOT IN (SELECT log_key FROM calls)
"""
"""The ids that ``call_list`` has for an administrator's calls."""

_OWN = {
    "log_calls": "administrator = {name}",
    "marks": "number IN (SELECT number FROM {database}.main.listed "
    "WHERE call_id IN (FROM temp.main.mine))",
    "people": "login = {login}",
    # What people said of her marks, but in no calibration: that is told to reviewers alone.
    "review_verdicts": "review_id IN (SELECT review_id FROM {database}.main.reviews "
    "WHERE purpose <> 'calibration' AND call_id IN (FROM temp.main.mine))",
    # When her marks were given: she may contest them for some days.
    "runs": "run_id IN (SELECT run_id FROM {database}.main.machine_scorecards "
    "WHERE call_id IN (FROM temp.main.mine))",
    "mystery_tasks": "campaign || '/' || shopper = {login}",
    "mystery_debriefs": "task IN (SELECT task FROM {database}.main.mystery_tasks "
    "WHERE campaign || '/' || shopper = {login})",
    "campaigns": "starts_with({login}, campaign || '/')",
    # While a wave lasts nobody is told which calls are its own: that would end the test.
    "mystery_calls": "call_id IN (SELECT call_id FROM temp.main.mine) AND task IN ("
    "SELECT task FROM {database}.main.mystery_tasks "
    "QUALIFY max(until) OVER (PARTITION BY campaign, wave) < localtimestamp)",
}
"""What of a table is somebody's own, where the id of a call doesn't tell it."""

_COLUMNS = """
SELECT table_name, bool_or(column_name = 'call_id') AS of_calls, list(column_name) AS columns
FROM duckdb_columns()
WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
GROUP BY table_name ORDER BY table_name
"""


def cover(connection: duckdb.DuckDBPyConnection, viewer: Viewer) -> None:
    """Leave of every table and view what is there for ``viewer``, for this connection only."""
    if viewer.sees_everything:
        return
    name = viewer.administrator if viewer.role == "administrator" else None
    connection.execute(_MINE, {"name": name})
    tables = connection.execute(_COLUMNS).fetchall()
    [database] = connection.execute("SELECT current_database()").fetchone() or [""]
    quoted = {"name": _text(name), "login": _text(viewer.login), "database": _name(database)}
    for table, of_calls, _ in tables:
        theirs = "call_id IN (SELECT call_id FROM temp.main.mine)" if of_calls else "false"
        condition = _OWN.get(table, theirs).format(**quoted)
        connection.execute(
            f"CREATE TEMP VIEW {_name(table)} AS "
            f"SELECT * FROM {_name(database)}.main.{_name(table)} WHERE {condition}"
        )


_JUDGED = (
    "total", "low", "high", "scored_share", "failed_critical", "manner", "manner_confidence",
    "booking_offered", "booking_won", "no_slot", "became",
)  # fmt: skip
"""What tables of calls have of verdicts: nothing in the row of a call to be judged blind. A table
of calls that names criteria has no row of it at all."""

_UNSEEN_ROWS = {
    "marks": "number NOT IN (SELECT number FROM {database}.main.listed "
    "WHERE call_id IN (FROM temp.main.unseen))",
    # What people said in a calibration is told to all when it is over.
    "calibration_outcomes": "true",
    "review_verdicts": "review_id NOT IN (SELECT review_id FROM {database}.main.reviews "
    "WHERE purpose <> 'calibration' AND call_id IN (FROM temp.main.unseen))",
    **dict.fromkeys(
        ("alerts", "machine_scorecards", "scorecards", "settled_totals"),
        "call_id NOT IN (FROM temp.main.unseen)",
    ),
}
_UNSEEN_COLUMNS = {
    # That a mark is contested may be known, but not which, and why.
    "disputes": ("criterion", "verdict", "comment", "answer", "settled_as"),
}
"""Where names of columns don't tell it."""


def blindfold(connection: duckdb.DuckDBPyConnection, unseen: frozenset[str]) -> None:
    """Take the verdicts of the calls ``unseen`` out of every table and view, for this connection
    only; that the calls exist, and what is said in them, stays."""
    if not unseen:
        return
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE unseen AS SELECT unnest(?) AS call_id", [[*unseen]]
    )
    [database] = connection.execute("SELECT current_database()").fetchone() or [""]
    for table, of_calls, columns in connection.execute(_COLUMNS).fetchall():
        source = f"{_name(database)}.main.{_name(table)}"
        hidden = _UNSEEN_COLUMNS.get(table) or [name for name in _JUDGED if name in columns]
        if table in _UNSEEN_ROWS:
            query = f"FROM {source} WHERE {_UNSEEN_ROWS[table].format(database=_name(database))}"
        elif of_calls and "criterion" in columns and table not in _UNSEEN_COLUMNS:
            query = f"FROM {source} WHERE call_id NOT IN (FROM temp.main.unseen)"
        elif of_calls and hidden:
            replaced = ", ".join(f"if(untold, NULL, {name}) AS {name}" for name in hidden)
            query = (
                f"SELECT * EXCLUDE (untold) REPLACE ({replaced}) FROM "
                f"(SELECT *, call_id IN (FROM temp.main.unseen) AS untold FROM {source})"
            )
        else:
            continue
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {_name(table)} AS {query}")


def _text(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
