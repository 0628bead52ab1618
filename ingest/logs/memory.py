"""Giving memory back to the system while logs are read."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of mallopt(3)."""
_LARGE_BYTES = 128 * 1024
"""What glibc begins with. DuckDB's blocks of 256 kB are larger."""
_GROWN_BYTES = 32 * 1024 * 1024
"""What glibc ends with after large blocks were freed (DEFAULT_MMAP_THRESHOLD_MAX)."""


@contextmanager
def given_back() -> Iterator[None]:
    """Inside, each large block that is freed goes back to the system at once.

    glibc keeps blocks like those that were freed before, in heaps that then break into pieces: an
    import of a million calls took 1.1 GB of memory instead of 0.8. Elsewhere this does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        yield
        return
    mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
    try:
        yield
    finally:
        mallopt(_MMAP_THRESHOLD, _GROWN_BYTES)
        mallopt(_TRIM_THRESHOLD, 2 * _GROWN_BYTES)
