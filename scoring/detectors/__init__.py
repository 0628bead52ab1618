"""One kind of test per file: a factory that returns a function, registered by its YAML key."""

from scoring.detectors import (
    agreed,
    answered,
    combine,
    criterion,
    facts,
    judge,
    line,
    meaning,
    measure,
    order,
    phrases,
    says,
)
from scoring.detectors.registry import build

__all__ = [
    "agreed",
    "answered",
    "build",
    "combine",
    "criterion",
    "facts",
    "judge",
    "line",
    "meaning",
    "measure",
    "order",
    "phrases",
    "says",
]
