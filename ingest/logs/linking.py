"""Which recording belongs to which call of the logs."""

import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from auricle.desks import read_desks
from auricle.messages import N_
from auricle.models import Call, Conflict, EndedBy, Failure, Line, LineFact
from auricle.settings import Settings, is_remote
from auricle.store import Store
from auricle.store.reads import fetch
from ingest.logs import calls, file_names, legs, manifest, queue_log
from ingest.logs.importing import Progress
from ingest.places import Place, printable

PBX_PRECISION_S = 1.0
"""Switches log whole seconds."""
LINE_FACTS = ("ring_s", "queue_s", "hold_s", "wait_s")

_NAMES_ONE = N_("This record names a recording that no folder searched has: {name}.")
_NAME_SEVERAL = N_(
    "{n} records from here on name recordings that no folder searched has: {name} is the first."
)


def link(
    store: Store, files: list[tuple[Place, manifest.Row | None]], rows: list[manifest.Row],
    settings: Settings, progress: Progress,
) -> tuple[dict[Place, Call], list[Failure]]:  # fmt: skip
    """Join all that is new in the logs into calls, and find the call of each recording.

    ``files``: recordings with the manifest's rows that name them; ``rows``: all its rows. A
    recording that nothing tells of has no entry in the result. The failures are about all that the
    logs hold, as they stand now.
    """
    table, zone = settings.ingest.manifest, settings.clinic.zone
    with store.importing() as connection:
        legs.prepare(connection, zone.key)
        _tell_manifest(connection, rows, str(table or ""))
        _tell_names(connection, [path for path, _ in files], zone)
        queue_log.fold(connection)
        calls.unite(connection, _keys(connection, files))
        calls.join_legs(
            connection,
            settings.ingest.match_within_s,
            lambda done, total: progress("Joining calls", done, total),
        )
    store.name_clinic(settings.clinic.name)
    store.assign(read_desks(settings.clinic.desks))
    with store.reading() as connection:
        chosen = {path: keys[0] for path, keys in _keys(connection, files).items()}
        told = {
            row["call_key"]: row
            for row in fetch(
                connection,
                "SELECT * FROM log_calls WHERE call_key IN (SELECT unnest(?))",
                [list(chosen.values())],
            )
        }
        of_path = {path: told[key] for path, key in chosen.items() if key in told}
        doubts = _doubts(connection, files, of_path)
    return {path: _call(row, zone) for path, row in of_path.items()}, doubts


def _tell_manifest(
    connection: duckdb.DuckDBPyConnection, rows: list[manifest.Row], path: str
) -> None:
    legs.add(connection, [row.leg for row in rows], [])
    connection.execute("DELETE FROM legs WHERE source = 'manifest' AND path <> ?", [path])
    legs.replace(connection, "manifest", path)


def _tell_names(connection: duckdb.DuckDBPyConnection, files: list[Place], zone: ZoneInfo) -> None:
    """Names of recordings speak as long as these exist, whether they are asked for now or not.
    Of those that lie elsewhere nobody can tell: they speak on."""
    before = connection.execute("SELECT recording FROM legs WHERE source = 'file_name'").fetchall()
    names = {printable(path) for path in files} | {
        path for (path,) in before if is_remote(path) or os.path.lexists(path)
    }
    told = [leg for name in sorted(names) if (leg := file_names.read(name, zone))]
    legs.add(connection, told, [])
    legs.replace(connection, "file_name", "")


def _keys(
    connection: duckdb.DuckDBPyConnection, files: list[tuple[Place, manifest.Row | None]]
) -> dict[Place, list[str]]:
    """Keys of the calls that each recording may belong to: by the manifest, by its own name, and by
    records that name it."""
    keys: dict[Place, list[str]] = defaultdict(list)
    of_row = dict(
        connection.execute("SELECT line, call_key FROM legs WHERE source = 'manifest'").fetchall()
    )
    of_path = dict(
        connection.execute(
            "SELECT recording, call_key FROM legs WHERE source = 'file_name'"
        ).fetchall()
    )
    of_name = _named(connection, (path for path, _ in files))
    for path, row in files:
        if row is not None:
            keys[path].append(of_row[row.line])
        if (key := of_path.get(printable(path))) is not None:
            keys[path].append(key)
        keys[path] += of_name.get(path, [])
    return {path: found for path, found in keys.items() if found}


def _named(connection: duckdb.DuckDBPyConnection, files: Iterable[Place]) -> dict[Place, list[str]]:
    """Recordings that logs mention by name. A name that stands in two folders proves nothing."""
    by_name: dict[str, list[Place]] = defaultdict(list)
    for path in files:
        for name in {path.name, path.stem}:
            by_name[printable(name).lower()].append(path)
    single = {name: paths[0] for name, paths in by_name.items() if len(paths) == 1}
    found: dict[Place, list[str]] = defaultdict(list)
    for name, key in connection.execute(
        r"""SELECT lower(regexp_extract(recording, '[^/\\]+$')) AS name, call_key
            FROM legs WHERE recording <> '' AND source NOT IN ('manifest', 'file_name')
              AND name IN (SELECT unnest(?))""",
        [list(single)],
    ).fetchall():
        found[single[name]].append(key)
    return found


def _call(row: dict[str, Any], zone: ZoneInfo) -> Call:
    facts = {
        name: LineFact(value_s=row[name], source="pbx", precision_s=PBX_PRECISION_S)
        for name in LINE_FACTS
        if row[name] is not None
    }
    start, who = row["start_utc"], row["ended_by"]
    ended_by = EndedBy(who=who, source="pbx") if who else None
    return Call(
        start=start.replace(tzinfo=UTC).astimezone(zone) if start else None,
        outcome=row["outcome"] or None,
        line=Line(**facts, ended_by=ended_by),
        conflicts=tuple(Conflict(**conflict) for conflict in row["conflicts"]),
        log_key=row["call_key"],
        **{
            name: row[name]
            for name in ("call_id", "clinic", "administrator", "agent", "direction", "caller",
                         "callee", "queue",
                         "duration_s", "talk_s")
        },
    )  # fmt: skip


def _doubts(
    connection: duckdb.DuckDBPyConnection, files: list[tuple[Place, manifest.Row | None]],
    of_path: dict[Place, dict[str, Any]],
) -> list[Failure]:  # fmt: skip
    """Recordings without a record, records without a recording, and stories without an end.

    ``of_path``: the row of ``log_calls`` of each recording that has one.
    """

    def notice(path: str, line: int | None, reason: str, remedy: str) -> Failure:
        return Failure(path=path, line=line, stage="join", severity="notice", reason=reason,
                       remedy=remedy)  # fmt: skip

    doubts = [
        notice(path, line,
               N_("Call {call} enters queue {queue} and never leaves it.").format(
                   call=call_id, queue=queue),
               N_("Its outcome is unknown; it isn't counted among answered or abandoned calls."))
        for path, line, call_id, queue in queue_log.unfinished(connection)
    ]  # fmt: skip
    [[logs]] = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM legs WHERE source <> 'file_name' LIMIT 1)"
    ).fetchall()
    if logs:
        doubts += [
            notice(printable(path), None, N_("No log tells of this recording."),
                   N_("What is known of its call comes from the audio; check that the logs cover "
                      "it."))
            for path, _ in files
            if path not in of_path or of_path[path]["sources"] == ["file_name"]
        ]  # fmt: skip
    for path, line, count, name in connection.execute(
        """SELECT path, min(line), count(*), min_by(recording, coalesce(line, 0)) FROM legs
           WHERE recording <> '' AND source NOT IN ('manifest', 'file_name')
             AND call_key NOT IN (SELECT unnest(?)) GROUP BY path ORDER BY path""",
        [[row["call_key"] for row in of_path.values()]],
    ).fetchall():
        doubts.append(
            notice(path, line,
                   (_NAMES_ONE if count == 1 else _NAME_SEVERAL).format(n=count, name=repr(name)),
                   N_("Their calls count as unrecorded; add the folder to [ingest] recordings."))
        )  # fmt: skip
    return doubts
