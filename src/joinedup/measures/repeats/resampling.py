"""How far the share of events by units that repeat could be off: an interval by resampling the units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.intervals import CONFIDENCE
from joinedup.measures.repeats.counting import Counted

DRAWS = 2000
_SEED = 20110401
_AT_ONCE = 2_000_000  # numbers held in memory

Floats = NDArray[np.float64]


def share_of_events(found: Counted, draws: int = DRAWS) -> tuple[float, float] | None:
    """The 95 % interval of the share of events by units that repeat, as shares from 0 to 1.

    Events of one unit are not independent of each other, so the units are drawn and not the events: the
    percentile bootstrap of a ratio, with as many units drawn as there are, each with all its events and its
    own verdict. An event of several units is shared evenly among them; an event of nobody known is a unit of
    its own that does not repeat. The draws are seeded: the same units give the same interval. None where no
    unit repeats or no event is another's, for then every draw says the same; with few units it is too narrow.
    B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979).
    """
    if not 0 < found.repeat_events < found.events:
        return None
    strangers = found.events - round(float(found.weight.sum()))
    pairs = np.stack([found.repeat_weight, found.weight], axis=1).round(9)
    kinds, sizes = np.unique(pairs, axis=0, return_counts=True)
    kinds, sizes = np.r_[kinds, [[0.0, 1.0]]], np.r_[sizes, strangers]
    alpha = (1 - CONFIDENCE) / 2
    lower, upper = np.quantile(_drawn(kinds, sizes, draws), [alpha, 1 - alpha])
    return float(lower), float(upper)


def _drawn(kinds: Floats, sizes: NDArray[np.int64], draws: int) -> Floats:
    """The share in each draw. Units with the same numbers are alike, so only how many of a kind is drawn."""
    random = np.random.default_rng(_SEED)
    units, chances = int(sizes.sum()), sizes / sizes.sum()
    at_once = max(_AT_ONCE // len(kinds), 1)
    parts = [
        random.multinomial(units, chances, size=min(at_once, draws - start)) @ kinds
        for start in range(0, draws, at_once)
    ]
    sums = np.concatenate(parts)
    shares: Floats = sums[:, 0] / sums[:, 1]
    return shares
