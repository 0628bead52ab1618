"""Campaigns, planned calls, and what shoppers brought: written and read here alone."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from auricle.models import Evidence, Verdict
from auricle.store.access import Access
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


@dataclass(frozen=True)
class MysteryCall:
    """A call that is known to be a planned one."""

    call_id: str
    task: str
    how: str
    """``log``: found among the clinic's calls; ``upload``: the shopper's own recording."""
    probability: float


def uploads(path: Path) -> Path:
    """The folder beside the database at ``path`` where shoppers' recordings lie."""
    return path.parent / "uploads"


def save_campaign(path: Path, campaign: str, definition: str, tasks: Sequence[Task]) -> None:
    """Write a campaign with its plan, replacing an earlier one; what shoppers brought stays."""
    with connected(path, write=True) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO campaigns VALUES (?, ?, ?)", [campaign, definition, _now()]
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
    row = {**asdict(debrief), "filed_utc": _now()}
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
        insert(connection, "mystery_calls", [asdict(call) for call in found])


@dataclass(frozen=True)
class Logged:
    """A call of the clinic's own, as far as it helps to tell whether it is a planned one."""

    call_id: str
    clinic: str
    caller: str
    start: datetime
    duration_s: float | None
    said: str
    """The words of whoever isn't known to be the clinic's; empty where nothing was recorded."""


def calls_between(
    access: Access, clinics: Sequence[str], since: datetime, until: datetime
) -> list[Logged]:
    """Inbound calls of some clinics, without the recordings that shoppers uploaded."""
    query = """
    SELECT l.call_id, l.clinic, l.caller, l.start_local, l.duration_s,
           coalesce((SELECT string_agg(t.text, ' ' ORDER BY t.turn) FROM turns t
                     WHERE t.call_id = l.call_id AND t.role IN ('patient', 'unknown')), '')
    FROM call_list l
    WHERE list_contains(?, l.clinic) AND l.direction = 'inbound' AND l.start_local BETWEEN ? AND ?
      AND l.call_id NOT IN (SELECT c.call_id FROM calls c JOIN mystery_debriefs v USING (sha256))
    """
    with reading(access) as connection:
        result = connection.execute(query, [list(clinics), since, until])
        return [Logged(*row) for row in result.fetchall()]


def uploaded_calls(access: Access) -> list[MysteryCall]:
    """Recordings that shoppers brought and that were processed."""
    with reading(access) as connection:
        result = connection.execute(
            """SELECT c.call_id, v.task FROM calls c JOIN mystery_debriefs v USING (sha256)
               JOIN mystery_tasks USING (task) ORDER BY c.call_id"""
        )
        return [MysteryCall(call_id, task, "upload", 1.0) for call_id, task in result.fetchall()]


def save_scenario_verdicts(path: Path, found: Mapping[str, Sequence[Verdict]]) -> None:
    """Write what scenarios say of calls, by call. What was said before is forgotten."""
    rows = [
        {"call_id": call_id, "position": position, "criterion": verdict.id,
         **verdict.model_dump(mode="json", exclude={"id"})}
        for call_id, verdicts in found.items()
        for position, verdict in enumerate(verdicts)
    ]  # fmt: skip
    with connected(path, write=True) as connection:
        connection.execute("DELETE FROM scenario_verdicts")
        insert(connection, "scenario_verdicts", rows)


def scenario_verdicts(access: Access, call_id: str) -> list[Verdict]:
    """What the scenario's own criteria say of one call."""
    with reading(access) as connection:
        found = fetch(
            connection,
            """SELECT criterion AS id, verdict, points, max_points, confidence, reason, evidence
               FROM scenario_verdicts WHERE call_id = ? ORDER BY position""",
            [call_id],
        )
    return [Verdict.model_validate(row) for row in found]


@dataclass(frozen=True)
class TaskCall:
    """A planned call that was heard."""

    task: str
    call_id: str
    administrator: str
    start_local: datetime | None
    verdicts: tuple[Verdict, ...]
    """Of the rubric, then of the scenario; where both have a criterion, the rubric's stands."""


_JUDGED = """
SELECT call_id, criterion AS id, verdict, points, max_points, confidence, reason, evidence,
       part, position
FROM (SELECT *, 0 AS part FROM verdicts UNION ALL BY NAME
      SELECT *, 1 AS part FROM scenario_verdicts)
WHERE list_contains(?, call_id)
QUALIFY row_number() OVER (PARTITION BY call_id, criterion ORDER BY part, position) = 1
ORDER BY call_id, part, position
"""


def heard_calls(access: Access, campaign: str) -> list[TaskCall]:
    """The campaign's calls, one a task: the clinic's own recording before the shopper's."""
    with reading(access) as connection:
        found = fetch(
            connection,
            """SELECT m.task, m.call_id, l.administrator, l.start_local
               FROM mystery_calls m JOIN mystery_tasks t USING (task)
               JOIN call_list l ON l.call_id = m.call_id
               WHERE t.campaign = ? AND l.recorded
               QUALIFY row_number() OVER (PARTITION BY m.task ORDER BY m.how, m.call_id) = 1
               ORDER BY m.task""",
            [campaign],
        )
        judged = fetch(connection, _JUDGED, [[row["call_id"] for row in found]])
    by_call: dict[str, list[Verdict]] = {}
    for row in judged:
        call_id = row.pop("call_id")
        del row["part"], row["position"]
        by_call.setdefault(call_id, []).append(Verdict.model_validate(row))
    return [TaskCall(**row, verdicts=tuple(by_call.get(row["call_id"], ()))) for row in found]


def scored_calls(access: Access, clinics: Sequence[str]) -> list[tuple[str, str, int, float, bool]]:
    """Scored inbound calls of some clinics: administrator, kind, hour, total, whether it is a
    mystery call. Only those whose administrator is known."""
    with reading(access) as connection:
        return connection.execute(
            """SELECT l.administrator, coalesce(k.call_type, ''), hour(l.start_local), l.total,
                      EXISTS (SELECT 1 FROM mystery_calls m WHERE m.call_id = l.call_id)
               FROM call_list l LEFT JOIN call_kinds k USING (call_id)
               WHERE list_contains(?, l.clinic) AND l.direction = 'inbound'
                 AND l.total IS NOT NULL AND l.start_local IS NOT NULL AND l.administrator <> ''
               ORDER BY l.call_id""",
            [list(clinics)],
        ).fetchall()


def best_quotes(access: Access, clinics: Sequence[str]) -> list[tuple[str, str, str, Evidence]]:
    """Criterion, call, administrator and quote of an administrator who met it, for some clinics:
    for each criterion the calls with the highest scores first."""
    with reading(access) as connection:
        found = fetch(
            connection,
            """WITH met AS (
                 SELECT call_id, criterion, evidence FROM verdicts WHERE verdict = 'met'
                 UNION ALL SELECT call_id, criterion, evidence FROM scenario_verdicts
                 WHERE verdict = 'met')
               SELECT m.criterion, m.call_id, l.administrator, piece
               FROM met m JOIN call_list l USING (call_id),
                    LATERAL (SELECT [e FOR e IN m.evidence IF e.quote IS NOT NULL
                                     AND e.role = 'administrator'][1]) p(piece)
               WHERE piece IS NOT NULL AND list_contains(?, l.clinic)
               ORDER BY m.criterion, l.total DESC NULLS LAST, m.call_id""",
            [list(clinics)],
        )
    return [
        (row["criterion"], row["call_id"], row["administrator"],
         Evidence.model_validate(row["piece"]))
        for row in found
    ]  # fmt: skip


def playable(access: Access) -> dict[str, Path]:
    """The playable copies of all calls that have one, by call."""
    with reading(access) as connection:
        found = connection.execute("SELECT call_id, sha256 FROM calls").fetchall()
    media = access.path.parent / "media"
    copies = {path.stem: path for path in media.iterdir()} if media.is_dir() else {}
    return {call_id: copies[sha256] for call_id, sha256 in found if sha256 in copies}


def upload_lengths(access: Access) -> dict[str, float]:
    """Seconds of each uploaded recording that was processed, by SHA-256."""
    with reading(access) as connection:
        result = connection.execute(
            "SELECT c.sha256, c.duration_s FROM calls c JOIN mystery_debriefs v USING (sha256)"
        )
        return dict(result.fetchall())


@dataclass(frozen=True)
class Clause:
    """One sentence of the clinic's written standard, and the criterion that measures it."""

    criterion: str
    wording: str
    call_id: str
    """Whose words they are; empty for none."""
    wave: str
    """Whose finding proposed it, as ``campaign/number``; empty for none."""
    accepted_by: str
    accepted_utc: datetime


def accept_clause(
    path: Path, criterion: str, wording: str, call_id: str, wave: str, by: str
) -> int:
    """A new version of the standard: the last one with this clause, in place of an older one of
    the same criterion. Returns its number; earlier versions stay as they are."""
    with connected(path, write=True) as connection:
        last = connection.execute(
            "SELECT coalesce(max(version), 0) FROM standard_clauses"
        ).fetchone()
        version = int(last[0]) + 1 if last else 1
        kept = fetch(
            connection,
            "SELECT * FROM standard_clauses WHERE version = ? AND criterion <> ? ORDER BY position",
            [version - 1, criterion],
        )
        clause = asdict(Clause(criterion, wording, call_id, wave, by, _now()))
        rows = [
            {**row, "version": version, "position": at} for at, row in enumerate([*kept, clause])
        ]
        insert(connection, "standard_clauses", rows)
    return version


def standard(access: Access, version: int | None = None) -> tuple[int, list[Clause]]:
    """A version of the standard, by default the last, with its number; 0 where there is none."""
    with reading(access) as connection:
        found = fetch(
            connection,
            """SELECT * EXCLUDE (position) FROM standard_clauses
               WHERE version = coalesce(?, (SELECT max(version) FROM standard_clauses))
               ORDER BY position""",
            [version],
        )
    number = found[0]["version"] if found else 0
    for row in found:
        del row["version"]
    return number, [Clause(**row) for row in found]


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
