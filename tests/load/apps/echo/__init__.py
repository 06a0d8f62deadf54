"""An echo, for the benchmarks."""
