-- What two spellings of a number have in common, as in auricle.store.numbers; of the other side.
CREATE MACRO phone_of(direction, caller, callee) AS
    right(regexp_replace(CASE direction WHEN 'outbound' THEN callee ELSE caller END, '\D', '', 'g'), 9);

-- What lists and figures read of recorded calls, ready to be read: a row a call, and a row a verdict
-- that stands. auricle.store.renewing makes both anew in the transaction of whatever changes them, from
-- the two views below and nothing else.

CREATE VIEW standing_marks AS
SELECT call_id, position, criterion, verdict, points, max_points, confidence, reason,
       proof.start_s AS start_s, CASE WHEN coalesce(proof.quote, '') <> '' THEN proof.role END AS "role"
FROM (SELECT *, [e FOR e IN evidence IF e.start_s IS NOT NULL][1] AS proof FROM verdicts);

CREATE VIEW recorded_calls AS
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
       len(c.conflicts) AS conflicts, phone_of(c.direction, c.caller, c.callee) AS phone,
       s.rubric_id, s.rubric_version, s.total, s.low, s.high, s.scored_share, s.failed_critical,
       v.booking_offered, v.booking_won, v.no_slot,
       m.call_type->>'$.kind' AS call_type,
       CAST(m.call_type->>'$.confidence' AS DOUBLE) AS call_type_confidence,
       m.manner->>'$.kind' AS manner,
       CAST(m.manner->>'$.confidence' AS DOUBLE) AS manner_confidence,
       c.log_key
FROM calls c
LEFT JOIN transcripts t USING (call_id)
LEFT JOIN scorecards s USING (call_id)
LEFT JOIN machine_scorecards m USING (call_id)
LEFT JOIN (SELECT call_id, any_value(verdict) FILTER (criterion = 'booking_offered') AS booking_offered,
                  any_value(verdict) FILTER (criterion = 'booking_won') AS booking_won,
                  any_value(verdict) FILTER (criterion = 'no_slot') AS no_slot
           FROM verdicts WHERE criterion IN ('booking_offered', 'booking_won', 'no_slot')
           GROUP BY call_id) v USING (call_id);

-- Numbers, because to match two million rows by their calls' names takes longer than all the rest.
CREATE SEQUENCE call_numbers;
CREATE TABLE listed AS
SELECT CAST(nextval('call_numbers') AS INTEGER) AS number, * FROM recorded_calls ORDER BY start_utc;
CREATE TABLE marks AS
SELECT l.number, m.* EXCLUDE (call_id) FROM standing_marks m JOIN listed l USING (call_id)
ORDER BY l.number, m.position;

CREATE OR REPLACE VIEW call_kinds AS
SELECT call_id, call_type, call_type_confidence, manner, manner_confidence FROM listed;

CREATE OR REPLACE VIEW call_list AS
SELECT * EXCLUDE (call_type, call_type_confidence, manner, manner_confidence, log_key) FROM listed
UNION ALL BY NAME
SELECT CASE WHEN call_id <> '' THEN call_id ELSE call_key END AS call_id, clinic, administrator,
       agent, direction, caller, callee, queue, start_utc, start_local, false AS recorded,
       duration_s, outcome, wait_s,
       CASE WHEN wait_s IS NOT NULL THEN 'pbx' END AS wait_source, hold_s,
       len(conflicts) AS conflicts, phone_of(direction, caller, callee) AS phone
FROM log_calls ANTI JOIN (SELECT log_key AS call_key FROM listed) USING (call_key)
WHERE direction <> 'internal' AND sources <> ['file_name'] AND start_utc IS NOT NULL;

CREATE OR REPLACE VIEW visit_calls AS
SELECT v.visit_id, v.status, v.amount, c.call_id
FROM (SELECT *, coalesce(booked_local + INTERVAL 15 MINUTE, visit_local) AS latest,
             coalesce(booked_local - INTERVAL 1 DAY, visit_local - INTERVAL 60 DAY) AS earliest
      FROM visits WHERE number <> '') v
ASOF JOIN (SELECT call_id, start_local, phone FROM call_list
           WHERE outcome = 'answered' AND start_local IS NOT NULL
             AND phone IN (SELECT number FROM visits)) c
  ON v.number = c.phone AND v.latest >= c.start_local
WHERE c.start_local >= v.earliest;

-- All calls, with what became of the answered ones: booked | not_booked | no_slot |
-- not_an_opportunity | unknown. The clinic's system knows best; else the call's own words tell.
DROP VIEW opportunities;
CREATE VIEW opportunities AS
SELECT l.*,
       CASE WHEN l.outcome <> 'answered' THEN NULL
            WHEN v.call_id IS NOT NULL OR l.booking_won = 'met' THEN 'booked'
            WHEN l.no_slot = 'met' AND l.booking_won = 'missed' THEN 'no_slot'
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
           FROM visit_calls GROUP BY call_id) v USING (call_id);
