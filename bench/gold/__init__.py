"""The gold set: written dialogues with the verdicts two careful people would give.

``python -m bench.gold check`` verifies the files; README.md says how they are written.
"""
