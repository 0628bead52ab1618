"""One call from what several sources say of it: by id, else by number and time.

Legs that share an id are one call. Calls known to different systems (the switch, the carrier, a
table, the name of a recording) are one if they have a number in common and start within a
tolerance, and only if no other call fits about as well. Where sources disagree the first of
``PRECEDENCE`` stands, and the conflict is kept.
"""

from collections.abc import Callable

import duckdb

from auricle.models import LogSource
from ingest.logs.legs import PRECEDENCE, in_parts, is_any_touched, script
from ingest.places import Place

CLEARLY_NEARER_S = 5.0
"""A patient who is cut off calls again at once: of two calls that fit, the nearer is taken only if
it is nearer by this much."""
SAME_TIME_S = 5.0
"""Clocks that differ by less agree: logs have whole seconds, and sources stamp different events."""
SAME_WAIT_S = 3.0
KEYS: tuple[LogSource, ...] = (
    "asterisk_cdr", "queue_log", "3cx", "aircall", "twilio", "manifest", "file_name",
)  # fmt: skip
"""Whose id names a joined call: that of the source which writes the most about it."""


def join_legs(
    connection: duckdb.DuckDBPyConnection, within_s: float,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:  # fmt: skip
    """Bring ``log_calls`` up to date for all touched calls, and forget that they were touched.

    ``within_s``: how far apart two sources' starts may lie.
    """
    if not is_any_touched(connection):
        return
    families = connection.execute(f"SELECT count(DISTINCT {_FAMILY}) FROM legs").fetchone()
    if families and families[0] > 1:
        script(
            connection, _MATCH + _UNITE, within=within_s, clearly=CLEARLY_NEARER_S, keys=list(KEYS)
        )
    connection.execute("CREATE OR REPLACE TEMP TABLE todo AS SELECT DISTINCT call_key FROM touched")

    def work() -> None:
        script(connection, _TELL, sources=list(PRECEDENCE))
        told = connection.execute("SELECT source FROM tellings GROUP BY ALL ORDER BY min(rank)")
        # Where no source tells of these calls any more, any name makes an empty table.
        sources = [source for (source,) in told.fetchall()] or list(PRECEDENCE[:1])
        script(connection, _joined(sources), same_time=SAME_TIME_S)
        script(connection, _FINISH, same_time=SAME_TIME_S, same_wait=SAME_WAIT_S)

    in_parts(connection, "todo", work, progress)
    connection.execute("DELETE FROM touched")


def unite(connection: duckdb.DuckDBPyConnection, recordings: dict[Place, list[str]]) -> None:
    """Calls that share a recording are one. ``recordings``: the keys of the calls of each."""
    ranks = connection.execute(
        """SELECT call_key, min(list_position($keys, source)) FROM legs
           WHERE list_contains($all, call_key) GROUP BY call_key""",
        {"keys": list(KEYS), "all": [key for keys in recordings.values() for key in keys]},
    ).fetchall()
    order = dict(ranks)
    pairs = []
    for keys in recordings.values():
        kept, *gone = sorted(set(keys), key=lambda key: (order[key], key))
        pairs += [(key, kept) for key in gone]
    if pairs:
        gone_keys, kept_keys = zip(*pairs, strict=True)
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE same AS SELECT unnest(?) AS gone, unnest(?) AS kept",
            [list(gone_keys), list(kept_keys)],
        )
        script(connection, _UNITE)


_FAMILY = "CASE WHEN source = 'queue_log' THEN 'asterisk_cdr' ELSE source END"
"""Sources that share ids: two calls of one family are never the same call."""

_MATCH = f"""
CREATE OR REPLACE TEMP TABLE near AS
SELECT min(start_utc) - to_seconds($within) AS since, max(start_utc) + to_seconds($within) AS until
FROM legs WHERE call_key IN (SELECT call_key FROM touched);
CREATE OR REPLACE TEMP TABLE sides AS
SELECT call_key, list(DISTINCT {_FAMILY}) AS families, min(start_utc) AS start_utc,
       min(list_position($keys, source)) AS rank,
       -- The patient's number: the clinic's own are the same in every call.
       list_distinct(flatten(list(CASE direction
           WHEN 'outbound' THEN [number_key(callee)] WHEN 'inbound' THEN [number_key(caller)]
           ELSE [number_key(caller), number_key(callee)] END))) AS numbers,
       call_key IN (SELECT call_key FROM touched) AS touched
FROM legs WHERE start_utc BETWEEN (SELECT since FROM near) AND (SELECT until FROM near)
GROUP BY call_key;
CREATE OR REPLACE TEMP TABLE ends AS
SELECT * EXCLUDE (numbers, number), number,
       CAST(floor(epoch(start_utc) / $within) AS BIGINT) AS slot
FROM (SELECT *, unnest(numbers) AS number FROM sides) WHERE number <> '';
CREATE OR REPLACE TEMP TABLE pairs AS
SELECT a.call_key AS gone, b.call_key AS kept,
       min(abs(epoch(a.start_utc) - epoch(b.start_utc))) AS apart_s
FROM ends a JOIN (SELECT * EXCLUDE (slot), unnest([slot - 1, slot, slot + 1]) AS slot FROM ends) b
     USING (number, slot)
WHERE a.rank > b.rank AND (a.touched OR b.touched)
  AND NOT list_has_any(a.families, b.families)
  AND abs(epoch(a.start_utc) - epoch(b.start_utc)) <= $within
GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE same AS
SELECT gone, kept FROM (
    SELECT *, row_number() OVER near AS nth, lead(apart_s) OVER near - apart_s AS clear_s,
           row_number() OVER back AS nth_back, lead(apart_s) OVER back - apart_s AS clear_back_s
    FROM pairs
    WINDOW near AS (PARTITION BY gone ORDER BY apart_s),
           back AS (PARTITION BY kept ORDER BY apart_s)
)
WHERE nth = 1 AND nth_back = 1
  AND coalesce(clear_s, $clearly) >= $clearly AND coalesce(clear_back_s, $clearly) >= $clearly;
"""

_UNITE = """
INSERT INTO touched SELECT kept FROM same UNION ALL SELECT gone FROM same;
UPDATE legs SET call_key = same.kept FROM same WHERE legs.call_key = same.gone;
"""

# First each source's own telling of a call, its legs taken together; then the sources together
# (``_joined``); then what they disagree about.
_TELL = """
CREATE OR REPLACE TEMP TABLE tellings AS
SELECT l.call_key, l.source, list_position($sources, l.source) AS rank,
       max(l.id) AS id, min(l.start_utc) AS start_utc, min(l.answer_utc) AS answer_utc,
       max(l.end_utc) AS end_utc,
       arg_min(l.direction, early) FILTER (l.direction <> '') AS direction,
       arg_min(l.caller, early) FILTER (l.caller <> '') AS caller,
       arg_min(l.callee, early) FILTER (l.callee <> '') AS callee,
       arg_min(l.queue, early) FILTER (l.queue <> '') AS queue,
       coalesce(arg_min(l.agent, early) FILTER (l.agent <> '' AND l.outcome = 'answered'),
                arg_min(l.agent, early) FILTER (l.agent <> '' AND l.outcome = '')) AS agent,
       arg_min(l.clinic, early) FILTER (l.clinic <> '') AS clinic,
       arg_min(l.outcome, list_position(['answered', 'abandoned', 'busy', 'unanswered', 'failed'],
                                        l.outcome)) FILTER (l.outcome <> '') AS outcome,
       sum(l.ring_s) AS ring_s, sum(l.queue_s) AS queue_s, sum(l.hold_s) AS hold_s,
       min(l.wait_s) AS wait_s,
       arg_max(l.ended_by, early) FILTER (l.ended_by <> '') AS ended_by
FROM (SELECT *, coalesce(epoch(start_utc), 0) AS early FROM legs
      WHERE call_key IN (FROM part)) l
GROUP BY l.call_key, l.source;
"""

_FINISH = """
CREATE OR REPLACE TEMP TABLE disputes AS
WITH several AS (
    SELECT t.*, j.began_utc FROM tellings t JOIN joined j USING (call_key)
    WHERE j.doubtful
), told AS (
    SELECT call_key, source, rank, 'start' AS field, CAST(start_utc AS VARCHAR) AS told,
           epoch(start_utc) AS number, $same_time AS tolerance
    FROM several WHERE source <> 'queue_log'
    UNION ALL
    SELECT call_key, source, rank, 'wait', concat(round(number, 1), ' s'), number, $same_wait
    FROM (SELECT *, coalesce(wait_s, epoch(answer_utc)
               - epoch(CASE WHEN source = 'queue_log' THEN began_utc ELSE start_utc END)) AS number
          FROM several)
    UNION ALL SELECT call_key, source, rank, 'direction', direction, NULL, NULL FROM several
    UNION ALL SELECT call_key, source, rank, 'caller', number_key(caller), NULL, NULL FROM several
    UNION ALL SELECT call_key, source, rank, 'agent', agent, NULL, NULL FROM several
    UNION ALL
    SELECT call_key, source, rank, 'answered',
           CASE WHEN outcome = 'answered' THEN 'yes' WHEN outcome <> '' THEN 'no' END, NULL, NULL
    FROM several
), ordered AS (
    SELECT *, first_value(told) OVER w AS kept, first_value(number) OVER w AS kept_number,
           first_value(source) OVER w AS kept_source
    FROM told WHERE told <> '' AND (tolerance IS NULL OR number IS NOT NULL)
    WINDOW w AS (PARTITION BY call_key, field ORDER BY rank)
)
SELECT call_key,
       list({'field': field, 'kept': kept, 'source': kept_source, 'other': told,
             'other_source': source} ORDER BY field, rank) AS conflicts
FROM ordered
WHERE source <> kept_source
  AND CASE WHEN tolerance IS NULL THEN told <> kept ELSE abs(number - kept_number) > tolerance END
GROUP BY call_key;
DELETE FROM log_calls WHERE call_key IN (FROM part);
INSERT INTO log_calls BY NAME
SELECT j.* EXCLUDE (doubtful, began_utc, answered_utc, end_utc, stated_wait_s),
       clinic_told AS clinic, '' AS administrator,
       local_of(start_utc) AS start_local,
       coalesce(d.conflicts, []) AS conflicts
FROM joined j LEFT JOIN disputes d USING (call_key);
"""


def _joined(sources: list[str]) -> str:
    """SQL that makes ``joined`` of ``tellings``: one row a call, the first source's word standing.

    ``sources``: those that tell of any call, in order of precedence. Each is joined by itself:
    grouping the tellings with an aggregate for every column takes three times as long.
    """
    tables = {f"t{at}": source for at, source in enumerate(sources)}

    def first(name: str, default: str = "NULL") -> str:
        return f"coalesce({', '.join(f'{table}.{name}' for table in tables)}, {default})"

    def over(function: str, name: str, among: list[str] | None = None) -> str:
        """Least or greatest of what the sources say; those that say nothing don't count."""
        columns = [f"{table}.{name}" for table in (tables if among is None else among)]
        return f"{function}({', '.join(columns)})" if columns else "CAST(NULL AS TIMESTAMP)"

    def told(name: str) -> str:
        return " + ".join(f"CAST({table}.{name} IS NOT NULL AS INTEGER)" for table in tables)

    def differ(name: str) -> str:
        return f"{over('least', name)} <> {over('greatest', name)}"

    systems = [table for table, source in tables.items() if source not in ("manifest", "file_name")]
    manifest = [table for table, source in tables.items() if source == "manifest"]
    # The queue's log begins when the caller enters the queue, later than the call.
    whole = [table for table, source in tables.items() if source != "queue_log"]
    answered = " OR ".join(f"{table}.outcome = 'answered'" for table in tables)
    not_answered = " OR ".join(f"{table}.outcome <> 'answered'" for table in tables)
    joins = "\n".join(
        f"LEFT JOIN (FROM tellings WHERE source = '{source}') {table} USING (call_key)"
        for table, source in tables.items()
    )
    return f"""
CREATE OR REPLACE TEMP TABLE joined AS
WITH kept AS (
    SELECT call_key,
           list_filter([{", ".join(f"{table}.source" for table in tables)}],
                       lambda source: source IS NOT NULL) AS sources,
           -- An empty id is none.
           coalesce({", ".join(f"nullif({table}.id, '')" for table in tables)}, '') AS call_id,
           {first("clinic", "''")} AS clinic_told, {first("agent", "''")} AS agent,
           {first("direction", "'inbound'")} AS direction, {first("caller", "''")} AS caller,
           {first("callee", "''")} AS callee, {first("queue", "''")} AS queue,
           {first("outcome", "''")} AS outcome,
           {over("least", "start_utc", systems)} AS began_utc,
           coalesce({over("least", "start_utc", manifest)}, began_utc,
                    {over("least", "start_utc")}) AS start_utc,
           {first("answer_utc")} AS answered_utc, {over("greatest", "end_utc")} AS end_utc,
           {first("ring_s")} AS ring_s, {first("queue_s")} AS queue_s,
           {first("hold_s")} AS hold_s, {first("wait_s")} AS stated_wait_s,
           {first("ended_by", "''")} AS ended_by,
           -- Only calls with two tellings that aren't the same need a closer look.
           coalesce({told("source")} > 1 AND (
               {differ("direction")} OR {differ("caller")} OR {differ("agent")}
               OR {told("wait_s")} > 0 OR ({answered}) AND ({not_answered})
               OR epoch({over("greatest", "start_utc", whole)})
                  - epoch({over("least", "start_utc", whole)}) > $same_time
               OR {told("answer_utc")} > 1), false) AS doubtful
    FROM part {joins}
)
SELECT *, CASE WHEN end_utc >= began_utc THEN epoch(end_utc) - epoch(began_utc) END AS duration_s,
       CASE WHEN outcome NOT IN ('answered', '') THEN NULL
            WHEN stated_wait_s IS NOT NULL THEN stated_wait_s
            WHEN answered_utc >= began_utc THEN epoch(answered_utc) - epoch(began_utc)
       END AS wait_s,
       CASE WHEN end_utc >= answered_utc THEN epoch(end_utc) - epoch(answered_utc) END AS talk_s
FROM kept WHERE len(sources) > 0;
"""
