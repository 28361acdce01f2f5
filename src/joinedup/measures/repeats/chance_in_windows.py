"""How many repeats chance alone gives within any so many months, or since the last: by seeded draws.

As in ``chance``, events fall on all units at one rate, each by itself; so the events of a unit that has k of
them lie evenly over the days. How often k of them come close enough has no closed form and is drawn, for each
k; how many units have k is Poisson's.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from joinedup.measures.repeats.chance import Expected, rate_and_units
from joinedup.measures.repeats.counting import months_after
from joinedup.terms import Period, add_months

DRAWS = 10_000
_SEED = 20110401
_NEGLIGIBLE = 1e-6  # units that are left out of the sum
_MOST = 400  # events of one unit

Integers = NDArray[np.int64]
Judged = Callable[[Integers], tuple[float, float]]


def rolling(
    seen: int, events: int, period: Period, months: int, threshold: int, possible_units: int | None = None
) -> Expected:
    """How many units would have ``threshold`` events in some window of so many months within the period, and
    how many events those units would have."""
    ends = _window_ends(period, months)

    def judged(days: Integers) -> tuple[float, float]:
        first, last = days[:, : days.shape[1] - threshold + 1], days[:, threshold - 1 :]
        repeats = (last < ends[first]).any(axis=1).mean()
        return float(repeats), float(repeats) * days.shape[1]

    return _summed(seen, events, possible_units, 1.0, len(ends), threshold, judged)


def since_last(
    seen: int, events: int, period: Period, months: int, possible_units: int | None = None
) -> Expected:
    """How many units would have an event of the period within so many months of the one before, which may lie
    before the period; and how many such events there would be."""
    before = add_months(period.start, -months)
    ends = _window_ends(Period(before, period.end), months)
    asked = (period.start - before).days

    def judged(days: Integers) -> tuple[float, float]:
        again = (days[:, 1:] < ends[days[:, :-1]]) & (days[:, 1:] >= asked)
        return float(again.any(axis=1).mean()), float(again.sum(axis=1).mean())

    longer = len(ends) / (len(ends) - asked)
    return _summed(seen, events, possible_units, longer, len(ends), 2, judged)


def _window_ends(period: Period, months: int) -> Integers:
    """For each day of the period by number, the day on which a window that begins with it ends."""
    days = np.arange(np.datetime64(period.start), np.datetime64(period.end), dtype="datetime64[D]")
    found: Integers = (months_after(days, months) - days[0]).astype(np.int64)
    return found


def _summed(
    seen: int,
    events: int,
    possible_units: int | None,
    longer: float,
    days: int,
    least: int,
    judged: Judged,
) -> Expected:
    """Sum over units with ``least`` events or more; ``longer`` times as many lie in the days that are drawn
    from as in the period."""
    if not seen:
        return Expected(0.0, 0.0, float(possible_units or 0))
    rate, units = rate_and_units(seen, events, possible_units)
    if not rate:
        return Expected(0.0, 0.0, units)
    random = np.random.default_rng(_SEED)
    repeat_units = repeat_events = 0.0
    for number in range(least, _MOST):
        have = units * float(
            np.exp(special.xlogy(number, rate * longer) - rate * longer - special.gammaln(number + 1))
        )
        if number > rate * longer and have < _NEGLIGIBLE:
            break
        again, times = judged(np.sort(random.integers(0, days, (DRAWS, number)), axis=1))
        repeat_units += have * again
        repeat_events += have * times
    return Expected(repeat_units, repeat_events, units)
