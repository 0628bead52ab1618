-- 0004 made a table of this name by version of the rubric; nothing ever wrote it.
DROP TABLE criterion_modes;

-- Who decides a criterion of a rubric: human | assisted | automatic. The newest row stands; nothing is
-- ever taken out. A criterion without a row is automatic.
CREATE TABLE criterion_modes (
    rubric_id       VARCHAR NOT NULL,
    criterion       VARCHAR NOT NULL,
    mode            VARCHAR NOT NULL,
    at_utc          TIMESTAMP NOT NULL,
    -- Empty: the program itself, because agreement fell, or because the settings say how to begin.
    login           VARCHAR NOT NULL,
    reason          VARCHAR NOT NULL
);

CREATE VIEW modes AS
SELECT * FROM criterion_modes
QUALIFY row_number() OVER (PARTITION BY rubric_id, criterion ORDER BY at_utc DESC) = 1;

-- The machine's verdicts that don't count until a person has given theirs; written with the totals.
CREATE TABLE held_back (
    call_id    VARCHAR NOT NULL,
    criterion  VARCHAR NOT NULL,
    -- human | assisted
    mode       VARCHAR NOT NULL
);

CREATE OR REPLACE VIEW verdicts AS
SELECT m.call_id, m.position, m.criterion,
       CASE WHEN h.call_id IS NOT NULL THEN h.verdict WHEN w.call_id IS NOT NULL THEN 'abstain'
            ELSE m.verdict END AS verdict,
       CASE WHEN h.call_id IS NOT NULL THEN h.points WHEN w.call_id IS NULL THEN m.points END
            AS points,
       m.max_points,
       CASE WHEN h.call_id IS NOT NULL THEN 1.0 WHEN w.call_id IS NOT NULL THEN 0.0
            ELSE m.confidence END AS confidence,
       CASE WHEN h.call_id IS NULL AND w.call_id IS NOT NULL THEN 'Waits for a person.'
            WHEN h.call_id IS NULL THEN m.reason
            WHEN h.reason <> '' OR h.verdict <> m.verdict OR w.mode = 'human' THEN h.reason
            ELSE m.reason END AS reason,
       -- Whoever confirms a verdict confirms its proof; whoever changes it brings a proof or none.
       CASE WHEN h.call_id IS NULL AND w.call_id IS NOT NULL THEN []
            WHEN h.call_id IS NULL THEN m.evidence
            WHEN len(h.evidence) > 0 OR h.verdict <> m.verdict OR w.mode = 'human' THEN h.evidence
            ELSE m.evidence END AS evidence,
       CASE WHEN w.mode IS DISTINCT FROM 'human' THEN m.verdict END AS machine_verdict,
       coalesce(h.reviewer, '') AS reviewer,
       coalesce(w.mode, 'automatic') AS mode
FROM machine_verdicts m LEFT JOIN human_verdicts h USING (call_id, criterion)
LEFT JOIN held_back w USING (call_id, criterion);
