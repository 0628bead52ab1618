"""The manifest: whatever a telephone system exports, no line is lost without a word."""

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auricle.errors import ManifestError
from auricle.models import Failure
from auricle.settings import Columns
from ingest.logs.manifest import Row, parse_duration_s, parse_time, read_manifest

LONDON = ZoneInfo("Europe/London")
COLUMNS = Columns()
FIELDS = list(Columns.model_fields)

# Anything a cell may hold once it is trimmed: quotes, delimiters, line ends, emoji, controls.
cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("manifest") / "pbx.csv"


def read(path: Path, raw: bytes | str) -> tuple[list[Row], list[Failure]]:
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return read_manifest(path, COLUMNS, LONDON)


def table(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@given(raw=st.binary(max_size=300))
@example(raw=b"")
@example(raw=b"file\n" + b'"' * 7)
@example(raw=b"\xff\xfefile\n\x00")
@example(raw=b"\xff\xfe" + "file\na.wav".encode("utf-16-le") + b"\x00\xd8")
def test_arbitrary_bytes_are_a_manifest_error_at_worst(place: Path, raw: bytes) -> None:
    try:
        rows, failures = read(place, raw)
    except ManifestError as error:
        assert str(place) in error.reason
        assert error.remedy
    else:
        assert all(row.file or row.start for row in rows)
        assert all(failure.reason and failure.remedy for failure in failures)


def test_a_monstrous_cell_costs_its_line(place: Path) -> None:
    monster = "x" * 200_000  # more than Python's csv module takes
    rows, failures = read(place, f"file\n{monster}\na.wav\n")
    assert [row.file for row in rows] == ["a.wav"]
    assert [failure.line for failure in failures] == [2]
    with pytest.raises(ManifestError, match="not a table"):
        read(place, f"file,{monster}\na.wav\n")


@given(rest=st.binary(max_size=300))
def test_arbitrary_bytes_below_a_good_header_never_fail(place: Path, rest: bytes) -> None:
    rows, failures = read(place, b"file,start,wait,direction\n" + rest)
    assert all(row.file or row.start for row in rows)
    assert all(failure.line and failure.line >= 2 for failure in failures)


@given(lines=st.lists(st.text(st.sampled_from("a1 .,:;-é"), max_size=12)))
def test_every_line_that_is_not_blank_is_a_row_or_a_failure(place: Path, lines: list[str]) -> None:
    rows, failures = read(place, "\n".join(["start,file,wait", *lines]))
    told = {row.line for row in rows} | {failure.line for failure in failures}
    filled = {number for number, line in enumerate(lines, start=2) if line.replace(",", "").strip()}
    assert told == filled
    assert len(rows) == len({row.line for row in rows})


@given(
    rows=st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS, cells)), max_size=5),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_table_program_writes_comes_back(
    place: Path, rows: list[dict[str, str]], delimiter: str, encoding: str
) -> None:
    named = [{**row, "file": row["file"].strip() or "a.wav"} for row in rows]
    found, _ = read(place, table(named, delimiter).encode(encoding))
    assert len(found) == len(named)
    for got, row in zip(found, named, strict=True):
        for name in ("file", "call_id", "clinic", "administrator", "caller", "queue"):
            assert getattr(got, name) == row[name].strip()


@pytest.mark.parametrize(("encoding", "name"), [
    ("utf-8", "Łucja Żak"), ("utf-8-sig", "Łucja Żak"), ("utf-16", "Łucja Żak"),
    ("cp1252", "Zoë Müller"), ("utf-8", "王芳"),
])  # fmt: skip
def test_encodings(place: Path, encoding: str, name: str) -> None:
    [row], failures = read(place, f"file;administrator\r\na.wav;{name}\r\n".encode(encoding))
    assert row.administrator == name
    assert failures == []


def test_columns_have_any_name_and_any_order(place: Path) -> None:
    place.write_text("Wait (s)\t Recording \tAgent\n7\tx/a.wav\tAnna\n\n\t \t\n9\tb.wav\n")
    columns = Columns(file="Recording", administrator="Agent", wait="Wait (s)")
    rows, failures = read_manifest(place, columns, LONDON)
    assert [(row.line, row.file, row.administrator, row.wait_s) for row in rows] == [
        (2, "x/a.wav", "Anna", 7.0), (5, "b.wav", "", 9.0),
    ]  # fmt: skip
    assert failures == []


def test_without_the_files_column_the_remedy_names_the_setting(place: Path) -> None:
    with pytest.raises(ManifestError, match=r"no column 'file'.*Recording, Agent") as caught:
        read(place, "Recording,Agent\na.wav,Anna\n")
    assert "[ingest.columns]" in caught.value.remedy


def test_blank_lines_above_the_header_are_no_header(place: Path) -> None:
    [row], failures = read(place, "\n;;\nfile;wait\na.wav;3\n")
    assert (row.line, row.file, row.wait_s) == (4, "a.wav", 3.0)
    assert failures == []


def test_a_missing_manifest_says_so(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="can't be read") as caught:
        read_manifest(tmp_path / "none.csv", COLUMNS, LONDON)
    assert "[ingest] manifest" in caught.value.remedy


def test_doubtful_cells_cost_only_themselves(place: Path) -> None:
    rows, failures = read(
        place,
        "file,start,wait,direction\na.wav,yesterday,soon,sideways\n,2026-09-07 10:00,5,in\n"
        ",,5,in\n",
    )
    row, unrecorded = rows
    assert (unrecorded.line, unrecorded.file, unrecorded.wait_s) == (3, "", 5.0)
    assert (row.file, row.start, row.wait_s, row.direction) == ("a.wav", None, None, "")
    *doubts, error = failures
    assert [(one.line, one.severity) for one in doubts] == [(2, "notice")] * 3
    for cell, one in zip(("yesterday", "soon", "sideways"), doubts, strict=True):
        assert cell in one.reason
    assert (error.line, error.severity) == (4, "error")
    assert "names neither" in error.reason


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [("Yes", "answered"), ("0", "unanswered"), ("abandoned", "abandoned"), ("busy", "busy"),
     ("", "")],
)  # fmt: skip
def test_whether_it_was_answered(place: Path, cell: str, outcome: str) -> None:
    [row], failures = read(place, f"file,start,answered\n,2026-09-07 10:00,{cell}\n")
    assert (row.outcome, row.leg.outcome, failures) == (outcome, outcome, [])


def test_an_answer_that_is_neither_yes_nor_no_is_told(place: Path) -> None:
    [row], [doubt] = read(place, "file,start,answered\n,2026-09-07 10:00,10:01:05\n")
    assert row.outcome == "" and "'10:01:05', is neither yes nor no" in doubt.reason


def test_a_quotation_mark_never_closed_swallows_no_line_in_silence(place: Path) -> None:
    rows, failures = read(place, 'file,caller\na.wav,Ann\nb.wav,"Bob\nc.wav,Cleo\nd.wav,Dan\n')
    assert rows[0].file == "a.wav"
    [failure] = failures
    assert failure.severity == "error"
    assert failure.line == 3
    assert "quotation mark" in failure.reason


def test_a_quoted_cell_may_hold_lines(place: Path) -> None:
    rows, failures = read(place, 'file,caller\na.wav,"Ann\nLee"\nb.wav,Bob\n')
    assert [(row.file, row.caller) for row in rows] == [("a.wav", "Ann\nLee"), ("b.wav", "Bob")]
    assert failures == []


@pytest.mark.parametrize(("text", "seconds"), [
    ("12", 12), ("12.5", 12.5), ("12,5", 12.5), ("0", 0), ("1:05", 65), ("0:01:05", 65),
    ("1:02:03,5", 3723.5), ("00:00", 0), (" 7 ", 7),
    ("", None), ("-3", None), ("soon", None), ("1:2:3:4", None), ("nan", None), ("inf", None),
    ("1e9", None), ("12 s", None), (":", None), ("1:-5", None),
])  # fmt: skip
def test_durations(text: str, seconds: float | None) -> None:
    assert parse_duration_s(text) == seconds


@given(seconds=st.integers(0, 86_399))
def test_durations_round_trip(seconds: int) -> None:
    assert parse_duration_s(str(timedelta(seconds=seconds))) == seconds
    assert parse_duration_s(f"{seconds // 60}:{seconds % 60:02d}") == seconds


@given(moment=st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1)))
def test_times_in_every_usual_form(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    for day, clock in product(
        ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d"), (" %H:%M:%S", " %H:%M")
    ):
        found = parse_time(moment.strftime(day + clock), LONDON)
        expected = moment if "%S" in clock else moment.replace(second=0)
        assert found is not None
        assert found.replace(tzinfo=None) == expected
        assert found.tzinfo is LONDON


@given(text=st.text(max_size=25))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = parse_time(text, LONDON)
    assert found is None or found.utcoffset() is not None


def test_days_come_before_months() -> None:
    found = parse_time("07/09/2026 09:12", LONDON)
    assert found is not None
    assert (found.day, found.month) == (7, 9)


@pytest.mark.parametrize(("text", "utc"), [
    ("2026-01-15 09:00", "2026-01-15 09:00"),  # winter: GMT
    ("2026-07-15 09:00", "2026-07-15 08:00"),  # summer: BST
    ("2026-03-29 00:59", "2026-03-29 00:59"),
    ("2026-03-29 02:00", "2026-03-29 01:00"),  # an hour was skipped
    ("2026-10-25 01:30", "2026-10-25 00:30"),  # the hour that comes twice: its first time
    ("2026-10-25 02:00", "2026-10-25 02:00"),
])  # fmt: skip
def test_summer_time_is_the_clinics(text: str, utc: str) -> None:
    found = parse_time(text, LONDON)
    assert found is not None
    assert found.astimezone(UTC).strftime("%Y-%m-%d %H:%M") == utc


@pytest.mark.parametrize("text", ["2026-07-15T08:00:00Z", "2026-07-15 10:00:00+02:00"])
def test_an_offset_counts_and_the_clock_shown_is_the_clinics(text: str) -> None:
    found = parse_time(text, LONDON)
    assert found == datetime(2026, 7, 15, 8, tzinfo=UTC)
    assert found.strftime("%H:%M") == "09:00"
