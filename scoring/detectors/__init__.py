"""One kind of test per file: a factory that returns a function, registered by its YAML key."""

from scoring.detectors import combine, facts, line, measure, phrases
from scoring.detectors.registry import build

__all__ = ["build", "combine", "facts", "line", "measure", "phrases"]
