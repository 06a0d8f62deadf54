"""Benchmarks: `make bench` runs them all and writes docs/benchmarks.md. No test depends on a time."""
