"""The command line: what it prints where, how it ends, and that every mistake is told in words."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import typer
from helpers_audio import hum, sample_call, write_wav
from helpers_clinic import (
    CALLS,
    ROOT,
    SAMPLE,
    SampleRun,
    auricle,
    command,
    copy_sample,
    environment,
)
from helpers_fake_engine import FakeEngine

from auricle import __version__, cli, pipeline
from auricle.commands import single
from auricle.commands.export import TABLES
from auricle.models import Call, Line, Recording, Scorecard, Transcript, Turn
from auricle.store import Store
from auricle.store.access import as_owner
from auricle.store.reads import administrator_sides, call_detail
from ingest.audio import RATE_HZ

HEAVY = (
    "torch",
    "streamlit",
    "duckdb",
    "spacy",
    "pandas",
    "av",
    "faster_whisper",
    "numpy",
    "scipy",
)


class Told:
    """How a command ended and what it printed."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Run a command in this process, as the installed ``auricle`` does."""

    def run(*arguments: str | Path) -> Told:
        monkeypatch.setattr(sys, "argv", ["auricle", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.entry()
        captured = capsys.readouterr()
        return Told(ended.value.code or 0, captured.out, captured.err)

    return run


@pytest.fixture
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeEngine.forget()
    monkeypatch.setattr(pipeline, "make_engine", FakeEngine)
    monkeypatch.setattr(single, "Engine", FakeEngine)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(group: typer.core.TyperGroup, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path]
    for name, inner in group.commands.items():
        nested = hasattr(inner, "commands")
        found += commands(inner, (*path, name)) if nested else [(*path, name)]
    return found


EVERY = commands(typer.main.get_command(cli.app))


def test_the_promised_commands_exist() -> None:
    promised = (
        "demo init run transcribe score dashboard export evaluate doctor rubric "
        "rubric_list rubric_show rubric_check"
    )
    assert {"_".join(path) for path in EVERY} >= set(promised.split())


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...], tell) -> None:
    told = tell(*path, "--help")
    assert told.code == 0
    assert "Usage: " in told.out
    assert "[bold]" not in told.out
    assert told.err == ""


def test_help_imports_nothing_heavy() -> None:
    """This is what keeps it instant."""
    code = (
        "import sys\nfrom auricle.cli import app\nsys.argv = ['auricle', '--help']\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True
    )
    assert done.stderr.strip() == "[]"


def test_version(tell) -> None:
    assert tell("--version").out.strip() == __version__


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["run", "--workers", "0"], ["score"], ["run", "--nope"]]
)
def test_wrong_usage_ends_with_2(arguments: list[str], tell) -> None:
    told = tell(*arguments)
    assert told.code == 2
    assert told.out == ""
    assert "Usage: " in told.err


BAD_TOML = {
    "unknown": "[clinic]\nnmae = 'x'",
    "manifest": "[ingest]\nmanifest = 'gone.csv'",
    "columns": "[ingest]\nmanifest = 'other.csv'",
    "store": "[store]\npath = 'auricle.toml/a.duckdb'",
    "damaged": "[store]\npath = 'damaged.duckdb'",
    "facts": "[clinic]\nfacts = 'gone.yaml'",
    "rubric": "[score]\nrubric = 'clinic-fone'",
}


@pytest.fixture
def mistakes(here: Path) -> Path:
    """A folder full of things to trip over."""
    for name, text in BAD_TOML.items():
        (here / name / "recordings").mkdir(parents=True)
        (here / name / "auricle.toml").write_text(text)
        (here / name / "other.csv").write_text("Recording,Agent\n")
        (here / name / "damaged.duckdb").write_text("not a database")
    (here / "file").write_text("not JSON, not sound")
    (here / "empty.json").write_text("{}")
    (here / "newer.json").write_text('{"schema": "auricle.transcript/99"}')
    (here / "truth").mkdir()
    (here / "truth" / "1.json").write_text('{"call_id": "1"}')
    Store(here / "auricle-data" / "auricle.duckdb")
    return here


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("run -c nowhere", "nowhere can't be read"),
        ("run -c unknown", "Did you mean 'name'?"),
        ("run -c manifest", "gone.csv can't be read"),
        ("run -c columns", "its columns are Recording, Agent"),
        ("run -c store", "can't be made"),
        ("run -c damaged", "not a valid DuckDB database"),
        ("run -c facts", "gone.yaml can't be read"),
        ("run -c rubric", "clinic-fone"),
        ("transcribe gone.wav", "gone.wav: The file can't be read"),
        ("transcribe file", "FFmpeg can't decode it"),
        ("transcribe truth", "can't be read"),
        ("score gone.json", "gone.json can't be read"),
        ("score file", "file is not a transcript that Auricle knows"),
        ("score empty.json", "empty.json is not a transcript"),
        ("score newer.json", "schema"),
        ("score file --rubric nope", "nope"),
        ("rubric show nope", "nope"),
        ("rubric check file", "file"),
        ("export nothing", "no table 'nothing'"),
        ("export calls -f xml", "no format 'xml'"),
        ("export calls -c facts", "no results"),
        ("teach -c facts", "no results"),
        ("report weekly -c facts", "no results"),
        ("export calls -o gone/x.csv", "gone/x.csv can't be written"),
        ("export calls -o truth", "truth can't be written"),
        ("evaluate gone", "holds no references"),
        ("evaluate truth", "1.json"),
        ("init .", "can't be written"),
        ("init file", "can't be written"),
        ("init unknown", "exists already"),
        ("dashboard -c nowhere", "nowhere can't be read"),
        ("doctor -c unknown", "Did you mean 'name'?"),
    ],
)
def test_mistakes_are_told_in_words(line: str, reason: str, tell, mistakes: Path) -> None:
    if line == "init .":
        (mistakes / "recordings").write_text("a file where the folder should be")
    told = tell(*line.split())
    assert told.code == 2
    assert told.out == ""
    what, remedy = told.err.splitlines()
    assert what.startswith("error: ")
    assert what.endswith(".")
    assert remedy.startswith("  ") and len(remedy) > 10
    assert reason in told.err


def test_ctrl_c_says_how_it_goes_on(tell, monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("auricle.commands.run.run", interrupted)
    told = tell("run")
    assert told.code == 130
    assert "goes on from here" in told.err
    assert "Traceback" not in told.err


def test_ctrl_c_in_a_real_run_leaves_what_the_next_one_continues(tmp_path: Path) -> None:
    folder = copy_sample(tmp_path / "clinic", ())
    opening = sample_call("rd-1010").samples[:, : 10 * RATE_HZ]
    write_wav(folder / "recordings" / "opening.wav", opening, RATE_HZ)
    with subprocess.Popen(
        command("run"), cwd=folder, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # A shell's background ignores Ctrl-C, and so would all that is started there.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        assert "Loading models" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "goes on from here" in errors


@pytest.mark.usefixtures("fake_engine")
def test_a_folder_from_init_to_results(tell, here: Path) -> None:
    told = tell("init", "clinic")
    assert told.code == 0
    assert "auricle run" in told.out
    made = {path.name for path in (here / "clinic").iterdir()}
    assert made == {"auricle.toml", "facts.yaml", "rubric.yaml", "recordings"}
    assert tell("rubric", "check", "clinic/rubric.yaml").code == 0

    empty = tell("run", "-c", "clinic")
    assert empty.code == 0
    assert "No recordings were found" in empty.out
    assert "auricle run PATH" in empty.out

    write_wav(here / "clinic" / "recordings" / "a.wav", hum(2))
    first = tell("run", "-c", "clinic")
    assert first.code == 0
    assert "1 recordings: 1 processed, 0 unchanged, 0 failed." in first.out
    assert "[1/1] a.wav" in first.err

    (here / "clinic" / "recordings" / "b.wav").write_text("not sound")
    second = tell("run", "-c", "clinic")
    assert second.code == 1
    assert "2 recordings: 0 processed, 1 unchanged, 1 failed." in second.out
    failed = second.out[second.out.index("Failed") :]
    assert "b.wav" in failed
    assert "FFmpeg can't decode it" in failed
    assert "export the call again" in failed

    assert tell("run", "-c", "clinic", "nowhere").code == 1
    assert tell("run", "-c", "clinic", "clinic/recordings/a.wav").code == 0


def test_transcribe_prints_one_object_and_score_takes_it(tmp_path: Path, tell) -> None:
    """With the real models, in a process of its own: nothing else may reach its stdout."""
    opening = sample_call("rd-1010").samples[:, : 25 * RATE_HZ]
    write_wav(tmp_path / "opening.wav", opening, RATE_HZ)
    shutil.copy(SAMPLE / "facts.yaml", tmp_path)
    clinic = "[clinic]\nname = 'Riverside Dental'\nfacts = 'facts.yaml'\n"
    (tmp_path / "auricle.toml").write_text(clinic + "[transcribe]\ndevice = 'cpu'\n")
    done = auricle("transcribe", "opening.wav", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert json.loads(done.stdout)["schema"] == "auricle.transcript/1"
    transcript = Transcript.model_validate_json(done.stdout)
    assert {turn.role for turn in transcript.turns} == {"administrator", "patient"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "auricle.toml", "facts.yaml", "opening.wav",
    ]  # fmt: skip

    (tmp_path / "t.json").write_text(done.stdout)
    told = tell("score", tmp_path / "t.json", "-c", tmp_path, "--json")
    assert told.code == 0
    assert told.out.count("\n") == 1
    assert json.loads(told.out)["schema"] == "auricle.scorecard/1"
    card = Scorecard.model_validate_json(told.out)
    assert (card.call_id, card.rubric.id) == (transcript.call_id, "clinic-phone")
    readable = tell("score", tmp_path / "t.json", "-c", tmp_path)
    assert readable.out.startswith("clinic-phone ")
    assert "greeting" in readable.out


def test_a_printed_card_says_whose_words_are_the_chance_that_was_missed(tell, here: Path) -> None:
    (here / "auricle.toml").write_text("[clinic]\nname = 'Riverside Dental'\n")
    (here / "a.vtt").write_text(
        "WEBVTT\n\n00:00.500 --> 00:02.500\n<v Anna>Riverside Dental, Anna speaking.\n\n"
        "00:03.000 --> 00:06.000\n<v Tom>Hello, I need a cleaning. When do you close?\n\n"
        "00:06.500 --> 00:10.000\n<v Anna>At seven. Thank you for calling, goodbye.\n"
    )
    lines = tell("score", "a.vtt").out.splitlines()
    at = next(number for number, line in enumerate(lines) if "booking_offered" in line)
    words = "the chance: patient \u201cneed a cleaning.\u201d"
    assert lines[at + 1].split(maxsplit=1) == ["00:03.5", words]
    assert words not in lines[at + 2]  # each proof once
    criteria = [line for line in lines[1:] if line[2] != " "]
    assert len({line.index(line.split()[1], len(line.split()[0]) + 2) for line in criteria}) == 1


@pytest.mark.usefixtures("fake_engine")
def test_transcribe_for_people(tell, here: Path) -> None:
    cut = write_wav(here / "a.wav", hum(10))
    cut.write_bytes(cut.read_bytes()[:80_000])
    told = tell("transcribe", "a.wav")
    assert told.code == 0
    assert told.out.startswith("00:00.0  administrator  Good morning, Riverside Dental")
    assert "promises 10 s" in told.err


@pytest.mark.parametrize("what", TABLES)
def test_export_as_csv_and_json(what: str, tell, sample_run: SampleRun, tmp_path: Path) -> None:
    printed = tell("export", what, "-c", sample_run.folder)
    assert printed.code == 0
    header, *lines = csv.reader(io.StringIO(printed.out))
    assert len(header) == len(set(header)) > 3
    assert all(len(line) == len(header) for line in lines)
    assert bool(lines) == (what != "failures")

    for form in ("csv", "json"):
        assert tell(
            "export", what, "-f", form, "-o", tmp_path / form, "-c", sample_run.folder
        ).out == ""  # fmt: skip
    text = (tmp_path / "csv").read_text("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [header, *lines]
    found = json.loads((tmp_path / "json").read_text("utf-8"))
    assert found["schema"] == "auricle.export/1"
    assert len(found[what]) == len(lines)
    if what == "scorecards":
        for item in found[what]:
            stored = call_detail(as_owner(sample_run.store), item["call_id"])
            assert Scorecard.model_validate(item) == stored.scorecard


@pytest.mark.usefixtures("fake_engine")
def test_an_export_is_no_formula(tell, here: Path) -> None:
    (here / "recordings").mkdir()
    write_wav(here / "recordings" / "a.wav", hum(2))
    (here / "pbx.csv").write_text(
        "file,caller,administrator\na.wav,+44 20 7946,@SUM(A 1)\n=1+1,,\n"
    )
    (here / "auricle.toml").write_text("[ingest]\nmanifest = 'pbx.csv'\n[clinic]\nname = '=2+2'")
    assert tell("run").code == 1
    [call] = csv.DictReader(io.StringIO(tell("export", "calls").out))
    assert (call["clinic"], call["caller"], call["administrator"]) == (
        "'=2+2", "+44 20 7946", "'@SUM(A 1)",
    )  # fmt: skip
    for what in TABLES:
        rows = csv.reader(io.StringIO(tell("export", what).out))
        risky = {cell for row in rows for cell in row if cell.startswith(("=", "@", "+"))}
        assert risky <= {"+44 20 7946"}


def test_evaluate(tell, sample_run: SampleRun, tmp_path: Path) -> None:
    for call_id in CALLS:
        shutil.copy(SAMPLE / "truth" / f"{call_id}.json", tmp_path)
    told = tell("evaluate", tmp_path, "-c", sample_run.folder, "--json")
    assert told.code == 0
    found = json.loads(told.out)
    assert found["schema"] == "auricle.evaluation/2"
    assert set(found["calls"]) == set(CALLS)
    total = found["groups"]["all"]
    assert total["words"] == sum(found["groups"][name]["words"] for name in ("mono", "stereo"))
    assert 0 < total["wer"] < 0.2
    table = tell("evaluate", tmp_path, "-c", sample_run.folder).out
    assert all(call_id in table for call_id in CALLS)
    shutil.copy(SAMPLE / "truth" / "rd-1001.json", tmp_path)
    some = tell("evaluate", tmp_path, "-c", sample_run.folder)
    assert some.code == 1
    assert some.out == table
    assert "no result for rd-1001" in some.err


def test_evaluate_measures_others_transcripts(tell, tmp_path: Path) -> None:
    (tmp_path / "references").mkdir()
    (tmp_path / "references" / "a.stm").write_text(
        "webvtt 1 Anna 0.5 4 Good morning, Riverside Dental, Anna speaking. How can I help you?\n"
        "webvtt 1 Tom 4.6 8.1 Hello. I'd like to book an appointment, my knee hurts.\n"
    )
    (tmp_path / "references" / "c.tsv").write_text("file\ttext\nsrt.wav\t\n")
    heard = ROOT / "tests" / "golden" / "imported"
    told = tell("evaluate", tmp_path / "references", "--heard", heard, "--json")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    one = found["calls"]["webvtt"]
    # 22 words after normalising "I'd" to "i would"; one for another, and two turns more.
    assert (one["words"], one["word_errors"]) == (22, 1 + 12 + 4)
    assert one["cp_errors"] == one["word_errors"]
    assert found["calls"]["srt"]["invented"] == 36
    assert found["calls"]["srt"]["wer"] is None
    table = tell("evaluate", tmp_path / "references", "--heard", heard).out
    assert "cpWER" in table and "verdicts" not in table
    gone = tell("evaluate", tmp_path / "references", "--heard", tmp_path / "gone")
    assert gone.code == 2 and "no folder" in gone.err
    (tmp_path / "references" / "c.tsv").write_text("file\ttext\nother.wav\thi\n")
    missing = tell("evaluate", tmp_path / "references", "--heard", heard)
    assert missing.code == 1 and "no result for other" in missing.err
    (tmp_path / "references" / "a.stm").unlink()
    nothing = tell("evaluate", tmp_path / "references", "--heard", heard)
    assert nothing.code == 2 and "no result for other" in nothing.err
    assert "--heard" not in nothing.err


@pytest.mark.usefixtures("fake_engine")
def test_stored_results_are_found_by_the_recordings_name(tell, here: Path) -> None:
    for folder in ("references", "recordings/more"):
        (here / folder).mkdir(parents=True)
    write_wav(here / "recordings" / "a.wav", hum(2))
    (here / "references" / "t.tsv").write_text("file\ttext\na.wav\tgood morning\n")
    assert tell("run").code == 0
    told = tell("evaluate", "references", "--json")
    assert told.code == 0, told.err
    assert json.loads(told.out)["calls"]["a"]["words"] == 2
    write_wav(here / "recordings" / "more" / "a.wav", hum(2, hz=300))
    assert tell("run").code == 0
    twice = tell("evaluate", "references")
    assert twice.code == 2 and "a is the name of several recordings" in twice.err


@pytest.mark.usefixtures("fake_engine")
def test_evaluate_listens_to_recordings(tell, here: Path) -> None:
    for folder in ("references", "audio"):
        (here / folder).mkdir()
    for name in ("a", "b"):
        write_wav(here / "audio" / f"{name}.wav", hum(2, hz=200 + ord(name)))
    (here / "references" / "t.tsv").write_text(
        "file\ttext\na.wav\tgood morning riverside dental anna speaking how can I help you\n"
        "b.wav\tgood evening riverside dental anna speaking how can I help you\n"
    )
    told = tell("evaluate", "references", "--heard", "audio", "--json")
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert [found["calls"][name]["word_errors"] for name in ("a", "b")] == [0, 1]
    pooled = found["groups"]["all"]
    assert pooled["wer"] == pytest.approx(1 / 22, abs=1e-4)
    assert pooled["intervals"]["wer"] == [0, pytest.approx(1 / 11, abs=1e-4)]
    assert pooled["der"] is None
    assert FakeEngine.loaded == 1
    (here / "audio" / "more").mkdir()
    write_wav(here / "audio" / "more" / "a.wav", hum(1))
    twice = tell("evaluate", "references", "--heard", "audio")
    assert twice.code == 2 and "holds both" in twice.err


def test_doctor_names_what_will_be_used(tell, here: Path) -> None:
    (here / "recordings").mkdir()
    (here / "auricle.toml").write_text("[transcribe]\ndevice = 'cpu'")
    told = tell("doctor", "--json")
    assert told.code == 0
    found = json.loads(told.out)
    assert found["schema"] == "auricle.doctor/1"
    states = {item["check"]: item for item in found["checks"]}
    assert all(item["state"] == "ok" and not item["remedy"] for item in found["checks"])
    assert states["device"]["found"].startswith("cpu, int8")
    assert states["speech model"]["found"].startswith("whisper-base")
    assert states["rubric"]["found"].startswith("clinic-phone")


@pytest.mark.parametrize(("told", "left", "right", "state", "says"), [
    ("auto", 39, 1, "ok", 'administrator_channel = "left" settles'),
    ("auto", 15, 0, "ok", "administrator_channel = auto; the administrator was on the left in 15"),
    ("auto", 30, 10, "ok", "administrator_channel = auto; "),
    ("right", 39, 1, "missing", "but administrator_channel is 'right'"),
    ("left", 39, 1, "ok", "administrator_channel = left; "),
])  # fmt: skip
def test_doctor_learns_the_channels_from_the_calls(
    tell, here: Path, monkeypatch: pytest.MonkeyPatch,
    told: str, left: int, right: int, state: str, says: str,
) -> None:  # fmt: skip
    (here / "recordings").mkdir()
    (here / "auricle.toml").write_text(f"[ingest]\nadministrator_channel = '{told}'")
    Store(here / "auricle-data" / "auricle.duckdb")
    monkeypatch.setattr(
        "auricle.store.reads.administrator_sides", lambda access: {"left": left, "right": right}
    )
    found = json.loads(tell("doctor", "--json").out)["checks"]
    [check] = [item for item in found if item["check"] == "channels"]
    assert check["state"] == state
    assert says in check["found"]


def test_sides_are_counted_where_they_are_sure(tmp_path: Path) -> None:
    store = Store(tmp_path / "auricle.duckdb")
    for index, (side, sure) in enumerate([("left", 0.95), ("left", 0.9), ("right", 0.95),
                                          ("right", 0.8)]):  # fmt: skip
        call_id = f"c{index}"
        recording = Recording(sha256=call_id, path=call_id, channels=2, sample_rate_hz=8000,
                              duration_s=9, layout="stereo")  # fmt: skip
        turn = Turn(speaker=side, role="administrator", role_confidence=sure, start_s=0, end_s=1,
                    text="Hello", confidence=1)  # fmt: skip
        store.save_call(
            Call(call_id=call_id, recording=recording), None, fingerprint="f", run_id="r"
        )
        transcript = Transcript(call_id=call_id, language="en", duration_s=9, line=Line(),
                                turns=(turn, turn))  # fmt: skip
        store.save_transcript(transcript, path="p", fingerprint="f", run_id="r")
    assert administrator_sides(as_owner(store.path)) == {"left": 2, "right": 1}


def test_doctor_says_how_to_mend_it(tell, here: Path) -> None:
    (here / "auricle.toml").write_text(
        "[transcribe]\ndevice = 'cpu'\ncompute_type = 'float16'\n"
        "[clinic]\nfacts = 'gone.yaml'\n[score]\nrubric = 'nope'"
    )
    told = tell("doctor")
    assert told.code == 1
    assert told.out.count("missing") >= 3
    for remedy in ("compute_type", "gone.yaml", "nope"):
        assert remedy in told.out


@pytest.mark.usefixtures("fake_engine")
@pytest.mark.parametrize(("text", "says"), [
    ("[ingest]\ntones = 'germny'", "Did you mean 'germany'?"),
    ("[transcribe]\ntranscripts = 'gone'", "there is no folder"),
])  # fmt: skip
def test_values_that_would_be_passed_over_are_told(tell, here: Path, text: str, says: str) -> None:
    (here / "recordings").mkdir()
    write_wav(here / "recordings" / "a.wav", hum(2))
    (here / "auricle.toml").write_text(text)
    for arguments in (("run",), ("transcribe", "recordings/a.wav")):
        told = tell(*arguments)
        assert told.code == 2 and says in told.err
    doctor = tell("doctor")
    assert doctor.code == 1 and says in doctor.out


@pytest.mark.usefixtures("fake_engine")
def test_languages_that_nobody_scores_are_told(tell, here: Path) -> None:
    (here / "recordings").mkdir()
    write_wav(here / "recordings" / "a.wav", hum(2))
    (here / "auricle.toml").write_text("[clinic]\nlanguages = ['en', 'de']")
    told = tell("run")
    assert told.code == 0
    assert "calls in 'de' can be transcribed, not scored" in told.err
    assert "Scored are en, pl, ru, uk, zh;" in told.err
    assert "'de'" in tell("doctor").out


@pytest.mark.parametrize(
    "arguments",
    ["run", "watch", "dashboard --no-browser", "people list", "mystery progress", "mystery match",
     "mystery standard"],
)  # fmt: skip
def test_elsewhere_than_in_a_clinic_nothing_begins(tell, here: Path, arguments: str) -> None:
    told = tell(*arguments.split())
    assert told.code == 2
    assert "There is no auricle.toml" in told.err and "auricle init" in told.err
    assert list(here.iterdir()) == []


def test_rubrics_are_listed_shown_and_checked(tell) -> None:
    assert "clinic-phone  version " in tell("rubric", "list").out
    shown = tell("rubric", "show", "clinic-phone")
    assert shown.code == 0
    assert "(greeting)" in shown.out
    checked = tell("rubric", "check", "clinic-phone")
    assert checked.code == 0
    assert " 0 wrong" in checked.out


def test_the_installed_command_is_this_one() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'auricle = "auricle.cli:entry"' in text


@pytest.mark.skipif(os.name != "posix", reason="pipes end otherwise elsewhere")
def test_a_reader_that_stops_reading_is_no_error(sample_run: SampleRun) -> None:
    with subprocess.Popen(
        command("export", "words", "-f", "json"), cwd=sample_run.folder, env=environment(),
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        process.stdout.read(10)
        process.stdout.close()
        errors = process.stderr.read()
    assert "Traceback" not in errors
