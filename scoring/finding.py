"""What a detector hands back, and the shape every detector has."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from auricle.models import Evidence
from scoring.context import Context


class Occasion(NamedTuple):
    """Where the chance arose: a turn, or a stretch of the line."""

    start_s: float
    end_s: float
    turn: int | None = None
    what: str = ""
    """For people: the patient's words, or '45 s on hold'."""


class Finding(NamedTuple):
    """Whether a test holds, how sure that is, and the proof either way."""

    holds: bool | None
    """None: it can't be told (no measurement, no phrase lists, no fact sheet)."""
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    """Of what was found, or an ``absence`` saying what was searched."""
    why: str = ""
    """Why it can't be told."""
    values: Mapping[str, str] = MappingProxyType({})
    """For the reason: quote, value, unit, said."""
    occasions: tuple[Occasion, ...] = ()
    uses_roles: bool = True
    """The finding rests on who said it."""


Detector = Callable[[Context, tuple[Occasion, ...]], Finding]
"""Looks at one call, given the occasions of the criterion it works for."""


def occasion(ctx: Context, turn: int, what: str = "") -> Occasion:
    """A turn as an occasion."""
    return Occasion(ctx.turns[turn].start_s, ctx.turns[turn].end_s, turn, what)
