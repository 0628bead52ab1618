"""What is read of a call's texts: kept while the call is judged, and no longer."""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
TEXTS = 512
"""Results kept of each function: the turns of a long call."""
_clearing: list[Callable[[], None]] = []


def kept(function: Callable[P, T]) -> Callable[P, T]:
    """Remembers what a function made of a text, since several criteria ask the same of it."""
    remembered = lru_cache(TEXTS)(function)
    _clearing.append(remembered.cache_clear)
    return cast(Callable[P, T], remembered)


def forget() -> None:
    """Real callers don't repeat each other: what was kept of one call is of no use to the next, but
    Python's collector would go through all of it."""
    for clear in _clearing:
        clear()
