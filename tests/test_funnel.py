"""Visits from the clinic's own system, matched with calls; the funnel and who was lost."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import made_up_clinic
import pytest
from helpers_clinic import auricle
from openpyxl import Workbook

from auricle.errors import ManifestError
from auricle.settings import VisitColumns, Visits
from auricle.store import Store, listing
from auricle.store.access import as_owner
from auricle.store.filters import CallFilter
from auricle.store.funnel import funnel, lost_opportunities
from auricle.store.reads import rows
from auricle.store.visits import save_visits
from auricle.tables import to_csv, to_xlsx
from ingest.visits import read_visits

ZONE = ZoneInfo("Europe/Warsaw")
POLISH = Visits(
    columns=VisitColumns(phone="Telefon", booked="Zapisano", visit="Wizyta", status="Stan"),
    statuses={"treated": ("zrealizowana",), "no_show": ("nie przyszedł",), "booked": ("plan",)},
)
NOON = datetime(2026, 3, 2, 12)
"""A Monday."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Four answered calls of four numbers, one of a fifth that nobody answered."""
    store = Store(tmp_path / "auricle.duckdb")
    made_up_clinic.log(store, [
        {"start": NOON, "caller": "+48 600 100 001", "administrator": "Anna"},
        {"start": NOON + timedelta(hours=1), "caller": "600100002", "administrator": "Anna"},
        {"start": NOON + timedelta(hours=2), "caller": "600100003", "administrator": "Marta"},
        {"start": NOON + timedelta(days=3), "caller": "600100001", "administrator": "Marta"},
        {"start": NOON, "caller": "600100009", "outcome": "abandoned", "duration_s": 40.0},
    ])  # fmt: skip
    return store


def table(path: Path, *lines: str) -> Path:
    path.write_text("Telefon;Zapisano;Wizyta;Stan\n" + "\n".join(lines), encoding="utf-8")
    return path


def test_visits_are_matched_by_number_and_time(store: Store, tmp_path: Path) -> None:
    file = table(
        tmp_path / "visits.csv",
        "600 100 001;2026-03-02 12:10;2026-03-09 10:00;zrealizowana",
        "600-100-002;02.03.2026 13:05;2026-03-10 10:00;Nie przyszedł",
        "600100003;2026-03-20 09:00;2026-03-21 10:00;plan",  # booked long after the call
        "600100777;2026-03-02 12:00;2026-03-09 10:00;zrealizowana",
    )
    done = save_visits(store, read_visits(file, POLISH, ZONE), file)
    assert (done.new, done.known, done.matched) == (4, 0, 2)
    total = funnel(as_owner(store.path), CallFilter()).total
    assert (total.counted, total.answered, total.booked) == (5, 4, 2)
    assert (total.settled, total.arrived, total.treated) == (2, 1, 1)
    [anna] = [one for one in funnel(as_owner(store.path), CallFilter()).administrators
              if one.key == "Anna"]  # fmt: skip
    assert anna.booked == 2
    booked = listing.calls(as_owner(store.path), CallFilter(booking="won"))
    assert {row.caller for row in booked.rows} == {"+48 600 100 001", "600100002"}
    assert {row.start_local for row in booked.rows} == {NOON, NOON + timedelta(hours=1)}


def test_sources_go_by_the_number_that_was_dialled_then_by_the_queue(tmp_path: Path) -> None:
    store = Store(tmp_path / "auricle.duckdb")
    made_up_clinic.log(store, [
        {"start": NOON, "caller": "1", "callee": "+44 20 7946 0001", "queue": "front-desk"},
        {"start": NOON, "caller": "2", "callee": "02079460002", "queue": "front-desk"},
        {"start": NOON, "caller": "3", "callee": "600", "queue": "front-desk"},
        {"start": NOON, "caller": "4", "callee": "020 7946 0009", "queue": ""},
        {"start": NOON, "caller": "5", "callee": "", "queue": ""},
    ])  # fmt: skip

    def by_source(*names: tuple[str, str]) -> dict[str, int]:
        found = funnel(as_owner(store.path), CallFilter(), names)
        assert sum(one.counted for one in found.sources) == found.total.counted
        return {one.key: one.counted for one in found.sources}

    assert by_source() == {"front-desk": 3, "020 7946 0009": 1, "": 1}
    named = (("020 7946 0001", "Website"), ("+442079460002", "Website"), ("front-desk", "Menu"))
    assert by_source(*named) == {"Website": 2, "Menu": 1, "020 7946 0009": 1, "": 1}


def test_importing_again_doubles_nothing_and_updates(store: Store, tmp_path: Path) -> None:
    file = table(tmp_path / "visits.csv", "600100001;2026-03-02 12:10;2026-03-09 10:00;plan")
    save_visits(store, read_visits(file, POLISH, ZONE), file)
    assert funnel(as_owner(store.path), CallFilter()).total.settled == 0
    table(file, "600100001;2026-03-02 12:10;2026-03-09 10:00;zrealizowana")
    done = save_visits(store, read_visits(file, POLISH, ZONE), file)
    assert (done.new, done.known) == (0, 1)
    assert len(rows(as_owner(store.path), "SELECT * FROM visits")) == 1
    assert funnel(as_owner(store.path), CallFilter()).total.treated == 1


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("12;2026-03-02 12:10;;plan", "line 3: '12' is no telephone number"),
        ("600100002;yesterday;;plan", r"line 3: 'yesterday' \(booked\) is not a time"),
        ("600100002;2026-03-02 12:10;;gone", "line 3: the status 'gone' isn't under"),
        ("600100002;;;plan", "line 3: neither says when"),
        ("600100001;2026-03-02 12:10;;plan", "line 3: the same visit as in line 2"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_used(
    tmp_path: Path, line: str, complaint: str
) -> None:
    file = table(tmp_path / "visits.csv", "600100001;2026-03-02 12:10;;plan", line)
    with pytest.raises(ManifestError, match=complaint):
        read_visits(file, POLISH, ZONE)


def test_an_xlsx_from_the_command_line(store: Store, tmp_path: Path) -> None:
    book = Workbook()
    for row in [("phone", "booked", "status", "amount"),
                ("600100001", NOON + timedelta(minutes=5), "treated", "1 250,50")]:  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "visits.xlsx")
    (tmp_path / "auricle.toml").write_text("[store]\npath = 'auricle.duckdb'\n")
    done = auricle("visits", "import", "visits.xlsx", cwd=tmp_path)
    assert "1 new, 0 known before. 1 of 1 belong to a call" in done.stdout
    [visit] = rows(as_owner(store.path), "SELECT * FROM visits")
    assert visit["amount"] == 1250.5


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text("Tel,Stan\n600100001,plan\n")
    with pytest.raises(ManifestError, match=r"no column 'Telefon'.*\[visits.columns\]"):
        read_visits(file, POLISH, ZONE)


def test_who_was_lost_and_why(tmp_path: Path) -> None:
    store = made_up_clinic.build(tmp_path, calls=30)
    counts = funnel(as_owner(store.path), CallFilter())
    lost = lost_opportunities(as_owner(store.path), CallFilter())
    assert counts.total.not_booked > 0
    assert 0 < len(lost) <= counts.total.not_booked
    assert len({one.caller for one in lost}) == len(lost)
    for one in lost:
        assert one.said and one.reason in ("not_offered", "declined")
    parts = (counts.administrators, counts.weeks, counts.sources)
    assert all(sum(one.booked for one in part) == counts.total.booked for part in parts)
    # A visit of the first one's later on: she isn't lost any more.
    later = (lost[0].start_local + timedelta(hours=30)).isoformat(sep=" ")
    file = table(tmp_path / "visits.csv", f"{lost[0].caller};;{later};plan")
    save_visits(store, read_visits(file, POLISH, ZONE), file)
    left = lost_opportunities(as_owner(store.path), CallFilter())
    assert lost[0].caller not in {one.caller for one in left}


def test_files_hold_no_formulas() -> None:
    written = to_csv(["a"], [["=1+1"], ["@x"], ["+44 20 1"], [["x", "y"]]])
    assert written.splitlines() == ["a", "'=1+1", "'@x", "+44 20 1", "x; y"]
    assert b"<f>" not in to_xlsx(["=a"], [["=1+1"], [NOON], [3.5]], "t")
