"""From what is weak to what to do: evidence, words to use, whom to coach, what to measure next."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auricle.models import Evidence, Verdict
from auricle.mystery.results import MadeCall, element_of, elements
from auricle.stats import Interval, wilson

WEAK = 0.6
"""A criterion that got less than this share of its points is a finding."""
FEWEST = 2
"""Judged calls; of one call nothing follows."""
COACHED = 2
"""So many misses of one person are worth a talk with her; fewer may be chance."""
SHOWN = 3


@dataclass(frozen=True)
class Said:
    """Words of a call, or what was measured there, and where to hear it."""

    call_id: str
    administrator: str
    evidence: Evidence


@dataclass(frozen=True)
class Finding:
    """A criterion that is weak, with its proposal."""

    element: str
    criterion: str
    share: Interval
    """Of the calls where it could be judged, those that met it."""
    proof: tuple[Said, ...]
    example: Said | None
    """How it was said well in this clinic: what the standard is proposed to be."""
    coach: tuple[str, ...]
    """Administrators who missed it more than once."""


def findings(calls: Sequence[MadeCall], best: Mapping[str, Sequence[Said]]) -> list[Finding]:
    """Of one clinic's calls in one wave, element by element, the weakest first.

    ``best``: by criterion, quotes of the clinic's own calls that met it, the best call first.
    """
    judged: dict[str, list[tuple[MadeCall, Verdict]]] = defaultdict(list)
    for call in calls:
        for verdict in call.verdicts:
            if verdict.points is not None and verdict.max_points > 0:
                judged[generic(verdict.id)].append((call, verdict))
    found = []
    for criterion, pairs in judged.items():
        element = element_of(criterion)
        got = sum((v.points or 0.0) / v.max_points for _, v in pairs) / len(pairs)
        share = wilson(sum(v.verdict == "met" for _, v in pairs), len(pairs))
        if element is None or share is None or len(pairs) < FEWEST or got >= WEAK:
            continue
        missed = [(call, v) for call, v in pairs if v.verdict in ("missed", "partly")]
        people = Counter(call.administrator for call, v in missed if v.verdict == "missed")
        found.append(
            Finding(
                element, criterion, share,
                tuple(said for call, v in missed if (said := _said(call, v)))[:SHOWN],
                next(iter(best.get(criterion, ())), None),
                tuple(sorted(name for name, n in people.items() if name and n >= COACHED)),
            )
        )  # fmt: skip
    order = list(elements())
    return sorted(found, key=lambda f: (order.index(f.element), f.share.value, f.criterion))


def generic(criterion: str) -> str:
    """Criteria of single questions are one of the report's: ``right_price`` is ``right_*``."""
    for prefix in ("right_", "answered_"):
        if criterion.startswith(prefix):
            return f"{prefix}*"
    return criterion


def _said(call: MadeCall, verdict: Verdict) -> Said | None:
    """The first piece of proof that people can look at."""
    pieces = sorted(verdict.evidence, key=lambda piece: piece.start_s is None)
    return Said(call.call_id, call.administrator, pieces[0]) if pieces else None
