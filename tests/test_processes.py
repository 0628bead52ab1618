"""Engines in processes of their own: the same transcripts, and a death costs one call."""

import os
import pickle
import signal
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path

import pytest
from helpers_audio import audio_of, noise, sample_call

from auricle.errors import AuricleError, ModelError, PlaceError, RecordingError
from auricle.models import Call, Recording
from auricle.settings import Clinic, Settings, Transcribe
from ingest.audio import RATE_HZ
from ingest.line import analyse, find_voices
from transcribe import processes
from transcribe.engine import Engine, make_plan
from transcribe.imported import read_imported
from transcribe.processes import Place, Processes, make_engine

WORDS = Path(__file__).parent / "golden" / "imported" / "whisperx.json"


def settings(count: int) -> Settings:
    return Settings(
        clinic=Clinic(name="Riverside Dental", languages=("en",)),
        transcribe=Transcribe(device="cpu", processes=count),
    )


def call(channels: int, seconds: float) -> Call:
    recording = Recording(
        sha256="x", path="x", channels=channels, sample_rate_hz=8000, duration_s=seconds,
        layout="stereo" if channels == 2 else "mono",
    )  # fmt: skip
    return Call(call_id="c", recording=recording)


def made(count: int) -> Engine | Processes:
    wishes = settings(count)
    return make_engine(make_plan(wishes.transcribe), wishes, workers=2)


def test_two_processes_hear_what_one_engine_hears() -> None:
    samples = sample_call("rd-1010").samples[:, : 25 * RATE_HZ]
    audio = audio_of(samples)
    said = call(2, 25).model_copy(update={"line": analyse(audio, find_voices(audio), "uk")})
    alone, two = made(1), made(2)
    assert isinstance(alone, Engine)
    assert isinstance(two, Processes)
    heard = alone.transcribe(said, samples)
    assert len(heard.turns) > 1
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: two.transcribe(said, samples), range(2)))
    assert both == [heard, heard]
    assert two.timings_s["recognise"] > 0


def test_a_process_that_dies_costs_its_call_and_comes_back() -> None:
    before = set(active_children())
    two = made(2)
    words, quiet = read_imported(WORDS), noise(15, -30)[None]
    expected = two.transcribe(call(1, 15), quiet, words)
    for child in set(active_children()) - before:
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
    with pytest.raises(RecordingError, match="ended"):
        two.transcribe(call(1, 15), quiet, words)
    assert two.transcribe(call(1, 15), quiet, words) == expected
    assert two.timings_s.keys() >= {"import"}


def test_errors_cross_over_with_reason_and_remedy() -> None:
    for error in (ModelError("No model.", "Get one."), PlaceError("sftp://x", "Away.", "Wait.")):
        again = pickle.loads(pickle.dumps(error))
        assert isinstance(again, AuricleError)
        assert (type(again), again.reason, again.remedy, str(again)) == (
            type(error), error.reason, error.remedy, str(error)
        )  # fmt: skip


@pytest.mark.parametrize(
    ("nodes", "wanted", "expected"),
    [
        (["0-3", "4-7"], 0, [(0, 1, 2, 3), (4, 5, 6, 7)]),
        (["0-1,4-5", "2-3,6-7"], 4, [(0, 4), (2, 6), (1, 5), (3, 7)]),
        (["0-7"], 2, [(0, 2, 4, 6), (1, 3, 5, 7)]),
        (["0-7", ""], 0, [(0, 1, 2, 3, 4, 5, 6, 7)]),
        ([], 3, [(0, 3, 6), (1, 4, 7), (2, 5)]),
        (["0-7"], 16, [(at % 8,) for at in range(8)] + [tuple(range(8))] * 8),
    ],
)
def test_each_socket_gets_a_process_and_its_own_cpus(
    nodes: list[str], wanted: int, expected: list[tuple[int, ...]], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for number, text in enumerate(nodes):
        (tmp_path / f"node{number}").mkdir()
        (tmp_path / f"node{number}" / "cpulist").write_text(f"{text}\n")
    monkeypatch.setattr(processes, "_NODES", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    assert [place.cpus for place in processes.places("cpu", wanted)] == expected


def test_each_gpu_gets_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)))
    assert processes.places("cuda", 0) == [Place((0, 2), 0), Place((1, 3), 1)]
