"""Who decides a criterion: people alone, the machine with a person's consent, or the machine.

``automatic`` is earned by agreement in unbiased reviews and lost by it. A criterion that nobody has
said anything of is automatic until enough reviews tell against it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from auricle.errors import StoreError
from auricle.messages import N_
from auricle.models import RubricRef
from auricle.settings import Mode, Review
from auricle.store.access import Access, Viewer, changing, utc_now
from auricle.store.connection import connected, insert
from auricle.store.reads import fetch, rows
from auricle.store.settling import settle
from auricle.store.unbiased import MachineAgreement, machine_agreement

MACHINE = Viewer("auricle", "owner")
"""Whom the audit log names where nobody but the program has decided."""
AT_ONCE = 1000
"""Calls settled in one transaction: under a second, so that others get in between."""


@dataclass(frozen=True)
class CriterionMode:
    """The mode of one criterion of a rubric, since when, by whom and why."""

    rubric_id: str
    criterion: str
    mode: Mode
    at_utc: datetime
    login: str
    """Empty: the program itself."""
    reason: str

    @property
    def fell(self) -> bool:
        """Whether the machine has lost it, and nobody has said anything to that."""
        return self.mode == "assisted" and not self.login and self.reason.startswith(FELL)


_FELL = N_("Agreement fell: {why}")
FELL = _FELL.removesuffix("{why}")
_SHOWN = "SELECT rubric_id, criterion, mode, at_utc, login, reason FROM modes"


def modes(access: Access, rubric_id: str) -> Mapping[str, CriterionMode]:
    """By criterion; one that isn't in it is automatic."""
    found = rows(access, f"{_SHOWN} WHERE rubric_id = ?", [rubric_id])
    return {row["criterion"]: CriterionMode(**row) for row in found}


def fallen(access: Access) -> tuple[CriterionMode, ...]:
    """Criteria that were demoted, and that nobody has said anything to since; the newest first."""
    found = rows(access, f"{_SHOWN} ORDER BY at_utc DESC, criterion")
    return tuple(one for row in found if (one := CriterionMode(**row)).fell)


def missing(found: MachineAgreement | None, wishes: Review) -> str:
    """What a criterion still lacks to be promoted to ``automatic``; empty: nothing.

    The lower end of the interval must reach the threshold, so that luck alone promotes nothing.
    """
    reviews = found.reviews if found else 0
    if found is None or found.share is None or reviews < wishes.automatic_reviews:
        return N_("{needed} blind reviews are needed, there are {reviews}").format(
            needed=wishes.automatic_reviews, reviews=reviews
        )
    if found.share.low < wishes.automatic_agreement:
        return N_("the interval of agreement must lie above {needed} %, it begins at {n} %").format(
            needed=f"{100 * wishes.automatic_agreement:.0f}", n=f"{100 * found.share.low:.0f}"
        )
    return ""


def set_mode(access: Access, rubric: RubricRef, criterion: str, mode: Mode, wishes: Review) -> None:
    """A person decides who decides. All calls follow.

    Raises StoreError when ``automatic`` isn't earned by the rubric's version; AccessError for whom
    it isn't for.
    """
    if mode == "automatic":
        agreements = machine_agreement(access, rubric.id).get(rubric.version, {})
        lacks = missing(agreements.get(criterion), wishes)
        if lacks:
            raise StoreError(
                N_("The machine may not decide this alone yet: {lacks}.").format(lacks=lacks),
                N_("Review calls of the random sample, or choose 'assisted'."),
            )
    measured = N_("Measured on {version}.").format(version=rubric.version)
    row = _row(
        rubric.id, criterion, mode, access.viewer.login, measured if mode == "automatic" else ""
    )
    with changing(
        access, "set mode", by=("owner", "analyst"), rubric=rubric.id, criterion=criterion,
        mode=mode,
    ) as connection:  # fmt: skip
        insert(connection, "criterion_modes", [row])
    follow_modes(access.path)


def demote(path: Path, wishes: Review) -> tuple[CriterionMode, ...]:
    """Make ``assisted`` what is automatic and disagrees too often with people; returns those.

    Of each rubric the version counts that was reviewed last.
    """
    access = Access(path, MACHINE)
    fell = []
    for rubric_id, version in _reviewed(access):
        known = modes(access, rubric_id)
        for criterion, found in machine_agreement(access, rubric_id).get(version, {}).items():
            automatic = criterion not in known or known[criterion].mode == "automatic"
            if automatic and (reason := too_low(found, wishes)):
                fell.append(_row(rubric_id, criterion, "assisted", "", _FELL.format(why=reason)))
    for row in fell:
        told = {"rubric": row["rubric_id"], "criterion": row["criterion"], "reason": row["reason"]}
        with changing(access, "demote", by=("owner",), **told) as connection:
            insert(connection, "criterion_modes", [row])
    if fell:
        follow_modes(path)
    return tuple(CriterionMode(**row) for row in fell)


def begin(path: Path, rubric_id: str, criteria: Sequence[str], wishes: Review) -> None:
    """Give criteria that have no mode yet the one that the settings begin with."""
    access = Access(path, MACHINE)
    known = modes(access, rubric_id)
    new = [criterion for criterion in criteria if criterion not in known]
    if wishes.first_mode == "automatic" or not new:
        return
    with changing(
        access, "set mode", by=("owner",), rubric=rubric_id, criteria=new, mode=wishes.first_mode
    ) as connection:
        insert(connection, "criterion_modes", [
            _row(rubric_id, criterion, wishes.first_mode, "", "[review] first_mode")
            for criterion in new
        ])  # fmt: skip


_BEHIND = """
WITH wanted AS (
    SELECT v.call_id, v.criterion, m.mode
    FROM machine_verdicts v JOIN machine_scorecards s USING (call_id)
    JOIN modes m ON m.rubric_id = s.rubric_id AND m.criterion = v.criterion
    WHERE m.mode <> 'automatic'
      AND (s.rubric_id, s.rubric_version) IN (SELECT rubric_id, rubric_version FROM weighings)
)
SELECT DISTINCT call_id FROM (
    (FROM wanted EXCEPT FROM held_back) UNION ALL (FROM held_back EXCEPT FROM wanted)
) ORDER BY call_id LIMIT ?
"""


def follow_modes(path: Path) -> None:
    """Settle the calls that are behind their criteria's modes, also of an interrupted change."""
    while True:
        with connected(path) as connection:
            behind = [row["call_id"] for row in fetch(connection, _BEHIND, [AT_ONCE])]
        if not behind:
            return
        with connected(path, write=True) as connection:
            settle(connection, *behind)


def _reviewed(access: Access) -> list[tuple[str, str]]:
    """Rubrics of which calls were judged blind, and the version that was last."""
    found = rows(
        access,
        """SELECT rubric_id, arg_max(rubric_version, submitted_utc) AS version FROM reviews
           WHERE purpose = 'random' AND blind GROUP BY 1 ORDER BY 1""",
    )
    return [(row["rubric_id"], row["version"]) for row in found]


def too_low(found: MachineAgreement, wishes: Review) -> str:
    """Why it may not be automatic any more; empty: it may, or nobody knows yet."""
    if found.share is None or found.reviews < wishes.automatic_reviews:
        return ""
    if found.share.value >= wishes.automatic_agreement:
        return ""
    return N_("{n} % of {reviews} blind reviews, where {needed} % are asked for").format(
        n=f"{100 * found.share.value:.0f}", reviews=found.reviews,
        needed=f"{100 * wishes.automatic_agreement:.0f}",
    )  # fmt: skip


def _row(rubric_id: str, criterion: str, mode: Mode, login: str, reason: str) -> dict[str, Any]:
    return {
        "rubric_id": rubric_id, "criterion": criterion, "mode": mode, "at_utc": utc_now(),
        "login": login, "reason": reason,
    }  # fmt: skip
