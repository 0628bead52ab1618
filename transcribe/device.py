"""Which device computes, and in which precision."""

import os
from dataclasses import dataclass

from auricle.errors import ModelError

SMALL_GPU_BYTES = 6 * 2**30
"""Below this, weights are kept in 8 bits on the GPU."""


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
    if compute_type == "auto":
        compute_type = "int8" if name == "cpu" else _gpu_type()
    supported = ctranslate2.get_supported_compute_types(name)
    if compute_type not in supported:
        raise ModelError(
            f"This {name} can't compute in {compute_type}.",
            f"Set [transcribe] compute_type to one of: {', '.join(sorted(supported))}.",
        )
    return Device(name, compute_type, len(os.sched_getaffinity(0)))


def _gpu_type() -> str:
    import torch

    total = torch.cuda.get_device_properties(0).total_memory if torch.cuda.is_available() else 0
    return "float16" if total >= SMALL_GPU_BYTES else "int8_float16"
