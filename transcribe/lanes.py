"""A device's cores, shared out: pieces of work at a time, of one call or of several."""

import os
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")

A_CALL = 4
"""Pieces of one call that are worked on at a time, at most: a call of four minutes has five to
decode, and further cores are threads of each. Measured on two cores only."""

LOWEST = 19
"""The priority of what may wait for anything else, on a system such as Linux."""


class Lanes:
    """Two pieces of work, each on a core of its own, are done sooner than one after the other on
    two cores: seen, a lone call of four minutes in 12 s instead of 16.

    ``count``: pieces at a time. ``threads``: what a network may use for each.
    """

    def __init__(self, cores: int, calls: int = 1) -> None:
        """``calls``: how many come at a time."""
        self.count = max(1, min(cores, A_CALL * calls))
        self.threads = max(1, cores // self.count)
        self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="lane")

    def map(self, work: Callable[[Item], Made], items: Iterable[Item]) -> list[Made]:
        """What the work makes of each item, in order. Raises what it raised first."""
        return list(self._pool.map(work, items))


def gap_filler() -> ThreadPoolExecutor:
    """A thread that works where the lanes leave a core idle: behind the last odd piece of a call.

    Linux gives each thread a rank of its own; elsewhere this one works as any other.
    """
    return ThreadPoolExecutor(1, "gaps", _give_way)


def _give_way() -> None:
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST)
