"""Finding recordings, knowing them by content, and joining them with the manifest's rows."""

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from auricle.errors import PlaceError
from auricle.messages import N_
from auricle.models import Call, Conflict, Failure, Line, LineFact, Recording
from ingest.audio import SUFFIXES, Audio
from ingest.logs.linking import LINE_FACTS
from ingest.logs.manifest import Row
from ingest.places import Place, printable, unusable

LENGTHS_AGREE_S = 3.0
"""A recorder starts and stops a moment after the switch does."""

KnownFiles = dict[str, tuple[int, int, str]]
"""Per path: size in bytes, modification time in ns, SHA-256."""


@dataclass(frozen=True)
class Source:
    """A recording to process: where it lies, what it contains, what the manifest says of it."""

    place: Place
    sha256: str
    call_id: str
    log: Call | None
    """What the clinic's logs say of it."""


def find_files(places: Iterable[Place]) -> tuple[list[Place], list[Failure]]:
    """All recordings in the given files and folders, sorted; a failure for each that is missing or
    can't be reached.

    In folders, files are chosen by name (``SUFFIXES``), hidden ones left out; a file named
    directly is always taken.
    """
    found: dict[Place, None] = {}
    failures: list[Failure] = []
    for place in places:
        try:
            if place.is_folder():
                files = [file for file in place.files() if file.suffix.lower() in SUFFIXES]
                found.update(dict.fromkeys(files))
            elif place.exists():
                found[place] = None
            else:
                failures.append(
                    Failure(path=printable(place), stage="ingest",
                            reason=N_("There is no such file or folder."),
                            remedy=N_("Correct the path on the command line or in auricle.toml."))
                )  # fmt: skip
        except PlaceError as error:
            failures.append(unusable(error))
        except OSError as error:
            failures.append(_unreadable(place, error))
    return sorted(found), failures


def _unreadable(place: Place, error: OSError) -> Failure:
    return Failure(
        path=printable(place), stage="ingest",
        reason=N_("The file can't be read: {error}.").format(error=error.strerror),
        remedy=N_("Check that it still exists and that this user may read it."),
    )  # fmt: skip


def join(
    files: list[Place], rows: list[Row], manifest: Place | None, *, whole: bool = True
) -> tuple[list[tuple[Place, Row | None]], list[Failure]]:
    """Each file with its row of the manifest, or None; a failure for rows whose file is nowhere.

    A row names its file by a path, relative to the manifest, or by the bare name of a found file.
    A row without a file is a call that wasn't recorded. ``whole`` False: only some files were asked
    for, or could be; the rest is neither missing nor wanted.
    """
    by_path = {_real(place): place for place in files}
    by_name: dict[str, Place] = {place.name: place for place in files}
    rows_of: dict[Place, Row] = {}
    failures: list[Failure] = []
    for row in rows:
        if not row.file or manifest is None:
            continue
        there = manifest.beside(row.file)
        place = by_path.get(_real(there)) or by_name.get(Path(row.file).name)
        if place is None and not whole:
            continue
        if place is None and there.server is None and os.path.isfile(there.address):
            place = there
        if place is None:
            failures.append(
                Failure(path=str(manifest), line=row.line, stage="join",
                        reason=N_("The recording {file} is not in any folder searched.").format(
                            file=repr(row.file)),
                        remedy=N_("Add its folder to [ingest] recordings, or delete the line."))
            )  # fmt: skip
        elif place in rows_of:
            failures.append(
                Failure(path=str(manifest), line=row.line, stage="join", severity="notice",
                        reason=N_("Line {line} describes {file} already.").format(
                            line=rows_of[place].line, file=repr(row.file)),
                        remedy=N_("The first line was used; delete one of them."))
            )  # fmt: skip
        else:
            rows_of[place] = row
    ordered = sorted({*files, *rows_of})
    return [(place, rows_of.get(place)) for place in ordered], failures


def _real(place: Place) -> str:
    """Where a path leads once links are followed; a name that no file can have leads nowhere."""
    if place.server is not None:
        return place.address
    try:
        return os.path.realpath(place.address)
    except (OSError, ValueError):
        return ""


def on_this_machine(place: Place) -> Path:
    """The path of a local file."""
    return Path(place.address)


def identify(
    files: list[tuple[Place, Call | None]],
    known: KnownFiles,
    on_file: Callable[[], None] = lambda: None,
    local: Callable[[Place], Path] = on_this_machine,
) -> tuple[list[Source], list[Failure], KnownFiles]:
    """Give every recording its SHA-256 and its call id; the same content twice is one call.

    ``known`` saves reading files that haven't changed; ``local`` gives a path with a file's
    content. Returns the sources, failures (unreadable files; duplicates as notices), and what was
    newly learnt for ``known``.
    """
    failures: list[Failure] = []
    learnt: KnownFiles = {}
    first: dict[str, tuple[Place, Call | None]] = {}
    # Files that a log tells of come first: of two copies that one is kept.
    for place, log in sorted(files, key=lambda item: item[1] is None):
        on_file()
        try:
            found = place.stat()
            size, mtime_ns, sha256 = known.get(printable(place), (-1, -1, ""))
            if (size, mtime_ns) != (found.size, found.mtime_ns):
                with local(place).open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                learnt[printable(place)] = (found.size, found.mtime_ns, sha256)
        except PlaceError as error:
            failures.append(unusable(error))
            continue
        except OSError as error:
            failures.append(_unreadable(place, error))
            continue
        if found.size and sha256 in first:
            failures.append(
                Failure(path=printable(place), stage="ingest", severity="notice",
                        reason=N_("It is the same recording as {file}.").format(
                            file=printable(first[sha256][0])),
                        remedy=N_("Counted once. Delete the copy if it isn't wanted."))
            )  # fmt: skip
            continue
        first.setdefault(sha256 if found.size else str(place), (place, log))
    sources = [
        Source(place, "" if sha256 == str(place) else sha256, log.call_id if log else "", log)
        for sha256, (place, log) in first.items()
    ]
    return _with_ids(sources), failures, learnt


def _with_ids(sources: list[Source]) -> list[Source]:
    """Sources in order of path, each with an id of its own."""
    taken: set[str] = set()
    named: list[Source] = []
    for source in sorted(sources, key=lambda s: s.place):
        short = source.sha256[:12]
        call_id = source.call_id or short
        if call_id in taken:  # two recordings under one id: both are calls
            call_id = f"{call_id}-{short}"
        taken.add(call_id)
        named.append(Source(source.place, source.sha256, call_id, source.log))
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
        path=printable(source.place),
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
