"""What a wave's calls say of each clinic, element by element, with intervals."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from string import ascii_uppercase

from auricle.models import Verdict
from auricle.stats import Interval, difference, mean_interval, wilson_of
from auricle.strict import read_yaml

TOP = 100.0


@dataclass(frozen=True)
class MadeCall:
    """A planned call that was made and heard, with all that was judged of it."""

    task: str
    call_id: str
    wave: int
    clinic: str
    own: bool
    scenario: str
    administrator: str
    start_local: datetime | None
    verdicts: tuple[Verdict, ...]
    """Of the rubric and of the scenario."""
    marks: Mapping[str, int]
    """Of the shopper's form."""


@dataclass(frozen=True)
class Estimate:
    """Calls' mean on 0..100; without an interval where there are too few calls for one."""

    mean: float
    interval: Interval | None
    n: int


@dataclass(frozen=True)
class ElementRow:
    """One element: the clinic now, then, and others, and how they differ."""

    element: str
    now: Estimate | None
    before: Estimate | None
    """In the wave before."""
    change: Interval | None
    """Now minus before."""
    others: tuple[Estimate | None, ...]
    """Competitors, in the order of ``Results.letters``."""
    lead: Interval | None
    """Now minus all competitors' calls together."""


@dataclass(frozen=True)
class Results:
    rows: tuple[ElementRow, ...]
    letters: tuple[str, ...]
    """Competitors' names are not told: A, B, ..."""


@cache
def elements() -> dict[str, tuple[str, ...]]:
    """Element -> its criteria."""
    text = (resources.files("rubrics") / "mystery" / "elements.yaml").read_text("utf-8")
    return {name: tuple(found) for name, found in read_yaml(text, "mystery/elements.yaml").items()}


def element_of(criterion: str) -> str | None:
    """The element a criterion belongs to; None for one that belongs to none."""
    for name, criteria in elements().items():
        for one in criteria:
            if criterion == one or (one.endswith("*") and criterion.startswith(one[:-1])):
                return name
    return None


def value(call: MadeCall, element: str) -> float | None:
    """Share of the points that the call got in an element, 0..100; None where nothing was judged.

    What abstained or didn't apply counts neither way.
    """
    judged = [
        verdict for verdict in call.verdicts
        if verdict.points is not None and element_of(verdict.id) == element
    ]  # fmt: skip
    worth = sum(verdict.max_points for verdict in judged)
    return TOP * sum(verdict.points or 0.0 for verdict in judged) / worth if worth else None


def values(calls: Sequence[MadeCall], element: str) -> list[float]:
    return [found for call in calls if (found := value(call, element)) is not None]


def estimate(numbers: Sequence[float]) -> Estimate | None:
    """The mean with Student's interval, cut to 0..100; with Wilson's where all numbers are equal:
    three calls without a flaw don't prove that there is never one."""
    if not numbers:
        return None
    interval = mean_interval(numbers)
    if interval is not None and min(numbers) == max(numbers):
        share = wilson_of(numbers[0] / TOP, interval.n, interval.n)
        interval = Interval(numbers[0], share.low * TOP, share.high * TOP, interval.n)
    elif interval is not None:
        low, high = max(0.0, interval.low), min(TOP, interval.high)
        interval = Interval(interval.value, low, high, interval.n)
    return Estimate(sum(numbers) / len(numbers), interval, len(numbers))


def apart(one: Estimate | None, other: Estimate | None) -> Interval | None:
    """``one`` minus ``other``; None where either has no interval."""
    if one is None or other is None or one.interval is None or other.interval is None:
        return None
    return difference(one.interval, other.interval)


def results(
    calls: Sequence[MadeCall], clinic: str, wave: int, competitors: Sequence[str]
) -> Results:
    """The clinic in a wave, against the wave before it and against competitors in the same wave."""
    now = [call for call in calls if call.clinic == clinic and call.wave == wave]
    before = [call for call in calls if call.clinic == clinic and call.wave == wave - 1]
    others = [
        [call for call in calls if call.clinic == name and call.wave == wave]
        for name in competitors
    ]
    rows = []
    for element in elements():
        mine, past = estimate(values(now, element)), estimate(values(before, element))
        theirs = [values(group, element) for group in others]
        together = estimate([number for group in theirs for number in group])
        rows.append(
            ElementRow(
                element, mine, past, apart(mine, past),
                tuple(estimate(group) for group in theirs), apart(mine, together),
            )
        )  # fmt: skip
    return Results(tuple(rows), letters(len(competitors)))


def letters(count: int) -> tuple[str, ...]:
    """What stands for so many competitors' names: A to Z, then AA, AB, ..."""
    names = (
        "".join(name)
        for length in itertools.count(1)
        for name in itertools.product(ascii_uppercase, repeat=length)
    )
    return tuple(itertools.islice(names, count))
