"""How much of a plan is done."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from auricle.store.mystery import Task


@dataclass(frozen=True)
class Quota:
    """Calls planned and made in one cell of a plan."""

    wave: int
    clinic: str
    band: str
    planned: int
    done: int


def progress(tasks: Sequence[Task], done: Collection[str]) -> list[Quota]:
    """Each wave's quotas by clinic and band; ``done``: tasks that were reported or found."""
    planned = Counter((task.wave, task.clinic, task.band) for task in tasks)
    made = Counter((task.wave, task.clinic, task.band) for task in tasks if task.task in done)
    return [Quota(*cell, count, made[cell]) for cell, count in sorted(planned.items())]
