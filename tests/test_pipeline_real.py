"""The whole path with the real models, on four calls of the sample clinic."""

import subprocess
from functools import reduce
from importlib.resources import files
from operator import add
from pathlib import Path

import pytest
from helpers_clinic import (
    CALLS,
    SampleRun,
    auricle,
    command,
    contents,
    copy_sample,
    environment,
    truths,
)

from auricle import pipeline
from auricle.evaluate import Score, evaluate, quote_stands, stored
from auricle.references import reference_of
from auricle.store.access import as_owner
from auricle.store.reads import CallDetail, call_detail, rows, runs


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on nothing may be loaded."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("models were loaded")

    monkeypatch.setattr(pipeline, "make_engine", refuse)


def detail(run: SampleRun, call_id: str) -> CallDetail:
    found = call_detail(as_owner(run.store), call_id)
    assert found is not None
    assert found.transcript is not None and found.scorecard is not None
    return found


def scores(run: SampleRun) -> dict[str, Score]:
    found = evaluate([reference_of(truth) for truth in truths()], stored(as_owner(run.store)))
    return {call_id: score for call_id, (_, score) in found.items()}


def test_everything_is_stored(sample_run: SampleRun) -> None:
    stored = rows(as_owner(sample_run.store), "SELECT call_id, layout FROM calls ORDER BY call_id")
    assert [(row["call_id"], row["layout"]) for row in stored] == list(
        zip(CALLS, ("stereo", "mono", "fake_stereo", "mono"), strict=True)
    )
    for call_id in CALLS:
        found = detail(sample_run, call_id)
        assert found.waveform is not None and found.media is not None
        assert found.call.clinic == "Riverside Dental"
    assert contents(sample_run.store)["failures"] == []
    [report] = runs(as_owner(sample_run.store))[-1:]
    assert (report.found, report.done, report.failed) == (4, 4, 0)
    assert report.finished is not None
    assert report.timings_s.keys() >= {"load", "recognise", "diarize", "wall"}
    assert "4 recordings: 4 processed, 0 unchanged, 0 failed." in sample_run.output


@pytest.mark.parametrize("call_id", CALLS)
def test_words_and_roles_are_right(sample_run: SampleRun, call_id: str) -> None:
    score = scores(sample_run)[call_id]
    assert score.words > 20
    assert score.wer < 0.20
    assert score.role_accuracy >= 0.90


def test_all_together_are_better_than_each(sample_run: SampleRun) -> None:
    total = reduce(add, scores(sample_run).values(), Score())
    assert total.wer < 0.15
    assert total.role_accuracy >= 0.95
    assert total.agreement >= 0.75


def test_waits_are_heard_to_the_second(sample_run: SampleRun) -> None:
    total = reduce(add, scores(sample_run).values(), Score())
    assert total.waits >= 1
    assert total.waits_right == total.waits
    wait = detail(sample_run, "rd-1012").transcript.line.wait_s
    assert (wait.source, wait.value_s) == ("audio", pytest.approx(13.62, abs=1))
    told = detail(sample_run, "rd-1014").call.line.wait_s
    assert (told.source, told.value_s) == ("pbx", 17)


def test_every_quote_is_in_its_turn_under_the_right_role(sample_run: SampleRun) -> None:
    total = reduce(add, scores(sample_run).values(), Score())
    assert total.quotes > 10
    assert total.quotes_wrong == 0
    for call_id in CALLS:
        found = detail(sample_run, call_id)
        for verdict in found.scorecard.criteria:
            for proof in verdict.evidence:
                if proof.kind == "quote":
                    turn = found.transcript.turns[proof.turn]
                    assert quote_stands(proof, found.transcript)
                    assert turn.start_s <= proof.start_s <= proof.end_s <= turn.end_s


def test_a_call_nobody_answered(sample_run: SampleRun) -> None:
    found = detail(sample_run, "rd-1015")
    line = found.transcript.line
    assert {turn.role for turn in found.transcript.turns} == {"ivr"}
    assert line.answered_at_s is None and line.wait_s is None
    assert line.ivr_s.value_s == pytest.approx(10.45, abs=1)
    assert line.ring_s.value_s == pytest.approx(29, abs=1)
    assert found.scorecard.total is None
    assert {verdict.verdict for verdict in found.scorecard.criteria} == {"not_applicable"}


def test_results_say_what_made_them(sample_run: SampleRun) -> None:
    made = detail(sample_run, "rd-1010").transcript.provenance
    assert "Doctor Okafor" in made["hotwords"], "names on the fact sheet are told to Whisper"
    assert made["models"]["whisper"] == "whisper-base"
    assert made["models"]["whisper_sha256"]
    assert made["auricle"]
    assert detail(sample_run, "rd-1010").scorecard.rubric.version


@pytest.mark.usefixtures("no_models")
def test_a_second_run_does_nothing(sample_run: SampleRun) -> None:
    before = contents(sample_run.store)
    summary = pipeline.run(sample_run.settings)
    assert (summary.run.found, summary.run.done, summary.run.cached) == (4, 0, 4)
    assert summary.failures == ()
    assert contents(sample_run.store) == before


@pytest.mark.usefixtures("no_models")
def test_another_place_and_other_metadata_need_no_transcribing(sample_copy: SampleRun) -> None:
    before = contents(sample_copy.store)
    sample_copy.edit("pbx.csv", "020 7946 0186", "020 7946 0999")
    sample_copy.edit("pbx.csv", "2026-09-30 13:31:15", "2026-09-30 14:31:15")
    summary = pipeline.run(sample_copy.settings)
    assert (summary.run.done, summary.run.failed) == (4, 0)
    after = contents(sample_copy.store)
    for table in ("transcripts", "turns", "verdicts", "waveforms"):
        assert after[table] == before[table]
    assert detail(sample_copy, "rd-1015").call.caller == "020 7946 0999"
    assert detail(sample_copy, "rd-1012").start_local.hour == 14


@pytest.mark.usefixtures("no_models")
def test_another_rubric_only_rescores(sample_copy: SampleRun) -> None:
    before = contents(sample_copy.store)
    original = files("rubrics").joinpath("clinic-phone.yaml").read_text("utf-8")
    ours = original.replace("id: clinic-phone", "id: ours", 1)
    (sample_copy.folder / "ours.yaml").write_text(ours, "utf-8")
    sample_copy.edit("auricle.toml", "[transcribe]", '[score]\nrubric = "ours.yaml"\n[transcribe]')
    summary = pipeline.run(sample_copy.settings)
    assert (summary.run.done, summary.run.failed) == (4, 0)
    after = contents(sample_copy.store)
    assert {row["rubric_id"] for row in after["scorecards"]} == {"ours"}
    assert after["transcripts"] == before["transcripts"]
    assert after["verdicts"] == before["verdicts"]


def run_until(run_folder: Path, line_begins: str) -> None:
    """Start a run and kill it, as a power cut would, once it prints a certain line."""
    with subprocess.Popen(
        command("run"), cwd=run_folder, env=environment(), text=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        for line in process.stderr:
            if line.startswith(line_begins):
                process.kill()
                break
    assert process.returncode == -9, f"it ended before it printed {line_begins!r}"


def test_killed_twice_the_third_run_ends_where_an_undisturbed_one_does(
    sample_run: SampleRun, tmp_path_factory: pytest.TempPathFactory
) -> None:
    calls = ("rd-1010", "rd-1014", "rd-1015")
    folder = copy_sample(tmp_path_factory.mktemp("killed") / "clinic", calls)
    run_until(folder, "[0/3] Loading models")
    run_until(folder, "[1/3] ")
    disturbed = SampleRun(folder, "")
    kept = len(contents(disturbed.store)["scorecards"])
    assert 1 <= kept < 3

    done = auricle("run", cwd=folder)

    assert done.returncode == 0, done.stderr
    assert f"3 recordings: {3 - kept} processed, {kept} unchanged" in done.stdout
    assert contents(disturbed.store) == contents(sample_run.store, calls)
    media = {path.name for path in (disturbed.store.parent / "media").iterdir()}
    assert media < {path.name for path in (sample_run.store.parent / "media").iterdir()}
    assert len(media) == 3
    finished = [run.finished is not None for run in runs(as_owner(disturbed.store))]
    assert finished == [True, False, False]
