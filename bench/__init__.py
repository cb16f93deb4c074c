"""The project's benchmark: run by scripts/bench, described in docs/benchmarks.md."""
