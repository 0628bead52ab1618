"""What voice prints need of the database: an administrator's calls, and forgetting her."""

import json

from auricle.store.access import Access, changing
from auricle.store.reads import fetch, rows

SOUNDS_LIKE = "sounds_like"
"""In a transcript's provenance: the administrator that somebody clearly sounds like, the
similarity, and how sure that is."""


def calls_of(access: Access, administrator: str, limit: int) -> tuple[str, ...]:
    """Her newest recorded calls with a transcript, by id."""
    found = rows(
        access,
        """SELECT call_id FROM calls JOIN transcripts USING (call_id) WHERE administrator = ?
           ORDER BY start_utc DESC NULLS LAST, call_id LIMIT ?""",
        [administrator, limit],
    )
    return tuple(row["call_id"] for row in found)


def note_enrolment(access: Access, administrator: str, consent: str) -> None:
    """Tell the audit log that her voice is known, and since when she agrees. Raises AccessError."""
    with changing(access, "enrol voice", by=("owner",), administrator=administrator,
                  consent=consent):  # fmt: skip
        pass


def forget_voice(access: Access, administrator: str) -> int:
    """Take out of all transcripts that a voice is like hers; in how many it stood.

    Raises AccessError.
    """
    with changing(access, "forget voice", by=("owner",), administrator=administrator) as connection:
        found = fetch(
            connection,
            "SELECT call_id, provenance FROM transcripts "
            "WHERE json_extract_string(provenance, ?) = ?",
            [f"$.{SOUNDS_LIKE}.administrator", administrator],
        )
        for row in found:
            kept = {k: v for k, v in json.loads(row["provenance"]).items() if k != SOUNDS_LIKE}
            connection.execute(
                "UPDATE transcripts SET provenance = ? WHERE call_id = ?",
                [json.dumps(kept), row["call_id"]],
            )
        return len(found)
