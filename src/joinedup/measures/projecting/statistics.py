"""The rest of a year from its months so far and the year before: pure functions.

A month's count is taken for a draw around its share of the year (the season, as the year before had it) times
the year's level. The remaining count has the mean ``level x the same months of the year before``; its
variance is that of the draw itself, of the level and of the season, each widened by how far the months so far
lie from proportion (quasi-Poisson: R. W. M. Wedderburn, Biometrika 61, 1974). The negative binomial
distribution of that mean and variance gives the range and the chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are slow to import: each when it is asked for
from scipy import special

CONFIDENCE = 0.95
LEAST_MONTHS = 3
_HALF = 0.5  # in the place of no event, so that a level of none has an error


@dataclass(frozen=True)
class Rest:
    """The count of the months to come: its mean, its variance, and how far the months so far are spread
    beyond chance (1: not at all)."""

    mean: float
    variance: float
    spread: float

    def at_most(self, count: float) -> float:
        """The chance that no more than this many come."""
        whole = int(np.floor(count + 1e-9))
        if whole < 0:
            return 0.0
        return float(self._distribution().cdf(whole))

    def between(self, confidence: float = CONFIDENCE) -> tuple[int, int]:
        """The least and the most that come, with this confidence."""
        tail = (1 - confidence) / 2
        found = self._distribution().ppf([tail, 1 - tail])
        return int(found[0]), int(found[1])

    def _distribution(self) -> scipy.stats.rv_discrete:
        if self.mean <= 0:
            return scipy.stats.poisson(0)
        beyond = self.variance - self.mean
        if beyond <= 1e-9 * self.mean:
            return scipy.stats.poisson(self.mean)
        shape = self.mean**2 / beyond
        return scipy.stats.nbinom(shape, shape / (shape + self.mean))


def rest_of_year(now: Sequence[int], before: Sequence[int]) -> Rest:
    """What the months to come bring; ``before`` has all months of the year before, ``now`` the first of this
    one."""
    so_far, same, to_come = sum(now), sum(before[: len(now)]), sum(before[len(now) :])
    spread = spread_of(now, before[: len(now)])
    level = (so_far or _HALF) / (same or _HALF)
    mean = level * to_come
    relative = 1 / (so_far or _HALF) + 1 / (same or _HALF) + 1 / (to_come or _HALF)
    return Rest(mean, spread * (mean + mean**2 * relative), spread)


def spread_of(now: Sequence[int], before: Sequence[int]) -> float:
    """Pearson's chi-squared of "this year's months are the year before's, times one number", for each degree
    of freedom; at least 1."""
    both = np.array([now, before], dtype=np.float64)
    rows, columns, whole = both.sum(axis=1), both.sum(axis=0), both.sum()
    told = columns > 0
    if whole == 0 or not rows.all() or told.sum() < 2:
        return 1.0
    expected = np.outer(rows, columns[told]) / whole
    squares = float(np.sum((both[:, told] - expected) ** 2 / expected))
    return max(1.0, squares / (int(told.sum()) - 1))


def chance_of_more(spread: float, months: int) -> float:
    """How likely so much spread is by chance alone: below 5 % the months are no plain proportion."""
    degrees = months - 1
    return float(special.chdtrc(degrees, spread * degrees)) if degrees else 1.0
