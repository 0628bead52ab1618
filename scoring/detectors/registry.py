"""Which key of a rubric's test leads to which detector."""

from collections.abc import Callable
from typing import Any

from rubrics.schema import Test
from scoring.finding import Detector

Factory = Callable[[Any], Detector]
REGISTRY: dict[str, Factory] = {}


def register(key: str) -> Callable[[Factory], Factory]:
    """Name a factory; its argument is what stands under that key, already validated."""

    def keep(factory: Factory) -> Factory:
        REGISTRY[key] = factory
        return factory

    return keep


def build(test: Test) -> Detector:
    """The detector of a test, with everything nested inside it."""
    key = test.kind()
    return REGISTRY[key](getattr(test, key))
