"""How fast, beside what: benches that are run by hand, never by the suite (method and figures: docs/benchmarks.md)."""
