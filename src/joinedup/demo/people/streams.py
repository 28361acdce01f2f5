"""Random numbers: one stream for each purpose, so that a new table never moves those that were there."""

from __future__ import annotations

import zlib

import numpy as np


class Streams:
    """Named generators of one seed. The same seed, name and numbers give the same stream on every machine."""

    def __init__(self, seed: int) -> None:
        """Keep the seed; nothing is drawn yet."""
        self.seed = seed

    def of(self, name: str, *numbers: int) -> np.random.Generator:
        """The generator of ``name`` (and, where given, of a month or the like)."""
        key = (zlib.crc32(name.encode()), *numbers)
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=key)))
