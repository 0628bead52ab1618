"""3CX, Twilio, Aircall, and tables: what each service says becomes one call."""

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from helpers_logs import EPOCH, START, Logs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from auricle.errors import ManifestError
from auricle.settings import Columns
from ingest.logs import aircall, file_names, twilio
from ingest.logs.legs import Log
from ingest.logs.manifest import read_manifest
from ingest.logs.threecx import COLUMNS

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime.fromtimestamp(EPOCH, UTC)


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    return Logs(tmp_path)


def threecx(**values: str) -> str:
    told = {
        "historyid": "Call 8", "callid": "00000157A4D6", "duration": "00:01:03",
        "time-start": "2026/09/07 08:00:00", "time-answered": "2026/09/07 08:00:12",
        "time-end": "2026/09/07 08:01:35", "reason-terminated": "TerminatedBySrc",
        "from-no": "0048600100200", "to-no": "Ext.201", "dial-no": "201", "final-number": "Ext.201",
        "final-type": "Extension", **values,
    }  # fmt: skip
    return ",".join(told.get(name, "") for name in COLUMNS)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, ("inbound", "answered", "201", 12, "patient")),
        ({"final-dispname": "Anna", "reason-terminated": "TerminatedByDst"},
         ("inbound", "answered", "Anna", 12, "administrator")),
        ({"time-answered": ""}, ("inbound", "unanswered", "", None, "")),
        ({"final-type": "Queue"}, ("inbound", "abandoned", "", None, "")),
        ({"final-type": "VoiceMail"}, ("inbound", "unanswered", "", None, "")),
        ({"to-type": "Queue"}, ("inbound", "answered", "201", None, "patient")),
        ({"from-no": "Ext.201", "dial-no": "600100200", "final-number": "600100200"},
         ("outbound", "answered", "201", 12, "administrator")),
        ({"from-no": "Ext.202"}, ("internal", "answered", "202", 12, "administrator")),
    ],
)  # fmt: skip
def test_3cx(logs: Logs, values: dict[str, str], told: tuple[Any, ...]) -> None:
    logs.write("cdr.log", threecx(**values))
    assert logs.read() == []
    call = logs.call()
    names = ("direction", "outcome", "agent", "wait_s", "ended_by")
    assert tuple(call[name] for name in names) == told
    assert call["start_local"] == START  # 3CX writes UTC


def test_3cx_lines_that_are_no_records_are_told(logs: Logs) -> None:
    logs.write("cdr.log", threecx(), "Call 9,cut", '"' * 3, threecx(**{"time-start": "soon"}))
    assert [(f.line, f.severity) for f in logs.read()] == [
        (2, "error"), (3, "error"), (4, "error"),
    ]  # fmt: skip
    logs.append("cdr.log", threecx(callid="B"))
    assert logs.read() == []
    assert len(logs.calls()) == 2


def air(**values: Any) -> dict[str, Any]:
    return {
        "id": 780836754, "direction": "inbound", "status": "done", "started_at": EPOCH,
        "answered_at": EPOCH + 12, "ended_at": EPOCH + 95, "raw_digits": "+48 600 100 200",
        "user": {"id": 1, "name": "Anna Nowak"}, "number": {"digits": "+48 22 000", "name": "Desk"},
        "missed_call_reason": None, "recording": None, **values,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({}, "answered"),
        ({"answered_at": None, "missed_call_reason": "agents_did_not_answer"}, "unanswered"),
        ({"answered_at": None, "missed_call_reason": "abandoned_in_ivr"}, "abandoned"),
        ({"answered_at": None, "missed_call_reason": "short_abandoned"}, "abandoned"),
        ({"voicemail": "https://a.example/v.mp3"}, "unanswered"),
        ({"answered_at": None, "status": "initial"}, ""),
    ],
)
def test_aircall(logs: Logs, values: dict[str, Any], outcome: str) -> None:
    page = {"meta": {"total": 1}, "calls": [air(**values)]}
    logs.write("calls.json", json.dumps(page, indent=2))
    assert logs.read() == []
    call = logs.call()
    assert (call["call_id"], call["outcome"], call["queue"]) == ("780836754", outcome, "Desk")
    assert (call["wait_s"], call["duration_s"]) == (12 if outcome == "answered" else None, 95)
    assert call["start_local"] == START


def test_aircall_webhooks_tell_of_a_call_again_and_again(logs: Logs) -> None:
    def hook(event: str, second: int, **values: Any) -> str:
        data = air(**{"answered_at": None, "status": "answered", "ended_at": None, **values})
        return json.dumps({"resource": "call", "event": event, "timestamp": EPOCH + second,
                           "data": data})  # fmt: skip

    answered = {"answered_at": EPOCH + 12}
    logs.write(
        "hooks.jsonl",
        hook("call.created", 0),
        hook("call.hold", 20, **answered),
        hook("call.unhold", 50, **answered),
        hook("call.ended", 95, **answered, status="done", ended_at=EPOCH + 95),
    )
    assert logs.read() == []
    call = logs.call()
    assert (call["outcome"], call["wait_s"], call["hold_s"]) == ("answered", 12, 30)
    assert (call["agent"], call["duration_s"]) == ("Anna Nowak", 95)
    assert logs.read() == []


def test_aircall_names_the_recording(logs: Logs) -> None:
    logs.write("call.json", json.dumps(air(recording="https://a.example/r/7f.mp3?sig=1")))
    [missing] = logs.read()
    assert "7f.mp3'" in missing.reason


def twi(sid: str = "CA1", **values: Any) -> dict[str, Any]:
    return {
        "sid": sid, "account_sid": "AC0", "direction": "inbound", "status": "completed",
        "from": "+48600100200", "to": "+4822000", "date_created": "Mon, 07 Sep 2026 08:00:00 +0000",
        "start_time": "Mon, 07 Sep 2026 10:00:01 +0200", "end_time": "2026-09-07T08:01:35Z",
        **values,
    }  # fmt: skip


def test_twilio_child_calls_tell_who_answered(logs: Logs) -> None:
    def child(sid: str, **values: Any) -> dict[str, Any]:
        return twi(sid, parent_call_sid="CA1", direction="outbound-dial", **values)

    page = {
        "calls": [
            twi(),
            child("CA2", status="no-answer", to="client:mark", start_time=None),
            child("CA3", to="client:anna", start_time="2026-09-07T08:00:25Z"),
        ]
    }
    recording = {"sid": "RE9", "call_sid": "CA1", "account_sid": "AC0", "channels": 2}
    logs.write("calls.json", json.dumps(page))
    logs.write("recordings.json", json.dumps(recording))
    [missing] = logs.read()
    assert "'RE9'" in missing.reason
    call = logs.call()
    assert (call["call_id"], call["outcome"], call["agent"]) == ("CA1", "answered", "client:anna")
    assert (call["wait_s"], call["direction"], call["caller"]) == (25, "inbound", "+48600100200")


@pytest.mark.parametrize(
    ("status", "direction", "outcome"),
    [
        ("no-answer", "inbound", "unanswered"),
        ("canceled", "inbound", "abandoned"),
        ("busy", "outbound-api", "busy"),
        ("completed", "outbound-api", "answered"),
        ("completed", "inbound", ""),  # Twilio itself may have answered
    ],
)
def test_twilio_alone(logs: Logs, status: str, direction: str, outcome: str) -> None:
    logs.write("call.json", json.dumps(twi(status=status, direction=direction)))
    assert logs.read() == []
    assert logs.call()["outcome"] == outcome


def test_records_of_a_document_that_are_wrong_are_told(logs: Logs) -> None:
    logs.write("a.jsonl", json.dumps(air()), "{", json.dumps(air(started_at="soon")), "17")
    failures = logs.read()
    assert [(f.line, f.severity) for f in failures] == [(2, "error"), (3, "error"), (4, "error")]
    assert "started_at" in failures[1].reason
    assert len(logs.calls()) == 1
    logs.write("a.jsonl", json.dumps(air()))
    assert logs.read() == []
    assert logs.count("failures") == 0


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(
    changes=st.dictionaries(st.sampled_from([*air(), *twi(), "data", "calls"]), json_values),
    cut=st.integers(0, 300),
)
def test_no_document_is_an_accident(changes: dict[str, Any], cut: int) -> None:
    log = Log("x.json", "UTC", (), 5)
    for module, good in ((aircall, air()), (twilio, twi())):
        whole = json.dumps({**good, **changes}).encode()
        for raw in (whole, whole[:cut], json.dumps([good, changes]).encode()):
            legs, problems = module.parse(raw, log)
            assert legs or problems or b"[]" in raw
        assert len(module.parse(json.dumps([good, good]).encode(), log)[0]) == 2


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(st.text(st.sampled_from('Call 8,"/:.Ext0123\x00'), max_size=80), max_size=6))
def test_no_3cx_line_is_an_accident(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        logs = Logs(Path(folder))
        logs.write("cdr.log", threecx(), *lines)
        wrong = {f.line for f in logs.read()}
        records = {row["line"] for row in logs.rows("SELECT line FROM legs")}
        assert 1 in records
        kept = (line.replace("\x00", "").strip() for line in lines)
        for number, line in enumerate(kept, start=2):
            assert not line or number in wrong | records


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("internal-1100-1101-20241117-164137-1731861697.2.wav",
         ("1731861697.2", "internal", "1101", "1100", "2024-11-17T16:41:37+01:00")),
        ("out-201-102-20241101-100534.17.wav",
         ("", "outbound", "102", "201", "2024-11-01T10:05:34+01:00")),
        ("q-600-0048600100200-20260907-100000-1788768000.1.WAV",
         ("1788768000.1", "", "0048600100200", "600", "2026-09-07T10:00:00+02:00")),
        ("202401281004_80000000001-200000_1706407446.50.wav",
         ("1706407446.50", "", "80000000001", "200000", "2024-01-28T10:04:00+01:00")),
        ("202401281338_80000000001-200000_pbxname-1706420300.0.wav",
         ("1706420300.0", "", "80000000001", "200000", "2024-01-28T13:38:00+01:00")),
        ("1706069530.7_202401241212_80000000001-80000000002.wav",
         ("1706069530.7", "", "80000000001", "80000000002", "2024-01-24T12:12:00+01:00")),
        ("/var/monitor/1706069530.7.gsm", ("1706069530.7", "", "", "", None)),
    ],
)  # fmt: skip
def test_names_of_recordings(name: str, told: tuple[str | None, ...]) -> None:
    leg = file_names.read(name, WARSAW)
    assert leg is not None
    start = leg.start.isoformat() if leg.start else None
    assert (leg.id, leg.direction, leg.caller, leg.callee, start) == told


@given(st.text(max_size=60))
def test_any_name_can_be_read(name: str) -> None:
    leg = file_names.read(name, WARSAW)
    assert leg is None or leg.recording == name


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_tables_of_typed_cells(tmp_path: Path, kind: str) -> None:
    columns = ["file", "start", "wait", "caller", "direction"]
    rows: list[list[Any]] = [
        ["a.wav", datetime(2026, 9, 7, 10), timedelta(seconds=65), 600100200.0, "in"],
        [None, None, None, None, None],
        ["b.wav", datetime(2026, 9, 7, 11, 30), timedelta(seconds=3), None, "sideways"],
    ]
    path = tmp_path / f"pbx.{kind}"
    if kind == "xlsx":
        book = Workbook()
        for cells in ([None], columns, *rows):
            book.active.append(cells)
        book.save(path)
    else:
        pd.DataFrame(rows, columns=columns).to_parquet(path)
    found, [doubt] = read_manifest(path, Columns(), WARSAW)
    assert [(row.file, row.start, row.wait_s, row.caller) for row in found] == [
        ("a.wav", datetime(2026, 9, 7, 10, tzinfo=WARSAW), 65.0, "600100200"),
        ("b.wav", datetime(2026, 9, 7, 11, 30, tzinfo=WARSAW), 3.0, ""),
    ]
    assert "sideways" in doubt.reason
    assert doubt.line == found[1].line


@pytest.mark.parametrize("name", ["pbx.xlsx", "pbx.parquet"])
def test_a_broken_table_is_a_manifest_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for raw in (b"", b"PK\x03\x04 not really", b"file\na.wav\n"):
        path.write_bytes(raw)
        with pytest.raises(ManifestError, match="pbx"):
            read_manifest(path, Columns(), WARSAW)
