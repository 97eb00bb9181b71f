"""Measurements, reported in docs/benchmarks.md; never part of the tests, which assert no timing."""
