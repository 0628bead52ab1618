"""A store with as many calls as a large clinic has in a year: each scored, with words and proofs.

A hundred calls of three minutes are put together from the written calls in ``bench/gold`` and
scored by the rubric; the others are copies of them with a time, an administrator and a caller of
their own, and each verdict of another call's. So sizes and shares are a clinic's, and what is said
repeats itself.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np

from auricle.models import Line, LineFact, Recording, Run, Segment
from auricle.store import Store, Waveform, calibrations, people, reviews
from auricle.store.access import Access, Viewer, as_owner
from auricle.store.people import Person
from auricle.store.renewing import renew
from bench.gold.dialogues import LANGUAGES, fact_sheet
from bench.scoring import LENGTH_S, made_up
from rubrics.loader import load_rubric
from scoring.engine import score

RUBRIC = "clinic-phone"
TEMPLATES = 100
WEEKS = 52
PEAKS_HZ = 20
PEOPLE = 24
CLINICS = ("Riverside Dental", "Hillside Dental", "Harbour Dental")
START = datetime(2025, 11, 24, tzinfo=UTC)
"""A Monday."""

# Working days from 8 to 18, in order of time; somebody takes twice as many calls as others do.
_PLAN = f"""
CREATE TEMP MACRO dice(i, what, n) AS CAST(hash(i, what) % n AS BIGINT);
CREATE TEMP TABLE plan AS
SELECT concat('c', i) AS call_id, i, dice(i, 'template', {TEMPLATES}) AS template, who, clinic,
       concat('20', printf('%02d', who)) AS agent, concat('Person ', printf('%02d', who)) AS name,
       TIMESTAMP '{START:%Y-%m-%d}' + to_days(CAST(7 * floor(day / 5) + day % 5 AS INTEGER))
       + to_seconds(CAST(8 * 3600 + second AS BIGINT)) AS start,
       printf('+44 20 %08d', dice(i, 'number', {{numbers}})) AS number,
       i % 7 = 0 AS out, ['front desk', 'new patients', 'billing'][1 + dice(i, 'queue', 3)] AS queue
FROM (SELECT i, floor(i * {WEEKS} * 5 / {{calls}}) AS day,
             ((i * {WEEKS} * 5) % {{calls}}) * 36000 / {{calls}} AS second,
             CAST(floor({PEOPLE} * sqrt(dice(i, 'who', 10000) / 10000)) AS INTEGER) AS who
      FROM range({{calls}}) calls(i)), LATERAL (SELECT [{", ".join(f"'{c}'" for c in CLINICS)}]
                                                    [1 + who % {len(CLINICS)}] AS clinic)
"""

_COPIES = """
INSERT INTO calls BY NAME
SELECT t.* REPLACE (p.call_id AS call_id, sha256(p.call_id) AS sha256, p.clinic AS clinic,
                    concat('/recordings/', p.call_id, '.wav') AS path, p.name AS administrator,
                    p.agent AS agent, CASE WHEN p.out THEN 'outbound' ELSE 'inbound' END
                    AS direction, CASE WHEN p.out THEN p.agent ELSE p.number END AS caller,
                    CASE WHEN p.out THEN p.number ELSE '442079460000' END AS callee,
                    p.queue AS queue, p.start AS start_utc, p.start AS start_local)
FROM plan p JOIN template_calls t USING (template) ORDER BY p.i;

INSERT INTO {table} BY NAME
SELECT t.* EXCLUDE (template) REPLACE (p.call_id AS call_id)
FROM plan p JOIN template_{table} t USING (template);
"""

# The further an administrator's habit is below 1, the better the verdict that a call of hers gets.
_VERDICTS = f"""
INSERT INTO machine_verdicts BY NAME
SELECT t.* EXCLUDE (rank, template) REPLACE (p.call_id AS call_id)
FROM (SELECT call_id, criterion,
             floor({TEMPLATES} * pow(dice(i, criterion, 10000) / 10000, 0.85 + who % 8 / 20))
             AS rank FROM plan, (SELECT DISTINCT criterion FROM template_machine_verdicts)) p
JOIN (SELECT *, row_number() OVER (PARTITION BY criterion ORDER BY points DESC NULLS LAST) - 1
             AS rank FROM template_machine_verdicts) t USING (criterion, rank);

UPDATE machine_scorecards s SET total = v.total, low = greatest(0, v.total - 6),
       high = least(100, v.total + 5), failed_critical = v.failed
FROM (SELECT call_id, round(100 * sum(m.points) / sum(m.max_points) FILTER (m.points IS NOT NULL),
                            1) AS total,
             coalesce(list(criterion ORDER BY m.position)
                      FILTER (m.verdict = 'missed' AND w.critical <> 'none'), []) AS failed
      FROM machine_verdicts m JOIN weighings w ON w.id = m.criterion GROUP BY call_id) v
WHERE v.call_id = s.call_id;
"""

_LOGS = """
INSERT INTO log_calls BY NAME
SELECT concat('k', i) AS call_key, '' AS call_id, ['asterisk_cdr'] AS sources, clinic,
       CASE WHEN outcome = 'answered' THEN concat('30', printf('%02d', who)) ELSE '' END AS agent,
       CASE WHEN outcome = 'answered' AND who < 20 THEN name ELSE '' END AS administrator,
       CASE WHEN i % 9 = 0 THEN 'outbound' ELSE 'inbound' END AS direction,
       CASE WHEN i % 9 = 0 THEN agent WHEN i % 31 = 0 THEN 'anonymous' ELSE number END AS caller,
       CASE WHEN i % 9 = 0 THEN number ELSE '442079460000' END AS callee,
       queue, outcome, start + INTERVAL 90 SECOND AS start_utc, start_utc AS start_local,
       CAST((i * 31) % 200 AS DOUBLE) AS duration_s,
       CASE WHEN outcome = 'answered' THEN CAST((i * 13) % 90 AS DOUBLE) END AS wait_s,
       '' AS ended_by, [] AS conflicts
FROM (SELECT *, CASE WHEN dice(i, 'became', 100) < 60 THEN 'abandoned'
                     WHEN dice(i, 'became', 100) < 80 THEN 'unanswered'
                     WHEN dice(i, 'became', 100) < 90 THEN 'busy' ELSE 'answered' END AS outcome
      FROM plan WHERE i % 3 = 0)
"""

# What the clinic's system tells of half the bookings; what people judged, contested and looked at.
_PEOPLE = """
INSERT INTO visits BY NAME
SELECT concat('v', i) AS visit_id, number AS phone,
       right(regexp_replace(number, '\\D', '', 'g'), 9) AS number,
       start + INTERVAL 5 MINUTE AS booked_local, start + INTERVAL 6 DAY AS visit_local,
       ['booked', 'arrived', 'treated', 'treated', 'no_show'][1 + dice(i, 'visit', 5)] AS status,
       90 AS amount, 'visits.csv' AS path, i AS line
FROM plan JOIN machine_verdicts USING (call_id)
WHERE criterion = 'booking_won' AND verdict = 'met' AND i % 2 = 0;

INSERT INTO reviews BY NAME
SELECT concat('r', i) AS review_id, call_id, rubric_id, rubric_version,
       ['eva', 'tom'][1 + i % 2] AS reviewer,
       CASE WHEN i % 80 = 0 THEN 'random' ELSE 'queue' END AS purpose, purpose = 'random' AS blind,
       0.05 AS drawn_with, start + INTERVAL 3 DAY AS submitted_utc
FROM plan JOIN machine_scorecards USING (call_id) WHERE i % 40 = 0;

INSERT INTO review_verdicts BY NAME
SELECT review_id, position, criterion,
       CASE WHEN m.verdict = 'missed' AND dice(call_id, criterion, 8) = 0 THEN 'met'
            ELSE m.verdict END AS verdict,
       m.verdict AS machine_verdict, m.confidence AS machine_confidence,
       CASE WHEN verdict = 'met' THEN m.max_points ELSE m.points END AS points
FROM reviews JOIN machine_verdicts m USING (call_id);

INSERT INTO settled_totals
SELECT call_id, total, low, high, scored_share, failed_critical
FROM machine_scorecards WHERE call_id IN (SELECT call_id FROM reviews);

INSERT INTO disputes BY NAME
SELECT concat('d', i) AS dispute_id, call_id, 'greeting' AS criterion, rubric_id, rubric_version,
       'contested' AS stance, 'missed' AS verdict, name AS login, 'I said it.' AS comment,
       start + INTERVAL 4 DAY AS opened_utc,
       CASE WHEN i % 2000 = 0 THEN '' WHEN i % 3 = 0 THEN 'upheld' ELSE 'rejected' END AS outcome,
       'Heard again.' AS answer, 'eva' AS answered_by, start + INTERVAL 5 DAY AS answered_utc,
       'met' AS settled_as
FROM plan JOIN machine_scorecards USING (call_id) WHERE i % 250 = 0;

INSERT INTO coaching_notes BY NAME
SELECT concat('n', i) AS note_id, call_id, 'empathy' AS criterion, 12.0 AS start_s,
       'Name the worry first.' AS text, 'eva' AS author, start + INTERVAL 4 DAY AS written_utc,
       CASE WHEN i % 3 > 0 THEN start + INTERVAL 5 DAY END AS acknowledged_utc
FROM plan WHERE i % 500 = 0;

INSERT INTO audit BY NAME
SELECT start + INTERVAL 2 DAY AS at_utc, 'eva' AS login, 'look' AS action, call_id,
       '{"verdicts": true}' AS detail
FROM plan WHERE i % 5 = 0;

INSERT INTO failures BY NAME
SELECT concat('/recordings/broken-', i, '.wav') AS path, 'ingest' AS stage,
       CASE WHEN i % 3 = 0 THEN 'error' ELSE 'notice' END AS severity,
       'The file is empty.' AS reason, 'Export it again.' AS remedy, 'run-51' AS run_id
FROM plan WHERE i % 800 = 0;
"""


def build(folder: Path, calls: int) -> Store:
    """The store in ``folder``, with so many recorded calls and a third as many unrecorded ones."""
    store = Store(folder / "auricle.duckdb")
    rubric = load_rubric(RUBRIC)
    store.save_weighings(rubric.id, rubric.version, rubric.weighings())
    with store.transaction():
        _templates(store)
    with store.importing() as connection:
        connection.execute("SET memory_limit = '2GB'")
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(_PLAN.format(calls=calls, numbers=calls // 4))
        _multiply(connection)
        for statement in f"{_VERDICTS}{_LOGS};{_PEOPLE}".split(";\n"):
            connection.execute(statement)
        calls_made = connection.execute("SELECT call_id FROM calls ORDER BY start_utc").fetchall()
        renew(connection, [call_id for (call_id,) in calls_made])
    with store.transaction():
        for week in range(WEEKS):
            begun = START + timedelta(weeks=week, hours=20)
            store.save_run(Run(
                run_id=f"run-{week}", started=begun, finished=begun + timedelta(hours=2),
                version="0.1.0", device="cpu", found=calls // WEEKS, done=calls // WEEKS, failed=0,
                audio_s=calls // WEEKS * LENGTH_S,
                timings_s={"decode": 300.0, "recognise": 5000.0, "score": 200.0},
            ))  # fmt: skip
    _calibrate(store)
    return store


def _templates(store: Store) -> None:
    """The calls that the others are copies of: in the store's own tables, as a run leaves them."""
    rng, rubric = np.random.default_rng(1), load_rubric(RUBRIC)
    for language in LANGUAGES:
        made = islice(made_up(language, seed=1), TEMPLATES // len(LANGUAGES))
        for number, (call, transcript) in enumerate(made):
            wait_s = float(4 + 5 * (number % 8))
            line = Line(
                ring_s=LineFact(value_s=wait_s, source="audio"),
                wait_s=LineFact(value_s=wait_s, source="pbx", precision_s=1.0),
                hold_s=LineFact(value_s=10.0 * (number % 3), source="audio"),
                answered_at_s=wait_s,
                segments=(
                    Segment(kind="ring", start_s=0, end_s=wait_s),
                    *(Segment(kind="speech", start_s=turn.start_s, end_s=turn.end_s)
                      for turn in transcript.turns),
                ),
            )  # fmt: skip
            name = sha256(call.call_id.encode()).hexdigest()
            recording = Recording(
                sha256=name, path=call.call_id, channels=2, sample_rate_hz=8000,
                duration_s=LENGTH_S, layout="stereo",
            )  # fmt: skip
            card = score(call, transcript, rubric, fact_sheet(language))
            lanes = rng.integers(0, 256, (2, int(LENGTH_S * PEAKS_HZ))).tolist()
            keys = {"fingerprint": "made-up", "run_id": "run-51"}
            full = call.model_copy(update={"recording": recording, "line": line})
            store.save_call(full, Waveform(PEAKS_HZ, lanes), **keys)
            store.save_transcript(transcript, path=call.call_id, **keys)
            store.save_scorecard(card, path=call.call_id, **keys)


_OF_TEMPLATES = ("waveforms", "transcripts", "machine_turns", "machine_scorecards")


def _multiply(connection: duckdb.DuckDBPyConnection) -> None:
    """Copies instead of the templates; verdicts are dealt out afterwards."""
    connection.execute(
        """CREATE TEMP TABLE named AS
           SELECT call_id, row_number() OVER (ORDER BY call_id) - 1 AS template FROM calls"""
    )
    tables = ("calls", "machine_verdicts", *_OF_TEMPLATES)
    for table in tables:
        connection.execute(
            f"CREATE TEMP TABLE template_{table} AS FROM {table} JOIN named USING (call_id)"
        )
        connection.execute(f"DELETE FROM {table}")
    connection.execute("DELETE FROM marks; DELETE FROM listed")
    calls, copies = _COPIES.split(";\n")[:2]
    connection.execute(calls.replace("t.*", "t.* EXCLUDE (template)"))
    for table in _OF_TEMPLATES:
        connection.execute(copies.format(table=table))


def _calibrate(store: Store) -> None:
    """A calibration that is over: five calls, two reviewers."""
    owner = as_owner(store.path)
    logins = ("eva", "tom")
    for login in logins:
        people.add_person(owner, Person(login, login.title(), "analyst", "", False, True))
    chosen = [f"c{number}" for number in range(5)]
    session = calibrations.open_session(
        owner, "November", chosen, logins, (START + timedelta(weeks=WEEKS)).date()
    )
    for login in logins:
        for call_id in chosen:
            reviews.submit(
                Access(store.path, Viewer(login, "analyst")), call_id, "calibration",
                _judged(store, call_id, login), blind=True, calibration_id=session,
            )  # fmt: skip


def _judged(store: Store, call_id: str, login: str) -> Sequence[reviews.Judgement]:
    with store.reading() as connection:
        found = connection.execute(
            "SELECT criterion, verdict FROM machine_verdicts WHERE call_id = ? ORDER BY position",
            [call_id],
        ).fetchall()
    return [
        reviews.Judgement(name, "met" if login == "tom" and number % 4 == 0 else verdict)
        for number, (name, verdict) in enumerate(found)
    ]
