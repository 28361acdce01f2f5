"""How sure a rank is: ranks of counts simulated from what the counts say of the rates behind them.

Each count is Poisson; with Jeffreys' prior the rate behind a count n is Gamma(n + ½). Ranks are drawn with a
fixed seed, so the same counts give the same intervals. The method follows Goldstein and Spiegelhalter (1996),
"League tables and their limitations", who show intervals of ranks and not ranks alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DRAWS = 10_000
_SEED = 20070601  # any fixed number


@dataclass(frozen=True)
class Rank:
    """A place in an order, 1 for the most, with the 95 % interval of the place."""

    rank: int
    lower: int
    upper: int


def ranks(counts: Sequence[int]) -> list[Rank]:
    """The rank of each count (the first of equals gets the better place) with its simulated interval."""
    if not counts:
        return []
    values = np.asarray(counts, dtype=float)
    observed = np.empty(len(values), dtype=int)
    observed[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    drawn = np.random.default_rng(_SEED).gamma(values + 0.5, size=(DRAWS, len(values)))
    places = np.argsort(np.argsort(-drawn, axis=1), axis=1) + 1
    lower, upper = np.quantile(places, [0.025, 0.975], axis=0, method="inverted_cdf")
    return [
        Rank(int(place), int(min(low, place)), int(max(high, place)))
        for place, low, high in zip(observed, lower, upper, strict=True)
    ]


def exact_poisson(count: int) -> tuple[float, float]:
    """The exact 95 % interval of a Poisson count (Garwood 1936), by the inverse incomplete gamma function."""
    from scipy.special import gammaincinv

    lower = float(gammaincinv(count, 0.025)) if count else 0.0
    return lower, float(gammaincinv(count + 1, 0.975))


def _middle_ranks(values: Sequence[float]) -> npt.NDArray[np.float64]:
    """Ranks from 1; equals share the mean of their places."""
    numbers = np.asarray(values, dtype=float)
    below = (numbers[None, :] < numbers[:, None]).sum(axis=1)
    equal = (numbers[None, :] == numbers[:, None]).sum(axis=1)
    return np.asarray(below + (equal + 1) / 2, dtype=np.float64)


def spearman(first: Sequence[float], second: Sequence[float]) -> tuple[float, float, float]:
    """Spearman's rank correlation and its 95 % interval (Bonett and Wright 2000: (1 + r²/2)/(n − 3)).

    Needs at least four pairs and some variation; raises ValueError otherwise.
    """
    if len(first) < 4:
        raise ValueError("A rank correlation with an interval needs at least four areas")
    a, b = _middle_ranks(first), _middle_ranks(second)
    if a.std() == 0 or b.std() == 0:
        raise ValueError("All areas have the same value")
    r = float(np.corrcoef(a, b)[0, 1])
    if abs(r) >= 1:
        return r, r, r
    half = 1.959963984540054 * float(np.sqrt((1 + r * r / 2) / (len(first) - 3)))
    z = float(np.arctanh(r))
    return r, float(np.tanh(z - half)), float(np.tanh(z + half))
