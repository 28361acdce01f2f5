"""What happened to how many by when, of people whom one cannot follow equally long: cumulative incidence.

Pure functions over arrays, one element for each person. Where nobody is lost from sight early, everything
here is the plain share and its Wilson interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.intervals import wilson

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
LOST, HAPPENED, HINDERED = 0, 1, 2
"""Why somebody is followed no longer: from there on nothing is told of them; it happened; or something else
came first, after which it can happen no more."""


@dataclass(frozen=True)
class Incidence:
    """``happened``: people to whom it was seen to happen by then, of those ``followed`` at all; ``value`` the
    share to whom it happens, with its 95 % interval (None: nobody was followed until then)."""

    happened: int
    followed: int
    value: float | None = None
    lower: float | None = None
    upper: float | None = None


def incidence(time: Integers, cause: Integers, by: int) -> Incidence:
    """The share to whom it happens by day ``by``.

    ``time`` is the last day on which somebody is followed (0 the day on which they begin), ``cause`` why they
    are not followed longer: who is lost on a day was still seen on it. The estimate is Aalen and Johansen's
    (O. O. Aalen and S. Johansen, "An empirical transition matrix…", Scandinavian Journal of Statistics 5,
    1978); without anybody hindered it is one less Kaplan and Meier's. Its variance is by the delta method (E.
    Marubini and M. G. Valsecchi, "Analysing Survival Data from Clinical Trials and Observational Studies",
    1995, on competing risks); the interval is Wilson's at the number of people that would give this variance
    (K. J. Rothman, "Estimation of confidence limits for the cumulative probability of survival in life table
    analysis", Journal of Chronic Diseases 31, 1978).
    """
    followed = len(time)
    happened = int(((cause == HAPPENED) & (time <= by)).sum())
    lost = int(((cause == LOST) & (time < by)).sum())
    if lost == followed:
        return Incidence(happened, followed)
    days = np.unique(time[(cause != LOST) & (time <= by)])
    at_risk = (time[None, :] >= days[:, None]).sum(axis=1).astype(np.float64)
    of_it, of_all = (
        np.array([((time == day) & which).sum() for day in days], dtype=np.float64)
        for which in (cause == HAPPENED, cause != LOST)
    )
    before = np.concatenate([[1.0], np.cumprod(1 - of_all / at_risk)[:-1]]) if len(days) else np.empty(0)
    steps = before * of_it / at_risk
    value = float(steps.sum())
    variance = _variance(np.cumsum(steps), before, at_risk, of_it, of_all)
    known = float(followed - lost)
    people = value * (1 - value) / variance if variance > 0 and 0 < value < 1 else known
    lower, upper = (float(one) for one in wilson(value * people, people))
    return Incidence(happened, followed, value, lower, upper)


def _variance(reached: Floats, before: Floats, at_risk: Floats, of_it: Floats, of_all: Floats) -> float:
    """The variance of the last of the values ``reached`` on each day; ``before`` is the share to whom nothing
    had happened until then."""
    if not len(reached):
        return 0.0
    left = reached[-1] - reached
    over = at_risk * (at_risk - of_all)
    still = np.divide(left**2 * of_all, over, out=np.zeros_like(over), where=over > 0)
    own = before**2 * of_it * (at_risk - of_it) / at_risk**3
    both = left * before * of_it / at_risk**2
    return float(max((still + own - 2 * both).sum(), 0.0))
