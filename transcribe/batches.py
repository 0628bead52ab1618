"""Work put together for one device: batches over several calls, smaller ones when memory ends."""

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from auricle.errors import ModelError

Work = Callable[[Any, Sequence[Any]], Sequence[Any]]
"""Results of items that share a key, in their order."""


@dataclass
class _Ticket:
    key: Hashable
    item: Any
    result: Any = None
    error: BaseException | None = None
    done: bool = False


@dataclass
class Batches:
    """Callers wait together; whoever finds the device free does the next batch for all of them.

    ``size``: items in a batch at most; it is halved for good when the device runs out of memory.
    ``lanes``: batches at a time.
    """

    work: Work
    size: int
    lanes: int = 1
    _queue: deque[_Ticket] = field(default_factory=deque)
    _change: threading.Condition = field(default_factory=threading.Condition)

    def run(self, key: Hashable, items: Sequence[Any]) -> list[Any]:
        """Results of the items, in order; those of other callers with this key may share batches.

        Raises whatever the work raised for any of the items, and ModelError when a single item is
        too much for the device's memory.
        """
        tickets = [_Ticket(key, item) for item in items]
        with self._change:
            self._queue.extend(tickets)
        while batch := self._next(tickets):
            try:
                self._do(batch)
            finally:
                with self._change:
                    self.lanes += 1
                    self._change.notify_all()
        for ticket in tickets:
            if ticket.error is not None:
                raise ticket.error
        return [ticket.result for ticket in tickets]

    def _next(self, own: Sequence[_Ticket]) -> list[_Ticket]:
        """The next batch for this caller to do; empty once its own items are done."""
        with self._change:
            self._change.wait_for(
                lambda: all(t.done for t in own) or (self.lanes > 0 and len(self._queue) > 0)
            )
            if all(ticket.done for ticket in own):
                return []
            self.lanes -= 1
            key = self._queue[0].key
            batch = [ticket for ticket in self._queue if ticket.key == key][: self.size]
            chosen = set(map(id, batch))
            self._queue = deque(t for t in self._queue if id(t) not in chosen)
            return batch

    def _do(self, batch: Sequence[_Ticket]) -> None:
        try:
            results = self._fitted(batch[0].key, [ticket.item for ticket in batch])
            for ticket, result in zip(batch, results, strict=True):
                ticket.result = result
        except BaseException as error:
            for ticket in batch:
                ticket.error = error
        finally:
            for ticket in batch:
                ticket.done = True

    def _fitted(self, key: Hashable, items: Sequence[Any]) -> list[Any]:
        try:
            return list(self.work(key, items))
        except (RuntimeError, MemoryError) as error:
            if not isinstance(error, MemoryError) and "out of memory" not in str(error).lower():
                raise
            if len(items) == 1:
                raise ModelError(
                    "The device's memory is too small for this model.",
                    'Set [transcribe] compute_type = "int8_float16" (or "int8" on a CPU), or a '
                    "smaller model.",
                ) from error
            half = (len(items) + 1) // 2
            self.size = min(self.size, half)
        return self._fitted(key, items[:half]) + self._fitted(key, items[half:])
