"""95 % intervals for counts, shares and changes: exact where an exact one exists.

Pure functions over arrays. All take and return float64 arrays of one shape (scalars work too).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

CONFIDENCE = 0.95

Floats = NDArray[np.float64]


def poisson(count: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Exact (Garwood) interval of the mean of a Poisson count.

    F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936): the lower limit is the
    ``alpha/2`` quantile of Gamma(count), the upper the ``1 - alpha/2`` quantile of Gamma(count + 1).
    """
    alpha = 1 - confidence
    distinct, place = np.unique(np.asarray(count, dtype=np.float64), return_inverse=True)
    lower = np.where(distinct > 0, special.gammaincinv(np.maximum(distinct, 1e-300), alpha / 2), 0.0)
    upper = special.gammaincinv(distinct + 1, 1 - alpha / 2)
    return lower[place], upper[place]


def wilson(hits: ArrayLike, total: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Wilson's score interval of a share, ``hits`` of ``total``; NaN where ``total`` is 0.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    hits, total = (np.asarray(part, dtype=np.float64) for part in (hits, total))
    z = special.ndtri((1 + confidence) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = hits / total
        centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
        half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    lower = np.where(hits == 0, 0.0, np.maximum(centre - half, 0))
    upper = np.where(hits == total, 1.0, np.minimum(centre + half, 1))
    none = total == 0
    return np.where(none, np.nan, lower), np.where(none, np.nan, upper)


def ratio(now: ArrayLike, before: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Exact conditional interval of the ratio of two Poisson means over equal lengths of time.

    Given the sum of both counts, ``now`` is binomial; the Clopper-Pearson limits p of its share turn into
    p / (1 - p). J. Przyborowski and H. Wilenski, Biometrika 31 (1940). The upper limit is infinite where
    ``before`` is 0; both are NaN where both counts are 0.
    """
    now, before = np.broadcast_arrays(np.asarray(now, dtype=np.float64), np.asarray(before, dtype=np.float64))
    alpha = 1 - confidence
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(now > 0, special.betaincinv(np.maximum(now, 1e-300), before + 1, alpha / 2), 0.0)
        high = np.where(
            before > 0, special.betaincinv(now + 1, np.maximum(before, 1e-300), 1 - alpha / 2), 1.0
        )
        lower, upper = low / (1 - low), high / (1 - high)
    none = (now == 0) & (before == 0)
    return np.where(none, np.nan, lower), np.where(none, np.nan, upper)


def change(now: ArrayLike, before: ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Interval of ``now / before - 1`` (see ``ratio``); NaN where ``before`` is 0."""
    lower, upper = ratio(now, before, confidence)
    none = np.asarray(before) == 0
    return np.where(none, np.nan, lower - 1), np.where(none, np.nan, upper - 1)


def same_rate_p(now: ArrayLike, before: ArrayLike) -> Floats:
    """Two-sided p-value of "both counts come from one rate" over equal lengths of time.

    Exact conditional binomial test, twice the smaller tail (the test that the interval of ``ratio`` inverts),
    at most 1.
    """
    now, before = np.broadcast_arrays(np.asarray(now, dtype=np.float64), np.asarray(before, dtype=np.float64))
    at_most = special.bdtr(now, (now + before).astype(np.int64), 0.5)
    at_least = special.bdtr(before, (now + before).astype(np.int64), 0.5)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(at_most, at_least)))
