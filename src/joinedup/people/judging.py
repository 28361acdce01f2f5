"""How good a linkage is, by what people decided of pairs that were drawn from strata: precision and recall.

Pure functions. A stratum of pairs of like weight is known by its size; some of its pairs were drawn and
looked at. The number of true pairs of a stratum is its size times the share found the same (stratified
estimation, Cochran, Sampling Techniques, 1977, chapter 5). Intervals rest on 2,000 draws of each share from
its posterior with Jeffreys' prior, so that a stratum of which all were alike still has a width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DRAWS = 2_000
_SEED = 20_261_129
_BOUNDS = (2.5, 97.5)
_JEFFREYS = 0.5

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Stratum:
    """Pairs of like weight: how many there are, how many were decided, and how many of these are the same.

    ``together``: whether the linkage puts pairs of this stratum together.
    """

    pairs: int
    decided: int
    same: int
    together: bool


@dataclass(frozen=True)
class Estimate:
    """A share between 0 and 1 with its interval of 95 %; None where nothing can be said yet."""

    value: float | None = None
    lower: float | None = None
    upper: float | None = None


def estimated(strata: Sequence[Stratum]) -> tuple[Estimate, Estimate]:
    """Precision and recall of the pairs that are put together, of all pairs that the linkage compared.

    Nothing is said before each stratum that has pairs has at least one decision.
    """
    there = [one for one in strata if one.pairs]
    if not there or any(one.decided == 0 for one in there):
        return Estimate(), Estimate()
    pairs = np.array([one.pairs for one in there], dtype=np.float64)
    same = np.array([one.same for one in there], dtype=np.float64)
    decided = np.array([one.decided for one in there], dtype=np.float64)
    together = np.array([one.together for one in there])
    random = np.random.default_rng(_SEED)
    drawn = random.beta(same + _JEFFREYS, decided - same + _JEFFREYS, size=(_DRAWS, len(there)))
    found = [_shares((same / decided)[None, :], pairs, together), _shares(drawn, pairs, together)]
    precision, recall = (_estimate(values[0], spread) for values, spread in zip(*found, strict=True))
    return precision, recall


def _shares(shares: Numbers, pairs: Numbers, together: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Precision and recall for each row of shares; NaN where there is nothing to divide by."""
    true = shares * pairs
    right = true[:, together].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return right / pairs[together].sum(), right / true.sum(axis=1)


def _estimate(value: float, spread: Numbers) -> Estimate:
    if np.isnan(value):
        return Estimate()
    lower, upper = np.nanpercentile(spread, _BOUNDS)
    return Estimate(float(value), float(min(lower, value)), float(max(upper, value)))
