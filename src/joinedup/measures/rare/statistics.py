"""What few events can tell: rates, chances of a coming year, dispersion, and the power to see a difference.

Pure functions. An exposure is residents times years; a count is taken for a Poisson count of mean rate x
exposure.
"""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are slow to import: each when it is asked for
from numpy.typing import NDArray
from scipy import special

from joinedup.measures import intervals

JEFFREYS = 0.5
SURE = 0.05
POWER = 0.8
MOST_YEARS = 1000
_MOST_STATES = 200_000
_MOST_WORK = 400_000  # ways times counts at one place: a fraction of a second
_MOST_EVENTS = 150  # above, the factorials of the exact sum are no numbers
_DRAWS = 99_999
_SEED = 20240501
_STEP = 0.001
_LARGEST = 400  # events in both halves of a comparison: far beyond what shows a factor of two
Floats = NDArray[np.float64]


def rate(count: int, exposure: float) -> tuple[float, float, float]:
    """The rate, and its exact (Garwood) interval."""
    lower, upper = intervals.poisson([count])
    return count / exposure, float(lower[0]) / exposure, float(upper[0]) / exposure


def chances(count: int, exposure: float, coming: float, most: int = 3) -> list[float]:
    """The chances of 0, 1, ... and of ``most`` or more events in an exposure to come.

    The rate is not known but estimated: with Jeffreys' prior it has the gamma distribution of shape
    ``count + 1/2`` and rate ``exposure``, and a count drawn from it has the negative binomial one (A. Gelman
    and others, "Bayesian data analysis", 3rd edition 2013, section 2.6). Taking the estimate for the truth
    would make several events too unlikely.
    """
    below = scipy.stats.nbinom(count + JEFFREYS, exposure / (exposure + coming)).pmf(np.arange(most))
    return [*(float(one) for one in below), max(0.0, 1 - float(below.sum()))]


def chance_of_both(count: int, exposure: float, one: float, other: float) -> float:
    """The chance that each of two exposures to come has an event; what is not known of the rate is one."""

    def none(coming: float) -> float:
        return chances(count, exposure, coming, most=1)[0]

    return max(0.0, 1 - none(one) - none(other) + none(one + other))


@dataclass(frozen=True)
class Dispersion:
    """How much counts differ. ``index``: Pearson's chi-squared for each degree of freedom, 1 by chance;
    ``p``: how likely chance alone makes them differ at least as much; ``exact``: by summing all ways in which
    the events could have fallen, otherwise by drawing some (so that p is right within about 0.002)."""

    index: float
    p: float
    exact: bool

    @property
    def differs(self) -> bool:
        """Whether they differ more than chance allows."""
        return self.p < SURE


def dispersion(counts: Sequence[int], exposures: Sequence[float]) -> Dispersion | None:
    """Whether counts differ more than their exposures make them: the conditional test, given their sum.

    R. A. Fisher, "The significance of deviations from expectation in a Poisson series", Biometrics 6 (1950),
    with Pearson's chi-squared as the measure of distance. None where there is no event, or one count only.
    """
    total = sum(counts)
    if total == 0 or len(counts) < 2:
        return None
    share = np.array(exposures, dtype=np.float64) / sum(exposures)
    told = _distance(np.array([counts]), share, total)[0]
    bound = told * (1 - 1e-9) - 1e-9
    p = _summed(total, share, bound)
    exact = p is not None
    if p is None:
        drawn = np.random.default_rng(_SEED).multinomial(total, share, size=_DRAWS)
        p = float((1 + np.sum(_distance(drawn, share, total) >= bound)) / (1 + _DRAWS))
    return Dispersion(float(told) / (len(counts) - 1), min(1.0, p), exact)


def _distance(counts: NDArray[np.int64], share: Floats, total: int) -> Floats:
    return np.asarray(np.sum((counts - total * share) ** 2 / (total * share), axis=1))


def _summed(total: int, share: Floats, bound: float) -> float | None:
    """The probability of all ways at least as far as ``bound``; None where they are too many to sum.

    Ways with one sum of events and one distance so far are summed together, place by place.
    """
    if total > _MOST_EVENTS:
        return None
    factorials = special.factorial(np.arange(total + 1))
    ways: dict[tuple[int, float], float] = {(0, 0.0): 1.0}
    for at, one in enumerate(share):
        if len(ways) * (total + 1) > _MOST_WORK:
            return None
        last = at == len(share) - 1
        found: dict[tuple[int, float], float] = defaultdict(float)
        for (used, distance), weight in ways.items():
            for count in [total - used] if last else range(total - used + 1):
                far = round(distance + (count - total * one) ** 2 / (total * one), 9)
                found[used + count, far] += weight * one**count / factorials[count]
            if len(found) > _MOST_STATES:
                return None
        ways = found
    return float(factorials[total] * sum(weight for (_, far), weight in ways.items() if far >= bound))


def years_to_see(mean: float, factor: float) -> int | None:
    """How many years before and as many after show that a mean a year became ``factor`` times what it was.

    With these the exact conditional test (``intervals.same_rate_p``, two-sided, 5 %) finds it with a chance
    of 80 %. None where it takes more than 1,000.
    """
    if mean <= 0:
        return None
    years = math.ceil(_enough(factor) / mean)
    return years if years <= MOST_YEARS else None


@functools.cache
def _enough(factor: float) -> float:
    """The least mean of the years before with which the change is found with a chance of 80 %."""
    low, high = 0.0, float(_LARGEST)
    while high - low > _STEP:
        middle = (low + high) / 2
        if power(np.array([middle]), factor)[0] >= POWER:
            high = middle
        else:
            low = middle
    return high


def power(means: Floats, factor: float) -> Floats:
    """The chance that the test tells a mean before from ``factor`` times it after, for each mean before.

    Summed over every total of both, at most ``_LARGEST``: beyond, it is found.
    """
    events = np.arange(_LARGEST + 1)
    total = means * (1 + factor)
    within = scipy.stats.poisson.pmf(events[None, :], total[:, None]) @ _found_of(factor)
    return np.asarray(within + scipy.stats.poisson.sf(_LARGEST, total))


@functools.cache
def _found_of(factor: float) -> Floats:
    """For each total of both, the chance that the test finds the change: element n is that of n events."""
    both, after = (each.ravel() for each in np.indices((_LARGEST + 1, _LARGEST + 1)))
    both, after = both[after <= both], after[after <= both]
    told = intervals.same_rate_p(after, both - after) < SURE
    falls = special.xlogy(after, factor) - both * math.log1p(factor)  # of the binomial, with its coefficient
    ways = special.gammaln(both + 1) - special.gammaln(after + 1) - special.gammaln(both - after + 1)
    found = np.bincount(both, weights=np.exp(falls + ways) * told, minlength=_LARGEST + 1)
    return np.asarray(found, dtype=np.float64)
