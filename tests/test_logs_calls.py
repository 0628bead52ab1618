"""One call from several sources: joined by id, else by number and time; conflicts are kept."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from helpers_audio import hum, write_wav
from helpers_fake_engine import FakeEngine
from helpers_logs import EPOCH, START, Logs, cdr, queue

from auricle import pipeline
from auricle.desks import Desk, read_desks, write_desks
from auricle.errors import SettingsError
from auricle.models import Failure
from auricle.pipeline import Summary
from auricle.store import Store
from auricle.store.access import as_owner
from auricle.store.reads import call_detail

NAME = f"in-201-0048600100200-20260907-100000-{EPOCH}.1.wav"
"""How FreePBX names the recording of the call that ``cdr()`` tells of."""


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "make_engine", FakeEngine)
    FakeEngine.forget()


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    logs = Logs(tmp_path, "manifest = 'pbx.csv'\n[transcribe]\ndevice = 'cpu'\n")
    manifest(logs)
    (tmp_path / "recordings").mkdir()
    return logs


def manifest(logs: Logs, *lines: str) -> None:
    header = "file,start,caller,administrator,wait,direction"
    (logs.folder / "pbx.csv").write_text("\n".join([header, *lines, ""]))


def record(logs: Logs, name: str, hz: int = 400, seconds: float = 95) -> None:
    write_wav(logs.folder / "recordings" / name, hum(seconds, hz=hz))


def run(logs: Logs) -> Summary:
    FakeEngine.transcribed = []
    return pipeline.run(logs.settings)


def listed(logs: Logs) -> list[tuple[str, bool, str]]:
    return [
        (row["call_id"], row["recorded"], row["outcome"])
        for row in logs.rows("SELECT * FROM call_list ORDER BY start_utc, call_id")
    ]


def conflicts(logs: Logs, call_id: str) -> list[tuple[str, str, str]]:
    detail = call_detail(as_owner(logs.settings.store.path), call_id)
    assert detail is not None
    return [(c.field, c.kept, c.other) for c in detail.call.conflicts]


def joined(summary: Summary) -> list[Failure]:
    return [failure for failure in summary.failures if failure.stage == "join"]


def test_a_recording_finds_its_records_by_the_id_in_its_name(logs: Logs) -> None:
    record(logs, NAME)
    logs.write("Master.csv", cdr(), cdr(uniqueid="2.2", disposition="NO ANSWER", src="111"))
    logs.write(
        "queue_log",
        queue(0, "ENTERQUEUE", "", "0048600100200", 1),
        queue(10, "CONNECT", 10, "x", 3, agent="PJSIP/201"),
        queue(95, "COMPLETEAGENT", 10, 85, 1, agent="PJSIP/201"),
    )
    summary = run(logs)
    assert joined(summary) == []
    assert sorted(listed(logs)) == [(f"{EPOCH}.1", True, "answered"), ("2.2", False, "unanswered")]
    detail = call_detail(as_owner(logs.settings.store.path), f"{EPOCH}.1")
    assert detail is not None
    call = detail.call
    assert (call.agent, call.caller, call.talk_s) == ("201", "0048600100200", 85)
    assert call.line.wait_s is not None
    assert (call.line.wait_s.value_s, call.line.wait_s.source) == (10, "pbx")
    assert detail.start_local == START
    assert conflicts(logs, f"{EPOCH}.1") == []


def test_a_record_that_comes_later_is_taken_without_transcribing(logs: Logs) -> None:
    record(logs, NAME)
    [lost] = [f for f in joined(run(logs)) if f.path.endswith(NAME)] or [None]
    assert lost is None  # there are no logs that could tell of it
    logs.write("Master.csv", cdr())
    summary = run(logs)
    assert (summary.run.done, FakeEngine.transcribed) == (1, [])
    assert listed(logs) == [(f"{EPOCH}.1", True, "answered")]
    assert run(logs).run.done == 0


def test_the_manifest_and_the_switch_are_joined_by_number_and_time(logs: Logs) -> None:
    record(logs, "a.wav", seconds=90)
    manifest(logs, "a.wav,2026-09-07 10:00:20,600 100 200,Anna,30,in")
    logs.write("Master.csv", cdr())
    assert joined(run(logs)) == []
    [(call_id, recorded, outcome)] = listed(logs)
    assert (recorded, outcome) == (True, "answered")
    assert conflicts(logs, call_id) == [
        ("agent", "Anna", "201"),
        ("start", "2026-09-07 08:00:20", "2026-09-07 08:00:00"),
        ("wait", "30.0 s", "12.0 s"),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a.wav,2026-09-07 10:01:10,600100200,,,in", "too far apart"),
        ("a.wav,2026-09-07 10:00:02,600100201,,,in", "another number"),
        ("a.wav,2026-09-07 10:00:02,201,,,out", "another direction's patient"),
    ],
)
def test_what_does_not_fit_is_not_joined(logs: Logs, line: str, why: str) -> None:
    record(logs, "a.wav")
    manifest(logs, line)
    logs.write("Master.csv", cdr())
    run(logs)
    assert sorted(recorded for _, recorded, _ in listed(logs)) == [False, True], why


def test_two_that_fit_alike_are_not_guessed(logs: Logs) -> None:
    record(logs, "a.wav")
    manifest(logs, "a.wav,2026-09-07 10:00:05,600100200,,,in")
    later = START + timedelta(seconds=12)
    logs.write("Master.csv", cdr(), cdr(start=later, uniqueid="2.2"))
    run(logs)
    assert sorted(recorded for _, recorded, _ in listed(logs)) == [False, False, True]
    manifest(logs, "a.wav,2026-09-07 10:00:00,600100200,,,in")
    run(logs)
    assert sorted(recorded for _, recorded, _ in listed(logs)) == [False, True]


def test_a_record_names_its_recording(logs: Logs) -> None:
    columns = ("start", "src", "dst", "disposition", "duration", "billsec", "uniqueid",
               "recording", "dstchannel", "lastapp", "answer", "end")  # fmt: skip
    record(logs, "strange name.wav")
    heading = ",".join(columns).replace("recording", "recordingfile")
    logs.write("cdr.csv", heading, cdr(columns, recording="2026/09/strange name.wav"),
               cdr(columns, recording="gone.wav", uniqueid="2.2"))  # fmt: skip
    [gone] = joined(run(logs))
    assert (gone.line, "gone.wav" in gone.reason) == (3, True)
    assert sorted(listed(logs)) == [(f"{EPOCH}.1", True, "answered"), ("2.2", False, "answered")]


def test_a_recording_that_no_log_tells_of(logs: Logs) -> None:
    record(logs, NAME.replace(".1.wav", ".9.wav"))
    logs.write("Master.csv", cdr(src="777"))
    [lost] = joined(run(logs))
    assert "No log tells" in lost.reason
    assert len(listed(logs)) == 2
    logs.append("Master.csv", cdr(uniqueid=f"{EPOCH}.9"))
    assert joined(run(logs)) == []


def test_a_row_without_a_recording_is_a_call(logs: Logs) -> None:
    manifest(logs, ",2026-09-07 10:00:00,600100200,,,in", "lost.wav,2026-09-08,1,,,in")
    [lost] = joined(run(logs))
    assert (lost.line, lost.severity) == (3, "error")
    assert [recorded for _, recorded, _ in listed(logs)] == [False, False]
    manifest(logs)
    run(logs)
    assert listed(logs) == []


def test_the_table_says_whether_an_unrecorded_call_was_answered(logs: Logs) -> None:
    lines = ["file,start,caller,administrator,answered", ",2026-09-07 10:00:00,1,Anna,yes",
             ",2026-09-07 11:00:00,2,,no", ",2026-09-07 12:00:00,3,Zofia,"]  # fmt: skip
    (logs.folder / "pbx.csv").write_text("\n".join([*lines, ""]))
    assert joined(run(logs)) == []
    assert [outcome for _, _, outcome in listed(logs)] == ["answered", "unanswered", ""]
    assert names(logs) == ["Anna", "", "Zofia"]


def test_a_recording_longer_than_the_call_is_told(logs: Logs) -> None:
    record(logs, NAME, seconds=120)
    logs.write("Master.csv", cdr())
    run(logs)
    assert conflicts(logs, f"{EPOCH}.1") == [("duration", "95.0 s", "120.0 s")]


def test_colleagues_are_not_listened_to(logs: Logs) -> None:
    record(logs, f"internal-201-202-20260907-100000-{EPOCH}.1.wav")
    logs.write("Master.csv", cdr(src="202", dst="201", dcontext="from-internal"))
    summary = run(logs)
    assert (summary.run.done, FakeEngine.transcribed, listed(logs)) == (0, [], [])
    [notice] = [f for f in summary.failures if f.path.endswith(".wav")]
    assert "between two of the clinic's own extensions" in notice.reason


def test_desks_follow_the_calendar(logs: Logs) -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    logs.write(
        "Master.csv", cdr(), cdr(start=START + day, uniqueid="2.2"),
        cdr(start=START + hour, uniqueid="3.3", dstchannel="PJSIP/999-00000001"),
    )  # fmt: skip
    manifest(logs, ",2026-09-07 12:00:00,1,Zofia,3,in")
    desks = [
        Desk(agent="201", administrator="Anna", until=date(2026, 9, 7)),
        Desk(agent="201", administrator="Maria", since=date(2026, 9, 8)),
    ]
    write_desks(logs.settings.clinic.desks, desks)
    run(logs)
    assert names(logs) == ["Anna", "", "Zofia", "Maria"]
    Store(logs.settings.store.path).assign([*desks, Desk(agent="999", administrator="Eva")])
    assert names(logs) == ["Anna", "Eva", "Zofia", "Maria"]
    run(logs)
    assert names(logs) == ["Anna", "", "Zofia", "Maria"]  # the file is what counts


def test_calls_of_no_named_clinic_are_this_clinics(logs: Logs) -> None:
    logs.write("Master.csv", cdr())
    for name in ("Riverside", "Hillside"):
        logs.clinic = name
        run(logs)
        assert [row["clinic"] for row in logs.rows("SELECT clinic FROM call_list")] == [name]


def names(logs: Logs) -> list[str]:
    return [
        row["administrator"]
        for row in logs.rows("SELECT administrator FROM call_list ORDER BY start_utc")
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("who,when\n", "begins with who,when"),
        ("agent,administrator,since,until\n201,Anna,2026-09-09,2026-09-01\n", "line 2"),
        (
            "agent,administrator,since,until\n201,Anna,,\n201,Eva,2026-01-01,\n",
            "line 3: 201 is Anna",
        ),
        ("agent,administrator,since,until\n201,,,\n", "Both the agent and the administrator"),
        ("agent,administrator,since,until\n201,Anna,soon,\n", "line 2"),
    ],
)
def test_a_desk_that_cannot_be(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "desks.csv"
    assert read_desks(path) == ()
    path.write_text(text)
    with pytest.raises(SettingsError, match=says):
        read_desks(path)
