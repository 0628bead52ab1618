-- Times of day are kept twice: start_utc to order calls, start_local as the clinic's clock showed it.

CREATE TABLE files (
    path      VARCHAR PRIMARY KEY,
    size      BIGINT NOT NULL,
    mtime_ns  BIGINT NOT NULL,
    sha256    VARCHAR NOT NULL
);

CREATE TABLE calls (
    call_id         VARCHAR PRIMARY KEY,
    sha256          VARCHAR NOT NULL,
    path            VARCHAR NOT NULL,
    channels        INTEGER NOT NULL,
    sample_rate_hz  INTEGER NOT NULL,
    duration_s      DOUBLE NOT NULL,
    layout          VARCHAR NOT NULL,
    clinic          VARCHAR NOT NULL,
    administrator   VARCHAR NOT NULL,
    direction       VARCHAR NOT NULL,
    caller          VARCHAR NOT NULL,
    queue           VARCHAR NOT NULL,
    start_utc       TIMESTAMP,
    start_local     TIMESTAMP,
    line            JSON NOT NULL,
    fingerprint     VARCHAR NOT NULL,
    run_id          VARCHAR NOT NULL
);

-- Loudness for drawing: one list per channel, 0..255, rate_hz values a second.
CREATE TABLE waveforms (
    call_id  VARCHAR PRIMARY KEY,
    rate_hz  DOUBLE NOT NULL,
    lanes    UTINYINT[][] NOT NULL
);

CREATE TABLE transcripts (
    call_id      VARCHAR PRIMARY KEY,
    language     VARCHAR NOT NULL,
    duration_s   DOUBLE NOT NULL,
    line         JSON NOT NULL,
    provenance   JSON NOT NULL,
    fingerprint  VARCHAR NOT NULL,
    run_id       VARCHAR NOT NULL
);

CREATE TABLE turns (
    call_id          VARCHAR NOT NULL,
    turn             INTEGER NOT NULL,
    speaker          VARCHAR NOT NULL,
    role             VARCHAR NOT NULL,
    role_confidence  DOUBLE NOT NULL,
    start_s          DOUBLE NOT NULL,
    end_s            DOUBLE NOT NULL,
    text             VARCHAR NOT NULL,
    confidence       DOUBLE NOT NULL,
    words            STRUCT("text" VARCHAR, start_s DOUBLE, end_s DOUBLE, confidence DOUBLE)[] NOT NULL
);

CREATE VIEW words AS
SELECT call_id, turn, role, position, word.text AS text, word.start_s AS start_s,
       word.end_s AS end_s, word.confidence AS confidence
FROM (SELECT call_id, turn, role, unnest(words) AS word,
             generate_subscripts(words, 1) - 1 AS position FROM turns);

CREATE TABLE scorecards (
    call_id          VARCHAR PRIMARY KEY,
    rubric_id        VARCHAR NOT NULL,
    rubric_version   VARCHAR NOT NULL,
    total            DOUBLE,
    low              DOUBLE,
    high             DOUBLE,
    scored_share     DOUBLE NOT NULL,
    failed_critical  VARCHAR[] NOT NULL,
    provenance       JSON NOT NULL,
    fingerprint      VARCHAR NOT NULL,
    run_id           VARCHAR NOT NULL
);

CREATE TABLE verdicts (
    call_id     VARCHAR NOT NULL,
    position    INTEGER NOT NULL,
    criterion   VARCHAR NOT NULL,
    verdict     VARCHAR NOT NULL,
    points      DOUBLE,
    max_points  DOUBLE NOT NULL,
    confidence  DOUBLE NOT NULL,
    reason      VARCHAR NOT NULL,
    evidence    STRUCT(kind VARCHAR, "role" VARCHAR, turn INTEGER, start_s DOUBLE, end_s DOUBLE,
                       quote VARCHAR, measure VARCHAR, "value" DOUBLE, unit VARCHAR,
                       source VARCHAR, note VARCHAR)[] NOT NULL
);

CREATE VIEW evidence AS
SELECT call_id, criterion, verdict, unnest(evidence, max_depth := 2) FROM verdicts;

CREATE TABLE failures (
    path      VARCHAR NOT NULL,
    stage     VARCHAR NOT NULL,
    severity  VARCHAR NOT NULL,
    reason    VARCHAR NOT NULL,
    remedy    VARCHAR NOT NULL,
    line      INTEGER,
    run_id    VARCHAR NOT NULL
);

CREATE TABLE runs (
    run_id     VARCHAR PRIMARY KEY,
    started    TIMESTAMP NOT NULL,
    finished   TIMESTAMP,
    version    VARCHAR NOT NULL,
    device     VARCHAR NOT NULL,
    found      INTEGER NOT NULL,
    done       INTEGER NOT NULL,
    cached     INTEGER NOT NULL,
    failed     INTEGER NOT NULL,
    audio_s    DOUBLE NOT NULL,
    timings_s  JSON NOT NULL
);

-- One row a call with all that a list or a chart needs.
CREATE VIEW call_list AS
SELECT c.call_id, c.clinic, c.administrator, c.direction, c.caller, c.queue, c.start_local,
       c.duration_s, c.layout,
       t.language,
       CAST(t.line->>'$.wait_s.value_s' AS DOUBLE) AS wait_s,
       t.line->>'$.wait_s.source' AS wait_source,
       CAST(t.line->>'$.hold_s.value_s' AS DOUBLE) AS hold_s,
       CAST(t.line->>'$.answered_at_s' AS DOUBLE) AS answered_at_s,
       s.rubric_id, s.rubric_version, s.total, s.low, s.high, s.scored_share,
       s.failed_critical,
       b.verdict AS booking_offered, w.verdict AS booking_won
FROM calls c
LEFT JOIN transcripts t USING (call_id)
LEFT JOIN scorecards s USING (call_id)
LEFT JOIN verdicts b ON b.call_id = c.call_id AND b.criterion = 'booking_offered'
LEFT JOIN verdicts w ON w.call_id = c.call_id AND w.criterion = 'booking_won';

CREATE VIEW by_administrator AS
SELECT clinic, administrator, count(*) AS calls, count(total) AS scored, avg(total) AS mean_total,
       stddev_samp(total) AS sd_total, count(wait_s) AS waits, avg(wait_s) AS mean_wait_s
FROM call_list GROUP BY ALL;

CREATE VIEW by_day AS
SELECT clinic, CAST(start_local AS DATE) AS day, count(*) AS calls, count(total) AS scored,
       avg(total) AS mean_total, stddev_samp(total) AS sd_total, avg(wait_s) AS mean_wait_s
FROM call_list GROUP BY ALL;

CREATE VIEW by_clinic AS
SELECT clinic, count(*) AS calls, count(total) AS scored, avg(total) AS mean_total,
       stddev_samp(total) AS sd_total, avg(wait_s) AS mean_wait_s
FROM call_list GROUP BY ALL;
