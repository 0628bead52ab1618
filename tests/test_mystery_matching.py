"""Mystery calls are found among the clinic's own; a pair that isn't sure is no pair."""

import random
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.mystery.content import pieces, rarity, said
from auricle.mystery.matching import Planned, match
from auricle.store.mystery_calls import Logged
from bench.mystery import measured, simulate

NOON = datetime(2026, 9, 7, 12)
SCRIPT = "How much is a check-up for a new patient? And a white filling?"
OTHER = "I have to move my appointment on Thursday, something came up at work."
NUMBER = "+44 7700 900555"


def planned(task: str = "t1", minute: float = 0, **changes: object) -> Planned:
    at = NOON + timedelta(minutes=minute)
    given = {"clinic": "C", "numbers": (NUMBER,), "reported": True, "on_line_s": 120.0}
    return Planned(task=task, at=at, script=SCRIPT, **{**given, **changes})  # type: ignore[arg-type]


def logged(call_id: str, minute: float = 0, **changes: object) -> Logged:
    start = NOON + timedelta(minutes=minute)
    given = {"clinic": "C", "caller": NUMBER, "duration_s": 130.0, "said": SCRIPT}
    return Logged(call_id=call_id, start=start, **{**given, **changes})  # type: ignore[arg-type]


def crowd(count: int = 200) -> list[Logged]:
    """Other people's calls, three minutes apart."""
    return [
        logged(f"o{n}", 3.0 * (n - count // 2) + 1.4, caller=f"0161 496 {n:04d}", said=OTHER)
        for n in range(count)
    ]


def pairs(*args: object) -> list[tuple[str, str]]:
    return [(pair.task, pair.call_id) for pair in match(*args)]  # type: ignore[arg-type]


def test_number_time_and_words_each_tell_calls_apart() -> None:
    everybody = crowd()
    mine = logged("mine", 2.5)
    assert pairs([planned()], [*everybody, mine]) == [("t1", "mine")]
    hidden = logged("mine", 2.5, caller="anonymous")
    assert pairs([planned()], [*everybody, hidden]) == [("t1", "mine")]  # by what was said
    silent = logged("mine", 2.5, said="")
    assert pairs([planned()], [*everybody, silent]) == [("t1", "mine")]  # by the number
    assert pairs([planned()], [*everybody, logged("mine", 6)]) == []  # clocks aren't that wrong
    assert pairs([planned()], [*everybody, logged("mine", 2.5, clinic="D")]) == []
    assert pairs([planned()], everybody) == []


def test_what_can_t_be_told_apart_is_left_alone() -> None:
    twins = [logged("a", -1, said=""), logged("b", 1, said="")]
    assert pairs([planned()], [*crowd(), *twins]) == []


def test_two_shoppers_on_one_number_are_told_apart_by_their_scripts() -> None:
    tasks = [planned("t1", 0), Planned("t2", "C", (NUMBER,), NOON, True, 120.0, OTHER)]
    calls = [logged("a", 1, said=OTHER), logged("b", -1, said=SCRIPT)]
    assert sorted(pairs(tasks, [*crowd(), *calls])) == [("t1", "b"), ("t2", "a")]


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_the_share_said_is_a_share(script: str, text: str) -> None:
    weights = rarity([pieces(script), pieces(text)])
    assert 0 <= said(pieces(script), pieces(text), weights) <= 1 + 1e-9
    if pieces(script):
        assert said(pieces(script), pieces(script + " " + text), weights) >= 1 - 1e-9


@given(st.integers(0, 10**6))
@settings(max_examples=3, deadline=None)
def test_nothing_is_used_twice_whatever_the_order(seed: int) -> None:
    tasks, calls, _ = simulate(random.Random(seed), "en")
    found = match(tasks, calls)
    assert len({pair.task for pair in found}) == len({pair.call_id for pair in found}) == len(found)
    random.Random(seed).shuffle(calls)
    assert set(match(tasks, calls)) == set(found)


def test_on_simulated_logs_matches_are_right_and_few_are_missed() -> None:
    """A small share of what ``make bench-mystery`` measures; limits a little wider for chance."""
    found = measured(seed=5, logs=1, languages=["en", "pl", "zh"])
    right = sum(counts["right"] for counts in found.values())
    wrong = sum(counts["wrong"] for counts in found.values())
    missed = sum(counts["missed"] for counts in found.values())
    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.94
