"""What callers met: exact counts on a small made-up clinic, and who is still to be called back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import made_up_clinic
import pytest

from auricle.commands.run import show
from auricle.desks import Desk
from auricle.models import Run
from auricle.pipeline import Summary
from auricle.settings import Dashboard, Settings, StoreSettings
from auricle.store import Store
from auricle.store.access import as_owner
from auricle.store.agents import Agent, unknown_agents
from auricle.store.figures import figures
from auricle.store.filters import CallFilter, Result
from auricle.store.line_figures import BIN_S, LAST_BIN, call_back, line_figures
from auricle.store.listing import calls

MONDAY = datetime(2026, 3, 2, 9, 0)
EVERYTHING = CallFilter(target_s=20)


def at(hours: float, **call: Any) -> dict[str, Any]:
    """A call so many hours after Monday at nine."""
    return {"start": MONDAY + timedelta(hours=hours), **call}


CALLS = [
    at(0, caller="020 1", wait_s=5.0, duration_s=60.0, agent="2001", administrator="Anna"),
    at(0.1, caller="020 2", wait_s=20.0, duration_s=60.0, agent="2001", administrator="Anna"),
    at(0.2, caller="020 3", wait_s=21.0, duration_s=60.0, agent="2003"),
    at(1, caller="020 4", duration_s=60.0, agent="2003", queue="desk"),
    at(1.1, caller="020 5", outcome="abandoned", duration_s=40.0, queue="desk"),
    at(1.2, caller="020 6", outcome="abandoned", duration_s=4.9),
    at(1.3, caller="020 7", outcome="unanswered", duration_s=5.0),
    at(24, caller="020 8", outcome="busy"),
    at(24.1, caller="020 9", outcome="failed"),
    at(24.2, caller="020 10", outcome=""),
    at(24.3, callee="020 11", direction="outbound", outcome="unanswered", duration_s=30.0),
    at(24.4, callee="2002", direction="internal", wait_s=3.0),
    at(7 * 24, caller="020 12", wait_s=300.0, duration_s=400.0, agent="Marta"),
]


def store_of(folder: Path, logged: list[Mapping[str, Any]]) -> Path:
    store = Store(folder / "auricle.duckdb")
    made_up_clinic.log(store, logged)
    return store.path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(tmp_path_factory.mktemp("line"), CALLS)


def test_every_inbound_call_is_counted_once(path: Path) -> None:
    found = line_figures(as_owner(path), EVERYTHING)
    total = found.total
    assert found.logs
    assert (total.answered, total.missed, total.busy) == (5, 2, 2)
    assert (total.short, total.untold, total.counted, total.came) == (1, 1, 9, 11)
    assert (total.waits, total.in_time, total.median_wait_s) == (4, 2, 20.5)


def test_the_target_is_the_clinics(path: Path) -> None:
    assert line_figures(as_owner(path), replace(EVERYTHING, target_s=4)).total.in_time == 0
    assert line_figures(as_owner(path), replace(EVERYTHING, target_s=21)).total.in_time == 3
    assert figures(as_owner(path), replace(EVERYTHING, target_s=21)).total.in_time == 3


def test_the_terminal_says_the_same(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(store=StoreSettings(path=path), dashboard=Dashboard(answer_within_s=21))
    run = Run(run_id="r", started=datetime.now(UTC), version="0", found=1)
    show(Summary(run=run, failures=()), settings)
    told = capsys.readouterr().out
    assert "answered within 21 s" in told
    assert "9 calls came in: 5 answered, 2 missed, 2 busy or failed." in told
    [anna] = [line for line in told.splitlines() if line.strip().startswith("Anna")]
    [nobody] = [line for line in told.splitlines() if line.strip().startswith("Not named")]
    assert "2 of 2" in anna and "1 of 2" in nobody


def test_counts_are_the_lists_behind_them(path: Path) -> None:
    total = line_figures(as_owner(path), EVERYTHING).total
    results: list[tuple[Result, int]] = [
        ("answered", total.answered), ("missed", total.missed), ("short", total.short),
        ("busy", total.busy), ("untold", total.untold),
    ]  # fmt: skip
    for result, number in results:
        chosen = CallFilter(direction="inbound", result=result)
        rows = calls(as_owner(path), chosen).rows
        assert len(rows) == number
        assert {row.result for row in rows} == {result}
    assert calls(as_owner(path), CallFilter(wait="in_time")).found == total.in_time
    assert calls(as_owner(path), CallFilter(wait="late")).found == total.waits - total.in_time
    assert calls(as_owner(path), CallFilter(recorded=True)).found == 0
    unrecorded = calls(as_owner(path), CallFilter(recorded=False)).found
    assert unrecorded == len(CALLS) - 1  # no internal ones


def test_a_call_without_a_length_has_none(path: Path) -> None:
    [busy] = calls(as_owner(path), CallFilter(text="020 8")).rows
    assert busy.duration_s is None and not busy.recorded


def test_weeks_hours_and_bins(path: Path) -> None:
    found = line_figures(as_owner(path), EVERYTHING)
    assert [(week.key, week.counted) for week in found.weeks] == [
        (date(2026, 3, 2), 8), (date(2026, 3, 9), 1),
    ]  # fmt: skip
    hours = {(item.weekday, item.hour): (item.calls, item.missed) for item in found.hours}
    assert hours == {(1, 9): (4, 0), (1, 10): (3, 2), (2, 9): (2, 2)}
    medians = {(item.weekday, item.hour): item.median_wait_s for item in found.hours}
    assert medians == {(1, 9): 20.5, (1, 10): None, (2, 9): None}
    answered = {index * BIN_S: n for index, n in enumerate(found.answered_after) if n}
    assert answered == {5: 1, 20: 2, LAST_BIN * BIN_S: 1}
    gave_up = {index * BIN_S: n for index, n in enumerate(found.gave_up_after) if n}
    assert gave_up == {0: 1, 5: 1, 40: 1}


def test_only_answered_calls_are_anybodys(path: Path) -> None:
    found = line_figures(as_owner(path), EVERYTHING)
    named = {group.key: group.answered for group in found.administrators}
    assert named == {"": 3, "Anna": 2}
    overview = {
        group.key: group.calls for group in figures(as_owner(path), EVERYTHING).administrators
    }
    assert overview == {"": 3, "Anna": 2}


def test_no_call_gives_zeros(tmp_path: Path) -> None:
    empty = store_of(tmp_path, [])
    found = line_figures(as_owner(empty), EVERYTHING)
    assert not found.logs and found.total.counted == 0 and found.hours == ()
    assert call_back(as_owner(empty), EVERYTHING).open == ()


def missed(hours: float, number: str, **call: Any) -> dict[str, Any]:
    return at(hours, caller=number, outcome="abandoned", duration_s=30.0, **call)


def called(hours: float, number: str, **call: Any) -> dict[str, Any]:
    return at(hours, callee=number, caller="2001", direction="outbound", **call)


def test_who_is_to_be_called_back(tmp_path: Path) -> None:
    store = store_of(tmp_path, [
        missed(0, "+44 20 7946 0001", queue="desk"),  # open, with two attempts
        missed(2, "020 7946 0001", queue="new"),
        missed(0, "020 7946 0002"), at(1, caller="+442079460002"),  # got through later
        missed(0, "020 7946 0003"), called(24, "02079460003", outcome="unanswered"),
        missed(0, "020 7946 0004"), called(24.1, "02079460004"),  # after more than a day
        at(-1, caller="020 7946 0005"), called(-2, "020 7946 0005"), missed(0, "020 7946 0005"),
        missed(-5, "020 7946 0006"), at(-4, caller="020 7946 0006"), missed(3, "020 7946 0006"),
        at(4, caller="020 7946 0007", outcome="busy"),
        at(4, caller="020 7946 0008", outcome="abandoned", duration_s=2.0),  # at once
        missed(1, "anonymous"), missed(1, ""),
    ])  # fmt: skip
    found = call_back(as_owner(store), EVERYTHING)
    assert [(caller.caller[-4:], caller.attempts) for caller in found.open] == [
        ("0007", 1), ("0006", 1), ("0001", 2), ("0005", 1),
    ]  # fmt: skip
    busy, _, first, _ = found.open
    assert busy.waited_s is None
    assert (first.caller, first.queue, first.waited_s) == ("020 7946 0001", "new", 30.0)
    assert first.last_local == MONDAY + timedelta(hours=2)
    assert (found.reached, found.called_in_a_day, found.called_later) == (1, 1, 1)
    assert found.hidden == 2


def test_a_period_chooses_the_missed_calls_not_what_became_of_them(tmp_path: Path) -> None:
    store = store_of(tmp_path, [missed(0, "020 7946 0001"), at(48, caller="020 7946 0001")])
    monday = CallFilter(since=MONDAY.date(), until=MONDAY.date())
    found = call_back(as_owner(store), monday)
    assert found.open == () and found.reached == 1


def test_who_was_missed_long_ago_is_left_alone(tmp_path: Path) -> None:
    old = missed(-31 * 24, "020 7946 0001")
    store = store_of(tmp_path, [old, missed(0, "020 7946 0002")])
    found = call_back(as_owner(store), EVERYTHING)
    assert [caller.caller for caller in found.open] == ["020 7946 0002"]


def test_agents_without_a_name_until_they_have_one(path: Path, tmp_path: Path) -> None:
    store = Store(store_of(tmp_path, CALLS))
    day = MONDAY.date()
    assert unknown_agents(as_owner(store.path)) == (Agent("2003", 2, day, day, ("desk",)),)
    store.assign([Desk(agent="2003", administrator="Julia"),
                  Desk(agent="2001", administrator="Anna")])  # fmt: skip
    assert unknown_agents(as_owner(store.path)) == ()
    named = {
        group.key: group.answered
        for group in line_figures(as_owner(store.path), EVERYTHING).administrators
    }
    assert named == {"Anna": 2, "Julia": 2, "Marta": 1}


def test_recordings_alone_tell_who_was_answered(tmp_path: Path) -> None:
    store = made_up_clinic.build(tmp_path, calls=4, start=datetime(2026, 3, 2, 9, tzinfo=UTC))
    found = line_figures(as_owner(store.path), EVERYTHING)
    assert not found.logs
    assert found.total.answered == found.total.waits == 4
