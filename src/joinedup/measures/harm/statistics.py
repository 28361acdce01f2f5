"""Intervals of weighted sums of Poisson counts. Pure functions over arrays of one shape.

``total`` is the sum of weight x count, ``squares`` the sum of weight squared x count (its variance, for the
count of each offence is taken for a Poisson count of its own), ``greatest`` the heaviest weight that a crime
could have had.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

CONFIDENCE = 0.95
Floats = NDArray[np.float64]


def weighted_sum(
    total: Floats, squares: Floats, greatest: Floats, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats]:
    """Interval of the mean of a weighted sum of Poisson counts.

    M. P. Fay and E. J. Feuer, "Confidence intervals for directly standardized rates: a method based on the
    gamma distribution", Statistics in Medicine 16 (1997): the lower limit is a quantile of the gamma
    distribution with the sum's mean and variance, the upper one of that with one crime of the greatest weight
    more. So it allows for a grave crime that did not happen but could have; where all weights are equal it is
    the exact interval of Garwood. The normal approximations (A. J. Dobson and others, Statistics in Medicine
    10, 1991) take what did not happen for impossible, and hold too seldom where few crimes weigh most.
    """
    tail = (1 - confidence) / 2
    return _quantile(total, squares, tail), _quantile(total + greatest, squares + greatest**2, 1 - tail)


def _quantile(mean: Floats, variance: Floats, probability: float) -> Floats:
    """The quantile of the gamma distribution of this mean and variance; 0 where the mean is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shape = mean**2 / variance
        found = special.gammaincinv(shape, probability) * variance / mean
    return np.where(mean > 0, found, 0.0)


def mean_weight(
    count: Floats, total: Floats, squares: Floats, least: int, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats]:
    """Interval of the mean weight of a crime; NaN where there are fewer than ``least`` crimes, or all weights
    are 0.

    The variance of the ratio of two sums by linearisation (W. G. Cochran, "Sampling techniques",
    1977), of its logarithm: ``(squares - total squared / count) / total squared``. It knows only of the
    weights that occurred, so that a rare grave crime among few makes it too narrow.
    """
    z = special.ndtri((1 + confidence) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count
        error = np.sqrt(np.maximum(0.0, squares - total**2 / count)) / total
        factor = np.exp(z * error)
        lower, upper = mean / factor, mean * factor
    known = (count >= least) & (total > 0)
    return np.where(known, lower, np.nan), np.where(known, upper, np.nan)
