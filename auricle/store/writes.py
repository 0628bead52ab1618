"""What the pipeline writes, and what it must know to skip work already done."""

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from auricle.desks import Desk
from auricle.models import Call, Failure, RubricVersion, Run, Scorecard, Transcript, Visit
from auricle.store.connection import connected, insert, migrate
from auricle.store.numbers import digits
from auricle.store.reads import Waveform, transcribed
from auricle.store.renewing import renew
from auricle.store.settling import settle, weighings_of
from auricle.totals import Weighing

IMPORT_MEMORY = "400MB"
"""Beyond this DuckDB works on disk, beside the database."""


@dataclass(frozen=True)
class Fingerprints:
    """What made the stored results of one call. Equal fingerprints: nothing to do."""

    call: str
    transcript: str
    scorecard: str


class Store:
    """The database file at ``path`` and, beside it, the folder ``media`` of playable copies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.media = path.parent / "media"
        self._open: duckdb.DuckDBPyConnection | None = None
        self._changed: set[str] = set()
        self._scored: set[str] = set()
        # DuckDB lets a process read or write a file, not both: its threads take turns.
        self._turn = threading.RLock()
        migrate(path)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything saved inside is written together, or not at all."""
        with self._turn, connected(self.path, write=True) as connection:
            self._open, self._changed, self._scored = connection, set(), set()
            try:
                yield
                settle(connection, *sorted(self._scored))
                renew(connection, self._changed - self._scored)
            finally:
                self._open = None

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._turn:
            if self._open is not None:
                yield self._open
                return
            with self.transaction():
                assert self._open is not None
                yield self._open

    @contextmanager
    def importing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction for reading logs: bulk work on all cores, in bounded memory."""
        with self._turn, connected(self.path, write=True) as connection:
            connection.execute(f"SET threads = {os.cpu_count() or 1}")
            connection.execute(f"SET memory_limit = '{IMPORT_MEMORY}'")
            connection.execute("SET preserve_insertion_order = false")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One snapshot of the database. Safe to use from any thread."""
        with self._turn, connected(self.path) as connection:
            yield connection

    def fingerprints(self) -> dict[str, Fingerprints]:
        """Per SHA-256 of a recording: what its stored results were made from."""
        with connected(self.path) as connection:
            rows = connection.execute(
                """SELECT sha256, c.fingerprint, coalesce(t.fingerprint, ''),
                          coalesce(s.fingerprint, '')
                   FROM calls c LEFT JOIN transcripts t USING (call_id)
                   LEFT JOIN machine_scorecards s USING (call_id)"""
            ).fetchall()
        return {row[0]: Fingerprints(*row[1:]) for row in rows}

    def transcribed(self, recordings: Sequence[str]) -> dict[str, tuple[Call, Transcript]]:
        """Per SHA-256, of those that are asked for: the call and its transcript as it stands, where
        there is one. Safe to call from any thread."""
        with self.reading() as connection:
            return dict(transcribed(connection, recordings)) if recordings else {}

    def known_files(self) -> dict[str, tuple[int, int, str]]:
        """Per path: size in bytes, modification time in ns, SHA-256, as last seen."""
        with connected(self.path) as connection:
            rows = connection.execute("SELECT path, size, mtime_ns, sha256 FROM files").fetchall()
        return {row[0]: row[1:] for row in rows}

    def remember_files(self, seen: dict[str, tuple[int, int, str]]) -> None:
        """Keep the SHA-256 of files, so that an unchanged file isn't read again."""
        if not seen:
            return
        rows = [
            {"path": path, "size": size, "mtime_ns": mtime_ns, "sha256": sha256}
            for path, (size, mtime_ns, sha256) in seen.items()
        ]
        with self._writing() as connection:
            insert(connection, "files", rows, verb="INSERT OR REPLACE")

    def save_call(
        self, call: Call, waveform: Waveform | None, *, fingerprint: str, run_id: str
    ) -> None:
        """Write a call, replacing whatever stood under the same recording or the same id.

        ``waveform`` None keeps the one already there.
        """
        recording = call.recorded
        utc, local = _clocks(call.start)
        row = {
            **call.model_dump(
                mode="json", exclude={"recording", "start", "line", "duration_s", "outcome"}
            ),
            **recording.model_dump(mode="json"),
            "outcome": call.outcome or "",
            "logged_s": call.duration_s,
            "start_utc": utc,
            "start_local": local,
            "line": call.line.model_dump(mode="json"),
            "fingerprint": fingerprint,
            "run_id": run_id,
        }
        with self._writing() as connection:
            old = connection.execute(
                "SELECT call_id FROM calls WHERE sha256 = ? AND call_id <> ?",
                [recording.sha256, call.call_id],
            ).fetchall()
            for (call_id,) in old:  # the manifest gave it a new id: its results are moved
                _rename(connection, call_id, call.call_id)
            insert(connection, "calls", [row], verb="INSERT OR REPLACE")
            self._changed.add(call.call_id)
            if waveform is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO waveforms VALUES (?, ?, ?)",
                    [call.call_id, waveform.rate_hz, waveform.lanes],
                )
            _forget_failures(connection, recording.path, "ingest")

    def save_transcript(
        self, transcript: Transcript, *, path: str, fingerprint: str, run_id: str
    ) -> None:
        """Write the transcript of a call, replacing an older one. ``path``: its recording."""
        row = {
            "call_id": transcript.call_id,
            "language": transcript.language,
            "duration_s": transcript.duration_s,
            "line": transcript.line.model_dump(mode="json"),
            "provenance": transcript.provenance,
            "fingerprint": fingerprint,
            "run_id": run_id,
        }
        turns = [
            {"call_id": transcript.call_id, "turn": index, **turn.model_dump(mode="json")}
            for index, turn in enumerate(transcript.turns)
        ]
        with self._writing() as connection:
            connection.execute("DELETE FROM machine_turns WHERE call_id = ?", [transcript.call_id])
            # What people corrected in the old one was about other turns; the history stays.
            connection.execute(
                "DELETE FROM corrected_turns WHERE call_id = ?", [transcript.call_id]
            )
            insert(connection, "transcripts", [row], verb="INSERT OR REPLACE")
            insert(connection, "machine_turns", turns)
            self._changed.add(transcript.call_id)
            _forget_failures(connection, path, "transcribe")

    def save_scorecard(
        self, scorecard: Scorecard, *, path: str, fingerprint: str, run_id: str
    ) -> None:
        """Write the scorecard of a call, replacing an older one. ``path``: its recording."""
        with self._writing() as connection:
            write_scorecard(connection, scorecard, fingerprint=fingerprint, run_id=run_id)
            self._scored.add(scorecard.call_id)
            _forget_failures(connection, path, "score")

    def save_weighings(
        self, rubric_id: str, rubric_version: str, weighings: Sequence[Weighing]
    ) -> None:
        """Keep how a rubric's verdicts make a total, so that it can be made anew with people's."""
        key = {"rubric_id": rubric_id, "rubric_version": rubric_version}
        with self.reading() as connection:
            if weighings_of(connection, rubric_id, rubric_version) == tuple(weighings):
                return
        rows = [
            {**key, "position": position, **asdict(weighing)}
            for position, weighing in enumerate(weighings)
        ]
        with self._writing() as connection:
            connection.execute(
                """DELETE FROM weighings
                   WHERE rubric_id = $rubric_id AND rubric_version = $rubric_version""",
                key,
            )
            insert(connection, "weighings", rows)

    def save_rubric(self, version: RubricVersion) -> None:
        """Remember a version of a rubric; one that is known stays as it is."""
        row = {**version.model_dump(mode="json"), "since": _clocks(version.since)[0]}
        with self._writing() as connection:
            insert(connection, "rubric_versions", [row], verb="INSERT OR IGNORE")

    def save_failures(self, failures: Iterable[Failure], *, run_id: str) -> None:
        """Write failures; those of the same file, stage and line that older runs told of go. What
        this run wrote already, as the import of logs does, isn't written twice."""
        told = [{**failure.model_dump(), "run_id": run_id} for failure in dict.fromkeys(failures)]
        with self._writing() as connection:
            connection.execute("CREATE OR REPLACE TEMP TABLE told AS FROM failures LIMIT 0")
            insert(connection, "told", told)
            connection.execute(
                "INSERT INTO failures FROM told EXCEPT FROM failures WHERE run_id = ?", [run_id]
            )
            connection.execute(
                """DELETE FROM failures USING failures newer
                   WHERE newer.run_id = $run AND failures.run_id <> $run
                     AND newer.path = failures.path AND newer.stage = failures.stage
                     AND newer.line IS NOT DISTINCT FROM failures.line""",
                {"run": run_id},
            )

    def failed_paths(self) -> list[str]:
        """Of files with a failure that hasn't been cured."""
        with connected(self.path) as connection:
            rows = connection.execute("SELECT DISTINCT path FROM failures").fetchall()
        return [row[0] for row in rows]

    def forget_failures(self, paths: list[str]) -> None:
        """Failures that no longer stand: what they tell of was corrected, or is gone. What is said
        of sources that don't fit together is said anew by every run."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM failures WHERE stage = 'join' OR list_contains(?, path)", [paths]
            )

    def name_clinic(self, name: str) -> None:
        """Calls of which no source says whose they are belong to this clinic."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE log_calls SET clinic = $name WHERE clinic_told = '' AND clinic <> $name",
                {"name": name},
            )

    def assign(self, desks: Iterable[Desk]) -> None:
        """Say whose call each one was, by the agent's place on that day. A source that names people
        instead of places needs no desk."""
        given = [desk.model_dump(mode="json") for desk in desks]
        with self._writing() as connection:
            connection.execute(
                """CREATE OR REPLACE TEMP TABLE desks
                   (agent VARCHAR, administrator VARCHAR, since DATE, until DATE)"""
            )
            insert(connection, "desks", given)
            connection.execute(_ASSIGN.format(table="log_calls", key="call_key"))
            named = connection.execute(
                _ASSIGN.format(table="calls", key="call_id") + "RETURNING calls.call_id"
            )
            self._changed.update(call_id for (call_id,) in named.fetchall())

    def save_visits(self, visits: Sequence[Visit], path: Path) -> None:
        """Write bookings of the clinic's own system, replacing those of the same ids."""
        given = [
            {
                **visit.model_dump(mode="json", exclude={"booked", "at"}),
                "number": digits(visit.phone),
                "booked_local": _clocks(visit.booked)[1],
                "visit_local": _clocks(visit.at)[1],
                "path": str(path),
            }
            for visit in visits
        ]
        with self._writing() as connection:
            insert(connection, "visits", given, verb="INSERT OR REPLACE")

    def save_alert(self, alert: Mapping[str, object]) -> None:
        """Write what became of an alert; a row of the table ``alerts``."""
        with self._writing() as connection:
            insert(connection, "alerts", [dict(alert)], verb="INSERT OR REPLACE")

    def save_run(self, run: Run) -> None:
        """Write a run as it stands: at its start, after each call, and at its end."""
        row = {
            **run.model_dump(mode="json", exclude={"started", "finished", "timings_s"}),
            "started": _clocks(run.started)[0],
            "finished": _clocks(run.finished)[0],
            "timings_s": run.timings_s,
        }
        with self._writing() as connection:
            insert(connection, "runs", [row], verb="INSERT OR REPLACE")


_OF_CALLS = (
    "calls", "waveforms", "transcripts", "machine_turns", "machine_scorecards",
    "machine_verdicts", "corrected_turns", "corrections", "settled_totals", "held_back",
    "reviews", "disputes", "calibration_calls", "calibration_outcomes", "coaching_notes", "audit",
    "listed",
)  # fmt: skip
"""Tables whose rows follow a call that gets another id."""


def write_scorecard(
    connection: duckdb.DuckDBPyConnection, scorecard: Scorecard, *, fingerprint: str, run_id: str
) -> None:
    """Write what the machine says of a call. It is to be settled in the same transaction, so that
    what people have said otherwise stands."""
    row = {
        "call_id": scorecard.call_id,
        "rubric_id": scorecard.rubric.id,
        "rubric_version": scorecard.rubric.version,
        **scorecard.model_dump(
            mode="json", exclude={"schema_", "call_id", "rubric", "criteria", "provenance"}
        ),
        "provenance": scorecard.provenance,
        "fingerprint": fingerprint,
        "run_id": run_id,
    }
    verdicts = [
        {
            "call_id": scorecard.call_id,
            "position": position,
            "criterion": verdict.id,
            **verdict.model_dump(mode="json", exclude={"id"}),
        }
        for position, verdict in enumerate(scorecard.criteria)
    ]
    connection.execute("DELETE FROM machine_verdicts WHERE call_id = ?", [scorecard.call_id])
    insert(connection, "machine_scorecards", [row], verb="INSERT OR REPLACE")
    insert(connection, "machine_verdicts", verdicts)


# An agent with a digit and without a space is a place: an extension, an id, a channel. Else a name.
_ASSIGN = r"""
UPDATE {table} SET administrator = named.administrator FROM (
    SELECT c.{key}, coalesce(d.administrator,
           CASE WHEN regexp_full_match(c.agent, '\S*\d\S*') THEN '' ELSE c.agent END)
           AS administrator
    FROM {table} c LEFT JOIN desks d ON d.agent = c.agent
        AND CAST(c.start_local AS DATE) BETWEEN coalesce(d.since, DATE '0001-01-01')
                                            AND coalesce(d.until, DATE '9999-12-31')
    WHERE c.agent <> ''
) named WHERE named.{key} = {table}.{key} AND named.administrator <> {table}.administrator
"""


def _rename(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    """Move a call's results to a new id. Another recording that has it goes by its content's name:
    the manifest has a new id for that one too, or none."""
    holder = connection.execute("SELECT sha256 FROM calls WHERE call_id = ?", [new]).fetchone()
    if holder:
        _move(connection, new, holder[0][:12])
    _move(connection, old, new)


def _move(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    for table in _OF_CALLS:
        connection.execute(f"UPDATE {table} SET call_id = ? WHERE call_id = ?", [new, old])


def _forget_failures(connection: duckdb.DuckDBPyConnection, path: str, stage: str) -> None:
    connection.execute("DELETE FROM failures WHERE path = ? AND stage = ?", [path, stage])


def _clocks(moment: datetime | None) -> tuple[str | None, str | None]:
    """The moment as UTC and as the local clock showed it, both without an offset."""
    if moment is None:
        return None, None
    return (
        moment.astimezone(UTC).replace(tzinfo=None).isoformat(),
        moment.replace(tzinfo=None).isoformat(),
    )
