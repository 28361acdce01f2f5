"""Patterns: hotspots, near repeats, rhythms, trends and effects, as pure functions. Not furnished yet."""
