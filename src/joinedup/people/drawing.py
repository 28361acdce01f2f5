"""Which pairs people are asked to look at: some of each stratum of like weight, drawn at random.

Pure functions over arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.people.clustering import Thresholds
from joinedup.people.scoring import Pairs

_LINES = Thresholds()
EDGES = (_LINES.loose, _LINES.best, _LINES.strict, 8.0)  # bits
OF_EACH = 12


@dataclass(frozen=True)
class Sampled:
    """A pair by its place among all, its stratum, how many pairs that has and how many were drawn of it."""

    place: int
    together: bool
    stratum: int
    stratum_pairs: int
    stratum_drawn: int


def sample(pairs: Pairs, cluster_of: NDArray[np.int64], seed: int, of_each: int = OF_EACH) -> list[Sampled]:
    """Draw up to ``of_each`` pairs of each stratum: of like weight, and all put together or all not.

    ``cluster_of``: the cluster of each description. In the order of a random shuffle, so that what comes one
    after the other tells nothing of its weight.
    """
    chance = np.random.default_rng(seed)
    together = cluster_of[pairs.left] == cluster_of[pairs.right]
    stratum = np.searchsorted(EDGES, pairs.weight, side="right") * 2 + together
    found = []
    for number in np.unique(stratum):
        places = np.flatnonzero(stratum == number)
        drawn = chance.choice(places, min(of_each, len(places)), replace=False)
        found += [
            Sampled(int(place), bool(together[place]), int(number), len(places), len(drawn))
            for place in drawn
        ]
    return [found[place] for place in chance.permutation(len(found))]
