"""Recordings at which the process ends: known to the next run by what was under way.

A recording that ends the process (a fault in a library, want of memory) would end every run that
comes to it, and none would get to the others. So each has a file while it is listened to. What is
left of a run that was killed is listened to after all others, each by itself; one at which the
process ends twice then is given up.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from auricle.errors import RecordingError

GIVEN_UP = 2
"""Once may be a power cut."""


@dataclass(frozen=True)
class Underway:
    """``folder``: of small files beside the database, one a recording that is under way."""

    folder: Path

    def suspected(self, key: str) -> bool:
        """Whether a run ended while this was under way. ``key``: as of ``listening``."""
        return (self.folder / key).exists()

    def ends(self, key: str) -> int:
        """How many runs ended while this, and nothing else, was under way."""
        return int((self.folder / key).read_text("utf-8") or 0) if self.suspected(key) else 0

    @contextmanager
    def listening(self, key: str, *, alone: bool) -> Iterator[None]:
        """While a recording is listened to. ``key``: of the recording and all that its transcript
        depends on, so that another version of the program tries again. ``alone``: nothing else is
        under way. Raises RecordingError when it was given up.
        """
        file, ends = self.folder / key, self.ends(key)
        if alone and ends >= GIVEN_UP:
            raise RecordingError(
                f"The program was ended {ends} times while it listened to this recording alone: by "
                "a fault of its own, or for want of memory.",
                "Name the file to 'auricle run' to try again; if that ends, too, convert it to WAV "
                "or cut it in parts, and please report it.",
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        file.write_text(str(ends + alone), "utf-8")
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    def forgive(self, keys: Iterable[str]) -> None:
        """Take recordings for some at which nothing ever ended."""
        for key in keys:
            (self.folder / key).unlink(missing_ok=True)
