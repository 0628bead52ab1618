-- Mystery calling: campaigns, planned calls, what shoppers brought, and which call each one is.

CREATE TABLE campaigns (
    campaign    VARCHAR PRIMARY KEY,
    -- auricle.mystery.campaign.Campaign
    definition  JSON NOT NULL,
    made_utc    TIMESTAMP NOT NULL
);

-- One row a planned call. Times are the clinic's own.
CREATE TABLE mystery_tasks (
    task      VARCHAR PRIMARY KEY,
    campaign  VARCHAR NOT NULL,
    wave      INTEGER NOT NULL,
    clinic    VARCHAR NOT NULL,
    own       BOOLEAN NOT NULL,
    number    VARCHAR NOT NULL,
    scenario  VARCHAR NOT NULL,
    shopper   VARCHAR NOT NULL,
    band      VARCHAR NOT NULL,
    call_at   TIMESTAMP NOT NULL,
    until     TIMESTAMP NOT NULL
);

-- A shopper's way in. Only the SHA-256 of a token is kept.
CREATE TABLE mystery_tokens (
    token_sha256  VARCHAR PRIMARY KEY,
    campaign      VARCHAR NOT NULL,
    shopper       VARCHAR NOT NULL,
    expires_utc   TIMESTAMP NOT NULL,
    revoked_utc   TIMESTAMP
);

-- What a shopper says of a call she made. A later one of the same task replaces it.
CREATE TABLE mystery_debriefs (
    task           VARCHAR PRIMARY KEY,
    called_local   TIMESTAMP NOT NULL,
    number_called  VARCHAR NOT NULL,
    on_line_s      DOUBLE NOT NULL,
    -- Marks of the form by name: 1-5, or 0 and 1 for no and yes.
    marks          MAP(VARCHAR, INTEGER) NOT NULL,
    remembered     VARCHAR NOT NULL,
    -- Of the recording she uploaded; empty for none.
    sha256         VARCHAR NOT NULL,
    path           VARCHAR NOT NULL,
    filed_utc      TIMESTAMP NOT NULL
);

-- Calls that are mystery calls. A task may have two: the clinic's recording and the shopper's own.
CREATE TABLE mystery_calls (
    call_id      VARCHAR PRIMARY KEY,
    task         VARCHAR NOT NULL,
    -- log | upload
    how          VARCHAR NOT NULL,
    probability  DOUBLE NOT NULL
);

-- What the scenario's own criteria say of a mystery call, beside its scorecard.
CREATE TABLE scenario_verdicts (
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

-- The clinic's written standard: each version whole, nothing is changed afterwards.
CREATE TABLE standard_clauses (
    version    INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    criterion  VARCHAR NOT NULL,
    wording    VARCHAR NOT NULL,
    -- The call whose words they are, and the wave that proposed it; empty for none.
    call_id    VARCHAR NOT NULL,
    wave       VARCHAR NOT NULL,
    accepted_by VARCHAR NOT NULL,
    accepted_utc TIMESTAMP NOT NULL
);
