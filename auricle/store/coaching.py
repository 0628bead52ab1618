"""Notes to an administrator about moments of her calls, and their best and worst moments."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from auricle.errors import StoreError
from auricle.messages import N_
from auricle.store.access import Access, changing, utc_now
from auricle.store.connection import insert
from auricle.store.reads import counting, fetch, media, rows

CLIPS = 6
"""Of each kind in a playlist: about two minutes of listening."""


@dataclass(frozen=True)
class Note:
    note_id: str
    call_id: str
    administrator: str
    criterion: str
    """Empty: about the call as a whole."""
    start_s: float | None
    text: str
    author: str
    written_utc: datetime
    acknowledged_utc: datetime | None


@dataclass(frozen=True)
class Clip:
    """The proof of a verdict, as a stretch to listen to."""

    call_id: str
    start_local: datetime | None
    verdict: Literal["met", "missed"]
    reason: str
    start_s: float
    end_s: float
    media: Path | None
    """A playable copy of the recording, if there is one."""


@dataclass(frozen=True)
class Counted:
    """How often a criterion was met and partly met, of how many calls it was judged on."""

    met: int
    partly: int
    judged: int


NOTHING = Counted(0, 0, 0)

_NOTES = """
SELECT n.note_id, n.call_id, c.administrator, n.criterion, n.start_s, n.text, n.author,
       n.written_utc, n.acknowledged_utc
FROM coaching_notes n JOIN calls c USING (call_id)
"""

# A mark knows the second of its proof; how long it is only the verdict itself.
_CLIPS = """
WITH surest AS (
    SELECT c.call_id, c.start_local, m.criterion, m.verdict, m.reason, m.start_s
    FROM marks m JOIN listed c USING (number)
    WHERE m.criterion = $criterion AND c.administrator = $administrator
      AND m.verdict IN ('met', 'missed') AND m.start_s IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY m.verdict
                               ORDER BY m.confidence DESC, c.start_local DESC, c.call_id) <= $clips
)
SELECT s.* EXCLUDE (criterion), c.sha256,
       [coalesce(e.end_s, e.start_s + 5) FOR e IN v.evidence IF e.start_s IS NOT NULL][1] AS end_s
FROM surest s JOIN verdicts v USING (call_id, criterion) JOIN calls c USING (call_id)
WHERE v.call_id IN (SELECT call_id FROM surest)
ORDER BY s.verdict, s.start_local DESC, s.call_id
"""

_COUNTED = f"""
WITH asked AS (FROM ({_NOTES} WHERE n.criterion <> '')),
judged AS (
    SELECT c.administrator, v.criterion, c.start_utc, v.verdict
    FROM marks v JOIN listed c USING (number)
    SEMI JOIN asked USING (administrator, criterion)
    WHERE v.verdict IN ('met', 'partly', 'missed') AND c.start_utc IS NOT NULL
)
SELECT n.note_id, j.start_utc >= n.written_utc AS after,
       count(*) FILTER (j.verdict = 'met') AS met,
       count(*) FILTER (j.verdict = 'partly') AS partly, count(*) AS judged
FROM asked n JOIN judged j USING (administrator, criterion) GROUP BY ALL
"""


def notes(access: Access, call_id: str | None = None) -> tuple[Note, ...]:
    """Notes on one call or on all; those that nobody has acknowledged first, then the newest."""
    found = rows(
        access,
        f"""{_NOTES} WHERE $call IS NULL OR n.call_id = $call
            ORDER BY n.acknowledged_utc IS NOT NULL, n.written_utc DESC""",
        {"call": call_id},
    )
    return tuple(Note(**row) for row in found)


def write_note(
    access: Access, call_id: str, text: str, criterion: str = "", start_s: float | None = None
) -> None:
    """Share a note with the administrator of a call. Raises StoreError for an empty one."""
    if not text.strip():
        raise StoreError(
            N_("The note is empty."), N_("Write what to go on with, or to do otherwise.")
        )
    note = {
        "note_id": uuid.uuid4().hex, "call_id": call_id, "criterion": criterion,
        "start_s": start_s, "end_s": None, "text": text.strip(), "author": access.viewer.login,
        "written_utc": utc_now().isoformat(), "acknowledged_utc": None,
    }  # fmt: skip
    with changing(
        access, "coach", call_id, by=("owner", "analyst"), criterion=criterion
    ) as connection:
        insert(connection, "coaching_notes", [note])


def acknowledge(access: Access, note: Note) -> None:
    """Say that one has read a note about one's own call."""
    with changing(
        access, "acknowledge note", note.call_id, by=("administrator",), note=note.note_id
    ) as connection:
        connection.execute(
            """UPDATE coaching_notes SET acknowledged_utc = ?
               WHERE note_id = ? AND call_id = ? AND acknowledged_utc IS NULL""",
            [utc_now(), note.note_id, note.call_id],
        )


def playlist(access: Access, administrator: str, criterion: str) -> tuple[Clip, ...]:
    """The surest moments in which an administrator met a criterion, and missed it."""
    values = {"criterion": criterion, "administrator": administrator, "clips": CLIPS}
    found = rows(access, _CLIPS, values)
    return tuple(Clip(media=media(access, row.pop("sha256")), **row) for row in found)


def before_and_after(access: Access) -> Mapping[str, tuple[Counted, Counted]]:
    """By note: how its criterion came out in her calls before it was written, and since. Notes
    about a call as a whole have none."""
    found: dict[str, dict[bool, Counted]] = {}
    with counting(access) as connection:
        counted = fetch(connection, _COUNTED)
    for row in counted:
        note, after = row.pop("note_id"), row.pop("after")
        found.setdefault(note, {})[after] = Counted(**row)
    return {
        note: (sides.get(False, NOTHING), sides.get(True, NOTHING)) for note, sides in found.items()
    }
