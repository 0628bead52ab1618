-- What kind of call it seems to be, and how the patient comes across: suggestions with evidence.
ALTER TABLE machine_scorecards ADD COLUMN call_type JSON;
ALTER TABLE machine_scorecards ADD COLUMN manner JSON;

CREATE VIEW call_kinds AS
SELECT call_id, call_type->>'$.kind' AS call_type,
       CAST(call_type->>'$.confidence' AS DOUBLE) AS call_type_confidence,
       manner->>'$.kind' AS manner,
       CAST(manner->>'$.confidence' AS DOUBLE) AS manner_confidence
FROM machine_scorecards;

-- Every version of a rubric that calls were scored by, or that was published; the text as it stood.
CREATE TABLE rubric_versions (
    rubric_id     VARCHAR NOT NULL,
    version       VARCHAR NOT NULL,
    fingerprint   VARCHAR NOT NULL,
    text          VARCHAR NOT NULL,
    since         TIMESTAMP NOT NULL,
    published_by  VARCHAR NOT NULL,
    PRIMARY KEY (rubric_id, fingerprint)
);
