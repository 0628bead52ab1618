"""Reads of the store that are remembered, so that a look at a page costs little.

``remembered`` gives what the database file holds now. ``counted`` is for figures over many calls,
which take seconds when the calls are many: after a write the figures from before it stand at once,
and give way to new ones that are counted behind the page.
"""

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import streamlit as st

from auricle.store.access import Access, Viewer
from auricle.store.connection import Version, telling_writes, version
from dashboards.language import _
from dashboards.parts.markup import esc, put

T = TypeVar("T")

FOLLOW_S = 5.0
"""How long an open page may lag behind what was written."""
RESTS = 4
"""Counted figures stand for so many times what it took to count them, at most FOLLOW_S: while a run
writes call after call, counting takes a fifth of the time, and pages come to rest."""
DRAWING_S = 0.4
"""Before it counts anew the server lets the browser draw: both may have the same two cores."""
KEPT = 300
_BEHIND = "behind"
_SEEN = "seen_version"


def remembered(read: Callable[..., T], access: Access, *args: object) -> T:
    """``read(access, *args)``, from memory unless something was written since."""
    who = (access.viewer, hash(access.unseen))
    return cast(T, _read(_name(read), who, args, version(access.path), read, access))


def counted(read: Callable[..., T], access: Access, *args: Hashable) -> T:
    """``read(access, *args)``, perhaps as it was before the last writes: then the page will be
    shown again when new figures are there (``catch_up``)."""
    key = (_name(read), access, args)
    value, current = _counts().get(key, version(access.path), lambda: read(access, *args))
    if not current:
        st.session_state[_BEHIND] = True
    return cast(T, value)


@contextlib.contextmanager
def follow(path: Path) -> Iterator[None]:
    """Show the page that is drawn inside anew within five seconds of somebody else's writing.

    The page that is being drawn is new already: to begin it again would lose the click that it is
    drawn for. It knows what it writes itself, too: a line of the audit log, say.
    """
    st.session_state[_SEEN] = version(path)
    _await_writes(path)
    with telling_writes(_wrote):
        yield


def _wrote(before: Version, after: Version) -> None:
    if st.session_state[_SEEN] == before:  # else somebody else has written, too
        st.session_state[_SEEN] = after


@st.fragment(run_every=FOLLOW_S)
def _await_writes(path: Path) -> None:
    if st.session_state[_SEEN] != version(path):
        st.rerun()


def catch_up() -> None:
    """At the end of a page: if it showed figures from before a write, say so, and show it again
    as soon as they are counted anew."""
    if st.session_state.pop(_BEHIND, False):
        _await_counts()


@st.fragment(run_every=0.5)
def _await_counts() -> None:
    counts = _counts()
    counts.begin()
    if not counts.behind():
        st.rerun()
    put(
        '<p class="au-counting" role="status" data-testid="counting">'
        f"{esc(_('Counting anew …'))}</p>"
    )


@dataclass(frozen=True)
class _Count:
    value: Any
    as_of: Hashable
    until_s: float
    """Until when it stands whatever is written; on the clock of ``time.monotonic``."""


@dataclass(frozen=True)
class _Wanted:
    as_of: Hashable
    count: Callable[[], Any]
    since_s: float


class Counts:
    """The last figures of each kind, and the thread that counts them anew. For all sessions."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, _Count] = OrderedDict()
        self._wanted: dict[Hashable, _Wanted] = {}
        """What is out of date and isn't being counted yet."""
        self._pending: set[Hashable] = set()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="counting")

    def get(self, key: Hashable, as_of: Hashable, count: Callable[[], Any]) -> tuple[Any, bool]:
        """What is known, and whether it stands; ``count`` is waited for only if nothing is.

        What doesn't stand is counted anew by ``begin``.
        """
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                stands = known.as_of == as_of or time.monotonic() < known.until_s
                if not stands and key not in self._pending:
                    first = self._wanted.get(key)
                    since_s = first.since_s if first else time.monotonic()
                    self._wanted[key] = _Wanted(as_of, count, since_s)
                return known.value, stands
        return self._keep(key, as_of, count), True

    def begin(self) -> None:
        """Count anew what has been wanted for ``DRAWING_S``."""
        with self._lock:
            for key, wanted in [*self._wanted.items()]:
                if time.monotonic() - wanted.since_s >= DRAWING_S:
                    del self._wanted[key]
                    self._pending.add(key)
                    self._pool.submit(self._count, key, wanted.as_of, wanted.count)

    def behind(self) -> bool:
        """Whether there are figures still to be counted anew."""
        with self._lock:
            return bool(self._wanted or self._pending)

    def _count(self, key: Hashable, as_of: Hashable, count: Callable[[], Any]) -> None:
        try:
            self._keep(key, as_of, count)
        finally:  # what failed is tried again by the next look
            with self._lock:
                self._pending.discard(key)

    def _keep(self, key: Hashable, as_of: Hashable, count: Callable[[], Any]) -> Any:
        began = time.monotonic()
        value = count()
        ended = time.monotonic()
        stands_s = min(RESTS * (ended - began), FOLLOW_S)
        with self._lock:
            self._known[key] = _Count(value, as_of, ended + stands_s)
            self._known.move_to_end(key)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return value


@st.cache_resource
def _counts() -> Counts:
    return Counts()


def _name(read: Callable[..., Any]) -> str:
    return f"{read.__module__}.{read.__qualname__}"


@st.cache_data(show_spinner=False, max_entries=KEPT)
def _read(
    name: str,
    who: tuple[Viewer, int],
    args: tuple[object, ...],
    as_of: Version,
    _read: Callable[..., Any],
    _access: Access,
) -> Any:
    """Streamlit keys this by the arguments without an underscore; ``as_of`` names the file."""
    return _read(_access, *args)
