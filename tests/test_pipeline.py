"""The pipeline around the models: what is new is done once, and no file stops the others."""

import os
import signal
from multiprocessing import get_context
from pathlib import Path

import pytest
from helpers_audio import hum, write_wav
from helpers_clinic import contents
from helpers_fake_engine import FakeEngine
from helpers_odd_files import BAD, IGNORED, UNREADABLE, USABLE

from auricle import pipeline
from auricle.errors import ModelError, SettingsError
from auricle.models import Call, Failure, Scorecard, Transcript
from auricle.pipeline import Summary
from auricle.scorer import Scorer
from auricle.settings import Settings, load_settings
from auricle.store.access import as_owner
from auricle.store.reads import CallDetail, call_detail, failures, rows, runs
from ingest.places import printable


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "make_engine", FakeEngine)
    FakeEngine.forget()


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Three recordings and a manifest that knows them."""
    folder = tmp_path / "clinic"
    (folder / "recordings").mkdir(parents=True)
    for number in (1, 2, 3):
        write_wav(folder / "recordings" / f"{number}.wav", hum(2, hz=400 + 50 * number))
    (folder / "auricle.toml").write_text(
        "[clinic]\nname = 'Riverside Dental'\n[ingest]\nmanifest = 'pbx.csv'\n"
        "[transcribe]\ndevice = 'cpu'\n"
    )
    manifest(folder, "1.wav,one,Anna", "2.wav,two,Mark", "3.wav,three,Anna")
    return folder


def manifest(folder: Path, *lines: str) -> None:
    header = "file,call_id,administrator,wait,caller"
    (folder / "pbx.csv").write_text("\n".join([header, *lines, ""]))


def run(folder: Path, places: list[Path] | None = None) -> Summary:
    FakeEngine.loaded, FakeEngine.transcribed = 0, []
    return pipeline.run(load_settings(folder), places)


def settings_of(folder: Path) -> Settings:
    return load_settings(folder)


def stored(folder: Path, call_id: str) -> CallDetail:
    detail = call_detail(as_owner(settings_of(folder).store.path), call_id)
    assert detail is not None
    return detail


def ids(folder: Path) -> list[str]:
    found = rows(as_owner(settings_of(folder).store.path), "SELECT call_id FROM calls ORDER BY 1")
    return [row["call_id"] for row in found]


def standing(folder: Path) -> list[Failure]:
    return [item.failure for item in failures(as_owner(settings_of(folder).store.path))]


def counts(summary: Summary) -> tuple[int, int, int, int]:
    run = summary.run
    return run.found, run.done, run.cached, run.failed


def test_all_that_is_known_of_a_call_is_stored(clinic: Path) -> None:
    assert counts(run(clinic)) == (3, 3, 0, 0)
    assert sorted(FakeEngine.transcribed) == ["one", "three", "two"]
    assert FakeEngine.loaded == 1
    detail = stored(clinic, "one")
    assert detail.call.administrator == "Anna"
    assert detail.transcript is not None
    assert detail.scorecard is not None
    assert detail.waveform is not None
    assert detail.media is not None and detail.media.is_file()
    [report] = runs(as_owner(settings_of(clinic).store.path))
    assert report.finished is not None
    assert report.audio_s == pytest.approx(6)
    assert report.timings_s["wall"] > 0


def test_a_second_run_does_nothing(clinic: Path) -> None:
    run(clinic)
    before = contents(settings_of(clinic).store.path)
    assert counts(run(clinic)) == (3, 0, 3, 0)
    assert (FakeEngine.loaded, FakeEngine.transcribed) == (0, [])
    assert contents(settings_of(clinic).store.path) == before


def test_what_the_manifest_says_is_renewed_without_transcribing(clinic: Path) -> None:
    run(clinic)
    heard = stored(clinic, "one").transcript
    manifest(clinic, "1.wav,1,Anna,,020 7946", "2.wav,two,Mark", "3.wav,three,Anna")
    assert counts(run(clinic)) == (3, 1, 2, 0)
    assert (FakeEngine.loaded, FakeEngine.transcribed) == (0, [])
    assert ids(clinic) == ["1", "three", "two"]
    detail = stored(clinic, "1")
    assert detail.call.caller == "020 7946"
    assert heard is not None
    assert detail.transcript == heard.model_copy(update={"call_id": "1"})
    assert detail.scorecard is not None and detail.scorecard.call_id == "1"
    assert detail.waveform is not None and detail.media is not None


def test_what_a_log_says_later_is_taken_without_transcribing(clinic: Path) -> None:
    run(clinic)
    manifest(clinic, "1.wav,one,Anna,7", "2.wav,two,Julia", "3.wav,three,Anna")
    assert counts(run(clinic)) == (3, 2, 1, 0)
    assert FakeEngine.transcribed == []
    assert stored(clinic, "two").call.administrator == "Julia"
    wait = stored(clinic, "one").call.line.wait_s
    assert wait is not None and (wait.value_s, wait.source) == (7, "pbx")


def test_a_changed_rubric_only_rescores(clinic: Path) -> None:
    run(clinic)
    before = stored(clinic, "one")
    toml = clinic / "auricle.toml"
    toml.write_text(toml.read_text() + "[score]\nabstain_below = 1.0\n")
    assert counts(run(clinic)) == (3, 3, 0, 0)
    assert (FakeEngine.loaded, FakeEngine.transcribed) == (0, [])
    after = stored(clinic, "one")
    assert after.transcript == before.transcript
    assert after.scorecard != before.scorecard
    assert counts(run(clinic)) == (3, 0, 3, 0)


def test_what_is_rescored_together_is_scored_one_by_one(clinic: Path, monkeypatch) -> None:
    run(clinic)
    monkeypatch.setattr(pipeline, "RESCORED", 2)
    score = Scorer.score

    def fails_at_two(self: Scorer, call: Call, transcript: Transcript) -> Scorecard:
        if call.call_id == "two":
            raise RuntimeError("out of luck")
        return score(self, call, transcript)

    monkeypatch.setattr(Scorer, "score", fails_at_two)
    toml = clinic / "auricle.toml"
    toml.write_text(toml.read_text() + "[score]\nabstain_below = 1.0\n")
    assert counts(run(clinic)) == (3, 2, 0, 1)
    monkeypatch.setattr(Scorer, "score", score)
    assert counts(run(clinic)) == (3, 1, 2, 0)
    assert not standing(clinic)
    assert not FakeEngine.transcribed


def test_ids_that_change_places_take_their_results_along(clinic: Path) -> None:
    run(clinic)
    first, second = stored(clinic, "one"), stored(clinic, "two")
    manifest(clinic, "1.wav,two,Anna", "2.wav,one,Mark", "3.wav,three,Anna")
    assert run(clinic).errors == []
    assert ids(clinic) == ["one", "three", "two"]
    for call_id, old in (("two", first), ("one", second)):
        new = stored(clinic, call_id)
        assert new.call.recording == old.call.recording
        assert new.transcript is not None and old.transcript is not None
        assert new.transcript.provenance == old.transcript.provenance
        assert new.scorecard is not None
        assert new.waveform == old.waveform
        assert new.media == old.media
    assert counts(run(clinic)) == (3, 0, 3, 0)


def test_a_recording_that_moved_is_the_same_call(clinic: Path) -> None:
    run(clinic)
    (clinic / "recordings" / "2026").mkdir()
    (clinic / "recordings" / "1.wav").rename(clinic / "recordings" / "2026" / "1.wav")
    assert counts(run(clinic)) == (3, 1, 2, 0)
    assert FakeEngine.transcribed == []
    assert stored(clinic, "one").call.recording.path.endswith("2026/1.wav")


def test_only_what_is_asked_for(clinic: Path) -> None:
    assert counts(run(clinic, [clinic / "recordings" / "2.wav"])) == (1, 1, 0, 0)
    assert ids(clinic) == ["two"]
    assert standing(clinic) == []
    assert counts(run(clinic)) == (3, 2, 1, 0)


def test_twenty_kinds_of_odd_file_and_the_rest_goes_on(clinic: Path) -> None:
    folder = clinic / "recordings"
    for odd in [*USABLE, *BAD, *UNREADABLE, *IGNORED]:
        odd.make(folder)
    (folder / "copy.wav").write_bytes((folder / "1.wav").read_bytes())
    assert len(USABLE) + len(BAD) + len(UNREADABLE) + len(IGNORED) >= 20

    summary = run(clinic)

    assert counts(summary) == (
        3 + len(USABLE) + len(BAD), 3 + len(USABLE), 0, len(BAD) + len(UNREADABLE),
    )  # fmt: skip
    assert len(ids(clinic)) == 3 + len(USABLE)
    errors = {f.path: f for f in standing(clinic) if f.severity == "error"}
    assert set(errors) == {str(folder / odd.name) for odd in [*BAD, *UNREADABLE]}
    for odd in [*BAD, *UNREADABLE]:
        assert odd.reason in errors[str(folder / odd.name)].reason
        assert errors[str(folder / odd.name)].remedy.endswith(".")
    noticed = [f for f in standing(clinic) if f.severity == "notice"]
    unknown = {f.path for f in noticed if f.stage == "join"}
    assert unknown >= {printable(folder / odd.name) for odd in [*USABLE, *BAD]}
    assert unknown.isdisjoint(str(folder / f"{number}.wav") for number in (1, 2, 3))
    notices = {Path(f.path).name: f.reason for f in noticed if f.stage != "join"}
    assert set(notices) == {"copy.wav", *(odd.name for odd in USABLE if odd.notice)}
    assert "same recording" in notices["copy.wav"]

    before = contents(settings_of(clinic).store.path)
    again = run(clinic)
    assert counts(again) == (
        3 + len(USABLE) + len(BAD), 0, 3 + len(USABLE), len(BAD) + len(UNREADABLE),
    )  # fmt: skip
    assert (FakeEngine.loaded, FakeEngine.transcribed) == (0, [])
    assert contents(settings_of(clinic).store.path) == before


def test_a_file_that_upsets_the_engine_is_one_failure(clinic: Path) -> None:
    FakeEngine.broken_by = {"two": ZeroDivisionError("division by zero")}
    assert counts(run(clinic)) == (3, 2, 0, 1)
    [failure] = standing(clinic)
    assert failure.stage == "transcribe"
    assert "ZeroDivisionError" in failure.reason
    assert ids(clinic) == ["one", "three"]
    FakeEngine.broken_by = {}
    assert counts(run(clinic)) == (3, 1, 2, 0)
    assert standing(clinic) == []


def test_a_broken_model_stops_the_run_and_keeps_what_was_done(clinic: Path) -> None:
    FakeEngine.broken_by = {"three": ModelError("The model is damaged.", "Install it again.")}
    with pytest.raises(ModelError):
        run(clinic)
    assert "three" not in ids(clinic)
    [unfinished] = runs(as_owner(settings_of(clinic).store.path))
    assert unfinished.finished is None
    done = len(ids(clinic))
    FakeEngine.broken_by = {}
    assert counts(run(clinic)) == (3, 3 - done, done, 0)


def test_ctrl_c_leaves_a_state_that_the_next_run_continues(clinic: Path) -> None:
    def interrupt(what: str, done: int, total: int) -> None:
        if what.endswith(".wav"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.run(settings_of(clinic), None, interrupt, workers=1)
    done = len(ids(clinic))
    assert 1 <= done < 3
    assert counts(run(clinic)) == (3, 3 - done, done, 0)


def killed_by(folder: Path, call_id: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a run is killed, in a process of its own, when it comes to listen to this call."""
    hear = FakeEngine.transcribe

    def ends(engine: FakeEngine, call: Call, *heard: object) -> Transcript:
        if call.call_id == call_id:
            os.kill(os.getpid(), signal.SIGKILL)
        return hear(engine, call, *heard)

    monkeypatch.setattr(FakeEngine, "transcribe", ends)
    process = get_context("fork").Process(target=run, args=[folder])
    process.start()
    process.join()
    monkeypatch.setattr(FakeEngine, "transcribe", hear)
    return process.exitcode == -signal.SIGKILL


def test_a_recording_that_ends_the_process_costs_itself_alone(clinic: Path, monkeypatch) -> None:
    for _ in range(3):  # in company, then twice alone
        assert killed_by(clinic, "one", monkeypatch)
    assert ids(clinic) == ["three", "two"]

    assert not killed_by(clinic, "one", monkeypatch)
    [told] = standing(clinic)
    assert Path(told.path).name == "1.wav"
    assert "ended 2 times" in told.reason
    assert "auricle run" in told.remedy

    assert counts(run(clinic, [clinic / "recordings" / "1.wav"])) == (1, 1, 0, 0)
    assert ids(clinic) == ["one", "three", "two"]


def test_a_power_cut_costs_nothing(clinic: Path, monkeypatch) -> None:
    assert killed_by(clinic, "two", monkeypatch)
    run(clinic)
    assert ids(clinic) == ["one", "three", "two"]
    assert standing(clinic) == []
    assert [*(settings_of(clinic).store.path.parent / "underway").iterdir()] == []


def test_failures_go_when_their_cause_has_gone(clinic: Path) -> None:
    bad = clinic / "recordings" / "bad.wav"
    bad.write_text("not sound")
    copy = clinic / "recordings" / "copy.wav"
    copy.write_bytes((clinic / "recordings" / "1.wav").read_bytes())
    manifest(clinic, "1.wav,one,Anna", "2.wav,two,Mark,soon", "3.wav,three,Anna", "4.wav,four,Anna")
    run(clinic, [clinic / "recordings", clinic / "nowhere"])
    run(clinic)
    assert sorted((Path(f.path).name, f.line) for f in standing(clinic)) == [
        ("bad.wav", None), ("bad.wav", None), ("copy.wav", None), ("copy.wav", None),
        ("pbx.csv", 3), ("pbx.csv", 5),
    ]  # fmt: skip
    bad.unlink()
    copy.unlink()
    manifest(clinic, "1.wav,one,Anna", "2.wav,two,Mark", "3.wav,three,Anna")
    run(clinic)
    assert standing(clinic) == []


def test_a_notice_stays_as_long_as_the_file(clinic: Path) -> None:
    whole = write_wav(clinic / "recordings" / "cut.wav", hum(10))
    whole.write_bytes(whole.read_bytes()[:80_000])
    run(clinic)
    run(clinic)
    [notice] = [f for f in standing(clinic) if f.stage != "join"]
    assert "promises 10 s" in notice.reason
    run(clinic, [whole])
    assert notice in standing(clinic)


def test_nothing_can_start_without_settings_that_hold(clinic: Path) -> None:
    for table, key in (("clinic", "facts = 'none.yaml'"), ("score", "rubric = 'none.yaml'")):
        text = f"[{table}]\n{key}\n"
        (clinic / "other.toml").write_text(text)
        with pytest.raises(SettingsError, match=r"none\.yaml"):
            pipeline.run(load_settings(clinic / "other.toml"))
    assert not settings_of(clinic).store.path.exists()


def test_an_empty_folder_is_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    (tmp_path / "auricle.toml").touch()
    assert counts(run(tmp_path)) == (0, 0, 0, 0)
    assert FakeEngine.loaded == 0
    made = {"auricle.duckdb", "auricle.duckdb.changed"}
    assert set(os.listdir(tmp_path / "auricle-data")) == made
