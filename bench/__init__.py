"""Measurements: how right and how fast. ``make bench`` writes bench/RESULTS.md."""
