"""The ratio of two changes, exactly. Pure functions."""

from __future__ import annotations

import numpy as np
import scipy  # its parts are slow to import: each when it is asked for
from scipy import special

from joinedup.measures.intervals import CONFIDENCE

_FARTHEST = 60.0  # of a log ratio: beyond it nothing is left to find


def ratio_of_ratios(
    before: int, after: int, others_before: int, others_after: int, confidence: float = CONFIDENCE
) -> tuple[float | None, float | None, float | None]:
    """``(after / before) / (others after / others before)`` with its exact conditional interval.

    Given its own sum, each pair is binomial; given the sums of both times too, ``after`` has the noncentral
    hypergeometric distribution with this ratio as its odds (R. A. Fisher, "The logic of inductive inference",
    JRSS 98, 1935). The limits are those at which a tail holds half of what the confidence leaves. So chance
    in the comparison is counted too; taken for sure, it would leave the conditional binomial interval of one
    ratio. None: the value where it cannot be divided, the upper limit where there is none, everything where
    a pair or a time has no count.
    """
    if 0 in (before + after, others_before + others_after, before + others_before, after + others_after):
        return None, None, None
    value = after * others_before / (before * others_after) if before and others_after else None
    low, high = max(0, after - others_before), min(after + others_after, before + after)
    support = np.arange(low, high + 1)
    weights = _log_ways(before + after, support) + _log_ways(
        others_before + others_after, after + others_after - support
    )
    tail = np.log((1 - confidence) / 2)

    def beyond(log_ratio: float, chosen: np.ndarray) -> float:
        logs = weights + support * log_ratio
        return float(special.logsumexp(logs[chosen]) - special.logsumexp(logs) - tail)

    def bound(chosen: np.ndarray) -> float:
        return float(np.exp(scipy.optimize.brentq(beyond, -_FARTHEST, _FARTHEST, (chosen,))))

    lower = 0.0 if after == low else bound(support >= after)
    upper = None if after == high else bound(support <= after)
    return value, lower, upper


def _log_ways(total: int, chosen: np.ndarray) -> np.ndarray:
    """The logarithm of the ways to choose so many of ``total``."""
    return np.asarray(
        special.gammaln(total + 1) - special.gammaln(chosen + 1) - special.gammaln(total - chosen + 1)
    )
