"""What administrators say to their marks, what they are answered, and how long that takes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import duckdb

from auricle.errors import AccessError, StoreError
from auricle.messages import N_
from auricle.models import VerdictKind
from auricle.store.access import Access, changing, utc_now
from auricle.store.connection import insert
from auricle.store.reads import fetch, reading, rows
from auricle.store.reviews import Judgement, add_review

Stance = Literal["accepted", "contested"]


@dataclass(frozen=True)
class Answer:
    """What an administrator says to one verdict."""

    criterion: str
    stance: Stance
    comment: str = ""
    """Why; a contested one needs it."""


@dataclass(frozen=True)
class Dispute:
    dispute_id: str
    call_id: str
    start_local: datetime | None
    administrator: str
    criterion: str
    rubric_id: str
    stance: Stance
    verdict: VerdictKind
    """What stood when she spoke."""
    comment: str
    opened_utc: datetime
    outcome: Literal["", "upheld", "rejected"]
    """``upheld``: she was right. Empty: nobody has answered yet."""
    answer: str
    answered_by: str
    answered_utc: datetime | None
    settled_as: VerdictKind | Literal[""]

    @property
    def waiting(self) -> bool:
        """Whether it waits for an analyst's answer."""
        return self.stance == "contested" and not self.outcome


@dataclass(frozen=True)
class Balance:
    """How disputes go, of one administrator or of all."""

    administrator: str
    accepted: int
    contested: int
    upheld: int
    rejected: int
    mean_answer_h: float | None
    """Hours from a comment to its answer."""

    @property
    def waiting(self) -> int:
        """Contested, and nobody has answered yet."""
        return self.contested - self.upheld - self.rejected


_DISPUTES = """
SELECT d.dispute_id, d.call_id, c.start_local, c.administrator, d.criterion, d.rubric_id,
       d.stance, d.verdict, d.comment, d.opened_utc, d.outcome, d.answer,
       d.answered_by, d.answered_utc, d.settled_as
FROM disputes d JOIN calls c USING (call_id)
"""

_SINCE = """
SELECT greatest(
    (SELECT max(r.finished) FROM runs r JOIN machine_scorecards s USING (run_id)
     WHERE s.call_id = $call),
    (SELECT max(submitted_utc) FROM reviews WHERE call_id = $call AND purpose <> 'calibration')
) AS since
"""
"""When the marks of a call became what they are: the end of the run that scored it, or the last
review. While a run lasts its marks are new."""


def open_until(access: Access, call_id: str, days: int) -> datetime | None:
    """Until when (UTC) the marks of a call may be contested; None: it isn't over, nobody knows
    since when."""
    with reading(access) as connection:
        return _open_until(connection, call_id, days)


def speak(access: Access, call_id: str, answers: Sequence[Answer], days: int) -> None:
    """Accept or contest verdicts of one's own call, within ``days`` after they were given.

    Raises StoreError when the window is over, a comment is missing, or one was contested already;
    AccessError when it is somebody else's call.
    """
    detail = {answer.criterion: answer.stance for answer in answers}
    with changing(access, "answer marks", call_id, by=("administrator",), **detail) as connection:
        until = _open_until(connection, call_id, days)
        if until is not None and until < utc_now():
            raise StoreError(
                N_("These marks could be contested until {day}.").format(day=f"{until:%d %B}"),
                N_("Speak to the analyst."),
            )
        standing = {
            row["criterion"]: row
            for row in fetch(
                connection,
                """SELECT v.criterion, v.verdict, s.rubric_id, s.rubric_version
                   FROM verdicts v JOIN scorecards s USING (call_id) WHERE call_id = ?""",
                [call_id],
            )
        }
        said = {
            row["criterion"]: row["stance"]
            for row in fetch(
                connection,
                """SELECT criterion, stance FROM disputes
                   WHERE call_id = ? AND (outcome = '' OR stance = 'accepted')""",
                [call_id],
            )
        }
        for answer in answers:
            if answer.criterion not in standing:
                raise StoreError(
                    N_("The call has no criterion '{name}'.").format(name=answer.criterion),
                    N_("Reload the page."),
                )
            if answer.stance == "contested" and not answer.comment.strip():
                raise StoreError(N_("A mark is contested without a word why."), N_("Write why."))
            if answer.criterion in said:
                raise StoreError(
                    N_("You have contested this mark already.")
                    if said[answer.criterion] == "contested"
                    else N_("You have accepted this mark already."),
                    N_("Wait for the analyst's answer.") if said[answer.criterion] == "contested"
                    else N_("If you think otherwise now, speak to the analyst."),
                )  # fmt: skip
        insert(connection, "disputes", [
            {
                "dispute_id": uuid.uuid4().hex, "call_id": call_id, **standing[answer.criterion],
                "stance": answer.stance, "login": access.viewer.login,
                "comment": answer.comment.strip(), "opened_utc": utc_now().isoformat(),
                "outcome": "", "answer": "", "answered_by": "", "answered_utc": None,
                "settled_as": "",
            }
            for answer in answers
        ])  # fmt: skip


def resolve(access: Access, dispute_id: str, verdict: VerdictKind, answer: str) -> None:
    """Answer a contested mark: another verdict than the one that stood upholds the dispute, and
    counts from now on.

    Raises StoreError without an answer, or when it has one already.
    """
    if not answer.strip():
        raise StoreError(N_("The administrator is answered without a word."), N_("Write why."))
    found = rows(access, f"{_DISPUTES} WHERE dispute_id = ?", [dispute_id])
    if not found:
        raise AccessError(N_("There is no such dispute."), N_("Reload the page."))
    dispute = Dispute(**found[0])
    outcome = "rejected" if verdict == dispute.verdict else "upheld"
    detail = {"criterion": dispute.criterion, "outcome": outcome, "verdict": verdict}
    with changing(
        access, "resolve dispute", dispute.call_id, by=("owner", "analyst"), **detail
    ) as connection:
        settled = connection.execute(
            """UPDATE disputes SET outcome = ?, answer = ?, answered_by = ?, answered_utc = ?,
                   settled_as = ?
               WHERE dispute_id = ? AND outcome = '' AND stance = 'contested'
               RETURNING dispute_id""",
            [outcome, answer.strip(), access.viewer.login, utc_now(), verdict, dispute_id],
        )
        if settled.fetchone() is None:
            raise StoreError(N_("Somebody has answered this already."), N_("Reload the page."))
        judgement = Judgement(dispute.criterion, verdict, answer)
        add_review(connection, access, dispute.call_id, "dispute", [judgement])


def disputes(access: Access, call_id: str | None = None) -> tuple[Dispute, ...]:
    """What was said to marks: the open ones first, then the newest."""
    found = rows(
        access,
        f"""{_DISPUTES} WHERE $call IS NULL OR call_id = $call
            ORDER BY d.outcome <> '' OR d.stance = 'accepted', d.opened_utc DESC, d.criterion""",
        {"call": call_id},
    )
    return tuple(Dispute(**row) for row in found)


def balances(access: Access) -> tuple[Balance, ...]:
    """How disputes went, by administrator."""
    found = rows(
        access,
        """SELECT c.administrator, count(*) FILTER (d.stance = 'accepted') AS accepted,
                  count(*) FILTER (d.stance = 'contested') AS contested,
                  count(*) FILTER (d.outcome = 'upheld') AS upheld,
                  count(*) FILTER (d.outcome = 'rejected') AS rejected,
                  avg(epoch(d.answered_utc - d.opened_utc)) / 3600 AS mean_answer_h
           FROM disputes d JOIN calls c USING (call_id) GROUP BY 1 ORDER BY 1""",
    )
    return tuple(Balance(**row) for row in found)


def _open_until(connection: duckdb.DuckDBPyConnection, call_id: str, days: int) -> datetime | None:
    found: list[dict[str, Any]] = fetch(connection, _SINCE, {"call": call_id})
    since = found[0]["since"]
    return since + timedelta(days=days) if since else None
