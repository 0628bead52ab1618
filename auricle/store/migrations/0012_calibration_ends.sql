-- When a calibration ends after all: until another day, or at once. The last word counts.
CREATE TABLE calibration_ends (
    calibration_id  VARCHAR NOT NULL,
    deadline        DATE NOT NULL,
    ended           BOOLEAN NOT NULL,
    said_by         VARCHAR NOT NULL,
    said_utc        TIMESTAMP NOT NULL
);

CREATE VIEW calibration_sessions AS
SELECT k.calibration_id, k.title, k.reference, k.opened_by, k.opened_utc,
       coalesce(e.deadline, k.deadline) AS deadline, coalesce(e.ended, false) AS ended,
       e.said_by, e.said_utc
FROM calibrations k LEFT JOIN (
    SELECT * FROM calibration_ends
    QUALIFY row_number() OVER (PARTITION BY calibration_id ORDER BY said_utc DESC) = 1
) e USING (calibration_id);
