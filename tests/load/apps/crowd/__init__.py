"""A crowd that holds its connections, for the benchmarks."""
