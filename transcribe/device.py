"""Which device computes, and in which precision."""

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from auricle.errors import ModelError

SMALL_GPU_BYTES = 6 * 2**30
"""Below this, weights are kept in 8 bits on the GPU."""
GPU_LIBRARIES = {"libcublas.so.12": "nvidia-cublas-cu12"}
"""What CTranslate2 opens on a GPU when it is used first, and the wheel that brings it. (cuDNN is
torch's affair: see ``transcribe.diarize``.)"""


@dataclass(frozen=True)
class Device:
    name: str
    """``cuda`` or ``cpu``."""
    compute_type: str
    """CTranslate2's name of the precision."""
    threads: int
    """CPU threads a model may use."""


def choose_device(device: str, compute_type: str) -> Device:
    """Resolve ``auto``. Raises ModelError when CUDA is asked for and can't be used."""
    import ctranslate2

    available = ctranslate2.get_cuda_device_count() > 0
    if device == "cuda" and not available:
        raise ModelError(
            "No GPU can be used: CTranslate2 sees no CUDA device.",
            'Install the NVIDIA driver, or set [transcribe] device = "cpu".',
        )
    name = "cuda" if available and device != "cpu" else "cpu"
    if name == "cuda" and (missing := missing_libraries()):
        wheels = " ".join(dict.fromkeys(GPU_LIBRARIES[library] for library in missing))
        raise ModelError(
            f"There is a GPU, but {', '.join(missing)} can't be loaded.",
            f'pip install {wheels}, or set [transcribe] device = "cpu".',
        )
    if compute_type == "auto":
        compute_type = "int8" if name == "cpu" else _gpu_type()
    supported = ctranslate2.get_supported_compute_types(name)
    if compute_type not in supported:
        raise ModelError(
            f"This {name} can't compute in {compute_type}.",
            f"Set [transcribe] compute_type to one of: {', '.join(sorted(supported))}.",
        )
    return Device(name, compute_type, len(os.sched_getaffinity(0)))


def missing_libraries(load: Callable[[str], object] | None = None) -> list[str]:
    """Those of ``GPU_LIBRARIES`` that can't be loaded.

    Where the system's linker doesn't find one, that of NVIDIA's wheel is loaded, which puts it
    where CTranslate2 finds it. ``load``: raises OSError for what isn't there; ``ctypes``' own.
    """
    load = load or (lambda path: ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL))
    missing = []
    for library in GPU_LIBRARIES:
        for path in (library, *_in_wheels(library)):
            try:
                load(path)
                break
            except OSError:
                continue
        else:
            missing.append(library)
    return missing


def _in_wheels(library: str) -> list[str]:
    spec = find_spec("nvidia")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return [str(path) for folder in folders for path in Path(folder).glob(f"*/lib/{library}")]


def _gpu_type() -> str:
    import torch

    total = torch.cuda.get_device_properties(0).total_memory if torch.cuda.is_available() else 0
    return "float16" if total >= SMALL_GPU_BYTES else "int8_float16"
