"""The store: what goes in comes out, whoever else is reading, whenever somebody pulls the plug."""

import json
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import helpers_store_user
import pytest
from helpers_clinic import contents, environment
from helpers_store_user import a_call
from hypothesis import given, settings
from hypothesis import strategies as st

from auricle.errors import StoreError
from auricle.models import (
    Call,
    Evidence,
    Failure,
    Line,
    LineFact,
    Recording,
    RubricRef,
    Run,
    Scorecard,
    Segment,
    Transcript,
    Turn,
    Verdict,
    Word,
)
from auricle.store import Fingerprints, Store, Waveform
from auricle.store import connection as store_connection
from auricle.store.access import as_owner
from auricle.store.connection import connected, open_between_reads
from auricle.store.reads import call_detail, failures, rows, runs

LONGEST_WAIT_S = 2.0
"""What a page, or the pipeline, may wait for the other: the store's promise."""

# Anything that can be in a text, from a manifest or a recogniser: quotes, emoji, NUL, line ends.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=15)
names = st.text(min_size=1, max_size=10)
numbers = st.floats(-1e9, 1e9)
seconds = st.floats(0, 1e5)
shares = st.floats(0, 1)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
provenances = st.dictionaries(texts, json_values, max_size=3)
facts = st.none() | st.builds(
    LineFact, value_s=seconds, precision_s=seconds, confidence=shares,
    source=st.sampled_from(["pbx", "audio"]),
)  # fmt: skip
segments = st.builds(
    Segment, kind=st.sampled_from(["ring", "ivr", "hold", "speech"]), start_s=seconds,
    end_s=seconds, channel=st.sampled_from([None, 0, 1]), confidence=shares,
)  # fmt: skip
lines = st.builds(
    Line, ring_s=facts, ivr_s=facts, queue_s=facts, hold_s=facts, wait_s=facts,
    answered_at_s=st.none() | seconds, segments=st.lists(segments, max_size=3).map(tuple),
)  # fmt: skip
moments = st.none() | st.datetimes(
    datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.timezones()
).filter(lambda moment: moment.astimezone(UTC).astimezone(moment.tzinfo) == moment)
calls = st.builds(
    Call,
    call_id=st.sampled_from(["one", "two"]),
    recording=st.builds(
        Recording, sha256=st.just("f" * 64), path=texts, channels=st.integers(1, 8),
        sample_rate_hz=st.integers(1, 200_000), duration_s=seconds,
        layout=st.sampled_from(["mono", "stereo", "fake_stereo"]),
    ),
    clinic=texts, administrator=texts, caller=texts, queue=texts, start=moments, line=lines,
    direction=st.sampled_from(["inbound", "outbound"]),
)  # fmt: skip
words = st.builds(
    Word, text=texts, start_s=seconds, end_s=seconds, confidence=shares, also=st.none() | texts
)
turns = st.builds(
    Turn, speaker=names, role=st.sampled_from(["administrator", "patient", "ivr", "unknown"]),
    role_confidence=shares, start_s=seconds, end_s=seconds, text=texts, confidence=shares,
    words=st.lists(words, max_size=3).map(tuple),
)  # fmt: skip
evidence = st.builds(
    Evidence, kind=st.sampled_from(["quote", "measure", "absence"]),
    role=st.sampled_from([None, "patient"]), turn=st.none() | st.integers(0, 5000),
    start_s=st.none() | seconds, end_s=st.none() | seconds, quote=st.none() | texts,
    measure=st.none() | texts, value=st.none() | numbers, unit=st.none() | texts,
    source=st.none() | texts, note=st.none() | texts,
)  # fmt: skip
verdicts = st.builds(
    Verdict, id=names, verdict=st.sampled_from(["met", "partly", "missed", "abstain"]),
    points=st.none() | numbers, max_points=numbers, confidence=shares, reason=texts,
    evidence=st.lists(evidence, max_size=2).map(tuple),
)  # fmt: skip
totals = st.none() | st.floats(0, 100)


@st.composite
def results(draw: st.DrawFn) -> tuple[Call, Transcript, Scorecard]:
    call = draw(calls)
    transcript = Transcript(
        call_id=call.call_id, language=draw(st.sampled_from(["", "en", "zh"])),
        duration_s=draw(seconds), line=draw(lines), provenance=draw(provenances),
        turns=tuple(draw(st.lists(turns, max_size=4))),
    )  # fmt: skip
    card = Scorecard(
        call_id=call.call_id, rubric=RubricRef(id=draw(names), version=draw(names)),
        total=draw(totals), low=draw(totals), high=draw(totals), scored_share=draw(shares),
        failed_critical=tuple(draw(st.lists(names, max_size=2))),
        criteria=tuple(draw(st.lists(verdicts, max_size=3))), provenance=draw(provenances),
    )  # fmt: skip
    return call, transcript, card


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "auricle.duckdb")


def save(store: Store, call: Call, transcript: Transcript, card: Scorecard) -> None:
    path = call.recording.path
    with store.transaction():
        store.save_call(call, Waveform(25.0, [[0, 255], [7]]), fingerprint="c", run_id="r")
        store.save_transcript(transcript, path=path, fingerprint="t", run_id="r")
        store.save_scorecard(card, path=path, fingerprint="s", run_id="r")


@settings(max_examples=25)
@given(made=results())
def test_what_goes_in_comes_out(
    made: tuple[Call, Transcript, Scorecard], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """One recording under one id or another, saved again and again with other results."""
    store = Store(tmp_path_factory.getbasetemp() / "round-trip" / "a.duckdb")
    call, transcript, card = made
    save(store, call, transcript, card)
    found = call_detail(as_owner(store.path), call.call_id)
    assert found is not None
    assert found.call == call
    assert found.transcript == transcript
    assert found.scorecard == card
    assert found.waveform == Waveform(25.0, [[0, 255], [7]])
    assert found.start_local == (call.start.replace(tzinfo=None) if call.start else None)
    assert store.fingerprints() == {"f" * 64: Fingerprints("c", "t", "s")}
    assert store.transcribed(["f" * 64, "e" * 64]) == {"f" * 64: (call, transcript)}
    for table in ("calls", "transcripts", "scorecards", "waveforms"):
        [count] = rows(as_owner(store.path), f"SELECT count(*) AS n FROM {table}")
        assert count["n"] == 1
    exported = rows(as_owner(store.path), "SELECT text FROM words ORDER BY turn, position")
    assert [row["text"] for row in exported] == [w.text for t in transcript.turns for w in t.words]


@given(run=st.builds(
    Run, run_id=names, started=moments.filter(bool), finished=moments, version=names, device=texts,
    found=st.integers(0, 10**6), audio_s=seconds,
    timings_s=st.dictionaries(names, seconds, max_size=3),
))  # fmt: skip
@settings(max_examples=10)
def test_runs_come_out_as_they_went_in(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "runs" / "a.duckdb")
    store.save_run(run)
    store.save_run(run.model_copy(update={"found": run.found + 1}))
    [found] = [r for r in runs(as_owner(store.path), limit=100) if r.run_id == run.run_id]
    assert found == run.model_copy(update={"found": run.found + 1})


@settings(max_examples=10)
@given(seen=st.dictionaries(names, st.tuples(st.integers(0, 2**50), st.integers(0, 2**62), names),
                            max_size=5))  # fmt: skip
def test_known_files_are_remembered(
    seen: dict[str, tuple[int, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = Store(tmp_path_factory.mktemp("files") / "a.duckdb")
    store.remember_files(dict.fromkeys(seen, (0, 0, "old")))
    store.remember_files(seen)
    assert store.known_files() == seen


def test_opening_again_changes_nothing(store: Store) -> None:
    save(store, *a_call(1))
    before = store.path.read_bytes()
    Store(store.path)
    assert store.path.read_bytes() == before
    applied = rows(as_owner(store.path), "SELECT version FROM migrations ORDER BY version")
    assert [row["version"] for row in applied] == list(range(1, len(applied) + 1))


def test_migrations_that_made_somebodys_database_stay_as_they_are() -> None:
    """A change is a new file, and a new line of ``sha256sum`` in the golden one."""
    folder = Path(store_connection.__file__).parent / "migrations"
    made = "".join(
        f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.glob("*.sql"))
    )
    assert made == (Path(__file__).parent / "golden" / "migrations.sha256").read_text("utf-8")


def test_a_migration_broken_off_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute("CREATE TABLE migrations (version INTEGER PRIMARY KEY, name VARCHAR)")
    store = Store(path)
    save(store, *a_call(1))
    assert call_detail(as_owner(path), "call-1") is not None


def test_a_newer_database_is_refused_and_left_alone(store: Store) -> None:
    with closing(duckdb.connect(str(store.path))) as connection:
        connection.execute("INSERT INTO migrations VALUES (999, 'of the future')")
    before = store.path.read_bytes()
    with pytest.raises(StoreError, match="newer Auricle") as caught:
        Store(store.path)
    assert "Update Auricle" in caught.value.remedy
    assert store.path.read_bytes() == before


@pytest.mark.parametrize("raw", [b"", b"not a database" * 1000], ids=["empty", "text"])
def test_a_damaged_database_says_so_at_once(raw: bytes, tmp_path: Path) -> None:
    """Also in a folder whose name might be taken for a lock."""
    path = tmp_path / "clockwork block" / "a.duckdb"
    path.parent.mkdir()
    path.write_bytes(raw)
    with pytest.raises(StoreError, match="can't be opened") as caught:
        Store(path)
    assert "move it away" in caught.value.remedy


def test_a_place_that_cannot_hold_a_database(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="can't be") as caught:
        Store(tmp_path / "file" / "a.duckdb")
    assert caught.value.remedy


def test_a_renamed_call_takes_its_results_along(store: Store) -> None:
    call, transcript, card = a_call(1)
    save(store, call, transcript, card)
    store.save_call(call.model_copy(update={"call_id": "17"}), None, fingerprint="c2", run_id="r")
    assert call_detail(as_owner(store.path), "call-1") is None
    found = call_detail(as_owner(store.path), "17")
    assert found is not None
    assert found.transcript == transcript.model_copy(update={"call_id": "17"})
    assert found.scorecard == card.model_copy(update={"call_id": "17"})
    assert found.waveform is not None
    for table in ("calls", "transcripts", "turns", "scorecards", "verdicts", "waveforms"):
        left = rows(as_owner(store.path), f"SELECT DISTINCT call_id FROM {table}")
        assert left == [{"call_id": "17"}], table


def test_another_recording_under_the_same_id_takes_its_place(store: Store) -> None:
    save(store, *a_call(1))
    call, transcript, card = (item.model_copy(update={"call_id": "call-1"}) for item in a_call(2))
    save(store, call, transcript, card)
    found = call_detail(as_owner(store.path), "call-1")
    assert found is not None
    assert (found.call, found.transcript, found.scorecard) == (call, transcript, card)
    assert set(store.fingerprints()) == {call.recording.sha256}


def failure(path: str = "/calls/1.wav", **changed: object) -> Failure:
    plain = {"path": path, "stage": "ingest", "reason": "Empty.", "remedy": "Export it again."}
    return Failure(**{**plain, **changed})


def standing(store: Store) -> list[Failure]:
    return [item.failure for item in failures(as_owner(store.path))]


def test_failures_are_replaced_not_doubled(store: Store) -> None:
    first = [failure(), failure("/pbx.csv", line=3), failure("/pbx.csv", line=4)]
    store.save_failures(first, run_id="one")
    newer = [failure(reason="Cut."), failure("/pbx.csv", line=3, severity="notice")]
    store.save_failures(newer, run_id="two")
    assert sorted(standing(store), key=str) == sorted([*newer, first[2]], key=str)
    # The import of a log writes what it finds itself, and the run then writes all that it shows.
    store.save_failures([*newer, failure("/pbx.csv", line=3)], run_id="two")
    assert len(standing(store)) == len(newer) + 2


def test_success_cures_the_failure_of_its_stage(store: Store) -> None:
    call, transcript, card = a_call(1)
    others = [failure("/calls/2.wav")]
    store.save_failures(
        [failure(), failure(stage="transcribe"), failure(stage="score"), *others], run_id="r"
    )
    save(store, call, transcript, card)
    assert standing(store) == others


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    call, transcript, _ = a_call(1)
    save(store, *a_call(2))
    before = contents(store.path)
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.save_call(call, None, fingerprint="c", run_id="r")
        store.save_transcript(transcript, path="x", fingerprint="t", run_id="r")
        raise ZeroDivisionError
    assert contents(store.path) == before
    save(store, *a_call(1))
    assert call_detail(as_owner(store.path), "call-1") is not None


def test_a_database_in_use_is_a_store_error_in_time(store: Store) -> None:
    held = (
        "import duckdb, sys; it = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", held, store.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        holder.stdout.readline()  # now it holds the file
        for write in (True, False):
            with (
                pytest.raises(StoreError, match=r"in use by another program for 0\.1 s"),
                connected(store.path, write=write, patience_s=0.1),
            ):
                pass
        holder.stdin.close()
    # Freed, it can be read at once: nobody is kept out by a writer who has given up.
    assert call_detail(as_owner(store.path), "none") is None


def user(use: str, store: Store, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, helpers_store_user.__file__, use, str(store.path), str(count)],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_one_writes_while_several_read(store: Store) -> None:
    """Nobody fails, nobody waits longer than promised, nobody sees half a call."""
    everybody = [user("write", store, 15), *(user("read", store, 15) for _ in range(3))]
    for process in everybody:
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        waits_s = json.loads(output)
        assert len(waits_s) >= 5
        assert max(waits_s) < LONGEST_WAIT_S


def test_a_page_that_reads_on_and_on_keeps_no_writer_out(store: Store) -> None:
    with user("write", store, 5) as writer, open_between_reads():
        while writer.poll() is None:
            rows(as_owner(store.path), "SELECT count(*) FROM calls")
        assert writer.returncode == 0, writer.stderr.read()
        assert max(json.loads(writer.stdout.read())) < LONGEST_WAIT_S


def test_a_page_may_write_between_its_reads(store: Store) -> None:
    with open_between_reads():
        for number in (1, 2):
            assert call_detail(as_owner(store.path), f"call-{number}") is None
            save(store, *a_call(number))
            assert call_detail(as_owner(store.path), f"call-{number}") is not None
    with closing(duckdb.connect(str(store.path))) as connection:  # nobody holds it
        assert connection.execute("SELECT count(*) FROM calls").fetchone() == (2,)


def test_a_writer_killed_at_any_moment_leaves_whole_calls(store: Store) -> None:
    for told in (2, 5):
        with user("write", store, 1000) as writer:
            for line in writer.stderr:
                if int(line) == told:
                    break
            writer.kill()
        found = [row["call_id"] for row in rows(as_owner(store.path), "SELECT call_id FROM calls")]
        assert {f"call-{number}" for number in range(told + 1)} <= set(found)
        for call_id in found:
            detail = call_detail(as_owner(store.path), call_id)
            number = int(call_id.removeprefix("call-"))
            assert (detail.call, detail.transcript, detail.scorecard) == a_call(number)
    save(store, *a_call(5000))
    assert call_detail(as_owner(store.path), "call-5000") is not None
