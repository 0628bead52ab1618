"""``auricle watch``: runs whenever there is something new, until it is told to stop."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.status import Status

from auricle.checks import check_values
from auricle.commands.alerts import send_due
from auricle.commands.run import tell_unscored
from auricle.errors import PlaceError
from auricle.models import Failure
from auricle.pipeline import Means, Summary
from auricle.pipeline import run as run_pipeline
from auricle.scorer import load_scorer
from auricle.settings import Settings, expect_clinic, load_settings
from auricle.store import Store
from auricle.store.alone import alone
from ingest.logs.importing import BEING_WRITTEN_S
from ingest.places import LONGEST_PAUSE_S, Place, Stat, Storage, printable
from ingest.recordings import KnownFiles

HEALED_WITHIN_S = 600.0
"""How often what failed is tried again though nothing has changed that can be seen."""
LAST_LOOK_S = BEING_WRITTEN_S + 5
"""So long after the last change a log's last line counts even without an end: one more round."""

Looks = dict[str, Stat]
"""What lies where: all that a round could find something new in."""


def watch(config: Path | None, workers: int | None) -> int:
    """Exit code 0: it was told to stop. Raises AuricleError when it can't start."""
    settings = load_settings(config)
    expect_clinic(config, *map(Path, settings.ingest.recordings))
    with alone(settings.store.path, "auricle watch"), _told_to_stop() as stop:
        check_values(settings)
        load_scorer(settings)
        tell_unscored(settings)
        Store(settings.store.path)
        Watch(settings, stop, workers).go()
    return 0


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; a second one ends the program at once."""
    stop = threading.Event()

    def tell(number: int, frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.default_int_handler)
        print("Stopping once the calls in progress are done.", file=sys.stderr, flush=True)

    before = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass
class Watch:
    """The rounds. Nothing here outlives the process: what was done, the database knows."""

    settings: Settings
    stop: threading.Event
    workers: int | None = None
    means: Means = field(init=False)
    _seen: Looks = field(default_factory=dict)
    _changed_at: dict[str, float] = field(default_factory=dict)
    """When each file was first seen as it is, by the monotonic clock."""
    _looked_at: float = 0.0
    _owed: bool = False
    """A server was away during the last round."""
    _told: frozenset[Failure] = frozenset()
    _listened_to: int = 0

    def __post_init__(self) -> None:
        self.means = Means(
            Storage(self.settings.ingest.storage), settled=self._settled, stopping=self.stop.is_set
        )

    def go(self) -> None:
        """Look, work, wait; until it is told to stop."""
        console = Console(stderr=True)
        every_s, failed = self.settings.ingest.watch_every_s, 0
        again_at: float | None = time.monotonic()
        self._say(f"Watching {', '.join(self.settings.ingest.recordings)} every {every_s:g} s.")
        status = console.status("") if console.is_terminal else None
        with status or nullcontext():
            while not self.stop.is_set():
                pause_s = every_s
                try:
                    changed = self._look()
                    if changed or (again_at is not None and time.monotonic() >= again_at):
                        again_at = self._round(status)
                    failed = 0
                except Exception as error:  # whatever it is, the next round may go well
                    failed = min(failed + 1, 20)
                    again_at = time.monotonic()
                    pause_s = min(every_s * 2**failed, max(LONGEST_PAUSE_S, every_s))
                    said = " ".join(str(error).split()) or type(error).__name__
                    self._say(f"This round failed; the next is in {pause_s:.0f} s. {said}")
                self._show(status, f"Watching; {self._listened_to} calls since it began")
                self.stop.wait(pause_s)
        self._say("Stopped.")

    def _look(self) -> bool:
        """Whether anything is not as it was at the last look, or a server is back."""
        self.means.storage.look_again()
        now, looks = time.monotonic(), dict(self._looks())
        changed = looks != self._seen
        self._changed_at = {
            path: self._changed_at.get(path, now) if self._seen.get(path) == stat else now
            for path, stat in looks.items()
        }
        self._seen, self._looked_at = looks, now
        return changed or (self._owed and not self.means.storage.away)

    def _looks(self) -> Iterator[tuple[str, Stat]]:
        settings = self.settings
        clinic, ingest = settings.clinic, settings.ingest
        for address in (
            *ingest.recordings, *ingest.logs, ingest.manifest or "", str(clinic.desks),
            str(clinic.facts or ""), settings.score.rubric,
        ):  # fmt: skip
            place = self.means.storage.place(address)
            try:
                for file in place.files() if place.is_folder() else [place]:
                    try:
                        yield printable(file), file.stat()
                    except OSError:
                        continue  # it is gone already, or the round tells what is wrong with it
            except PlaceError:
                # It has gone away: the round tells why. Or it is still away: that's nothing new.
                yield printable(place), Stat(-1, -1)
            except OSError:
                continue

    def _settled(self, place: Place, known: KnownFiles) -> bool:
        """Whether a recording has been as it is for a while: what was listened to before has."""
        found = self._seen.get(printable(place))
        try:
            if found is None or place.stat() != found:
                return False  # it came after the look, or grows
        except OSError:
            return True  # what is wrong with it will be told
        if known.get(printable(place), ())[:2] == (found.size, found.mtime_ns):
            return True
        since = self._changed_at[printable(place)]
        if place.server is not None:  # its clock may be another: two looks alike must do
            return since < self._looked_at
        quiet_s = time.time() - found.mtime_ns / 1e9
        return max(time.monotonic() - since, quiet_s) >= self.settings.ingest.still_for_s

    def _round(self, status: Status | None) -> float | None:
        """One run; when there must be another though nothing changes, by the monotonic clock."""

        def progress(what: str, done: int, total: int) -> None:
            self._show(status, f"{what} ({done} of {total})")

        summary = run_pipeline(self.settings, None, progress, self.workers, self.means)
        self._tell(summary)
        told = send_due(self.settings)
        self._owed = self.means.storage.away
        now = time.monotonic()
        if summary.left or summary.waiting:
            return now
        due = [max(self._changed_at.values(), default=0.0) + LAST_LOOK_S]
        if summary.errors or not told:
            due.append(now + HEALED_WITHIN_S)
        return min((moment for moment in due if moment > now), default=None)

    def _tell(self, summary: Summary) -> None:
        """One line if something happened, and what is newly wrong."""
        run = summary.run
        self._listened_to += run.done
        wrong = frozenset(summary.errors)
        new = [failure for failure in summary.errors if failure not in self._told]
        self._told = wrong
        if run.done or new:
            took_s = run.timings_s.get("wall", 0.0)
            self._say(f"{run.done} processed, {len(new)} newly failed, {took_s:.0f} s.")
        for failure in new:
            where = f"{failure.path}:{failure.line}" if failure.line else failure.path
            print(f"  {where}\n    {failure.reason} {failure.remedy}", flush=True)

    def _show(self, status: Status | None, text: str) -> None:
        if status is not None:
            status.update(text)

    def _say(self, text: str) -> None:
        print(f"{datetime.now():%Y-%m-%d %H:%M:%S}  {text}", flush=True)
