-- What telephone systems wrote, and the calls that follow from it.

-- How far each log was read. head_sha256 of its first head_bytes knows it again under a new name.
CREATE TABLE log_files (
    path         VARCHAR PRIMARY KEY,
    format       VARCHAR NOT NULL,
    columns      VARCHAR[] NOT NULL,
    head_bytes   BIGINT NOT NULL,
    head_sha256  VARCHAR NOT NULL,
    size         BIGINT NOT NULL,
    mtime_ns     BIGINT NOT NULL,
    read_bytes   BIGINT NOT NULL,
    read_lines   BIGINT NOT NULL
);

-- What one source says of one call, or of one attempt to connect it. Empty or null: it doesn't say.
CREATE TABLE legs (
    call_key       VARCHAR NOT NULL,
    source         VARCHAR NOT NULL,
    path           VARCHAR NOT NULL,
    line           BIGINT,
    digest         UBIGINT NOT NULL,
    id             VARCHAR NOT NULL,
    start_utc      TIMESTAMP,
    answer_utc     TIMESTAMP,
    end_utc        TIMESTAMP,
    direction      VARCHAR NOT NULL,
    caller         VARCHAR NOT NULL,
    callee         VARCHAR NOT NULL,
    queue          VARCHAR NOT NULL,
    agent          VARCHAR NOT NULL,
    clinic         VARCHAR NOT NULL,
    outcome        VARCHAR NOT NULL,
    ring_s         DOUBLE,
    queue_s        DOUBLE,
    hold_s         DOUBLE,
    wait_s         DOUBLE,
    ended_by       VARCHAR NOT NULL,
    recording      VARCHAR NOT NULL
);

-- The queue_log's own lines: a call's story grows over several, perhaps over several runs.
CREATE TABLE queue_events (
    path      VARCHAR NOT NULL,
    line      BIGINT NOT NULL,
    digest    UBIGINT NOT NULL,
    time_utc  TIMESTAMP NOT NULL,
    id        VARCHAR NOT NULL,
    queue     VARCHAR NOT NULL,
    agent     VARCHAR NOT NULL,
    event     VARCHAR NOT NULL,
    data      VARCHAR[] NOT NULL
);

-- Keys of calls whose legs have changed since they were joined.
CREATE TABLE touched (call_key VARCHAR NOT NULL);

-- One row a call, its legs joined. Recorded or not.
CREATE TABLE log_calls (
    call_key       VARCHAR NOT NULL,
    call_id        VARCHAR NOT NULL,
    sources        VARCHAR[] NOT NULL,
    -- Empty where no source names it: the clinic that the settings name.
    clinic_told    VARCHAR NOT NULL DEFAULT '',
    clinic         VARCHAR NOT NULL,
    agent          VARCHAR NOT NULL,
    administrator  VARCHAR NOT NULL,
    direction      VARCHAR NOT NULL,
    caller         VARCHAR NOT NULL,
    callee         VARCHAR NOT NULL,
    queue          VARCHAR NOT NULL,
    outcome        VARCHAR NOT NULL,
    start_utc      TIMESTAMP,
    start_local    TIMESTAMP,
    duration_s     DOUBLE,
    ring_s         DOUBLE,
    queue_s        DOUBLE,
    hold_s         DOUBLE,
    wait_s         DOUBLE,
    talk_s         DOUBLE,
    ended_by       VARCHAR NOT NULL,
    conflicts      STRUCT(field VARCHAR, kept VARCHAR, source VARCHAR, other VARCHAR,
                          other_source VARCHAR)[] NOT NULL
);

ALTER TABLE calls ADD COLUMN log_key VARCHAR DEFAULT '';
ALTER TABLE calls ADD COLUMN agent VARCHAR DEFAULT '';
ALTER TABLE calls ADD COLUMN callee VARCHAR DEFAULT '';
ALTER TABLE calls ADD COLUMN outcome VARCHAR DEFAULT '';
ALTER TABLE calls ADD COLUMN conflicts STRUCT(field VARCHAR, kept VARCHAR, source VARCHAR,
                                              other VARCHAR, other_source VARCHAR)[] DEFAULT [];
ALTER TABLE calls ADD COLUMN talk_s DOUBLE;
ALTER TABLE calls ADD COLUMN logged_s DOUBLE;

-- From here on a call's line is the settled one, with the telephone system's figures; a
-- transcript's is what the audio and the words alone tell.
UPDATE calls SET line = t.line FROM transcripts t WHERE t.call_id = calls.call_id;

-- One row a call with all that a list or a chart needs, recorded or not. Calls between the clinic's
-- own extensions are nobody's service, a file's name alone is no call, and one without a time can't
-- be counted anywhere.
CREATE OR REPLACE VIEW call_list AS
SELECT c.call_id, c.clinic, c.administrator, c.agent, c.direction, c.caller, c.callee, c.queue,
       c.start_utc, c.start_local, true AS recorded, c.duration_s, c.layout,
       CASE WHEN c.outcome <> '' THEN c.outcome
            WHEN c.line->>'$.answered_at_s' IS NOT NULL THEN 'answered'
            WHEN t.call_id IS NOT NULL THEN 'unanswered' ELSE '' END AS outcome,
       t.language,
       CAST(c.line->>'$.wait_s.value_s' AS DOUBLE) AS wait_s,
       c.line->>'$.wait_s.source' AS wait_source,
       CAST(c.line->>'$.hold_s.value_s' AS DOUBLE) AS hold_s,
       CAST(c.line->>'$.answered_at_s' AS DOUBLE) AS answered_at_s,
       len(c.conflicts) AS conflicts,
       s.rubric_id, s.rubric_version, s.total, s.low, s.high, s.scored_share,
       s.failed_critical,
       b.verdict AS booking_offered, w.verdict AS booking_won
FROM calls c
LEFT JOIN transcripts t USING (call_id)
LEFT JOIN scorecards s USING (call_id)
LEFT JOIN verdicts b ON b.call_id = c.call_id AND b.criterion = 'booking_offered'
LEFT JOIN verdicts w ON w.call_id = c.call_id AND w.criterion = 'booking_won'
UNION ALL BY NAME
SELECT CASE WHEN call_id <> '' THEN call_id ELSE call_key END AS call_id, clinic, administrator,
       agent, direction, caller, callee, queue, start_utc, start_local, false AS recorded,
       duration_s, outcome, wait_s,
       CASE WHEN wait_s IS NOT NULL THEN 'pbx' END AS wait_source, hold_s,
       len(conflicts) AS conflicts
FROM log_calls
WHERE direction <> 'internal' AND sources <> ['file_name'] AND start_utc IS NOT NULL
  AND call_key NOT IN (SELECT log_key FROM calls);
