"""Copies of remote recordings, kept from when they are fetched until their results are stored."""

import contextlib
import errno
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

from auricle.errors import PlaceError
from auricle.messages import N_
from ingest.places import Place, printable

_TABLE = "table-"
"""Begins the names of copies that are kept for when their server is away."""
PARTIAL = ".partial"
"""Ends the names of copies that aren't whole."""
BLOCK_BYTES = 1024 * 1024


class Spool:
    """A folder beside the database. A copy is named by its original's address, size and time, and
    only once it is whole: what a killed run has fetched is there for the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy_of(self, place: Place) -> Path:
        """Where the copy of a remote file is, or will be."""
        found = place.stat()
        version = f"{printable(place)} {found.size} {found.mtime_ns}"
        return self.folder / (hashlib.sha256(version.encode()).hexdigest()[:32] + place.suffix)

    def local(self, place: Place) -> Path:
        """A path on this machine with the file's content; fetched if it has to be.

        Raises OSError when the file can't be had, PlaceError when its server or this disk fails.
        """
        if place.server is None:
            return Path(place.address)
        path = self.copy_of(place)
        if not path.exists():
            self._fetch(place, path)
        return path

    def _fetch(self, place: Place, path: Path, mtime_ns: int | None = None) -> None:
        size = place.stat().size
        partial = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{PARTIAL}")
        try:
            with place.open() as source:
                with self._writing():
                    self.folder.mkdir(parents=True, exist_ok=True)
                    target = partial.open("wb")
                with target:
                    while block := source.read(BLOCK_BYTES):
                        with self._writing():
                            target.write(block)
            if partial.stat().st_size != size:
                raise OSError(errno.EAGAIN, "it changed while it was fetched")
            if mtime_ns is not None:
                os.utime(partial, ns=(mtime_ns, mtime_ns))
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise PlaceError(
                printable(self.folder),
                N_("Recordings can't be copied there: {error}.").format(error=error.strerror),
                N_("Free disk space or correct the folder's permissions, then run again."),
            ) from error  # fmt: skip

    def latest(self, place: Place) -> Path:
        """A path with what a table holds now. Raises as ``local`` does; ``last`` may have more."""
        if place.server is None:
            return Path(place.address)
        found, path = place.stat(), self.last(place)
        if not path.exists() or (path.stat().st_size, path.stat().st_mtime_ns) != (
            found.size, found.mtime_ns,
        ):  # fmt: skip
            self._fetch(place, path, found.mtime_ns)
        return path

    def last(self, place: Place) -> Path:
        """Where the last copy of a remote table is, if there is one."""
        name = hashlib.sha256(printable(place).encode()).hexdigest()[:32]
        return self.folder / f"{_TABLE}{name}{place.suffix}"

    def drop(self, place: Place) -> None:
        """The copy has done its work."""
        if place.server is not None:
            self.copy_of(place).unlink(missing_ok=True)

    def tidy(self, keep: Iterable[Place] | None) -> None:
        """Delete what killed runs left half, and all copies but of ``keep``, if that is known."""
        wanted = None if keep is None else {self.copy_of(place) for place in keep if place.server}
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            unwanted = wanted is not None and path not in wanted
            if path.name.endswith(PARTIAL) or (unwanted and not path.name.startswith(_TABLE)):
                path.unlink(missing_ok=True)
