"""Rates for each hour or day, their ratios, and ratios over matched days. Pure functions over numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, signal, special, stats

from joinedup.measures import intervals

_ALPHA = 1 - intervals.CONFIDENCE
_LONG = 2_000
"""Of longer probabilities the convolution is by Fourier's transform: off by less than 1e-12."""

_FARTHEST = 1e12
_UNLIKELY = 0.05
"""Below this chance days are said to differ by more than chance."""


@dataclass(frozen=True)
class Ratio:
    """A ratio of two rates with its 95 % interval. ``upper`` is infinite where the other count is 0."""

    value: float | None
    lower: float | None
    upper: float | None


NONE = Ratio(None, None, None)


def rate_ratio(count: int, exposure: int, other: int, other_exposure: int) -> Ratio:
    """(count / exposure) / (other / other_exposure), with the exact conditional interval.

    ``intervals.ratio`` is for equal exposures; given the sum of two Poisson counts the share of one depends
    on ratio × exposure / other_exposure alone, so its limits are scaled. No value where either exposure is 0,
    or both counts are; the value is None, and the upper limit infinite, where only the other count is 0.
    """
    if not exposure or not other_exposure or not (count or other):
        return NONE
    scale = other_exposure / exposure
    lower, upper = (float(limit[0]) * scale for limit in intervals.ratio([count], [other]))
    return Ratio(count / other * scale if other else None, lower, upper)


def least_and_most(
    count: int, exposure: int, other: int, other_exposure: int, unplaced: int
) -> tuple[float | None, float | None]:
    """The ratio if every record that could not be placed was of the others, and if every one was of these."""
    if not exposure or not other_exposure:
        return None, None
    scale = other_exposure / exposure
    least = count / (other + unplaced) * scale if other + unplaced else None
    most = (count + unplaced) / other * scale if other else None
    return least, most


@dataclass(frozen=True)
class Stratum:
    """One day of an event, and the counts of the days beside it."""

    count: int
    beside: tuple[int, ...]


@dataclass(frozen=True)
class Matched:
    """What matched days say: ``ratio`` of the event's days to those beside them.

    ``expected`` is how many there would have been at the rate of the days beside. ``dispersion`` is how much
    the days beside one event day differ, 1 being chance (None: too few to tell); where that is more than
    chance does, the interval is wider by its root, and ``widened`` says so.
    """

    count: int
    expected: float
    ratio: Ratio
    dispersion: float | None
    widened: bool


def matched_ratio(strata: Sequence[Stratum]) -> Matched:
    """One ratio common to all strata, each with at least one day beside it.

    Given the total of each stratum, its event count is binomial with the chance θ / (θ + m), m being the days
    beside. The estimate solves Σ n θ / (θ + m) = Σ count (conditional maximum likelihood), and the limits are
    those at which the sum of these binomials has the observed count or beyond with a chance of 2.5 % (exact;
    N. E. Breslow and N. E. Day, Statistical Methods in Cancer Research, volume II, 1987, section 3.6, of
    stratified rate ratios). The dispersion is Pearson's, of days within strata.
    """
    count = sum(one.count for one in strata)
    expected = sum(sum(one.beside) / len(one.beside) for one in strata)
    ratio = _common(strata, count)
    dispersion, beyond = _dispersion(strata)
    if not beyond or dispersion is None or ratio.value is None or not ratio.value:
        return Matched(count, expected, ratio, dispersion, widened=False)
    wider = math.sqrt(dispersion)
    lower, upper = (
        ratio.value * (limit / ratio.value) ** wider if limit is not None and limit > 0 else limit
        for limit in (ratio.lower, ratio.upper)
    )
    return Matched(count, expected, Ratio(ratio.value, lower, upper), dispersion, widened=True)


def _common(strata: Sequence[Stratum], count: int) -> Ratio:
    totals: dict[int, int] = {}
    for one in strata:
        days = len(one.beside)
        totals[days] = totals.get(days, 0) + one.count + sum(one.beside)
    everything = sum(totals.values())
    if not everything:
        return NONE
    beside = everything - count
    value = None
    if not beside:
        upper = math.inf
    else:
        value = 0.0 if not count else _root(lambda theta: count - _mean(totals, theta))
        upper = _root(lambda theta: _ALPHA / 2 - _at_most(totals, theta, count))
    lower = 0.0 if not count else _root(lambda theta: _at_least(totals, theta, count) - _ALPHA / 2)
    return Ratio(value, lower, upper)


def _mean(totals: dict[int, int], theta: float) -> float:
    return sum(total * theta / (theta + days) for days, total in totals.items())


def _at_most(totals: dict[int, int], theta: float, count: int) -> float:
    return float(_probabilities(totals, theta)[: count + 1].sum())


def _at_least(totals: dict[int, int], theta: float, count: int) -> float:
    return float(_probabilities(totals, theta)[count:].sum())


def _probabilities(totals: dict[int, int], theta: float) -> NDArray[np.float64]:
    """Of each sum of the event counts, from 0 on."""
    found = np.ones(1)
    for days, total in totals.items():
        one = stats.binom.pmf(np.arange(total + 1), total, theta / (theta + days))
        longer = max(len(one), len(found)) > _LONG
        found = signal.fftconvolve(found, one) if longer else np.convolve(found, one)
    return found


def _root(function: Callable[[float], float]) -> float:
    """Where a function of a positive number crosses 0; on the scale of its logarithm."""
    edge = math.log(_FARTHEST)
    return math.exp(float(optimize.brentq(lambda log: function(math.exp(log)), -edge, edge, xtol=1e-12)))


def _dispersion(strata: Sequence[Stratum]) -> tuple[float | None, bool]:
    """Pearson's statistic over its degrees of freedom, and whether chance alone gives as much rarely."""
    pearson, free = 0.0, 0
    for one in strata:
        mean = sum(one.beside) / len(one.beside)
        if mean:
            pearson += sum((value - mean) ** 2 for value in one.beside) / mean
            free += len(one.beside) - 1
    if not free:
        return None, False
    return pearson / free, bool(special.chdtrc(free, pearson) < _UNLIKELY and pearson > free)
