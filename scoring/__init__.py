"""Was it good: a call's verdicts with their evidence, confidence and total."""
