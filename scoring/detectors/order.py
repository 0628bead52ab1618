"""``sequence``, ``before``, ``after``: tests in time, each with its proof."""

from rubrics.schema import Ordered, Sequence
from scoring.context import Context
from scoring.detectors.combine import at_least_of, merged
from scoring.detectors.registry import build, register
from scoring.finding import Detector, Finding, Occasion


@register("sequence")
def sequence(options: Sequence) -> Detector:
    """The longest run of steps that come in order is long enough."""
    detectors = [build(step) for step in options.steps]
    wanted = options.at_least or len(detectors)

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        found = [d(ctx, occasions) for d in detectors]
        unordered = at_least_of(found, wanted)
        if not unordered.holds:
            return unordered
        steps = longest(found)
        if len(steps) < wanted:
            return unordered._replace(holds=False, occasions=())
        return merged(True, steps, min(step.confidence for step in steps))

    return detect


def longest(found: list[Finding]) -> list[Finding]:
    """The most steps of which each holds some time after the one before it."""
    best: list[tuple[float, list[Finding]]] = [(-1.0, [])]  # end time, steps; longer ones later
    for finding in found:
        if not finding.holds:
            continue
        times = sorted(o.start_s for o in finding.occasions)
        longer = []
        for end, steps in best:
            later = next((t for t in times if t > end), None)
            if later is not None:
                longer.append((later, [*steps, finding]))
        for end, steps in longer:
            same = [i for i, (_, other) in enumerate(best) if len(other) == len(steps)]
            if not same:
                best.append((end, steps))
            elif end < best[same[0]][0]:
                best[same[0]] = (end, steps)
        best.sort(key=lambda b: len(b[1]))
    return best[-1][1]


@register("before")
def before(options: Ordered) -> Detector:
    """``this`` holds, and ``that`` not earlier."""
    return ordered(options, before=True)


@register("after")
def after(options: Ordered) -> Detector:
    """``that`` holds, and ``this`` later."""
    return ordered(options, before=False)


def ordered(options: Ordered, before: bool) -> Detector:
    this, that = build(options.this), build(options.that)

    def detect(ctx: Context, occasions: tuple[Occasion, ...]) -> Finding:
        mine, other = this(ctx, occasions), that(ctx, occasions)
        if not mine.holds:
            return mine
        if not other.holds:
            return mine if before else other
        limit = options.within_s or float("inf")
        first = min((o.start_s for o in other.occasions), default=0.0)
        good = tuple(
            o
            for o in mine.occasions
            if 0 <= (first - o.start_s if before else o.start_s - first) <= limit
        )
        return mine._replace(holds=bool(good), occasions=good)

    return detect
