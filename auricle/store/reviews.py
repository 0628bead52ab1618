"""Verdicts of people: which calls wait for them, and what they say; the machine's stay beside."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import duckdb

from auricle.errors import AccessError, StoreError
from auricle.messages import N_
from auricle.models import Evidence, VerdictKind
from auricle.settings import Review
from auricle.store.access import Access, blindfold, changing, utc_now
from auricle.store.connection import insert
from auricle.store.reads import counting, fetch, reading
from auricle.store.settling import rubric_of, settle, unknown_rubric
from auricle.totals import share

Purpose = Literal["queue", "random", "calibration", "dispute"]
Why = Literal["dispute", "critical", "random", "mystery", "unsure", "undecided"]
"""Why a call waits, the most urgent first."""


@dataclass(frozen=True)
class Judgement:
    """What a person says of one criterion."""

    criterion: str
    verdict: VerdictKind
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """A call that waits for a person, and why."""

    call_id: str
    administrator: str
    start_local: datetime | None
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Queue:
    calls: tuple[Waiting, ...]
    counts: dict[Why, int]


@dataclass(frozen=True)
class Said:
    """A line of a call's history: a person's verdict, beside what the machine said then."""

    reviewer: str
    submitted_utc: datetime
    purpose: Purpose
    blind: bool
    rubric_id: str
    criterion: str
    verdict: VerdictKind
    machine_verdict: VerdictKind | None
    """None: a criterion that only people judge."""
    reason: str


# Of every administrator's calls of a week that is over, the share with the smallest hashes: which
# calls these are depends on nothing that anybody judges, and is the same whenever one asks. Where
# no administrator speaks nothing is to be judged: no criterion applies.
_DRAWN = """
SELECT c.call_id, least(1.0, greatest(1, round($share * count(*) OVER stratum))
                             / count(*) OVER stratum) AS drawn_with
FROM listed c
WHERE $share > 0 AND c.rubric_id IS NOT NULL AND (c.start_local IS NULL
                      OR date_trunc('week', c.start_local) < date_trunc('week', $today))
  AND c.call_id NOT IN (SELECT call_id FROM machine_scorecards
                        WHERE total IS NULL AND scored_share = 1)
  AND {only}
WINDOW stratum AS (PARTITION BY c.administrator, date_trunc('week', c.start_local))
QUALIFY row_number() OVER (PARTITION BY c.administrator, date_trunc('week', c.start_local)
                           ORDER BY md5(concat($seed, '/', c.call_id)))
        <= greatest(1, round($share * count(*) OVER stratum))
"""

_SEEN = """SELECT call_id FROM audit
WHERE login = $login AND action = 'look' AND (detail->>'$.verdicts') = 'true'"""
"""Calls whose verdicts somebody has seen: they can't judge them blind any more."""

_AWAIT_BLIND = f"""
SELECT d.call_id, d.drawn_with FROM ({_DRAWN}) d
WHERE NOT EXISTS (FROM reviews r JOIN machine_scorecards s USING (call_id, rubric_id,
                                                                  rubric_version)
                  WHERE r.call_id = d.call_id AND r.purpose = 'random')
  AND d.call_id NOT IN ({_SEEN})
"""

_IN_CALIBRATION = """
SELECT DISTINCT call_id FROM calibration_sessions
JOIN calibration_reviewers USING (calibration_id) JOIN calibration_calls USING (calibration_id)
WHERE login = $login AND deadline >= $today AND NOT ended AND (calibration_id, call_id) NOT IN (
    SELECT (calibration_id, call_id) FROM reviews
    WHERE purpose = 'calibration' AND reviewer = $login)
"""

_LIKE_IT = """(c.administrator, date_trunc('week', c.start_local)) IS NOT DISTINCT FROM (
    SELECT (administrator, date_trunc('week', start_local)) FROM calls WHERE call_id = $call)"""
"""Calls of the same administrator and week as one."""

_AWAITING = f"CREATE OR REPLACE TEMP TABLE awaiting AS {_AWAIT_BLIND.format(only='true')}"

_QUEUE = """
CREATE OR REPLACE TEMP TABLE told AS
WITH reviewed AS (SELECT DISTINCT call_id FROM human_verdicts),
found AS (
    SELECT call_id, 'dispute' AS why, 0 AS rank FROM disputes
    WHERE stance = 'contested' AND outcome = ''
    UNION SELECT call_id, 'critical', 1 FROM listed
    WHERE len(failed_critical) > 0 AND call_id NOT IN (FROM reviewed)
    UNION SELECT call_id, 'random', 2 FROM awaiting
    UNION SELECT call_id, 'mystery', 3 FROM mystery_calls WHERE call_id NOT IN (FROM reviewed)
    UNION SELECT call_id, 'unsure', 4 FROM marks JOIN listed USING (number)
    WHERE verdict IN ('met', 'partly', 'missed') AND max_points > 0 AND confidence < $unsure
    UNION SELECT call_id, 'undecided', 5
    FROM held_back ANTI JOIN human_verdicts USING (call_id, criterion)
)
-- Of a call to be judged blind nothing is told that the machine thinks of it.
FROM found WHERE why IN ('dispute', 'random') OR call_id NOT IN (SELECT call_id FROM awaiting)
"""

_LIST = """
SELECT c.call_id, c.administrator, c.start_local, list(t.why ORDER BY t.rank) AS why
FROM told t JOIN listed c USING (call_id)
GROUP BY ALL HAVING $why IS NULL OR list_contains(list(t.why), $why)
ORDER BY min(t.rank), c.start_local DESC NULLS LAST, c.call_id LIMIT $limit
"""

_COUNTS = "SELECT why, count(DISTINCT call_id) AS n FROM told GROUP BY why"


def queue(
    access: Access, wishes: Review, today: date, why: Why | None = None, limit: int = 50
) -> Queue:
    """Calls that wait for the viewer, the most urgent first; counts are of all of them."""
    with counting(access) as connection:
        connection.execute(_AWAITING, _values(access, wishes, today))
        blindfold(connection, access.unseen)  # the draw is of all calls, and the same for everybody
        connection.execute(_QUEUE, {"unsure": wishes.unsure_below})
        counted = fetch(connection, _COUNTS)
        found = fetch(connection, _LIST, {"why": why, "limit": limit})
    return Queue(
        tuple(Waiting(**{**row, "why": tuple(row["why"])}) for row in found),
        {row["why"]: row["n"] for row in counted},
    )


def drawn_with(access: Access, wishes: Review, today: date, call_id: str) -> float | None:
    """With which probability the call was drawn for a blind review by the viewer.

    None if it wasn't, has been reviewed, or the viewer has seen its verdicts.
    """
    with counting(access) as connection:
        found = fetch(
            connection,
            f"SELECT drawn_with FROM ({_AWAIT_BLIND.format(only=_LIKE_IT)}) WHERE call_id = $call",
            _values(access, wishes, today) | {"call": call_id},
        )
    return float(found[0]["drawn_with"]) if found else None


def to_judge_blind(access: Access, wishes: Review, today: date) -> frozenset[str]:
    """Calls that the viewer is to judge before anything tells what others think of them: those of
    a calibration, and for analysts those of the random sample. Nobody else is kept from looking at
    the sample."""
    with counting(access) as connection:
        found = {row["call_id"] for row in fetch(
            connection, _IN_CALIBRATION, {"login": access.viewer.login, "today": today}
        )}  # fmt: skip
        if access.viewer.role == "analyst":
            query = f"SELECT call_id FROM ({_AWAIT_BLIND.format(only='true')})"
            drawn = fetch(connection, query, _values(access, wishes, today))
            found |= {row["call_id"] for row in drawn}
    return frozenset(found)


def _values(access: Access, wishes: Review, today: date) -> dict[str, Any]:
    return {
        "share": wishes.random_share, "seed": wishes.seed, "today": today,
        "login": access.viewer.login,
    }  # fmt: skip


def submit(
    access: Access,
    call_id: str,
    purpose: Purpose,
    judgements: Sequence[Judgement],
    *,
    blind: bool = False,
    drawn_with: float = 1.0,
    calibration_id: str = "",
    seen: int | None = None,
) -> str:
    """Keep a person's verdicts of a call and make its total anew; the review's id.

    ``seen``: how many lines of history the reviewer had before them; None: doesn't matter. Raises
    StoreError when somebody has reviewed the call meanwhile, when a verdict is changed without a
    reason, or when the call has no such criterion; AccessError for whom it isn't for.
    """
    detail = {"purpose": purpose, "verdicts": {j.criterion: j.verdict for j in judgements}}
    with changing(access, "review", call_id, by=("owner", "analyst"), **detail) as connection:
        if seen is not None and seen != len(_history(connection, call_id)):
            raise StoreError(
                N_("Somebody else has reviewed this call meanwhile."),
                N_("Look at it again, then save."),
            )
        if purpose == "calibration":
            _check_invited(connection, access, call_id, calibration_id)
        return add_review(
            connection, access, call_id, purpose, judgements, blind=blind, drawn_with=drawn_with,
            calibration_id=calibration_id,
        )  # fmt: skip


def add_review(
    connection: duckdb.DuckDBPyConnection,
    access: Access,
    call_id: str,
    purpose: Purpose,
    judgements: Sequence[Judgement],
    *,
    blind: bool = False,
    drawn_with: float = 1.0,
    calibration_id: str = "",
) -> str:
    """As ``submit``, inside somebody's transaction."""
    found = fetch(
        connection,
        "SELECT rubric_id, rubric_version FROM machine_scorecards WHERE call_id = ?",
        [call_id],
    )
    if not found:
        raise StoreError(
            N_("This call isn't scored yet."), N_("Run 'auricle run', then review it.")
        )
    [head] = found
    partly = {w.id: w.partly for w in rubric_of(connection, **head)}
    machine = {
        row["criterion"]: row
        for row in fetch(
            connection,
            # What waits for a person stands as the machine suggests it, if it does.
            """SELECT m.*, CASE WHEN v.reviewer = '' THEN v.machine_verdict ELSE v.verdict END
                      AS standing
               FROM machine_verdicts m JOIN verdicts v USING (call_id, criterion)
               WHERE m.call_id = ?""",
            [call_id],
        )
    }
    if {*partly} != {*machine}:
        raise unknown_rubric(**head)
    review = {
        "review_id": uuid.uuid4().hex, "call_id": call_id, **head, "reviewer": access.viewer.login,
        "purpose": purpose, "calibration_id": calibration_id, "blind": blind,
        "drawn_with": drawn_with, "submitted_utc": utc_now().isoformat(),
    }  # fmt: skip
    insert(connection, "reviews", [review])
    verdicts = []
    for judgement in judgements:
        row = machine.get(judgement.criterion)
        if row is None:
            raise StoreError(
                N_("The call has no criterion '{name}'.").format(name=judgement.criterion),
                N_("Reload the page."),
            )
        changed = row["standing"] not in (None, judgement.verdict)
        if changed and not blind and not judgement.reason.strip():
            raise StoreError(
                N_("A verdict is changed without a reason."),
                N_("Write why: the administrator reads it."),
            )
        got = share(partly[judgement.criterion], judgement.verdict)
        verdicts.append({
            "review_id": review["review_id"], "position": row["position"],
            "criterion": judgement.criterion, "verdict": judgement.verdict,
            "machine_verdict": row["verdict"], "machine_confidence": row["confidence"],
            "reason": judgement.reason.strip(),
            "evidence": [item.model_dump(mode="json") for item in judgement.evidence],
            "points": None if got is None else round(row["max_points"] * got, 4),
        })  # fmt: skip
    insert(connection, "review_verdicts", verdicts)
    settle(connection, call_id)
    return str(review["review_id"])


def history(access: Access, call_id: str) -> tuple[Said, ...]:
    """All that people have said of a call, but in calibrations; the newest first."""
    with reading(access) as connection:
        return _history(connection, call_id)


def _history(connection: duckdb.DuckDBPyConnection, call_id: str) -> tuple[Said, ...]:
    found = fetch(
        connection,
        """SELECT r.reviewer, r.submitted_utc, r.purpose, r.blind, r.rubric_id, v.criterion,
                  v.verdict, CASE WHEN w.mode IS DISTINCT FROM 'human' THEN v.machine_verdict END
                  AS machine_verdict, v.reason
           FROM reviews r JOIN review_verdicts v USING (review_id)
           LEFT JOIN held_back w ON w.call_id = r.call_id AND w.criterion = v.criterion
           WHERE r.call_id = ? AND r.purpose <> 'calibration'
           ORDER BY r.submitted_utc DESC, r.review_id, v.position""",
        [call_id],
    )
    return tuple(Said(**row) for row in found)


def _check_invited(
    connection: duckdb.DuckDBPyConnection, access: Access, call_id: str, calibration_id: str
) -> None:
    invited = connection.execute(
        """SELECT 1 FROM calibration_sessions JOIN calibration_reviewers USING (calibration_id)
           JOIN calibration_calls USING (calibration_id)
           WHERE calibration_id = ? AND login = ? AND call_id = ? AND NOT ended""",
        [calibration_id, access.viewer.login, call_id],
    )
    if invited.fetchone() is None:
        raise AccessError(
            N_("This call is not yours to judge in this calibration."), N_("Ask its owner.")
        )
