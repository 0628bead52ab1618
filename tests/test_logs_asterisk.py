"""Asterisk's CDR and queue_log: every line is a call's, a problem, or both, and counts once."""

import gzip
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers_logs import EPOCH, START, Logs, cdr, queue
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auricle.models import Failure
from ingest.logs import importing, lines
from ingest.logs.asterisk_cdr import CUSTOM_COLUMNS, DEFAULT_COLUMNS, columns_of

OLD = EPOCH
"""A time stamp for files that nobody is writing any more."""


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    return Logs(tmp_path)


def told(failures: list[Failure]) -> list[tuple[int | None, str]]:
    return [(failure.line, failure.severity) for failure in failures]


HEADED = ("start", "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp",
          "lastdata", "duration", "billsec", "disposition", "uniqueid", "linkedid",
          "recording", "answer", "end")  # fmt: skip


@pytest.mark.parametrize("columns", [DEFAULT_COLUMNS, CUSTOM_COLUMNS, HEADED])
def test_every_order_of_columns_tells_the_same_call(logs: Logs, columns: tuple[str, ...]) -> None:
    heading = [",".join(columns).replace("start", "calldate", 1)] if columns == HEADED else []
    logs.write("Master.csv", *heading, cdr(columns))
    assert logs.read() == []
    call = logs.call()
    assert (call["call_id"], call["direction"], call["outcome"]) == (f"{EPOCH}.1", "inbound",
                                                                     "answered")  # fmt: skip
    assert (call["caller"], call["callee"], call["agent"]) == ("0048600100200", "201", "201")
    assert (call["wait_s"], call["talk_s"], call["duration_s"]) == (12, 83, 95)
    assert call["start_local"] == START
    assert call["start_utc"] == START - timedelta(hours=2)


def test_an_order_of_its_own_is_named_in_the_settings(logs: Logs) -> None:
    own = ("src", "dst", "start", "answer", "end", "disposition", "duration", "billsec",
           "dstchannel", "lastapp", "uniqueid", "clid", "channel", "dcontext")  # fmt: skip
    pattern = ",".join(f"${{CSV_QUOTE(${{CDR({name})}})}}" for name in own)
    assert columns_of(pattern) == columns_of(", ".join(own)) == own
    logs.write("cdr.csv", cdr(own))
    assert logs.read() == []
    assert logs.calls() == []
    logs.extra = f"cdr_columns = '{pattern}'\n"
    assert logs.read(logs.place / "cdr.csv") == []
    assert logs.call()["wait_s"] == 12


@pytest.mark.parametrize(
    ("values", "outcome", "direction", "agent"),
    [
        ({}, "answered", "inbound", "201"),
        ({"disposition": "NO ANSWER"}, "unanswered", "inbound", ""),
        ({"disposition": "BUSY"}, "busy", "inbound", ""),
        ({"disposition": "CONGESTION"}, "failed", "inbound", ""),
        ({"lastapp": "Queue", "dstchannel": ""}, "abandoned", "inbound", ""),
        ({"lastapp": "Background", "dstchannel": ""}, "abandoned", "inbound", ""),
        ({"lastapp": "VoiceMail", "dstchannel": ""}, "unanswered", "inbound", ""),
        ({"src": "201", "dst": "600100200", "channel": "PJSIP/201-0000000a"}, "answered",
         "outbound", "201"),
        ({"src": "201", "dst": "202", "dcontext": "from-internal"}, "answered", "internal",
         "trunk"),
        ({"src": "3035", "dst": "2"}, "answered", "inbound", "201"),
        ({"src": "anonymous"}, "answered", "inbound", "201"),
        ({"dstchannel": "Local/2004@from-internal/n"}, "answered", "inbound", "2004"),
        ({"dstchannel": "SIP/anna-desk-00000fa5;2"}, "answered", "inbound", "anna-desk"),
    ],
)  # fmt: skip
def test_how_a_record_is_read(
    logs: Logs, values: dict[str, Any], outcome: str, direction: str, agent: str
) -> None:
    logs.write("Master.csv", cdr(**values))
    assert logs.read() == []
    call = logs.call()
    assert (call["outcome"], call["direction"], call["agent"]) == (outcome, direction, agent)
    assert (call["wait_s"] is not None) == (outcome == "answered")


def test_who_answers_before_a_human_is_no_answer(logs: Logs) -> None:
    """A queue picks up at once to play its music: the record's answer says nothing of a wait."""
    logs.write("Master.csv", cdr(lastapp="Queue", lastdata="600,t,,,60", wait=0, talk=95))
    logs.read()
    call = logs.call()
    assert (call["outcome"], call["queue"], call["wait_s"]) == ("answered", "600", None)


def test_the_queue_knows_what_the_record_does_not(logs: Logs) -> None:
    logs.write("Master.csv", cdr(lastapp="Queue", lastdata="600", wait=0, talk=95))
    logs.write(
        "queue_log",
        queue(9, "ENTERQUEUE", "", "0048600100200", 1),
        queue(14, "RINGNOANSWER", 5000, agent="PJSIP/202"),
        queue(31, "CONNECT", 22, f"{EPOCH}.7", 4, agent="PJSIP/201"),
        queue(95, "COMPLETECALLER", 22, 64, 1, agent="PJSIP/201"),
    )
    assert logs.read() == []
    call = logs.call()
    assert set(call["sources"]) == {"asterisk_cdr", "queue_log"}
    assert (call["wait_s"], call["queue_s"], call["ring_s"], call["talk_s"]) == (31, 22, 4, 64)
    assert (call["agent"], call["ended_by"], call["conflicts"]) == ("201", "patient", [])


@pytest.mark.parametrize(
    ("event", "data", "outcome"),
    [
        ("ABANDON", (1, 1, 40), "abandoned"),
        ("EXITWITHTIMEOUT", (1, 1, 40), "unanswered"),
        ("EXITEMPTY", (1, 1, 40), "unanswered"),
        ("EXITWITHKEY", ("0", 1), "unanswered"),
    ],
)
def test_who_leaves_the_queue_unheard(
    logs: Logs, event: str, data: tuple[object, ...], outcome: str
) -> None:
    logs.write("queue_log", queue(0, "ENTERQUEUE", "", "1", 1), queue(40, event, *data))
    logs.read()
    call = logs.call()
    assert (call["outcome"], call["wait_s"], call["duration_s"]) == (outcome, None, 40)


def test_transfers_end_the_leg_without_saying_who_hung_up(logs: Logs) -> None:
    logs.write(
        "queue_log",
        queue(0, "ENTERQUEUE", "", "1", 1),
        queue(5, "CONNECT", 5, f"{EPOCH}.2", 3, agent="Agent/1001"),
        queue(50, "BLINDTRANSFER", "202", "from-internal", 5, 45, 1, agent="Agent/1001"),
    )
    logs.read()
    call = logs.call()
    assert (call["outcome"], call["agent"], call["ended_by"]) == ("answered", "1001", "")


def test_an_entry_without_an_exit_is_unknown_and_told(logs: Logs) -> None:
    logs.write(
        "queue_log",
        queue(0, "ENTERQUEUE", "", "1", 1),
        queue(7200, "ENTERQUEUE", "", "2", 1, call="other.1"),
    )
    [failure] = logs.read()
    assert (failure.line, failure.stage) == (1, "join")
    assert "never leaves" in failure.reason
    assert [call["outcome"] for call in logs.calls()] == ["", ""]
    logs.append("queue_log", queue(7230, "ABANDON", 1, 1, 30, call="other.1"))
    [failure] = logs.read()
    assert [call["outcome"] for call in logs.calls()] == ["", "abandoned"]


def test_several_attempts_are_one_call(logs: Logs) -> None:
    later = START + timedelta(seconds=20)
    logs.write(
        "Master.csv",
        cdr(disposition="NO ANSWER", wait=20, talk=0, dstchannel="PJSIP/202-1"),
        cdr(start=later, uniqueid=f"{EPOCH}.1", wait=5, talk=60),
    )
    logs.read()
    call = logs.call()
    assert (call["outcome"], call["agent"], call["wait_s"]) == ("answered", "201", 25)


def test_linked_channels_are_one_call(logs: Logs) -> None:
    columns = (*CUSTOM_COLUMNS, "linkedid")
    logs.extra = f"cdr_columns = '{','.join(columns)}'\n"
    first = f"{EPOCH}.1"
    logs.write(
        "Master.csv",
        cdr(columns, linkedid=first),
        cdr(columns, linkedid=first, uniqueid=f"{EPOCH}.5", start=START + timedelta(seconds=1)),
    )
    # A head of 20 columns is in no known order: the file has to be named.
    logs.read(logs.place / "Master.csv")
    assert logs.call()["call_id"] == first


@pytest.mark.parametrize(
    ("local", "epoch", "utc"),
    [
        # The night of 25 October 2026: two o'clock comes twice.
        ("2026-10-25 02:30:00", 1792888200, datetime(2026, 10, 25, 0, 30)),
        ("2026-10-25 02:30:00", 1792891800, datetime(2026, 10, 25, 1, 30)),
        ("2026-01-15 10:00:00", 1768467600, datetime(2026, 1, 15, 9, 0)),
    ],
)
def test_the_hour_that_comes_twice(logs: Logs, local: str, epoch: int, utc: datetime) -> None:
    logs.write("Master.csv", cdr(start=datetime.fromisoformat(local), uniqueid=f"{epoch}.1"))
    assert logs.read() == []
    call = logs.call()
    assert call["start_utc"] == utc
    assert call["start_local"] == datetime.fromisoformat(local)


def test_a_call_across_the_change_of_clocks_keeps_its_length(logs: Logs) -> None:
    start = datetime(2026, 10, 25, 2, 59, 50)
    logs.write(
        "Master.csv",
        cdr(start=start, uniqueid="1792889990.1", answer="2026-10-25 02:00:02",
            end="2026-10-25 02:01:25"),
    )  # fmt: skip
    assert logs.read() == []
    call = logs.call()
    assert (call["wait_s"], call["talk_s"], call["duration_s"]) == (12, 83, 95)


def test_a_switch_in_another_zone_is_believed_and_told(logs: Logs) -> None:
    logs.write("Master.csv", cdr(start=START - timedelta(hours=2), uniqueid=f"{EPOCH}.1"))
    [failure] = logs.read()
    assert "time zone" in failure.reason
    assert "timezone" in failure.remedy
    assert logs.call()["start_local"] == START


def test_without_an_id_the_zone_decides(logs: Logs) -> None:
    logs.write("Master.csv", cdr(uniqueid=""))
    assert logs.read() == []
    assert logs.call()["start_utc"] == START - timedelta(hours=2)


def test_only_new_lines_are_read(logs: Logs) -> None:
    logs.write("Master.csv", cdr(uniqueid=f"{EPOCH}.1"))
    logs.write("queue_log", queue(0, "ENTERQUEUE", "", "1", 1))
    logs.read()
    assert logs.read() == []
    logs.append("queue_log", queue(12, "CONNECT", 12, "x", 3, agent="PJSIP/201"))
    logs.append("Master.csv", cdr(uniqueid="2.2", start=START + timedelta(hours=1)))
    assert logs.read() == []
    assert [call["outcome"] for call in logs.calls()] == ["answered", "answered"]
    assert (logs.count("legs"), logs.count("queue_events")) == (3, 2)


def test_an_import_that_is_killed_goes_on_where_it_was(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", 1000)
    monkeypatch.setattr(importing, "COMMITTED_BLOCKS", 2)
    hour = timedelta(hours=1)
    logs.write("Master.csv", *(cdr(uniqueid=f"{n}.1", start=START + n * hour) for n in range(20)))
    seen: list[int] = []

    def killed(what: str, done: int, total: int) -> None:
        seen.append(done)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        logs.read(progress=killed)
    assert 0 < logs.count("legs") < 20
    assert logs.read(progress=lambda what, done, total: seen.append(done)) == []
    assert seen[2] == seen[3]  # the block that was lost is the first one of the second run
    assert len(logs.calls()) == logs.count("legs") == 20


def test_a_rotated_log_is_known_again(logs: Logs) -> None:
    logs.write("queue_log", queue(0, "ENTERQUEUE", "", "1", 1))
    logs.read()
    logs.append("queue_log", queue(8, "ABANDON", 1, 1, 8))
    (logs.place / "queue_log").rename(logs.place / "queue_log.1")
    os.utime(logs.place / "queue_log.1", (OLD, OLD))
    logs.write("queue_log", queue(90, "ENTERQUEUE", "", "2", 1, call="new.1"))
    assert logs.read() == []
    assert [call["outcome"] for call in logs.calls()] == ["abandoned", ""]
    (logs.place / "queue_log.1").rename(logs.place / "queue_log.2")
    (logs.place / "queue_log").rename(logs.place / "queue_log.1")
    assert logs.read() == []
    assert (logs.count("queue_events"), logs.count("log_files")) == (3, 2)


def test_a_log_that_was_replaced_keeps_its_calls(logs: Logs) -> None:
    logs.write("Master.csv", cdr())
    logs.read()
    logs.write("Master.csv", cdr(uniqueid="9.9", start=START + timedelta(days=1)))
    assert logs.read() == []
    assert len(logs.calls()) == 2


def test_a_copy_of_a_log_counts_once(logs: Logs) -> None:
    path = logs.write("Master.csv", cdr(), cdr(uniqueid="2.2", start=START + timedelta(hours=1)))
    logs.read()
    (logs.place / "copy.csv").write_bytes(path.read_bytes())
    with gzip.open(logs.place / "Master.csv.1.gz", "wb") as file:
        file.write(path.read_bytes())
    failures = logs.read()
    assert told(failures) == [(1, "notice"), (1, "notice")]
    assert all("2 lines" in f.reason and str(path) in f.reason for f in failures)
    assert len(logs.calls()) == 2


def test_the_last_line_may_still_be_written(logs: Logs) -> None:
    whole = cdr(uniqueid="2.2", start=START + timedelta(hours=1))
    path = logs.write("Master.csv", cdr(), whole[:-40], end="")
    assert logs.read() == []
    assert len(logs.calls()) == 1
    assert logs.read() == []
    with path.open("a") as file:
        file.write(whole[-40:] + "\n")
    assert logs.read() == []
    assert [call["call_id"] for call in logs.calls()] == [f"{EPOCH}.1", "2.2"]


def test_a_last_line_that_was_left_alone_is_looked_at_again(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.write("Master.csv", cdr(uniqueid="1.1"), cdr(uniqueid="2.2"), end="")
    logs.read()
    assert len(logs.calls()) == 1
    monkeypatch.setattr(importing, "BEING_WRITTEN_S", 0)
    logs.read()
    assert len(logs.calls()) == 2


def test_a_last_line_that_nobody_finishes_is_read(logs: Logs) -> None:
    path = logs.write("Master.csv", cdr(), cdr(uniqueid="2.2"), end="")
    os.utime(path, (OLD, OLD))
    assert told(logs.read()) == [(2, "notice")]
    assert logs.count("legs") == 2
    cut = logs.write("cut.csv", cdr(uniqueid="3.3"), cdr(uniqueid="4.4")[:-60], end="")
    os.utime(cut, (OLD, OLD))
    assert told(logs.read()) == [(2, "error"), (2, "notice")]
    with cut.open("a") as file:
        file.write(cdr(uniqueid="4.4")[-60:] + "\n")
    assert logs.read() == []
    assert logs.count("legs") == 4


def test_a_unique_id_that_two_calls_have_is_told(logs: Logs) -> None:
    logs.write(
        "Master.csv",
        cdr(uniqueid="1.1", src="48501000001", channel="PJSIP/in-00000001"),
        cdr(uniqueid="1.1", src="48501000002", channel="PJSIP/in-00000002"),
        # One caller, tried at two desks, and one whose number was changed on the way.
        cdr(uniqueid="2.2", dstchannel="PJSIP/201-00000003"),
        cdr(uniqueid="2.2", dstchannel="PJSIP/202-00000004"),
        cdr(uniqueid="3.3", src="48501000003", channel="PJSIP/in-00000005"),
        cdr(uniqueid="3.3", src="0048501000003", channel="PJSIP/in-00000005"),
    )
    [problem] = logs.read()
    assert (problem.line, problem.severity) == (2, "notice")
    assert "48501000001" in problem.reason
    assert "48501000002" in problem.reason
    assert [call["call_id"] for call in logs.calls()] == ["1.1", "2.2", "3.3"]


def test_an_id_that_is_given_out_again_is_told(logs: Logs) -> None:
    logs.write("Master.csv", cdr(uniqueid="1.1"))
    assert logs.read() == []
    logs.append(
        "Master.csv",
        cdr(uniqueid="1.1", dstchannel="PJSIP/202-00000004"),  # the same call, at another desk
        cdr(uniqueid="1.1", start=START + timedelta(days=400)),
    )
    [problem] = logs.read()
    assert (problem.line, problem.severity) == (3, "notice")
    assert "2026-09-07 08:00:00 UTC" in problem.reason


def test_what_is_wrong_is_told_by_line_and_the_rest_counts(logs: Logs) -> None:
    hour = timedelta(hours=1)
    logs.write(
        "Master.csv",
        cdr(uniqueid="1.1"),
        "",
        "nonsense",
        cdr(uniqueid="4.1", start=START + hour)[:-20],
        cdr(uniqueid="5.1", start=START + hour).replace("2026-09-07 11:00:00", "yesterday"),
        cdr(uniqueid="6.1", start=START + hour, duration=500),
        cdr(uniqueid="7.1", start=START + hour, billsec=900),
        cdr(uniqueid="1.1"),
        cdr(uniqueid="9.1", start=START - hour),
        cdr(uniqueid="10.1", clid="Jan Łoś").encode("cp1250", "replace"),
    )
    failures = logs.read()
    assert {line for line, severity in told(failures) if severity == "error"} == {3, 4, 5}
    assert {line for line, severity in told(failures) if severity == "notice"} == {6, 7, 8, 9, 10}
    assert {call["call_id"] for call in logs.calls()} == {"1.1", "6.1", "7.1", "9.1", "10.1"}
    assert all(failure.remedy for failure in failures)


def test_what_is_wrong_with_a_queue_log_is_told_by_line(logs: Logs) -> None:
    logs.write(
        "queue_log",
        queue(0, "ENTERQUEUE", "", "1", 1),
        "1788768000|cut",
        "soon|1.1|600|NONE|ENTERQUEUE||1",
        queue(-90, "ABANDON", 1, 1, 8),
        queue(0, "ENTERQUEUE", "", "1", 1),
        f"{EPOCH}|NONE|NONE|NONE|QUEUESTART|",
    )
    failures = logs.read()
    assert sorted(told(failures)) == [(2, "error"), (3, "error"), (4, "notice"), (5, "notice")]
    assert logs.call()["outcome"] == "abandoned"


def test_a_file_that_is_no_log(logs: Logs) -> None:
    path = logs.write("notes.csv", "name,price", "filling,90")
    assert logs.read() == []
    [failure] = logs.read(path)
    assert "no known log" in failure.reason
    [failure] = logs.read(logs.place / "gone.csv")
    assert "can't be read" in failure.reason
    broken = logs.place / "queue_log.1.gz"
    broken.write_bytes(gzip.compress(os.urandom(9000))[:500])
    [failure] = logs.read()
    assert failure.path == str(broken)


_CHARACTERS = st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    junk=st.lists(
        st.one_of(
            st.text(_CHARACTERS, max_size=60),
            st.text(st.sampled_from('",|\\ 0123-:'), max_size=80),
            st.integers(0, 250).map(lambda cut: cdr(uniqueid="")[:cut]),
            st.integers(0, 60).map(lambda cut: queue(5, "CONNECT", 5, "x", 3)[:cut]),
        ),
        max_size=8,
    ),
    binary=st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")),
)
@example(junk=["0011677888||||C"], binary=b"")
@example(junk=['"', '""', ",,,,", "\x00", "\ufeff"], binary=b"\xff\xfe\x00")
def test_every_line_is_a_record_or_a_problem(junk: list[str], binary: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        logs = Logs(Path(folder))
        for name, good in (("Master.csv", cdr()), ("queue_log", queue(0, "ENTERQUEUE", "", "1"))):
            path = logs.write(name, good, *junk, binary, good + " ")
            failures = [f for f in logs.read() if f.path == str(path)]
            texts, _ = lines._texts(path.read_bytes())
            records = {
                row["line"]
                for row in logs.rows("SELECT line FROM legs UNION SELECT line FROM queue_events")
            }
            wrong = {f.line for f in failures}
            for number, text in enumerate(texts.to_pylist(), start=1):
                assert not text.strip() or number in records | wrong
            assert 1 in records


@settings(deadline=None, max_examples=15)
@given(cuts=st.lists(st.integers(1, 400), min_size=1, max_size=6), size=st.integers(20, 400))
def test_however_it_arrives_the_result_is_the_same(cuts: list[int], size: int) -> None:
    """Whatever the blocks, and wherever the file ended when it was read before."""
    raw = "".join(
        f"{line}\n"
        for second in range(3)
        for line in (
            queue(100 * second, "ENTERQUEUE", "", "1", 1, call=f"{second}.1"),
            queue(100 * second + 9, "CONNECT", 9, "x", 3, call=f"{second}.1", agent="SIP/201"),
        )
    ).encode()
    results = []
    for stops, block in (([len(raw)], lines.BLOCK_BYTES), ([*sorted(cuts), len(raw)], size)):
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(lines, "BLOCK_BYTES", block)
            logs = Logs(Path(folder))
            for stop in stops:
                (logs.place / "queue_log").write_bytes(raw[:stop])
                failures = logs.read()
            assert failures == []
            results.append(logs.rows("SELECT * EXCLUDE (path) FROM queue_events ORDER BY line"))
    assert results[0] == results[1]
