"""Verdicts of people that tell how right the machine is: of calls drawn at random, or judged blind
in a calibration. Calls that were reviewed for a reason (a dispute, doubt) would tell of those only.
"""

from dataclasses import dataclass

from auricle.models import VerdictKind
from auricle.store.access import Access
from auricle.store.reads import rows


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


# One person's newest review of a call stands; of several people's, the first one's.
_VERDICTS = """
SELECT r.call_id, c.clinic, c.administrator, r.rubric_id, r.rubric_version, v.criterion, v.verdict,
       v.machine_verdict, 1 / r.drawn_with AS weight
FROM review_verdicts v JOIN reviews r USING (review_id) JOIN calls c USING (call_id)
WHERE r.purpose IN ('random', 'calibration') AND r.blind
QUALIFY row_number() OVER (PARTITION BY r.call_id, r.rubric_id, r.rubric_version, v.criterion
                           ORDER BY r.reviewer, r.submitted_utc DESC) = 1
ORDER BY r.rubric_id, r.rubric_version, v.position, r.call_id
"""


def unbiased_verdicts(access: Access) -> tuple[UnbiasedVerdict, ...]:
    """In the order of rubrics, criteria and calls."""
    return tuple(UnbiasedVerdict(**row) for row in rows(access, _VERDICTS))
