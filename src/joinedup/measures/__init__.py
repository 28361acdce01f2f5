"""Measures: what every figure means, and the engine that computes it."""
