"""Which key of a rubric's test leads to which detector."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from rubrics.schema import Test
from scoring.context import Context
from scoring.finding import Detector, Finding, Occasion

Factory = Callable[[Any], Detector]
REGISTRY: dict[str, Factory] = {}


def register(key: str) -> Callable[[Factory], Factory]:
    """Name a factory; its argument is what stands under that key, already validated."""

    def keep(factory: Factory) -> Factory:
        REGISTRY[key] = factory
        return factory

    return keep


@lru_cache(4096)
def build(test: Test) -> Detector:
    """The detector of a test, with everything nested inside it.

    Equal tests share one, and what it found in a call: criteria of a rubric ask much alike.
    """
    key = test.kind()
    detector = REGISTRY[key](getattr(test, key))

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        asked = detector, occasions
        found = ctx.cache.get(asked)
        if found is None:
            found = ctx.cache[asked] = detector(ctx, occasions)
        assert isinstance(found, Finding)
        return found

    return detect
