-- Words that two people talk through keep the other speaker, who may have said them as well.
ALTER TABLE machine_turns ALTER words TYPE
    STRUCT("text" VARCHAR, start_s DOUBLE, end_s DOUBLE, confidence DOUBLE, also VARCHAR)[];
ALTER TABLE corrected_turns ALTER words TYPE
    STRUCT("text" VARCHAR, start_s DOUBLE, end_s DOUBLE, confidence DOUBLE, also VARCHAR)[];

CREATE OR REPLACE VIEW words AS
SELECT call_id, turn, role, position, word.text AS text, word.start_s AS start_s,
       word.end_s AS end_s, word.confidence AS confidence, word.also AS also
FROM (SELECT call_id, turn, role, unnest(words) AS word,
             generate_subscripts(words, 1) - 1 AS position FROM turns);
