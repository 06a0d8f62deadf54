"""Chalice projects that the benchmarks run."""
