"""What the dashboards read: counts that agree with the list, and lists that agree with filters."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import made_up_clinic
import pytest

from auricle.models import Failure, RubricRef, RubricVersion
from auricle.store import Store
from auricle.store.access import as_owner
from auricle.store.figures import figures
from auricle.store.filters import CallFilter
from auricle.store.listing import ORDERS, CallRow, calls
from auricle.store.reads import call_detail, choices, failures, runs
from auricle.store.versions import rubrics_in_use
from dashboards.parts.criteria import criterion_title, learn

EVERYTHING = CallFilter()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_up_clinic.build(tmp_path_factory.mktemp("clinic"), calls=12).path


def listed(path: Path, chosen: CallFilter) -> tuple[CallRow, ...]:
    return calls(as_owner(path), chosen, limit=1000).rows


def test_choices_span_all_calls(path: Path) -> None:
    found = choices(as_owner(path))
    assert (found.calls, found.mystery) == (12, 0)
    assert found.clinics == (made_up_clinic.CLINIC,)
    assert set(found.administrators) <= set(made_up_clinic.HABITS)
    assert found.criteria == tuple(made_up_clinic.POINTS)
    assert found.first is not None and found.last is not None and found.first < found.last


def test_every_figure_is_the_number_of_calls_behind_it(path: Path) -> None:
    found = figures(as_owner(path), EVERYTHING)
    total = found.total
    offered = CallFilter(criterion="booking_offered")
    behind = [
        (total.calls, EVERYTHING),
        (total.in_time, CallFilter(wait="in_time")),
        (total.waits - total.in_time, CallFilter(wait="late")),
        (total.offered, replace(offered, verdict="met")),
        (total.not_offered, replace(offered, verdict="missed")),
        (total.critical, CallFilter(critical=True)),
    ]
    for number, chosen in behind:
        assert len(listed(path, chosen)) == number, chosen
    for item in found.criteria:
        missed = CallFilter(criterion=item.criterion, verdict="missed")
        assert len(listed(path, missed)) == item.missed


def test_groups_add_up(path: Path) -> None:
    found = figures(as_owner(path), EVERYTHING)
    assert sum(group.calls for group in found.weeks) == found.total.calls
    assert sum(group.calls for group in found.administrators) == found.total.answered
    assert all(group.key.weekday() == 0 for group in found.weeks)


def test_no_call_gives_zeros_not_errors(path: Path) -> None:
    found = figures(as_owner(path), CallFilter(administrator="nobody"))
    assert found.total.calls == 0 and found.total.mean_total is None
    assert found.administrators == found.weeks == found.criteria == found.moments == ()


def test_filters_narrow(path: Path) -> None:
    rows = listed(path, EVERYTHING)
    middle = rows[5].start_local
    assert middle is not None
    day = middle.date()
    for row in listed(path, CallFilter(since=day, until=day)):
        assert row.start_local is not None and row.start_local.date() == day
    low = listed(path, CallFilter(max_total=60))
    high = listed(path, CallFilter(min_total=60.05))
    assert len(low) + len(high) == len(rows)
    assert listed(path, CallFilter(since=date(2030, 1, 1))) == ()


@pytest.mark.parametrize("order", ORDERS)
def test_pages_cut_the_list_without_loss(path: Path, order) -> None:
    whole = calls(as_owner(path), EVERYTHING, order, limit=100)
    cut = [
        row
        for offset in range(0, 12, 5)
        for row in calls(as_owner(path), EVERYTHING, order, 5, offset).rows
    ]
    assert whole.found == 12
    assert cut == list(whole.rows)


def test_search_finds_the_second_it_is_said(path: Path) -> None:
    row = listed(path, CallFilter(text="HARDLY sleep"))[0]
    detail = call_detail(as_owner(path), row.call_id)
    assert detail is not None and detail.transcript is not None and row.hit is not None
    [word] = [word for word in detail.transcript.turns[1].words if word.text == "hardly"]
    assert row.hit.start_s == word.start_s
    inside = listed(path, CallFilter(text="ardly sl"))[0]
    assert inside.hit is not None and inside.hit.start_s == word.start_s


def test_search_finds_callers_and_ids_too_and_nothing_by_wildcards(path: Path) -> None:
    assert [row.call_id for row in listed(path, CallFilter(text="CALL-1004"))] == ["call-1004"]
    assert listed(path, CallFilter(text="%")) == ()
    assert listed(path, CallFilter(text="' OR true --")) == ()


def test_a_verdict_comes_with_its_proof(path: Path) -> None:
    for row in listed(path, CallFilter(criterion="wait_time", verdict="missed")):
        assert row.hit is not None and row.hit.text.startswith("Answered after")
        assert row.hit.start_s == 0.0


def test_moments_are_one_a_call_and_lost_points(path: Path) -> None:
    moments = figures(as_owner(path), EVERYTHING).moments
    assert moments
    assert len({moment.call_id for moment in moments}) == len(moments)
    assert all(moment.lost > 0 for moment in moments)


def test_runs_and_failures(path: Path) -> None:
    newest, older = runs(as_owner(path))
    assert newest.run_id == "run-2" and newest.finished is not None
    assert older.finished is None and older.started < newest.started
    found = failures(as_owner(path))
    assert [item.failure.severity for item in found] == ["error", "error", "notice"]
    assert found[0].seen == newest.started


def test_a_failure_of_a_run_that_left_no_trace_is_still_shown(tmp_path: Path) -> None:
    store = Store(tmp_path / "auricle.duckdb")
    failure = Failure(path="a.csv", stage="ingest", reason="r", remedy="m", line=3)
    store.save_failures([failure], run_id="gone")
    [found] = failures(as_owner(store.path))
    assert found.failure == failure and found.seen is None


def test_criteria_are_called_as_by_the_rubric_of_the_call(tmp_path: Path) -> None:
    """The one of most calls where no rubric is named, whichever was written first."""
    store = made_up_clinic.build(tmp_path, calls=3)
    text = "sections: [{{criteria: [{{id: greeting, title: {}}}]}}]"
    for version in ("0.9.0", "1.0.0"):
        for rubric in ("another", "clinic-phone"):
            store.save_rubric(RubricVersion(
                rubric_id=rubric, version=version, fingerprint=rubric + version,
                text=text.format(f"{rubric} {version}"), since=datetime(2026, 1, 1, tzinfo=UTC),
            ))  # fmt: skip
    learn(rubrics_in_use(as_owner(store.path)))
    try:
        card = call_detail(as_owner(store.path), "call-1001").scorecard
        assert criterion_title("greeting", card.rubric) == "clinic-phone 1.0.0"
        assert criterion_title("greeting") == "clinic-phone 1.0.0"
        old = RubricRef(id="clinic-phone", version="0.9.0")
        assert criterion_title("greeting", old) == "clinic-phone 0.9.0"
        assert criterion_title("greeting", "another") == "another 1.0.0"
        assert criterion_title("booking_won", "another") == "Appointment booked"
    finally:
        learn(())


def test_an_unknown_call_is_none(path: Path) -> None:
    assert call_detail(as_owner(path), "nonsense") is None
