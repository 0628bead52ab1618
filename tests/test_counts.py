"""Figures that give way to new ones behind the page."""

import threading
from collections.abc import Callable

import pytest

from dashboards.parts import reading
from dashboards.parts.reading import FOLLOW_S, RESTS, Counts

PATIENCE_S = 10


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the time on by so many seconds; nothing else does."""
    now = [1000.0]

    class Stopped:
        monotonic = staticmethod(lambda: now[0])

    monkeypatch.setattr(reading, "time", Stopped)

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


def done(counts: Counts) -> None:
    """Begin, and wait for the thread that counts."""
    counts.begin()
    counts._pool.submit(lambda: None).result(PATIENCE_S)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody draws here."""
    monkeypatch.setattr(reading, "DRAWING_S", 0.0)


def test_what_nobody_counted_yet_is_waited_for() -> None:
    assert Counts().get("figures", 1, lambda: 10) == (10, True)


def test_after_a_write_the_old_figures_stand_until_the_new_ones_are_there() -> None:
    counts, go = Counts(), threading.Event()
    counts.get("figures", 1, lambda: 10)

    def slowly() -> int:
        assert go.wait(PATIENCE_S)
        return 20

    assert counts.get("figures", 2, slowly) == (10, False)
    assert counts.get("figures", 2, slowly) == (10, False) and counts.behind()
    counts.begin()
    go.set()
    done(counts)
    assert not counts.behind()
    assert counts.get("figures", 2, lambda: pytest.fail("counted twice")) == (20, True)


def test_the_browser_may_draw_before_it_is_counted(
    clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "DRAWING_S", 0.5)
    counts = Counts()
    counts.get("figures", 1, lambda: 10)
    counts.get("figures", 2, lambda: 20)
    done(counts)
    assert counts.behind() and counts.get("figures", 2, lambda: 20) == (10, False)
    clock(0.6)
    done(counts)
    assert counts.get("figures", 2, lambda: 20) == (20, True)


def test_counting_rests_while_a_run_writes_call_after_call(clock: Callable[[float], None]) -> None:
    counts = Counts()

    def in_half_a_second() -> int:
        clock(0.5)
        return 10

    counts.get("figures", 1, in_half_a_second)
    clock(0.5 * RESTS - 0.1)
    assert counts.get("figures", 2, lambda: 20) == (10, True)
    clock(0.2)
    assert counts.get("figures", 3, lambda: 30) == (10, False)
    done(counts)
    assert counts.get("figures", 3, lambda: 30) == (30, True)


def test_no_figures_rest_longer_than_an_open_page_may_lag(clock: Callable[[float], None]) -> None:
    counts = Counts()

    def in_a_minute() -> int:
        clock(60)
        return 10

    counts.get("figures", 1, in_a_minute)
    clock(FOLLOW_S + 0.1)
    assert counts.get("figures", 2, lambda: 20) == (10, False)


def test_what_fails_behind_the_page_is_tried_again() -> None:
    counts = Counts()
    counts.get("figures", 1, lambda: 10)
    counts.get("figures", 2, lambda: 1 // 0)
    done(counts)
    assert not counts.behind()
    assert counts.get("figures", 2, lambda: 20) == (10, False)
    done(counts)
    assert counts.get("figures", 2, lambda: 20) == (20, True)


def test_only_so_many_are_kept() -> None:
    counts = Counts()
    for number in range(reading.KEPT + 1):
        counts.get(number, 1, lambda number=number: number)
    assert counts.get(reading.KEPT, 1, lambda: -1) == (reading.KEPT, True)
    assert counts.get(0, 1, lambda: -1) == (-1, True)
