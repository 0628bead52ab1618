"""One run at a time: two on one database would listen to the same recordings at once."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from auricle.errors import StoreError


@contextlib.contextmanager
def alone(store: Path, what: str) -> Iterator[None]:
    """Hold the lock file beside the database, with this process's id in it, and ``what`` it does.

    The lock is the operating system's: it ends with the process, however that ends, so the file of
    a killed one bars nobody. Raises StoreError when another process holds it.
    """
    path = store.with_name(store.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=0)
        lock.acquire()
    except Timeout:
        raise StoreError(
            f"'{_holder(path)}' is at work on {store} already.",
            "Wait until it ends, or stop it first. 'auricle watch' does by itself what 'auricle "
            "run' does.",
        ) from None
    except OSError as error:
        raise StoreError(
            f"The folder {path.parent} can't be made or written: {error.strerror}.",
            "Point [store] path in auricle.toml at a place that can be written.",
        ) from error
    try:
        path.write_text(f"{os.getpid()} {what}\n", encoding="utf-8")
        yield
    finally:
        lock.release()


def _holder(path: Path) -> str:
    try:
        pid, _, what = path.read_text(encoding="utf-8").strip().partition(" ")
    except OSError:
        return "another Auricle"
    return f"{what or 'auricle'}, process {pid or 'unknown'}"
