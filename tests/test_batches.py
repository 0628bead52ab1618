"""Batches over several callers: everything is done once, in order, in batches that fit."""

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auricle.errors import ModelError
from transcribe.batches import Batches


class Device:
    """Doubles numbers; runs out of memory with more than ``room`` at once."""

    def __init__(self, room: int = 1000) -> None:
        self.room, self.seen = room, list[tuple[str, int]]()

    def __call__(self, key: str, items: Sequence[int]) -> list[int]:
        if len(items) > self.room:
            raise RuntimeError("CUDA failed with error out of memory")
        self.seen.append((key, len(items)))
        return [2 * item for item in items]


@given(
    calls=st.lists(st.tuples(st.sampled_from("ab"), st.lists(st.integers(), max_size=9)),
                   max_size=6),
    size=st.integers(1, 8), lanes=st.integers(1, 3),
)  # fmt: skip
def test_every_caller_gets_its_own_results(
    calls: list[tuple[str, list[int]]], size: int, lanes: int
) -> None:
    device = Device()
    batches, results = Batches(device, size, lanes), dict[int, list[int]]()

    def call(index: int) -> None:
        results[index] = batches.run(*calls[index])

    threads = [threading.Thread(target=call, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == {i: [2 * item for item in items] for i, (_, items) in enumerate(calls)}
    assert all(count <= size for _, count in device.seen)
    assert sum(count for _, count in device.seen) == sum(len(items) for _, items in calls)


def test_calls_that_wait_share_the_next_batch() -> None:
    """One call is under way; what two others bring meanwhile is done together."""
    entered, go, seen = threading.Event(), threading.Event(), list[list[int]]()

    def work(key: str, items: Sequence[int]) -> list[int]:
        seen.append(list(items))
        entered.set()
        assert go.wait(10)
        return list(items)

    batches = Batches(work, 8)
    threads = [threading.Thread(target=batches.run, args=("", [0]))]
    threads[0].start()
    assert entered.wait(10)
    for number in (1, 2):
        threads.append(threading.Thread(target=batches.run, args=("", [number])))
        threads[-1].start()
    while len(batches._queue) < 2:
        assert threads[-1].is_alive()
    go.set()
    for thread in threads:
        thread.join(10)
    assert [sorted(batch) for batch in seen] == [[0], [1, 2]]


@given(room=st.integers(1, 9), count=st.integers(1, 30))
def test_less_memory_makes_smaller_batches(room: int, count: int) -> None:
    device = Device(room)
    batches = Batches(device, 16)
    assert batches.run("", list(range(count))) == [2 * i for i in range(count)]
    assert all(done <= room for _, done in device.seen)
    device.seen.clear()
    batches.run("", list(range(count)))
    assert batches.size <= max(room, 16 if count <= room else room)


def test_no_memory_for_one_says_what_to_do() -> None:
    with pytest.raises(ModelError, match="memory") as caught:
        Batches(Device(0), 4).run("", [1, 2])
    assert "int8_float16" in caught.value.remedy


def test_a_failure_reaches_its_caller_and_nobody_else() -> None:
    def work(key: str, items: Sequence[int]) -> list[int]:
        if key == "bad":
            raise ValueError("broken")
        return list(items)

    batches = Batches(work, 4)
    with pytest.raises(ValueError, match="broken"):
        batches.run("bad", [1])
    assert batches.run("good", [1]) == [1]
