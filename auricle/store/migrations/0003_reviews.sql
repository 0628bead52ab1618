-- Who works with the results, and what people say of the machine's verdicts.

CREATE TABLE people (
    login          VARCHAR PRIMARY KEY,
    name           VARCHAR NOT NULL,
    -- owner | analyst | administrator | shopper
    role           VARCHAR NOT NULL,
    -- The name under which an administrator's calls are kept; empty for everybody else.
    administrator  VARCHAR NOT NULL DEFAULT '',
    -- argon2; empty for who signs in elsewhere (OpenID Connect: the login is the e-mail address).
    password_hash  VARCHAR NOT NULL DEFAULT '',
    active         BOOLEAN NOT NULL DEFAULT true
);

-- Every look at a call and every change. Nothing is ever taken out of it.
CREATE TABLE audit (
    at_utc   TIMESTAMP NOT NULL,
    login    VARCHAR NOT NULL,
    action   VARCHAR NOT NULL,
    call_id  VARCHAR NOT NULL DEFAULT '',
    detail   JSON NOT NULL DEFAULT '{}'
);

-- One person's judgement of one call under one version of a rubric. A later one of the same person
-- stands; earlier ones stay as history.
CREATE TABLE reviews (
    review_id       VARCHAR PRIMARY KEY,
    call_id         VARCHAR NOT NULL,
    rubric_id       VARCHAR NOT NULL,
    rubric_version  VARCHAR NOT NULL,
    reviewer        VARCHAR NOT NULL,
    -- queue | random | calibration | dispute. Agreement is counted over random and calibration.
    purpose         VARCHAR NOT NULL,
    calibration_id  VARCHAR NOT NULL DEFAULT '',
    -- Whether the machine's verdicts were hidden until this was submitted.
    blind           BOOLEAN NOT NULL,
    -- With which probability a random call was drawn (its stratum's); 1 for what wasn't drawn.
    drawn_with      DOUBLE NOT NULL DEFAULT 1,
    submitted_utc   TIMESTAMP NOT NULL
);

-- What a review says of each criterion, beside what the machine said then.
CREATE TABLE review_verdicts (
    review_id           VARCHAR NOT NULL,
    position            INTEGER NOT NULL,
    criterion           VARCHAR NOT NULL,
    verdict             VARCHAR NOT NULL,
    machine_verdict     VARCHAR NOT NULL,
    machine_confidence  DOUBLE NOT NULL,
    reason              VARCHAR NOT NULL DEFAULT '',
    evidence            STRUCT(kind VARCHAR, "role" VARCHAR, turn INTEGER, start_s DOUBLE,
                               end_s DOUBLE, quote VARCHAR, measure VARCHAR, "value" DOUBLE,
                               unit VARCHAR, source VARCHAR, note VARCHAR)[] NOT NULL DEFAULT []
);

-- From here on machine_* holds what the machine made and nobody changes; turns, verdicts and
-- scorecards are what stands: the same, but for what people have corrected.
ALTER TABLE turns RENAME TO machine_turns;
ALTER TABLE verdicts RENAME TO machine_verdicts;
ALTER TABLE scorecards RENAME TO machine_scorecards;

ALTER TABLE review_verdicts ADD COLUMN points DOUBLE;

-- What each criterion of a rubric brings into the total (auricle.totals.Weighing).
CREATE TABLE weighings (
    rubric_id       VARCHAR NOT NULL,
    rubric_version  VARCHAR NOT NULL,
    position        INTEGER NOT NULL,
    id              VARCHAR NOT NULL,
    section         VARCHAR NOT NULL,
    worth           DOUBLE NOT NULL,
    partly          DOUBLE NOT NULL,
    critical        VARCHAR NOT NULL
);

-- A criterion's newest verdict by a person, under the rubric that the call is scored by. What is
-- said in a calibration is practice: it changes nobody's marks.
CREATE VIEW human_verdicts AS
SELECT r.call_id, v.criterion, v.verdict, v.points, v.reason, v.evidence, r.reviewer,
       r.submitted_utc
FROM review_verdicts v JOIN reviews r USING (review_id)
JOIN machine_scorecards s USING (call_id, rubric_id, rubric_version)
WHERE r.purpose <> 'calibration'
QUALIFY row_number() OVER (PARTITION BY r.call_id, v.criterion
                           ORDER BY r.submitted_utc DESC, r.review_id DESC) = 1;

CREATE VIEW verdicts AS
SELECT m.call_id, m.position, m.criterion, coalesce(h.verdict, m.verdict) AS verdict,
       CASE WHEN h.call_id IS NULL THEN m.points ELSE h.points END AS points, m.max_points,
       CASE WHEN h.call_id IS NULL THEN m.confidence ELSE 1.0 END AS confidence,
       CASE WHEN coalesce(h.reason, '') = '' THEN m.reason ELSE h.reason END AS reason,
       -- Whoever confirms a verdict confirms its proof; whoever changes it brings a proof or none.
       CASE WHEN h.call_id IS NULL OR (h.verdict = m.verdict AND len(h.evidence) = 0)
            THEN m.evidence ELSE h.evidence END AS evidence,
       m.verdict AS machine_verdict, coalesce(h.reviewer, '') AS reviewer
FROM machine_verdicts m LEFT JOIN human_verdicts h USING (call_id, criterion);

-- The totals of calls with human verdicts, made anew with each review and each scoring.
CREATE TABLE settled_totals (
    call_id          VARCHAR PRIMARY KEY,
    total            DOUBLE,
    low              DOUBLE,
    high             DOUBLE,
    scored_share     DOUBLE NOT NULL,
    failed_critical  VARCHAR[] NOT NULL
);

CREATE VIEW scorecards AS
SELECT m.call_id, m.rubric_id, m.rubric_version,
       CASE WHEN s.call_id IS NULL THEN m.total ELSE s.total END AS total,
       CASE WHEN s.call_id IS NULL THEN m.low ELSE s.low END AS low,
       CASE WHEN s.call_id IS NULL THEN m.high ELSE s.high END AS high,
       coalesce(s.scored_share, m.scored_share) AS scored_share,
       coalesce(s.failed_critical, m.failed_critical) AS failed_critical,
       m.provenance, m.fingerprint, m.run_id, m.total AS machine_total
FROM machine_scorecards m LEFT JOIN settled_totals s USING (call_id);

-- A turn as it is after people's corrections; only of turns with some.
CREATE TABLE corrected_turns (
    call_id  VARCHAR NOT NULL,
    turn     INTEGER NOT NULL,
    role     VARCHAR NOT NULL,
    "text"   VARCHAR NOT NULL,
    words    STRUCT("text" VARCHAR, start_s DOUBLE, end_s DOUBLE, confidence DOUBLE)[] NOT NULL
);

-- Who changed which turns, when and why. Nothing is ever taken out of it.
CREATE TABLE corrections (
    correction_id  VARCHAR NOT NULL,
    call_id        VARCHAR NOT NULL,
    turn           INTEGER NOT NULL,
    -- role | text
    field          VARCHAR NOT NULL,
    old            VARCHAR NOT NULL,
    new            VARCHAR NOT NULL,
    reason         VARCHAR NOT NULL,
    login          VARCHAR NOT NULL,
    at_utc         TIMESTAMP NOT NULL
);

CREATE VIEW turns AS
SELECT m.call_id, m.turn, m.speaker, coalesce(c.role, m.role) AS role,
       CASE WHEN c.role <> m.role THEN 1.0 ELSE m.role_confidence END AS role_confidence,
       m.start_s, m.end_s, coalesce(c.text, m.text) AS text, m.confidence,
       coalesce(c.words, m.words) AS words
FROM machine_turns m LEFT JOIN corrected_turns c USING (call_id, turn);

-- What an administrator says to a verdict of hers, and what became of it.
CREATE TABLE disputes (
    dispute_id      VARCHAR PRIMARY KEY,
    call_id         VARCHAR NOT NULL,
    criterion       VARCHAR NOT NULL,
    rubric_id       VARCHAR NOT NULL,
    rubric_version  VARCHAR NOT NULL,
    -- accepted | contested
    stance          VARCHAR NOT NULL,
    verdict         VARCHAR NOT NULL,
    login           VARCHAR NOT NULL,
    comment         VARCHAR NOT NULL,
    opened_utc      TIMESTAMP NOT NULL,
    -- upheld: she was right; rejected; empty while nobody has answered.
    outcome         VARCHAR NOT NULL DEFAULT '',
    answer          VARCHAR NOT NULL DEFAULT '',
    answered_by     VARCHAR NOT NULL DEFAULT '',
    answered_utc    TIMESTAMP,
    -- The verdict that holds since.
    settled_as      VARCHAR NOT NULL DEFAULT ''
);

-- Several people judge the same calls, blind, by a deadline.
CREATE TABLE calibrations (
    calibration_id  VARCHAR PRIMARY KEY,
    title           VARCHAR NOT NULL,
    -- Whose verdicts the others' are compared with; empty: nobody's.
    reference       VARCHAR NOT NULL DEFAULT '',
    opened_by       VARCHAR NOT NULL,
    opened_utc      TIMESTAMP NOT NULL,
    deadline        DATE NOT NULL
);

CREATE TABLE calibration_calls (
    calibration_id  VARCHAR NOT NULL,
    call_id         VARCHAR NOT NULL
);

CREATE TABLE calibration_reviewers (
    calibration_id  VARCHAR NOT NULL,
    login           VARCHAR NOT NULL
);

-- What the discussion ended with; the newest stands.
CREATE TABLE calibration_outcomes (
    calibration_id  VARCHAR NOT NULL,
    call_id         VARCHAR NOT NULL,
    criterion       VARCHAR NOT NULL,
    verdict         VARCHAR NOT NULL,
    note            VARCHAR NOT NULL,
    login           VARCHAR NOT NULL,
    at_utc          TIMESTAMP NOT NULL
);

-- A note to an administrator about a moment of a call.
CREATE TABLE coaching_notes (
    note_id           VARCHAR PRIMARY KEY,
    call_id           VARCHAR NOT NULL,
    criterion         VARCHAR NOT NULL DEFAULT '',
    start_s           DOUBLE,
    end_s             DOUBLE,
    "text"            VARCHAR NOT NULL,
    author            VARCHAR NOT NULL,
    written_utc       TIMESTAMP NOT NULL,
    acknowledged_utc  TIMESTAMP
);
