"""Finding recordings, knowing them by content, and joining them with the manifest's rows."""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from auricle.models import Call, Conflict, Failure, Line, LineFact, Recording
from ingest.audio import SUFFIXES, Audio
from ingest.logs.linking import LINE_FACTS
from ingest.logs.manifest import Row
from ingest.places import printable, walk

LENGTHS_AGREE_S = 3.0
"""A recorder starts and stops a moment after the switch does."""

KnownFiles = dict[str, tuple[int, int, str]]
"""Per path: size in bytes, modification time in ns, SHA-256."""


@dataclass(frozen=True)
class Source:
    """A recording to process: where it lies, what it contains, what the manifest says of it."""

    path: Path
    sha256: str
    call_id: str
    log: Call | None
    """What the clinic's logs say of it."""


def find_files(places: Iterable[Path]) -> tuple[list[Path], list[Failure]]:
    """All recordings in the given files and folders, sorted; a failure for each missing place.

    In folders, files are chosen by name (``SUFFIXES``), hidden ones left out; a file named
    directly is always taken.
    """
    found: dict[Path, None] = {}
    failures: list[Failure] = []
    for place in places:
        if place.is_dir():
            found.update(dict.fromkeys(p for p in walk(place) if p.suffix.lower() in SUFFIXES))
        elif place.exists():
            found[place] = None
        else:
            failures.append(
                Failure(path=printable(place), stage="ingest",
                        reason="There is no such file or folder.",
                        remedy="Correct the path on the command line or in auricle.toml.")
            )  # fmt: skip
    return sorted(found), failures


def join(
    files: list[Path], rows: list[Row], manifest: Path | None, *, whole: bool = True
) -> tuple[list[tuple[Path, Row | None]], list[Failure]]:
    """Each file with its row of the manifest, or None; a failure for rows whose file is nowhere.

    A row names its file by a path, relative to the manifest, or by the bare name of a found file.
    A row without a file is a call that wasn't recorded. ``whole`` False: only some files were asked
    for, the rest is neither missing nor wanted.
    """
    by_path = {_real(path): path for path in files}
    by_name: dict[str, Path] = {path.name: path for path in files}
    rows_of: dict[Path, Row] = {}
    failures: list[Failure] = []
    for row in rows:
        if not row.file:
            continue
        base = manifest.parent if manifest else Path()
        path = by_path.get(_real(base / row.file)) or by_name.get(Path(row.file).name)
        if path is None and not whole:
            continue
        if path is None and os.path.isfile(base / row.file):
            path = base / row.file
        if path is None:
            failures.append(
                Failure(path=str(manifest), line=row.line, stage="join",
                        reason=f"The recording {row.file!r} is not in any folder searched.",
                        remedy="Add its folder to [ingest] recordings, or delete the line.")
            )  # fmt: skip
        elif path in rows_of:
            failures.append(
                Failure(path=str(manifest), line=row.line, stage="join", severity="notice",
                        reason=f"Line {rows_of[path].line} describes {row.file!r} already.",
                        remedy="The first line was used; delete one of them.")
            )  # fmt: skip
        else:
            rows_of[path] = row
    ordered = sorted({*files, *rows_of})
    return [(path, rows_of.get(path)) for path in ordered], failures


def _real(path: Path) -> str:
    """Where a path leads once links are followed; a name that no file can have leads nowhere."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return ""


def identify(
    files: list[tuple[Path, Call | None]],
    known: KnownFiles,
    on_file: Callable[[], None] = lambda: None,
) -> tuple[list[Source], list[Failure], KnownFiles]:
    """Give every recording its SHA-256 and its call id; the same content twice is one call.

    ``known`` saves reading files that haven't changed. Returns the sources, failures (unreadable
    files; duplicates as notices), and what was newly learnt for ``known``.
    """
    failures: list[Failure] = []
    learnt: KnownFiles = {}
    first: dict[str, tuple[Path, Call | None]] = {}
    # Files that a log tells of come first: of two copies that one is kept.
    for path, log in sorted(files, key=lambda item: item[1] is None):
        on_file()
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):  # reading a pipe or a device may never end
                raise OSError(errno.EINVAL, "it is not a file")
            size, mtime_ns, sha256 = known.get(printable(path), (-1, -1, ""))
            if (size, mtime_ns) != (found.st_size, found.st_mtime_ns):
                with path.open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                learnt[printable(path)] = (found.st_size, found.st_mtime_ns, sha256)
        except OSError as error:
            failures.append(
                Failure(path=printable(path), stage="ingest",
                        reason=f"The file can't be read: {error.strerror}.",
                        remedy="Check that it still exists and that this user may read it.")
            )  # fmt: skip
            continue
        if found.st_size and sha256 in first:
            failures.append(
                Failure(path=printable(path), stage="ingest", severity="notice",
                        reason=f"It is the same recording as {printable(first[sha256][0])}.",
                        remedy="Counted once. Delete the copy if it isn't wanted.")
            )  # fmt: skip
            continue
        first.setdefault(sha256 if found.st_size else str(path), (path, log))
    sources = [
        Source(path, "" if sha256 == str(path) else sha256, log.call_id if log else "", log)
        for sha256, (path, log) in first.items()
    ]
    return _with_ids(sources), failures, learnt


def _with_ids(sources: list[Source]) -> list[Source]:
    """Sources in order of path, each with an id of its own."""
    taken: set[str] = set()
    named: list[Source] = []
    for source in sorted(sources, key=lambda s: s.path):
        short = source.sha256[:12]
        call_id = source.call_id or short
        if call_id in taken:  # two recordings under one id: both are calls
            call_id = f"{call_id}-{short}"
        taken.add(call_id)
        named.append(Source(source.path, source.sha256, call_id, source.log))
    return named


def make_call(source: Source, recording: Recording, line: Line, clinic: str) -> Call:
    """The Call of a recording: what the logs say of it, and the line as the audio shows it."""
    log = source.log or Call(call_id=source.call_id)
    return log.model_copy(
        update={
            "call_id": source.call_id,
            "recording": recording,
            "clinic": log.clinic or clinic,
            "line": line,
        }
    )


def recording_of(source: Source, audio: Audio) -> Recording:
    return Recording(
        sha256=source.sha256,
        path=printable(source.path),
        channels=audio.channels,
        sample_rate_hz=audio.sample_rate_hz,
        duration_s=audio.duration_s,
        layout=audio.layout,
    )


def with_log(call: Call, log: Call | None) -> Call:
    """The call, its line as the telephone system measured it.

    Where the system has a figure, that stands; one from the audio that differs by more than both
    can be wrong is kept as a conflict, and so is a recording of another length than the call.
    """
    if log is None:
        return call
    facts: dict[str, LineFact] = {}
    conflicts = list(log.conflicts)
    for name in LINE_FACTS:
        heard, logged = getattr(call.line, name), getattr(log.line, name)
        if logged is None:
            continue
        facts[name] = logged
        if heard and abs(heard.value_s - logged.value_s) > heard.precision_s + logged.precision_s:
            conflicts.append(
                _conflict(name.removesuffix("_s"), _s(logged.value_s), _s(heard.value_s))
            )
    ended_by = log.line.ended_by or call.line.ended_by
    if ended_by and call.line.ended_by and ended_by.who != call.line.ended_by.who:
        conflicts.append(_conflict("ended by", ended_by.who, call.line.ended_by.who))
    recorded_s = call.recorded.duration_s
    if log.duration_s is not None and recorded_s > log.duration_s + LENGTHS_AGREE_S:
        conflicts.append(_conflict("duration", _s(log.duration_s), _s(recorded_s)))
    elif log.talk_s is not None and recorded_s < log.talk_s - LENGTHS_AGREE_S:
        conflicts.append(_conflict("talk", _s(log.talk_s), _s(recorded_s)))
    return call.model_copy(
        update={
            "line": call.line.model_copy(update={**facts, "ended_by": ended_by}),
            "conflicts": tuple(conflicts),
        }
    )


def _s(seconds: float) -> str:
    return f"{seconds:.1f} s"


def _conflict(field: str, logged: str, heard: str) -> Conflict:
    return Conflict(field=field, kept=logged, source="log", other=heard, other_source="audio")
