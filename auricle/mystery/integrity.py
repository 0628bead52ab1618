"""What doesn't fit together in what a shopper brought. Said to people; it decides nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from auricle.mystery.content import pieces
from auricle.store.mystery import Debrief, Task

SHORTER = 0.5
"""A recording of less than this share of the time she says she was on the line."""
ALIKE = 0.8
"""Share of pieces that two texts have in common (Jaccard), when one was copied from the other."""
ENOUGH = 20
"""Pieces of a text; shorter ones are alike by chance."""


@dataclass(frozen=True)
class Doubt:
    task: str
    kind: str
    """``too_short``, ``same_text``, ``same_recording`` or ``not_in_log``."""
    heard_s: float | None = None
    said_s: float | None = None


def doubts(
    tasks: Mapping[str, Task], debriefs: Mapping[str, Debrief], lengths_s: Mapping[str, float],
    found: Collection[str],
) -> list[Doubt]:  # fmt: skip
    """In order of tasks. ``lengths_s``: of uploaded recordings by SHA-256; ``found``: tasks whose
    call is in the log of the clinic's own."""
    made: list[Doubt] = []
    texts = {name: pieces(debrief.remembered) for name, debrief in debriefs.items()}
    first_with: dict[str, str] = {}
    for name, debrief in sorted(debriefs.items()):
        task = tasks.get(name)
        heard_s = lengths_s.get(debrief.sha256)
        if heard_s is not None and heard_s < SHORTER * debrief.on_line_s:
            made.append(Doubt(name, "too_short", heard_s, debrief.on_line_s))
        if debrief.sha256 and first_with.setdefault(debrief.sha256, name) != name:
            made.append(Doubt(name, "same_recording"))
        earlier = (other for other in sorted(texts) if other < name)
        if any(_alike(texts[name], texts[other]) for other in earlier):
            made.append(Doubt(name, "same_text"))
        if task is not None and task.own and name not in found:
            made.append(Doubt(name, "not_in_log"))
    return made


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    whole = len(one | other)
    return min(len(one), len(other)) >= ENOUGH and len(one & other) >= ALIKE * whole
