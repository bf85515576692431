"""Benchmarks: what a verdict costs, beside the figures recorded for other implementations."""
