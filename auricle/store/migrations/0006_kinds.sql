-- What kind of call it seems to be, and how the patient comes across: suggestions with evidence.
ALTER TABLE machine_scorecards ADD COLUMN call_type JSON;
ALTER TABLE machine_scorecards ADD COLUMN manner JSON;

CREATE VIEW call_kinds AS
SELECT call_id, call_type->>'$.kind' AS call_type,
       CAST(call_type->>'$.confidence' AS DOUBLE) AS call_type_confidence,
       manner->>'$.kind' AS manner,
       CAST(manner->>'$.confidence' AS DOUBLE) AS manner_confidence
FROM machine_scorecards;
