"""Calibration sessions: several people judge the same calls, blind; then they compare."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from auricle.errors import AccessError, StoreError
from auricle.messages import N_
from auricle.models import VerdictKind
from auricle.store.access import Access, Viewer, changing, utc_now
from auricle.store.connection import insert
from auricle.store.reads import fetch, reading


@dataclass(frozen=True)
class Session:
    calibration_id: str
    title: str
    reference: str
    """Whose verdicts the others' are compared with; empty: nobody's."""
    opened_by: str
    opened_utc: datetime
    deadline: date
    ended: bool
    """By somebody, before that."""
    said_by: str | None
    """Who moved the deadline or ended it, and when; None: nobody."""
    said_utc: datetime | None
    calls: tuple[str, ...]
    reviewers: tuple[str, ...]
    judged: frozenset[tuple[str, str]]
    """Call and reviewer, of what is done."""

    @property
    def complete(self) -> bool:
        return len(self.judged) == len(self.calls) * len(self.reviewers)

    def todo(self, login: str, today: date) -> tuple[str, ...]:
        """Calls that a reviewer is still to judge."""
        if login not in self.reviewers or self.over(today):
            return ()
        return tuple(call for call in self.calls if (call, login) not in self.judged)

    def over(self, today: date) -> bool:
        """Whether everybody is done, or can't be any more: only then are results shown."""
        return self.complete or self.ended or today > self.deadline

    def led_by(self, viewer: Viewer) -> bool:
        """Whether somebody says when it ends: who opened it, and owners."""
        return viewer.role == "owner" or viewer.login == self.opened_by


@dataclass(frozen=True)
class Given:
    """One reviewer's verdict of one criterion of one call."""

    call_id: str
    criterion: str
    reviewer: str
    verdict: VerdictKind
    reason: str


@dataclass(frozen=True)
class Agreed:
    """What a discussion ended with: the reference from then on."""

    call_id: str
    criterion: str
    verdict: VerdictKind
    note: str
    login: str
    at_utc: datetime


_SESSIONS = """
SELECT k.*,
       (SELECT list(call_id ORDER BY call_id) FROM calibration_calls c
        WHERE c.calibration_id = k.calibration_id) AS calls,
       (SELECT list(login ORDER BY login) FROM calibration_reviewers r
        WHERE r.calibration_id = k.calibration_id) AS reviewers
FROM calibration_sessions k ORDER BY k.opened_utc DESC
"""

_JUDGED = """SELECT DISTINCT calibration_id, call_id, reviewer FROM reviews
WHERE purpose = 'calibration'"""

_GIVEN = """
SELECT r.call_id, v.criterion, r.reviewer, v.verdict, v.reason
FROM reviews r JOIN review_verdicts v USING (review_id) WHERE r.calibration_id = ?
QUALIFY row_number() OVER (PARTITION BY r.call_id, v.criterion, r.reviewer
                           ORDER BY r.submitted_utc DESC) = 1
ORDER BY v.position, r.call_id, r.reviewer
"""

_AGREED = """
SELECT call_id, criterion, verdict, note, login, at_utc FROM calibration_outcomes
WHERE calibration_id = ?
QUALIFY row_number() OVER (PARTITION BY call_id, criterion ORDER BY at_utc DESC) = 1
ORDER BY call_id, criterion
"""


def open_session(
    access: Access, title: str, calls: Sequence[str], reviewers: Sequence[str], deadline: date,
    reference: str = "",
) -> str:  # fmt: skip
    """Ask ``reviewers`` to judge ``calls`` until ``deadline``; the session's id.

    Raises StoreError when there are not two to compare, or no call.
    """
    if len({*reviewers}) < 2 or not calls:
        raise StoreError(
            N_("A calibration compares people."), N_("Choose one call and two reviewers at least.")
        )
    if reference and reference not in reviewers:
        raise StoreError(N_("The reference judges too."), N_("Choose them among the reviewers."))
    session = {
        "calibration_id": uuid.uuid4().hex[:12], "title": title.strip() or "Calibration",
        "reference": reference, "opened_by": access.viewer.login,
        "opened_utc": utc_now().isoformat(), "deadline": deadline.isoformat(),
    }  # fmt: skip
    name = session["calibration_id"]
    with changing(
        access, "open calibration", by=("owner", "analyst"), session=name, calls=list(calls),
        reviewers=list(reviewers),
    ) as connection:  # fmt: skip
        insert(connection, "calibrations", [session])
        insert(
            connection,
            "calibration_calls",
            [{"calibration_id": name, "call_id": call} for call in dict.fromkeys(calls)],
        )
        insert(
            connection,
            "calibration_reviewers",
            [{"calibration_id": name, "login": login} for login in dict.fromkeys(reviewers)],
        )
    return name  # fmt: skip


def move_deadline(access: Access, calibration_id: str, deadline: date, today: date) -> None:
    """A session ends on another day, not before ``today``.

    Raises StoreError when it is over or the day is, AccessError for whom it isn't for.
    """
    if deadline < today:
        raise StoreError(N_("That day is over."), N_("Choose a later one."))
    _settle(access, calibration_id, deadline, today, ended=False)


def end_now(access: Access, calibration_id: str, today: date) -> None:
    """Nobody judges any more, and results are shown. Raises as ``move_deadline`` does."""
    _settle(access, calibration_id, today, today, ended=True)


def _settle(
    access: Access, calibration_id: str, deadline: date, today: date, *, ended: bool
) -> None:
    """Once results are shown nobody would judge blind any more, so that what is over stays over."""
    viewer = access.viewer
    found = next((one for one in sessions(access) if one.calibration_id == calibration_id), None)
    if found is None or found.over(today):
        raise StoreError(N_("This calibration is over."), N_("Open another one."))
    if not found.led_by(viewer):
        raise AccessError(
            N_("When it ends is said by whoever opened it, or by an owner."), N_("Ask them.")
        )
    with changing(
        access, "end calibration" if ended else "move calibration", by=("owner", "analyst"),
        session=calibration_id, deadline=deadline.isoformat(),
    ) as connection:  # fmt: skip
        insert(connection, "calibration_ends", [{
            "calibration_id": calibration_id, "deadline": deadline.isoformat(), "ended": ended,
            "said_by": viewer.login, "said_utc": utc_now().isoformat(),
        }])  # fmt: skip


def sessions(access: Access) -> tuple[Session, ...]:
    """All of them, the newest first."""
    with reading(access) as connection:
        judged: dict[str, set[tuple[str, str]]] = {}
        for row in fetch(connection, _JUDGED):
            done = judged.setdefault(row["calibration_id"], set())
            done.add((row["call_id"], row["reviewer"]))
        return tuple(
            Session(**{
                **row, "calls": tuple(row["calls"] or ()),
                "reviewers": tuple(row["reviewers"] or ()),
                "judged": frozenset(judged.get(row["calibration_id"], ())),
            })
            for row in fetch(connection, _SESSIONS)
        )  # fmt: skip


def awaiting(access: Access, call_id: str, today: date) -> tuple[str, ...]:
    """Sessions that aren't over in which the viewer is to judge the call, and hasn't yet."""
    return tuple(
        session.calibration_id
        for session in sessions(access)
        if call_id in session.todo(access.viewer.login, today)
    )


def given(access: Access, calibration_id: str) -> tuple[Given, ...]:
    """Everybody's verdicts, criteria in the rubric's order."""
    with reading(access) as connection:
        return tuple(Given(**row) for row in fetch(connection, _GIVEN, [calibration_id]))


def agreed(access: Access, calibration_id: str) -> tuple[Agreed, ...]:
    """What the discussion ended with, so far."""
    with reading(access) as connection:
        return tuple(Agreed(**row) for row in fetch(connection, _AGREED, [calibration_id]))


def agree(
    access: Access, calibration_id: str, call_id: str, criterion: str, verdict: VerdictKind,
    note: str,
) -> None:  # fmt: skip
    """Keep what the discussion of a criterion of a call ended with."""
    outcome = {
        "calibration_id": calibration_id, "call_id": call_id, "criterion": criterion,
        "verdict": verdict, "note": note.strip(), "login": access.viewer.login,
        "at_utc": utc_now().isoformat(),
    }  # fmt: skip
    with changing(
        access, "agree in calibration", call_id, by=("owner", "analyst"), criterion=criterion,
        verdict=verdict,
    ) as connection:  # fmt: skip
        insert(connection, "calibration_outcomes", [outcome])
