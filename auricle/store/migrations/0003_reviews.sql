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
