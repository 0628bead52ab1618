"""Finding recordings, knowing them by content, and joining them with the manifest's rows."""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from auricle.models import Call, Failure, Line, LineFact, Recording
from ingest.audio import SUFFIXES, Audio
from ingest.manifest import Row

PBX_PRECISION_S = 1.0
"""Switches log whole seconds."""

KnownFiles = dict[str, tuple[int, int, str]]
"""Per path: size in bytes, modification time in ns, SHA-256."""


@dataclass(frozen=True)
class Source:
    """A recording to process: where it lies, what it contains, what the manifest says of it."""

    path: Path
    sha256: str
    call_id: str
    row: Row | None


def find_files(places: Iterable[Path]) -> tuple[list[Path], list[Failure]]:
    """All recordings in the given files and folders, sorted; a failure for each missing place.

    In folders, files are chosen by name (``SUFFIXES``), hidden ones left out; a file named
    directly is always taken.
    """
    found: dict[Path, None] = {}
    failures: list[Failure] = []
    for place in places:
        if place.is_dir():
            found.update(dict.fromkeys(_below(place)))
        elif place.exists():
            found[place] = None
        else:
            failures.append(
                Failure(path=printable(place), stage="ingest",
                        reason="There is no such file or folder.",
                        remedy="Correct the path on the command line or in auricle.toml.")
            )  # fmt: skip
    return sorted(found), failures


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(root) / name


def join(files: list[Path], rows: list[Row], manifest: Path | None) -> tuple[
    list[tuple[Path, Row | None]], list[Failure]
]:  # fmt: skip
    """Each file with its row of the manifest, or None; a failure for rows whose file is nowhere.

    A row names its file by a path, relative to the manifest, or by the bare name of a found file.
    """
    by_path = {_real(path): path for path in files}
    by_name: dict[str, Path] = {path.name: path for path in files}
    rows_of: dict[Path, Row] = {}
    failures: list[Failure] = []
    for row in rows:
        base = manifest.parent if manifest else Path()
        path = by_path.get(_real(base / row.file)) or by_name.get(Path(row.file).name)
        if path is None and os.path.isfile(base / row.file):
            path = base / row.file
        if path is None:
            failures.append(
                Failure(path=str(manifest), line=row.line, stage="ingest",
                        reason=f"The recording {row.file!r} is not in any folder searched.",
                        remedy="Add its folder to [ingest] recordings, or delete the line.")
            )  # fmt: skip
        elif path in rows_of:
            failures.append(
                Failure(path=str(manifest), line=row.line, stage="ingest", severity="notice",
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
    files: list[tuple[Path, Row | None]],
    known: KnownFiles,
    on_file: Callable[[], None] = lambda: None,
) -> tuple[list[Source], list[Failure], KnownFiles]:
    """Give every recording its SHA-256 and its call id; the same content twice is one call.

    ``known`` saves reading files that haven't changed. Returns the sources, failures (unreadable
    files; duplicates as notices), and what was newly learnt for ``known``.
    """
    failures: list[Failure] = []
    learnt: KnownFiles = {}
    first: dict[str, tuple[Path, Row | None]] = {}
    # Files with a row come first: of two copies, the one that the clinic's log knows is kept.
    for path, row in sorted(files, key=lambda item: item[1] is None):
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
        first.setdefault(sha256 if found.st_size else str(path), (path, row))
    sources = [
        Source(path, "" if sha256 == str(path) else sha256, row.call_id if row else "", row)
        for sha256, (path, row) in first.items()
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
        named.append(Source(source.path, source.sha256, call_id, source.row))
    return named


def make_call(source: Source, audio: Audio, line: Line, clinic: str) -> Call:
    """The Call: what the manifest says, and what the audio shows where the manifest is silent."""
    row = source.row or Row(line=0, file="")
    if row.wait_s is not None:
        wait = LineFact(value_s=row.wait_s, source="pbx", precision_s=PBX_PRECISION_S)
        line = line.model_copy(update={"wait_s": wait})
    return Call(
        call_id=source.call_id,
        recording=Recording(
            sha256=source.sha256,
            path=printable(source.path),
            channels=audio.channels,
            sample_rate_hz=audio.sample_rate_hz,
            duration_s=audio.duration_s,
            layout=audio.layout,
        ),
        clinic=row.clinic or clinic,
        administrator=row.administrator,
        direction=row.direction,
        caller=row.caller,
        queue=row.queue,
        start=row.start,
        line=line,
    )


def printable(path: Path) -> str:
    """A path as text, whatever bytes its name holds."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
