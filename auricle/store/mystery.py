"""Campaigns, planned calls, and what shoppers brought: written and read here alone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from auricle.store.access import Access
from auricle.store.connection import connected
from auricle.store.reads import fetch, reading


@dataclass(frozen=True)
class Task:
    """One planned call. Times are the clinic's own, without an offset."""

    task: str
    campaign: str
    wave: int
    """From 1."""
    clinic: str
    own: bool
    number: str
    """That the shopper dials."""
    scenario: str
    shopper: str
    band: str
    call_at: datetime
    until: datetime

    def named(self, task: str) -> "Task":
        return replace(self, task=task)


@dataclass(frozen=True)
class Visit:
    """What a shopper says of a call she made."""

    task: str
    called_local: datetime
    number_called: str
    on_line_s: float
    marks: dict[str, int]
    """1-5, or 0 and 1 for no and yes, by the form's names."""
    remembered: str
    """Words she remembers."""
    sha256: str = ""
    """Of the recording she uploaded; empty for none."""
    path: str = ""


@dataclass(frozen=True)
class MysteryCall:
    """A call that is known to be a planned one."""

    call_id: str
    task: str
    how: str
    """``log``: found among the clinic's calls; ``upload``: the shopper's own recording."""
    probability: float


def save_campaign(path: Path, campaign: str, definition: str, tasks: Sequence[Task]) -> None:
    """Write a campaign with its plan, replacing an earlier one; what shoppers brought stays."""
    with connected(path, write=True) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO campaigns VALUES (?, ?, ?)", [campaign, definition, _now()]
        )
        connection.execute("DELETE FROM mystery_tasks WHERE campaign = ?", [campaign])
        _insert(connection, "mystery_tasks", [asdict(task) for task in tasks])


def campaigns(access: Access) -> dict[str, str]:
    """Definitions as JSON, by id, newest first."""
    query = "SELECT campaign, definition FROM campaigns ORDER BY made_utc DESC, campaign"
    with reading(access) as connection:
        return {row["campaign"]: row["definition"] for row in fetch(connection, query)}


def tasks(access: Access, campaign: str | None = None, shopper: str | None = None) -> list[Task]:
    """Planned calls in order of time: of all campaigns, or only some."""
    query = """SELECT * FROM mystery_tasks WHERE coalesce(campaign = $campaign, true)
               AND coalesce(shopper = $shopper, true) ORDER BY call_at, task"""
    with reading(access) as connection:
        result = connection.execute(query, {"campaign": campaign, "shopper": shopper})
        return [Task(*row) for row in result.fetchall()]


def visits(access: Access) -> dict[str, Visit]:
    """What shoppers said, by task."""
    with reading(access) as connection:
        found = fetch(connection, "SELECT * EXCLUDE (filed_utc) FROM mystery_visits ORDER BY task")
    return {row["task"]: Visit(**row) for row in found}


def save_visit(path: Path, visit: Visit) -> None:
    """Write what a shopper says of a call, replacing what she said of it before."""
    row = {**asdict(visit), "filed_utc": _now()}
    with connected(path, write=True) as connection:
        connection.execute("DELETE FROM mystery_visits WHERE task = ?", [visit.task])
        _insert(connection, "mystery_visits", [row])


def save_token(path: Path, token_sha256: str, campaign: str, shopper: str, until: datetime) -> None:
    """Let a shopper in until a moment (with an offset)."""
    with connected(path, write=True) as connection:
        connection.execute(
            "INSERT INTO mystery_tokens VALUES (?, ?, ?, ?, NULL)",
            [token_sha256, campaign, shopper, until.astimezone(UTC).replace(tzinfo=None)],
        )


def revoke_tokens(path: Path, campaign: str, shopper: str) -> int:
    """Let a shopper in no more; how many tokens were still good."""
    with connected(path, write=True) as connection:
        revoked = connection.execute(
            """UPDATE mystery_tokens SET revoked_utc = $now WHERE campaign = $campaign
               AND shopper = $shopper AND revoked_utc IS NULL AND expires_utc > $now
               RETURNING token_sha256""",
            {"now": _now(), "campaign": campaign, "shopper": shopper},
        ).fetchall()
    return len(revoked)


def holder(access: Access, token_sha256: str, now: datetime) -> tuple[str, str] | None:
    """Campaign and shopper of a token that is good at a moment (with an offset); else None."""
    with reading(access) as connection:
        found = fetch(
            connection,
            """SELECT campaign, shopper FROM mystery_tokens
               WHERE token_sha256 = ? AND revoked_utc IS NULL AND expires_utc > ?""",
            [token_sha256, now.astimezone(UTC).replace(tzinfo=None)],
        )
    return (found[0]["campaign"], found[0]["shopper"]) if found else None


def mystery_calls(access: Access) -> list[MysteryCall]:
    with reading(access) as connection:
        found = fetch(connection, "SELECT * FROM mystery_calls ORDER BY call_id")
    return [MysteryCall(**row) for row in found]


def save_mystery_calls(path: Path, found: Sequence[MysteryCall]) -> None:
    """Write which calls are planned ones. What was found before is forgotten."""
    with connected(path, write=True) as connection:
        connection.execute("DELETE FROM mystery_calls")
        _insert(connection, "mystery_calls", [asdict(call) for call in found])


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]
) -> None:
    if rows:
        names = list(rows[0])
        marks = ", ".join("?" * len(names))
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
            [[row[name] for name in names] for row in rows],
        )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
