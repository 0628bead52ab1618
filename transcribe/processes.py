"""An engine in a process of its own, one for each GPU or each socket of the CPU.

A process keeps one GPU busy; two that share a GPU share its memory. On a machine with several
sockets a model's threads work on the memory of their own one. Calls go to whichever process has
fewest under way.
"""

import os
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from pathlib import Path

from auricle.child import follow_parent
from auricle.errors import RecordingError
from auricle.messages import N_
from auricle.models import Call, Transcript
from auricle.settings import Settings
from transcribe.engine import Engine, Plan
from transcribe.imported import Imported
from transcribe.samples import Samples

_NODES = Path("/sys/devices/system/node")
"""Where Linux tells which CPUs share a socket's memory."""


@dataclass(frozen=True)
class Place:
    """What a process may use."""

    cpus: tuple[int, ...]
    gpu: int | None = None


class Processes:
    """Engines in processes, used like one."""

    def __init__(
        self, plan: Plan, settings: Settings, workers: int, places: Sequence[Place]
    ) -> None:
        """``workers``: calls at a time, of all processes together."""
        share = -(-workers // len(places))
        self._all = [_Process(plan, settings, share, place) for place in places]
        self._busy = {id(one): 0 for one in self._all}
        self._turn = threading.Lock()

    @property
    def timings_s(self) -> dict[str, float]:
        """Wall seconds a stage, of all processes together."""
        spent: Counter[str] = Counter()
        for one in self._all:
            spent.update(one.timings_s())
        return dict(spent)

    def transcribe(
        self, call: Call, samples: Samples, imported: Imported | None = None
    ) -> Transcript:
        """As ``Engine.transcribe``. Raises RecordingError when the call's process ends at it."""
        with self._turn:
            chosen = min(self._all, key=lambda one: self._busy[id(one)])
            self._busy[id(chosen)] += 1
        try:
            return chosen.transcribe(call, samples, imported)
        finally:
            with self._turn:
                self._busy[id(chosen)] -= 1


def make_engine(plan: Plan, settings: Settings, workers: int = 1) -> Engine | Processes:
    """An engine for so many calls at a time; in this process, unless there shall be several."""
    shared = places(plan.device.name, settings.transcribe.processes)
    if len(shared) < 2 or plan.server is not None:
        return Engine(plan, settings, workers)
    return Processes(plan, settings, workers, shared)


def places(device: str, wanted: int) -> list[Place]:
    """What each of so many processes may use; of 0: each GPU with its share of the CPUs, or each
    socket's CPUs as far as this process may use them."""
    cpus = sorted(os.sched_getaffinity(0))
    if device == "cuda":
        import ctranslate2

        gpus = ctranslate2.get_cuda_device_count()
        whole = [Place(tuple(cpus[gpu::gpus]) or tuple(cpus), gpu) for gpu in range(gpus)]
    else:
        sockets = [
            tuple(sorted(_listed(path.read_text()) & set(cpus)))
            for path in sorted(_NODES.glob("node[0-9]*/cpulist"))
        ]
        whole = [Place(socket) for socket in sockets if socket] or [Place(tuple(cpus))]
    return [_part(whole, at, wanted) for at in range(wanted)] if wanted else whole


def _part(whole: Sequence[Place], at: int, wanted: int) -> Place:
    """What process number ``at`` of ``wanted`` may use: a place, or its part of one."""
    place, parts = whole[at % len(whole)], -(-wanted // len(whole))
    return replace(place, cpus=place.cpus[at // len(whole) :: parts] or place.cpus)


def _listed(text: str) -> set[int]:
    """Linux's way to write a set of numbers: ``0-3,8-11``."""
    found: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        if first:
            found.update(range(int(first), int(last or first) + 1))
    return found


class _Manager(BaseManager):
    """Answers from a thread for each that asks: so calls of one process share batches."""


class _Hosted:
    """The engine inside its process."""

    def __init__(self, plan: Plan, settings: Settings, workers: int) -> None:
        self._engine = Engine(plan, settings, workers)

    def transcribe(self, call: Call, samples: Samples, imported: Imported | None) -> Transcript:
        return self._engine.transcribe(call, samples, imported)

    def timings_s(self) -> dict[str, float]:
        return self._engine.timings_s


_Manager.register("Hosted", _Hosted)


class _Process:
    """One process and what it was made of, so that it can be made again when it dies."""

    def __init__(self, plan: Plan, settings: Settings, workers: int, place: Place) -> None:
        own = replace(plan, device=replace(plan.device, threads=len(place.cpus)))
        self._made_of = own, settings, workers
        self._place = place
        self._turn = threading.Lock()
        self._start()

    def _start(self) -> None:
        self._manager = _Manager(ctx=get_context("spawn"))
        self._manager.start(_settle, (self._place,))
        self._engine = self._manager.Hosted(*self._made_of)  # type: ignore[attr-defined]

    def transcribe(self, call: Call, samples: Samples, imported: Imported | None) -> Transcript:
        engine = self._engine
        try:
            transcript: Transcript = engine.transcribe(call, samples, imported)
        except (EOFError, ConnectionError) as error:
            with self._turn:
                if engine is self._engine:  # nobody else has noticed yet
                    self._start()
            raise RecordingError(
                N_("The process that transcribed it ended, perhaps for want of memory."),
                N_("Run again; if it ends again, set fewer [transcribe] processes."),
            ) from error
        return transcript

    def timings_s(self) -> dict[str, float]:
        with suppress(EOFError, ConnectionError):
            return dict(self._engine.timings_s())
        return {}


def _settle(place: Place) -> None:
    """In the new process: keep to its place, and don't outlive whoever started it."""
    if place.gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = _gpu(place.gpu)
    os.sched_setaffinity(0, place.cpus)
    follow_parent()


def _gpu(index: int) -> str:
    """Its name among those that may be used."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    return visible.split(",")[index] if visible else str(index)
