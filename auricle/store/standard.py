"""The clinic's written standard: versions that stay as they are."""

from dataclasses import asdict, dataclass
from datetime import datetime

from auricle.store.access import Access, PersonRole, changing, utc_now
from auricle.store.connection import insert
from auricle.store.reads import fetch, reading


@dataclass(frozen=True)
class Clause:
    """One sentence of the clinic's written standard, and the criterion that measures it."""

    criterion: str
    wording: str
    call_id: str
    """Whose words they are; empty for none."""
    wave: str
    """Whose finding proposed it, as ``campaign/number``; empty for none."""
    accepted_by: str
    accepted_utc: datetime


def accept_clause(
    access: Access, criterion: str, wording: str, call_id: str = "", wave: str = ""
) -> int:
    """A new version of the standard: the last one with this clause, in place of an older one of
    the same criterion. Returns its number; earlier versions stay as they are. Raises AccessError.
    """
    by: tuple[PersonRole, ...] = ("owner", "analyst")
    with changing(access, "accept clause", by=by, criterion=criterion) as connection:
        last = connection.execute(
            "SELECT coalesce(max(version), 0) FROM standard_clauses"
        ).fetchone()
        version = int(last[0]) + 1 if last else 1
        kept = fetch(
            connection,
            "SELECT * FROM standard_clauses WHERE version = ? AND criterion <> ? ORDER BY position",
            [version - 1, criterion],
        )
        clause = asdict(Clause(criterion, wording, call_id, wave, access.viewer.login, utc_now()))
        rows = [
            {**row, "version": version, "position": at} for at, row in enumerate([*kept, clause])
        ]
        insert(connection, "standard_clauses", rows)
    return version


def standard(access: Access, version: int | None = None) -> tuple[int, list[Clause]]:
    """A version of the standard, by default the last, with its number; 0 where there is none."""
    with reading(access) as connection:
        found = fetch(
            connection,
            """SELECT * EXCLUDE (position) FROM standard_clauses
               WHERE version = coalesce(?, (SELECT max(version) FROM standard_clauses))
               ORDER BY position""",
            [version],
        )
    number = found[0]["version"] if found else 0
    for row in found:
        del row["version"]
    return number, [Clause(**row) for row in found]
