-- The turn with its numbers in figures; empty where that is its text.
ALTER TABLE machine_turns ADD COLUMN normalised VARCHAR DEFAULT '';

CREATE OR REPLACE VIEW turns AS
SELECT m.call_id, m.turn, m.speaker, coalesce(c.role, m.role) AS role,
       CASE WHEN c.role <> m.role THEN 1.0 ELSE m.role_confidence END AS role_confidence,
       m.start_s, m.end_s, coalesce(c.text, m.text) AS text,
       CASE WHEN c.text <> m.text THEN '' ELSE m.normalised END AS normalised, m.confidence,
       coalesce(c.words, m.words) AS words
FROM machine_turns m LEFT JOIN corrected_turns c USING (call_id, turn);
