"""Campaigns, planned calls, and what shoppers brought: written and read here alone."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from auricle.store.access import Access, utc_now
from auricle.store.connection import connected, insert
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
class Debrief:
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


def uploads(path: Path) -> Path:
    """The folder beside the database at ``path`` where shoppers' recordings lie."""
    return path.parent / "uploads"


def save_campaign(path: Path, campaign: str, definition: str, tasks: Sequence[Task]) -> None:
    """Write a campaign with its plan, replacing an earlier one; what shoppers brought stays."""
    with connected(path, write=True) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO campaigns VALUES (?, ?, ?)", [campaign, definition, utc_now()]
        )
        connection.execute("DELETE FROM mystery_tasks WHERE campaign = ?", [campaign])
        insert(connection, "mystery_tasks", [asdict(task) for task in tasks])


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


def debriefs(access: Access) -> dict[str, Debrief]:
    """What shoppers said, by task."""
    with reading(access) as connection:
        found = fetch(
            connection, "SELECT * EXCLUDE (filed_utc) FROM mystery_debriefs ORDER BY task"
        )
    return {row["task"]: Debrief(**row) for row in found}


def save_debrief(path: Path, debrief: Debrief) -> None:
    """Write what a shopper says of a call, replacing what she said of it before."""
    row = {**asdict(debrief), "filed_utc": utc_now()}
    with connected(path, write=True) as connection:
        connection.execute("DELETE FROM mystery_debriefs WHERE task = ?", [debrief.task])
        insert(connection, "mystery_debriefs", [row])


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
            {"now": utc_now(), "campaign": campaign, "shopper": shopper},
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


def upload_lengths(access: Access) -> dict[str, float]:
    """Seconds of each uploaded recording that was processed, by SHA-256."""
    with reading(access) as connection:
        result = connection.execute(
            "SELECT c.sha256, c.duration_s FROM calls c JOIN mystery_debriefs v USING (sha256)"
        )
        return dict(result.fetchall())
