"""Which calls are planned ones, and what their scenarios say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from auricle.errors import SettingsError
from auricle.messages import N_
from auricle.models import Evidence, Verdict, VerdictKind, Word
from auricle.store.access import Access, PersonRole, changing, utc_now
from auricle.store.connection import connected, insert
from auricle.store.reads import counting, fetch, reading


@dataclass(frozen=True)
class MysteryCall:
    """A call that is known to be a planned one."""

    call_id: str
    task: str
    how: str
    """``log``: found among the clinic's calls; ``upload``: the shopper's own recording; ``hand``:
    somebody said so."""
    probability: float


def mystery_calls(access: Access) -> list[MysteryCall]:
    with reading(access) as connection:
        found = fetch(connection, "SELECT * FROM mystery_calls ORDER BY call_id")
    return [MysteryCall(**row) for row in found]


def save_mystery_calls(path: Path, found: Sequence[MysteryCall]) -> None:
    """Write which calls are planned ones. What was found before is forgotten."""
    with connected(path, write=True) as connection:
        connection.execute("DELETE FROM mystery_calls")
        insert(connection, "mystery_calls", [asdict(call) for call in found])


@dataclass(frozen=True)
class Logged:
    """A call of the clinic's own, as far as it helps to tell whether it is a planned one."""

    call_id: str
    clinic: str
    caller: str
    start: datetime
    duration_s: float | None
    said: str
    """The words of whoever isn't known to be the clinic's; empty where nothing was recorded."""


def calls_between(
    access: Access, clinics: Sequence[str], since: datetime, until: datetime
) -> list[Logged]:
    """Inbound calls of some clinics, without the recordings that shoppers uploaded."""
    query = """
    SELECT l.call_id, l.clinic, l.caller, l.start_local, l.duration_s,
           coalesce((SELECT string_agg(t.text, ' ' ORDER BY t.turn) FROM turns t
                     WHERE t.call_id = l.call_id AND t.role IN ('patient', 'unknown')), '')
    FROM call_list l
    WHERE list_contains(?, l.clinic) AND l.direction = 'inbound' AND l.start_local BETWEEN ? AND ?
      AND l.call_id NOT IN (SELECT c.call_id FROM calls c JOIN mystery_debriefs v USING (sha256))
    """
    with reading(access) as connection:
        result = connection.execute(query, [list(clinics), since, until])
        return [Logged(*row) for row in result.fetchall()]


def uploaded_calls(access: Access) -> list[MysteryCall]:
    """Recordings that shoppers brought and that were processed."""
    with reading(access) as connection:
        result = connection.execute(
            """SELECT c.call_id, v.task FROM calls c JOIN mystery_debriefs v USING (sha256)
               JOIN mystery_tasks USING (task) ORDER BY c.call_id"""
        )
        return [MysteryCall(call_id, task, "upload", 1.0) for call_id, task in result.fetchall()]


def save_scenario_verdicts(path: Path, found: Mapping[str, Sequence[Verdict]]) -> None:
    """Write what scenarios say of calls, by call. What was said before is forgotten."""
    rows = [
        {"call_id": call_id, "position": position, "criterion": verdict.id,
         **verdict.model_dump(mode="json", exclude={"id"})}
        for call_id, verdicts in found.items()
        for position, verdict in enumerate(verdicts)
    ]  # fmt: skip
    with connected(path, write=True) as connection:
        connection.execute("DELETE FROM scenario_verdicts")
        insert(connection, "scenario_verdicts", rows)


def scenario_verdicts(access: Access, call_id: str) -> list[Verdict]:
    """What the scenario's own criteria say of one call, a person's word before the machine's."""
    with reading(access) as connection:
        found = fetch(
            connection,
            """SELECT criterion AS id, verdict, points, max_points, confidence, reason, evidence
               FROM scenario_results WHERE call_id = ? ORDER BY position""",
            [call_id],
        )
    return [Verdict.model_validate(row) for row in found]


def mark(access: Access, call_id: str, criterion: str, verdict: VerdictKind, why: str) -> None:
    """A person's verdict on a scenario's criterion. The machine's stays; of several the last
    counts. Raises AccessError; SettingsError for one that the call's scenario doesn't have."""
    by: tuple[PersonRole, ...] = ("owner", "analyst")
    with changing(
        access, "mark scenario", call_id, by=by, criterion=criterion, verdict=verdict, why=why
    ) as connection:
        known = connection.execute(
            "SELECT 1 FROM scenario_verdicts WHERE call_id = ? AND criterion = ?",
            [call_id, criterion],
        ).fetchone()
        if known is None:
            raise SettingsError(
                N_("No scenario asks '{name}' of call {call}.").format(
                    name=criterion, call=call_id
                ),
                N_("Open the call anew: what is asked of it may have changed."),
            )
        row = Mark(call_id, criterion, verdict, why, access.viewer.login, utc_now())
        insert(connection, "scenario_marks", [asdict(row)])


@dataclass(frozen=True)
class Mark:
    """What a person said of a scenario's criterion."""

    call_id: str
    criterion: str
    verdict: str
    why: str
    marked_by: str
    marked_utc: datetime


def pin(access: Access, task: str, call_id: str) -> None:
    """Say which call a planned one is; empty for none of the clinic's. It holds from the next
    matching on, whatever would be found. Raises AccessError."""
    by: tuple[PersonRole, ...] = ("owner", "analyst")
    with changing(access, "match mystery call", call_id, by=by, task=task) as connection:
        connection.execute("DELETE FROM mystery_pins WHERE task = ?", [task])
        if call_id:
            connection.execute("DELETE FROM mystery_pins WHERE call_id = ?", [call_id])
        row = {"task": task, "call_id": call_id, "pinned_by": access.viewer.login,
               "pinned_utc": utc_now()}  # fmt: skip
        insert(connection, "mystery_pins", [row])


def pins(access: Access) -> dict[str, str]:
    """What people said: planned call -> call, empty for none."""
    with reading(access) as connection:
        found = connection.execute("SELECT task, call_id FROM mystery_pins ORDER BY task")
        return dict(found.fetchall())


@dataclass(frozen=True)
class TaskCall:
    """A planned call that was heard."""

    task: str
    call_id: str
    administrator: str
    start_local: datetime | None
    verdicts: tuple[Verdict, ...]
    """Of the rubric, then of the scenario; where both have a criterion, the rubric's stands."""


_JUDGED = """
SELECT call_id, criterion AS id, verdict, points, max_points, confidence, reason, evidence,
       part, position
FROM (SELECT *, 0 AS part FROM verdicts UNION ALL BY NAME
      SELECT *, 1 AS part FROM scenario_results)
WHERE list_contains(?, call_id)
QUALIFY row_number() OVER (PARTITION BY call_id, criterion ORDER BY part, position) = 1
ORDER BY call_id, part, position
"""


def heard_calls(access: Access, campaign: str) -> list[TaskCall]:
    """The campaign's calls, one a task: the clinic's own recording before the shopper's."""
    with reading(access) as connection:
        found = fetch(
            connection,
            """SELECT m.task, m.call_id, l.administrator, l.start_local
               FROM mystery_calls m JOIN mystery_tasks t USING (task)
               JOIN call_list l ON l.call_id = m.call_id
               WHERE t.campaign = ? AND l.recorded
               QUALIFY row_number() OVER (PARTITION BY m.task ORDER BY m.how, m.call_id) = 1
               ORDER BY m.task""",
            [campaign],
        )
        judged = fetch(connection, _JUDGED, [[row["call_id"] for row in found]])
    by_call: dict[str, list[Verdict]] = {}
    for row in judged:
        call_id = row.pop("call_id")
        del row["part"], row["position"]
        by_call.setdefault(call_id, []).append(Verdict.model_validate(row))
    return [TaskCall(**row, verdicts=tuple(by_call.get(row["call_id"], ()))) for row in found]


def scored_calls(access: Access, clinics: Sequence[str]) -> list[tuple[str, str, int, float, bool]]:
    """Scored inbound calls of some clinics: administrator, kind, hour, total, whether it is a
    mystery call. Only those whose administrator is known."""
    with counting(access) as connection:
        return connection.execute(
            """SELECT l.administrator, coalesce(k.call_type, ''), hour(l.start_local), l.total,
                      EXISTS (SELECT 1 FROM mystery_calls m WHERE m.call_id = l.call_id)
               FROM call_list l LEFT JOIN call_kinds k USING (call_id)
               WHERE list_contains(?, l.clinic) AND l.direction = 'inbound'
                 AND l.total IS NOT NULL AND l.start_local IS NOT NULL AND l.administrator <> ''
               ORDER BY l.call_id""",
            [list(clinics)],
        ).fetchall()


BEST = 6
"""Of each criterion so many calls' words are read: the best call's may say too little."""


@dataclass(frozen=True)
class Best:
    """How a criterion was met well."""

    criterion: str
    call_id: str
    administrator: str
    evidence: Evidence
    text: str
    """Of the whole turn, and its words."""
    words: tuple[Word, ...]


def best_quotes(access: Access, clinics: Sequence[str]) -> list[Best]:
    """Of each criterion the best calls' quotes of administrators who met it, for some clinics;
    those of more than a word or two first."""
    with reading(access) as connection:
        found = fetch(
            connection,
            """WITH met AS (
                 SELECT call_id, criterion, evidence FROM verdicts WHERE verdict = 'met'
                 UNION ALL SELECT call_id, criterion, evidence FROM scenario_results
                 WHERE verdict = 'met')
               SELECT m.criterion, m.call_id, l.administrator, piece, t.text, t.words,
                      row_number() OVER (PARTITION BY m.criterion ORDER BY
                          length(piece.quote) >= 12 DESC, l.total DESC NULLS LAST, m.call_id
                      ) AS place
               FROM met m JOIN call_list l USING (call_id),
                    LATERAL (SELECT [e FOR e IN m.evidence IF e.kind = 'quote'
                                     AND e.role = 'administrator'][1]) p(piece)
                    JOIN turns t ON t.call_id = m.call_id AND t.turn = piece.turn
               WHERE piece IS NOT NULL AND list_contains(?, l.clinic)
               QUALIFY place <= ?
               ORDER BY m.criterion, place""",
            [list(clinics), BEST],
        )
    return [
        Best(
            row["criterion"], row["call_id"], row["administrator"],
            Evidence.model_validate(row["piece"]), row["text"],
            tuple(Word.model_validate(word) for word in row["words"]),
        )
        for row in found
    ]  # fmt: skip


def playable(access: Access) -> dict[str, Path]:
    """The playable copies of all calls that have one, by call."""
    with reading(access) as connection:
        found = connection.execute("SELECT call_id, sha256 FROM calls").fetchall()
    media = access.path.parent / "media"
    copies = {path.stem: path for path in media.iterdir()} if media.is_dir() else {}
    return {call_id: copies[sha256] for call_id, sha256 in found if sha256 in copies}
