"""Verdicts of people that tell how right the machine is: of calls drawn at random, judged blind.
Calls that were reviewed for a reason (a dispute, doubt), or that somebody has chosen for a
calibration, would tell of those only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from auricle.agreement import VERDICTS, exact
from auricle.models import VerdictKind
from auricle.stats import Interval
from auricle.store.access import Access
from auricle.store.reads import counting, fetch

MIN_REVIEWS = 10
"""Of fewer the interval may span half of the scale: no agreement is told."""


@dataclass(frozen=True)
class UnbiasedVerdict:
    """A person's verdict beside the machine's, of one criterion of one call."""

    call_id: str
    clinic: str
    administrator: str
    rubric_id: str
    rubric_version: str
    criterion: str
    verdict: VerdictKind
    machine_verdict: VerdictKind
    weight: float
    """Of how many calls the draw makes it stand."""


@dataclass(frozen=True)
class MachineAgreement:
    """How often people say the same as the machine of one criterion."""

    reviews: int
    """In which both of them decided."""
    undecided: int
    """In which one of them couldn't tell."""
    share: Interval | None
    """Of all calls, as the draw weighs them; None with fewer than ``MIN_REVIEWS``."""


# One person's newest review of a call stands; of several people's, the first one's.
_VERDICTS = """
SELECT r.call_id, c.clinic, c.administrator, r.rubric_id, r.rubric_version, v.criterion, v.verdict,
       v.machine_verdict, 1 / r.drawn_with AS weight
FROM review_verdicts v JOIN reviews r USING (review_id) JOIN calls c USING (call_id)
WHERE r.purpose = 'random' AND r.blind AND r.rubric_id = ?
QUALIFY row_number() OVER (PARTITION BY r.call_id, r.rubric_id, r.rubric_version, v.criterion
                           ORDER BY r.reviewer, r.submitted_utc DESC) = 1
ORDER BY r.rubric_version, v.position, r.call_id
"""


def unbiased_verdicts(access: Access, rubric_id: str) -> tuple[UnbiasedVerdict, ...]:
    """Of one rubric, in the order of versions, criteria and calls."""
    with counting(access) as connection:
        found = fetch(connection, _VERDICTS, [rubric_id])
    return tuple(UnbiasedVerdict(**row) for row in found)


def machine_agreement(
    access: Access, rubric_id: str
) -> Mapping[str, Mapping[str, MachineAgreement]]:
    """By version of the rubric and criterion; what nobody has judged isn't in it."""
    found: dict[str, dict[str, list[UnbiasedVerdict]]] = {}
    for one in unbiased_verdicts(access, rubric_id):
        found.setdefault(one.rubric_version, {}).setdefault(one.criterion, []).append(one)
    return {
        version: {criterion: _agreement(said) for criterion, said in criteria.items()}
        for version, criteria in found.items()
    }


def _agreement(said: list[UnbiasedVerdict]) -> MachineAgreement:
    decided = [o for o in said if o.verdict in VERDICTS and o.machine_verdict in VERDICTS]
    enough = len(decided) >= MIN_REVIEWS
    share = exact([(o.machine_verdict, o.verdict) for o in decided], [o.weight for o in decided])
    return MachineAgreement(len(decided), len(said) - len(decided), share if enough else None)
