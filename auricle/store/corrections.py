"""What people change in a stored transcript. What the machine heard stays as it is beside it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from auricle.corrections import Change, corrected
from auricle.errors import StoreError
from auricle.messages import N_
from auricle.models import Scorecard, Transcript, Turn
from auricle.store.access import Access, changing, utc_now
from auricle.store.connection import insert
from auricle.store.reads import rows, transcript_of
from auricle.store.settling import settle
from auricle.store.writes import write_scorecard


@dataclass(frozen=True)
class Correction:
    """One turn that somebody changed."""

    turn: int
    field: Literal["role", "text"]
    old: str
    new: str
    reason: str
    login: str
    at_utc: datetime


def correct(
    access: Access, before: Transcript, changes: Sequence[Change], reason: str, card: Scorecard
) -> None:
    """Keep the changes to a transcript, and the scorecard that follows from them, together.

    ``before``: the transcript that was changed; ``card``: made from ``corrected(before, changes)``.
    Raises StoreError when the stored one is another by now; AccessError for whom it isn't for.
    """
    after = corrected(before, changes)
    call_id = before.call_id
    moved = [
        (number, old, new)
        for number, (old, new) in enumerate(zip(before.turns, after.turns, strict=True))
        if old != new
    ]
    with changing(
        access, "correct", call_id, by=("owner", "analyst"), turns=[number for number, *_ in moved]
    ) as connection:
        if transcript_of(connection, call_id) != before:
            raise StoreError(
                N_("The transcript has changed meanwhile."),
                N_("Look at it again, then correct it."),
            )
        shared = {
            "correction_id": uuid.uuid4().hex, "call_id": call_id, "reason": reason.strip(),
            "login": access.viewer.login, "at_utc": utc_now().isoformat(),
        }  # fmt: skip
        for number, old, new in moved:
            connection.execute(
                "DELETE FROM corrected_turns WHERE call_id = ? AND turn = ?", [call_id, number]
            )
            fields = new.model_dump(mode="json", include={"role", "text", "words"})
            insert(connection, "corrected_turns", [{"call_id": call_id, "turn": number, **fields}])
            insert(connection, "corrections", [
                {**shared, "turn": number, "field": field, "old": told, "new": now}
                for field, told, now in _differences(old, new)
            ])  # fmt: skip
        [kept] = connection.execute(
            "SELECT fingerprint, run_id FROM machine_scorecards WHERE call_id = ?", [call_id]
        ).fetchall() or [("", "")]
        write_scorecard(connection, card, fingerprint=kept[0], run_id=kept[1])
        settle(connection, call_id)


def corrections(access: Access, call_id: str) -> tuple[Correction, ...]:
    """What people changed in a call's transcript, the newest first."""
    found = rows(
        access,
        """SELECT turn, field, old, new, reason, login, at_utc FROM corrections
           WHERE call_id = ? ORDER BY at_utc DESC, turn""",
        [call_id],
    )
    return tuple(Correction(**row) for row in found)


def calls_with_corrected_roles(access: Access) -> tuple[str, ...]:
    """Ids of calls in whose transcripts, as they stand, people have put roles right."""
    found = rows(
        access,
        """SELECT DISTINCT call_id FROM corrected_turns c JOIN machine_turns m USING (call_id, turn)
           WHERE c.role <> m.role ORDER BY call_id""",
    )
    return tuple(row["call_id"] for row in found)


def _differences(old: Turn, new: Turn) -> list[tuple[str, str, str]]:
    both = (("role", old.role, new.role), ("text", old.text, new.text))
    return [(field, told, now) for field, told, now in both if told != now]
