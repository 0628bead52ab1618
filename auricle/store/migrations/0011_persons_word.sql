-- What people say of mystery calls, kept beside what is found and judged by itself.

-- Which call a planned one is, as a person says; empty for none of the clinic's. In mystery_calls it
-- is then known by 'hand'.
CREATE TABLE mystery_pins (
    task        VARCHAR PRIMARY KEY,
    call_id     VARCHAR NOT NULL,
    pinned_by   VARCHAR NOT NULL,
    pinned_utc  TIMESTAMP NOT NULL
);

-- What people say of a scenario's criteria. Nothing is changed; the last word counts.
CREATE TABLE scenario_marks (
    call_id     VARCHAR NOT NULL,
    criterion   VARCHAR NOT NULL,
    verdict     VARCHAR NOT NULL,
    why         VARCHAR NOT NULL,
    marked_by   VARCHAR NOT NULL,
    marked_utc  TIMESTAMP NOT NULL
);

CREATE VIEW scenario_results AS
SELECT v.call_id, v.position, v.criterion, coalesce(m.verdict, v.verdict) AS verdict,
       CASE WHEN m.verdict IS NULL THEN v.points
            WHEN m.verdict = 'met' THEN v.max_points
            WHEN m.verdict = 'partly' THEN v.max_points / 2
            WHEN m.verdict = 'missed' THEN 0 END AS points,
       v.max_points,
       CASE WHEN m.verdict IS NULL THEN v.confidence ELSE 1 END AS confidence,
       CASE WHEN m.verdict IS NULL THEN v.reason
            ELSE m.marked_by || ': ' || m.why || ' (the machine: ' || v.verdict || ')'
            END AS reason,
       v.evidence
FROM scenario_verdicts v LEFT JOIN (
    SELECT * FROM scenario_marks
    QUALIFY row_number() OVER (PARTITION BY call_id, criterion ORDER BY marked_utc DESC) = 1
) m USING (call_id, criterion);
