-- What owners are told beyond single calls: visits from the clinic's own system, who may judge what
-- alone, and which alerts were sent.

-- Bookings and visits as the clinic's system tells of them. Importing again replaces, never doubles.
CREATE TABLE visits (
    visit_id      VARCHAR PRIMARY KEY,
    phone         VARCHAR NOT NULL,
    -- Its last nine digits, as in auricle.store.numbers.
    number        VARCHAR NOT NULL,
    booked_local  TIMESTAMP,
    visit_local   TIMESTAMP,
    -- booked | arrived | treated | cancelled | no_show
    status        VARCHAR NOT NULL,
    amount        DOUBLE,
    path          VARCHAR NOT NULL,
    line          INTEGER NOT NULL
);

-- Which call each visit was booked in: the last one with that number that was answered before the
-- booking (clocks may differ by a quarter of an hour) and at most a day earlier; where only the
-- visit's time is known, at most 60 days earlier.
CREATE VIEW visit_calls AS
SELECT v.visit_id, v.status, v.amount, c.call_id
FROM (SELECT *, coalesce(booked_local + INTERVAL 15 MINUTE, visit_local) AS latest,
             coalesce(booked_local - INTERVAL 1 DAY, visit_local - INTERVAL 60 DAY) AS earliest
      FROM visits WHERE number <> '') v
ASOF JOIN (SELECT call_id, start_local,
                  right(regexp_replace(CASE direction WHEN 'outbound' THEN callee ELSE caller END,
                                       '\D', '', 'g'), 9) AS number
           FROM call_list WHERE outcome = 'answered' AND start_local IS NOT NULL) c
  ON v.number = c.number AND v.latest >= c.start_local
WHERE c.start_local >= v.earliest;

-- What became of each answered call: booked | not_booked | no_slot | not_an_opportunity | unknown.
-- The clinic's system knows best; else the call's own words tell.
CREATE VIEW opportunities AS
SELECT l.call_id,
       CASE WHEN v.call_id IS NOT NULL OR l.booking_won = 'met' THEN 'booked'
            WHEN n.verdict = 'met' AND l.booking_won = 'missed' THEN 'no_slot'
            WHEN l.booking_won = 'missed' THEN 'not_booked'
            WHEN l.booking_won = 'not_applicable' THEN 'not_an_opportunity'
            ELSE 'unknown' END AS became,
       coalesce(v.settled, 0) > 0 AS settled,
       coalesce(v.arrived, 0) > 0 AS arrived,
       coalesce(v.treated, 0) > 0 AS treated
FROM call_list l
LEFT JOIN (SELECT call_id, count(*) FILTER (status <> 'booked') AS settled,
                  count(*) FILTER (status IN ('arrived', 'treated')) AS arrived,
                  count(*) FILTER (status = 'treated') AS treated
           FROM visit_calls GROUP BY call_id) v USING (call_id)
LEFT JOIN verdicts n ON n.call_id = l.call_id AND n.criterion = 'no_slot'
WHERE l.outcome = 'answered';

-- How much a criterion's machine verdicts may decide alone; the newest row stands.
CREATE TABLE criterion_modes (
    rubric_id       VARCHAR NOT NULL,
    rubric_version  VARCHAR NOT NULL,
    criterion       VARCHAR NOT NULL,
    -- human | assisted | automatic
    mode            VARCHAR NOT NULL,
    reason          VARCHAR NOT NULL,
    login           VARCHAR NOT NULL,
    at_utc          TIMESTAMP NOT NULL
);

-- Alerts that were sent, or that are to be tried again.
CREATE TABLE alerts (
    call_id    VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    -- The address or the webhook.
    target     VARCHAR NOT NULL,
    attempts   INTEGER NOT NULL,
    sent_utc   TIMESTAMP,
    error      VARCHAR NOT NULL DEFAULT '',
    PRIMARY KEY (call_id, kind, target)
);
