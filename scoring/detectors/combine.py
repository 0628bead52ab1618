"""``all``, ``any``, ``not``, ``at_least``: three-valued, because a test may be undecidable."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from rubrics.schema import AtLeast, Test
from scoring.context import Context
from scoring.detectors.registry import build, register
from scoring.finding import Detector, Finding, Occasion


@register("all")
def all_of(tests: Sequence[Test]) -> Detector:
    """Every test holds; as sure as the least sure one."""
    detectors = [build(test) for test in tests]

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        return at_least_of([d(ctx, occasions) for d in detectors], len(detectors))

    return detect


@register("any")
def any_of(tests: Sequence[Test]) -> Detector:
    """Some test holds; as sure as the surest one."""
    detectors = [build(test) for test in tests]

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        return at_least_of([d(ctx, occasions) for d in detectors], 1)

    return detect


@register("at_least")
def at_least(options: AtLeast) -> Detector:
    """At least ``count`` of the tests hold."""
    detectors = [build(test) for test in options.of]

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        return at_least_of([d(ctx, occasions) for d in detectors], options.count)

    return detect


@register("not_")
def negation(test: Test) -> Detector:
    """The test doesn't hold; its evidence becomes the other side's."""
    detector = build(test)

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        found = detector(ctx, occasions)
        holds = None if found.holds is None else not found.holds
        return found._replace(holds=holds, occasions=())

    return detect


def at_least_of(found: Sequence[Finding], count: int) -> Finding:
    """Whether at least ``count`` findings hold, and why."""
    good = surest_first(f for f in found if f.holds)
    bad = surest_first(f for f in found if f.holds is False)
    unsure = [f for f in found if f.holds is None]
    if len(good) >= count:
        return merged(True, good, good[count - 1].confidence)
    if len(good) + len(unsure) >= count:
        return merged(None, unsure, 0.0)
    decisive = len(found) - count + 1  # so many must fail for the whole to fail
    return merged(False, bad, bad[decisive - 1].confidence)


def surest_first(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=attrgetter("confidence"), reverse=True)


def merged(holds: bool | None, found: Sequence[Finding], confidence: float) -> Finding:
    if len(found) == 1:
        return found[0]._replace(confidence=confidence)
    values: dict[str, str] = {}
    for finding in reversed(found):
        values |= finding.values
    return Finding(
        holds=holds,
        confidence=confidence,
        evidence=tuple(dict.fromkeys(e for f in found for e in f.evidence)),
        why=next((f.why for f in found if f.why), ""),
        values=values,
        occasions=tuple(o for f in found for o in f.occasions),
        uses_roles=any(f.uses_roles for f in found),
    )
