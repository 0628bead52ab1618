"""What dashboards and exports read. Each function opens the database, reads, and closes it.

Beside it: ``listing`` (the list of calls), ``figures`` (counts over many calls) and ``filters``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from auricle.models import (
    Call,
    Failure,
    Line,
    Recording,
    Run,
    Scorecard,
    Transcript,
    Verdict,
    VerdictKind,
)
from auricle.store.access import Access, blindfold, cover
from auricle.store.connection import connected
from auricle.store.filters import CallFilter

FEW = 10
"""Of fewer scored calls a mean or a count may tell of a single one."""
PATIENCE_S = 5.0
"""A page would rather say "busy" than hang."""


@dataclass(frozen=True)
class Waveform:
    """Loudness for drawing: one list per channel, values 0..255, ``rate_hz`` of them a second."""

    rate_hz: float
    lanes: list[list[int]]


@dataclass(frozen=True)
class Reviewer:
    """Whose verdict stands, and what the machine says."""

    reviewer: str
    machine_verdict: VerdictKind | None
    """None: a criterion that only people judge."""


@dataclass(frozen=True)
class CallDetail:
    """All that is known of one call. What hasn't been made yet is None."""

    call: Call
    start_local: datetime | None
    """As the clinic's clock showed it, without an offset."""
    transcript: Transcript | None
    scorecard: Scorecard | None
    """As it stands, with people's verdicts where there are some."""
    machine_scorecard: Scorecard | None
    """As the machine made it."""
    reviewers: Mapping[str, Reviewer]
    """By criterion, where a person's verdict stands."""
    suggestions: Mapping[str, Verdict | None]
    """By criterion that waits for a person: what the machine suggests to the viewer, if it does."""
    waveform: Waveform | None
    media: Path | None
    """A playable copy of the recording, if there is one."""


@dataclass(frozen=True)
class Choices:
    """What calls can be filtered by, and the days they span."""

    calls: int
    mystery: int
    """Of them; lists and figures leave these out unless they are asked for."""
    first: date | None
    last: date | None
    clinics: tuple[str, ...]
    administrators: tuple[str, ...]
    criteria: tuple[str, ...]
    """In the rubric's order."""


@dataclass(frozen=True)
class StandingFailure:
    """A failure that hasn't been cured yet, and when the run that met it began (UTC)."""

    failure: Failure
    seen: datetime | None


@contextmanager
def reading(access: Access) -> Iterator[duckdb.DuckDBPyConnection]:
    """One snapshot of what is there for the viewer, for as long as one page needs it; without the
    verdicts of calls that the viewer is still to judge blind."""
    with counting(access) as connection:
        blindfold(connection, access.unseen)
        yield connection


@contextmanager
def counting(
    access: Access, chosen: CallFilter | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """As ``reading``, with those verdicts too: for what tells counts and means over many calls and
    names none of them. Where few calls are ``chosen`` a count could tell of one: without them."""
    with connected(access.path, patience_s=PATIENCE_S) as connection:
        cover(connection, access.viewer)
        if chosen is not None and access.unseen and _few(connection, chosen):
            blindfold(connection, access.unseen)
        yield connection


def lacks_unseen(access: Access, chosen: CallFilter) -> bool:
    """Whether counts over the chosen calls are without those the viewer is to judge blind."""
    if not access.unseen:
        return False
    with counting(access) as connection:
        return _few(connection, chosen)


def _few(connection: duckdb.DuckDBPyConnection, chosen: CallFilter) -> bool:
    where, values = chosen.where()
    query = f"SELECT count(l.total) FROM call_list l WHERE {where}"
    [scored] = connection.execute(query, values).fetchone() or [0]
    return int(scored) < FEW


def fetch(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: list[Any] | dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """The result of a query, a dict a row."""
    result = connection.execute(query, parameters or [])
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def rows(
    access: Access, query: str, parameters: list[Any] | dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The result of a single query, a dict a row."""
    with reading(access) as connection:
        return fetch(connection, query, parameters)


def choices(access: Access) -> Choices:
    """What there is to filter by."""
    with counting(access) as connection:

        def names(query: str) -> tuple[str, ...]:
            return tuple(row["name"] for row in fetch(connection, query))

        [head] = fetch(
            connection,
            """SELECT count(*) AS calls,
                      count(*) FILTER (call_id IN (SELECT call_id FROM mystery_calls)) AS mystery,
                      CAST(min(start_local) AS DATE) AS first,
                      CAST(max(start_local) AS DATE) AS last FROM call_list""",
        )
        return Choices(
            **head,
            clinics=names(
                """SELECT DISTINCT clinic AS name FROM call_list
                   WHERE clinic NOT IN (SELECT clinic FROM mystery_tasks WHERE NOT own)
                   ORDER BY 1"""
            ),
            administrators=names("SELECT DISTINCT administrator AS name FROM call_list ORDER BY 1"),
            criteria=names(
                "SELECT criterion AS name FROM marks GROUP BY 1 ORDER BY min(position), 1"
            ),
        )


def runs(access: Access, limit: int = 50) -> list[Run]:
    """The newest runs first."""
    return [
        Run.model_validate(
            {
                **row,
                "started": _utc(row["started"]),
                "finished": _utc(row["finished"]),
                "timings_s": json.loads(row["timings_s"]),
            }
        )
        for row in rows(access, "SELECT * FROM runs ORDER BY started DESC LIMIT ?", [limit])
    ]


def failures(access: Access) -> list[StandingFailure]:
    """What could not be processed and hasn't been cured since: errors first, newest first."""
    found = rows(
        access,
        """SELECT f.* EXCLUDE (run_id), r.started AS seen
           FROM failures f LEFT JOIN runs r USING (run_id)
           ORDER BY f.severity, r.started DESC NULLS LAST, f.path, f.line""",
    )
    return [StandingFailure(seen=_utc(row.pop("seen")), failure=Failure(**row)) for row in found]


def call_detail(access: Access, call_id: str) -> CallDetail | None:
    """One call with its transcript and scorecard; None if there is no such call."""
    with reading(access) as connection:
        found = fetch(connection, "SELECT * FROM calls WHERE call_id = ?", [call_id])
        if not found:
            return None
        call = _call(found[0])
        waves = fetch(
            connection, "SELECT rate_hz, lanes FROM waveforms WHERE call_id = ?", [call_id]
        )
        machine = _scorecard(connection, call_id, "machine_")
        people = fetch(
            connection,
            """SELECT criterion, reviewer, machine_verdict, mode FROM verdicts
               WHERE call_id = ? AND (reviewer <> '' OR mode <> 'automatic')""",
            [call_id],
        )
        return CallDetail(
            call=call,
            start_local=found[0]["start_local"],
            transcript=transcript_of(connection, call_id),
            scorecard=_scorecard(connection, call_id),
            machine_scorecard=machine,
            reviewers={
                row["criterion"]: Reviewer(row["reviewer"], row["machine_verdict"])
                for row in people
                if row["reviewer"]
            },
            suggestions={
                row["criterion"]: _suggested(machine, row["criterion"])
                if row["mode"] == "assisted" and access.viewer.sees_everything
                else None
                for row in people
                if not row["reviewer"]
            },
            waveform=Waveform(**waves[0]) if waves else None,
            media=media(access, call.recorded.sha256),
        )


def _suggested(machine: Scorecard | None, criterion: str) -> Verdict | None:
    verdicts = machine.criteria if machine else ()
    return next((verdict for verdict in verdicts if verdict.id == criterion), None)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


def media(access: Access, sha256: str) -> Path | None:
    """The playable copy of a recording, if there is one."""
    folder = access.path.parent / "media"
    copies = (folder / f"{sha256}{suffix}" for suffix in (".ogg", ".flac"))
    return next((copy for copy in copies if copy.is_file()), None)


def _call(row: dict[str, Any]) -> Call:
    return Call(
        recording=Recording(**{name: row[name] for name in Recording.model_fields}),
        start=_utc(row["start_utc"]),
        outcome=row["outcome"] or None,
        duration_s=row["logged_s"],
        line=Line.model_validate_json(row["line"]),
        **{
            name: row[name]
            for name in (
                "call_id",
                "clinic",
                "administrator",
                "agent",
                "direction",
                "caller",
                "callee",
                "queue",
                "talk_s",
                "conflicts",
                "log_key",
            )
        },
    )


def transcribed(
    connection: duckdb.DuckDBPyConnection, recordings: Sequence[str]
) -> Iterator[tuple[str, tuple[Call, Transcript]]]:
    """SHA-256, call and transcript of those recordings that have one."""
    for row in fetch(
        connection,
        "SELECT * FROM calls WHERE sha256 IN (SELECT unnest(?)) ORDER BY call_id",
        [list(recordings)],
    ):
        transcript = transcript_of(connection, row["call_id"])
        if transcript is not None:
            yield row["sha256"], (_call(row), transcript)


def transcript_of(connection: duckdb.DuckDBPyConnection, call_id: str) -> Transcript | None:
    """Who said what in a call, as it stands; None where nothing was transcribed."""
    found = fetch(connection, "SELECT * FROM transcripts WHERE call_id = ?", [call_id])
    if not found:
        return None
    turns = fetch(
        connection,
        "SELECT * EXCLUDE (call_id, turn) FROM turns WHERE call_id = ? ORDER BY turn",
        [call_id],
    )
    head = found[0]
    return Transcript.model_validate(
        {
            "call_id": call_id,
            "language": head["language"],
            "duration_s": head["duration_s"],
            "line": json.loads(head["line"]),
            "turns": turns,
            "provenance": json.loads(head["provenance"]),
        }
    )


def _scorecard(
    connection: duckdb.DuckDBPyConnection, call_id: str, whose: Literal["", "machine_"] = ""
) -> Scorecard | None:
    found = fetch(connection, "SELECT * FROM machine_scorecards WHERE call_id = ?", [call_id])
    if not found:
        return None
    [standing] = fetch(connection, f"SELECT * FROM {whose}scorecards WHERE call_id = ?", [call_id])
    head = {**found[0], **standing}
    verdicts = fetch(
        connection,
        f"""SELECT criterion AS id, verdict, points, max_points, confidence, reason, evidence
           FROM {whose}verdicts WHERE call_id = ? ORDER BY position""",
        [call_id],
    )
    return Scorecard.model_validate(
        {
            "call_id": call_id,
            "rubric": {"id": head["rubric_id"], "version": head["rubric_version"]},
            "criteria": verdicts,
            "provenance": json.loads(head["provenance"]),
            **{
                name: head[name]
                for name in ("total", "low", "high", "scored_share", "failed_critical")
            },
            **{
                name: json.loads(head[name]) if head[name] else None
                for name in ("call_type", "manner")
            },
        }
    )


def administrator_sides(access: Access) -> dict[str, int]:
    """In how many stereo calls the administrator was surely (0.9) on the left, and on the right."""
    found = rows(
        access,
        """SELECT speaker, count(DISTINCT call_id)::INTEGER AS calls
        FROM turns JOIN calls USING (call_id)
        WHERE layout = 'stereo' AND role = 'administrator' AND role_confidence >= 0.9
        GROUP BY speaker""",
    )  # fmt: skip
    sides = {row["speaker"]: row["calls"] for row in found}
    return {side: sides.get(side, 0) for side in ("left", "right")}
