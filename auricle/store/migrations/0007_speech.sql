-- The turn with its numbers in figures; empty where that is its text.
ALTER TABLE turns ADD COLUMN normalised VARCHAR DEFAULT '';
