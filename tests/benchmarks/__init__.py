"""Benchmarks: how fast decisions are made, beside other engines and hand-written Python. See docs/performance.md."""
