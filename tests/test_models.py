"""Which models are used, and that nothing damaged is ever loaded."""

import hashlib
import shutil
from pathlib import Path

import ctranslate2
import pytest

from auricle.errors import ModelError
from auricle.settings import Transcribe
from transcribe import models
from transcribe.device import choose_device, missing_libraries
from transcribe.engine import make_plan
from transcribe.models import (
    DiarizationModels,
    check_diarization,
    find_diarization,
    find_whisper,
    whisper_folder,
)


def test_the_wheels_are_what_they_should_be() -> None:
    check_diarization(find_diarization("auto", "cpu"))
    folder = Path(whisper_folder(find_whisper("auto", "cpu")))
    assert (folder / "model.bin").is_file()


def test_a_plan_names_models_by_their_weights() -> None:
    identity = make_plan(Transcribe(device="cpu")).identity
    assert identity["whisper"] == "whisper-base"
    assert identity["whisper_sha256"] == models.WHISPER_BASE_SHA256
    assert identity["diarization_sha256"]
    assert identity["device"] == "cpu"


@pytest.mark.parametrize("part", ["segmentation", "embedding", "embedding_code"])
def test_a_damaged_diarization_file_is_refused(part: str, tmp_path: Path) -> None:
    good = find_diarization("auto", "cpu")
    damaged = tmp_path / "damaged"
    original: Path = getattr(good, part)
    raw = bytearray(original.read_bytes())
    raw[len(raw) // 2] ^= 1
    damaged.write_bytes(raw)
    changed = DiarizationModels(**{**vars(good), part: damaged})
    with pytest.raises(ModelError, match="damaged or of another version") as caught:
        check_diarization(changed)
    assert str(damaged) in caught.value.reason
    assert "make models" in caught.value.remedy


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    good = find_diarization("auto", "cpu")
    gone = DiarizationModels(**{**vars(good), "segmentation": tmp_path / "gone.bin"})
    with pytest.raises(ModelError, match="can't be read"):
        check_diarization(gone)


def test_the_speech_model_is_put_together_once_and_always_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AURICLE_CACHE", str(tmp_path / "cache"))
    model = find_whisper("auto", "cpu")
    folder = Path(whisper_folder(model))
    weights = folder / "model.bin"
    with weights.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == models.WHISPER_BASE_SHA256
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [folder.name]
    made = weights.stat().st_mtime_ns
    assert whisper_folder(model) == str(folder)
    assert weights.stat().st_mtime_ns == made

    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json is damaged"):
        whisper_folder(model)
    shutil.rmtree(folder)
    folder.mkdir()  # as left behind by somebody who deleted the damaged files
    assert whisper_folder(model) == str(folder)


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file")
    monkeypatch.setenv("AURICLE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ModelError, match="can't be unpacked") as caught:
        whisper_folder(find_whisper("auto", "cpu"))
    assert "AURICLE_CACHE" in caught.value.remedy


def test_without_wheels_and_hub_the_remedy_is_the_install_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(models, "_wheel", lambda package: None)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for find in (find_whisper, find_diarization):
        with pytest.raises(ModelError) as caught:
            find("auto", "cpu")
        assert "make models" in caught.value.remedy


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model\.bin"):
        find_whisper(str(tmp_path), "cpu")
    (tmp_path / "model.bin").write_bytes(b"weights")
    model = find_whisper(str(tmp_path), "cpu")
    assert model.sha256 == hashlib.sha256(b"weights").hexdigest()
    assert whisper_folder(model) == str(tmp_path)
    assert find_whisper("owner/whisper", "cpu").location == "owner/whisper"
    assert find_diarization("owner/pipeline", "cpu").pipeline == "owner/pipeline"


def test_the_cpu_computes_in_eight_bits() -> None:
    chosen = choose_device("cpu", "auto")
    assert (chosen.name, chosen.compute_type) == ("cpu", "int8")
    assert chosen.threads >= 1


def test_a_precision_the_device_lacks_names_those_it_has() -> None:
    with pytest.raises(ModelError, match="can't compute in float16") as caught:
        choose_device("cpu", "float16")
    assert "int8" in caught.value.remedy


@pytest.mark.skipif(ctranslate2.get_cuda_device_count() > 0, reason="there is a GPU")
def test_a_gpu_asked_for_and_not_there() -> None:
    with pytest.raises(ModelError, match="No GPU") as caught:
        choose_device("cuda", "auto")
    assert '"cpu"' in caught.value.remedy
    assert choose_device("auto", "auto").name == "cpu"


def test_a_gpu_without_its_libraries_says_which_wheels_bring_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import ctranslate2

    def load(path: str) -> None:
        raise OSError(path)

    assert missing_libraries(load) == ["libcublas.so.12"]
    assert missing_libraries(lambda path: None) == []
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    monkeypatch.setattr("transcribe.device.missing_libraries", lambda: ["libcublas.so.12"])
    with pytest.raises(ModelError, match=r"libcublas\.so\.12") as caught:
        choose_device("auto", "auto")
    assert "pip install nvidia-cublas-cu12," in caught.value.remedy
