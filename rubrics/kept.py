"""What is read of a call's texts: kept while the call is judged, and no longer."""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


class _UnderWay:
    """Calls that are judged now, in any thread, and whether the collector was on before them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.calls = 0
        self.collecting = True


_under_way = _UnderWay()


@contextmanager
def one_call() -> Iterator[None]:
    """While a call is judged what was read of it grows and none of it is garbage, but Python's
    collector of cycles goes through it again and again: a tenth to a fifth of the time. So it rests
    until all of it is forgotten; real callers don't repeat each other. Of calls judged in several
    threads the last one wakes it.
    """
    now = _under_way
    with now.lock:
        if not now.calls:
            now.collecting = gc.isenabled()
            gc.disable()
        now.calls += 1
    try:
        yield
    finally:
        with now.lock:
            now.calls -= 1
            if not now.calls:
                for clear in _clearing:
                    clear()
                if now.collecting:
                    gc.enable()
