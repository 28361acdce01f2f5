"""How many repeats chance alone gives, where events fall on all units at one rate, each by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from joinedup.measures.repeats.concentration import checked_units


@dataclass(frozen=True)
class Expected:
    """How many units would repeat by chance, events by them, and how many units it reckons with."""

    repeat_units: float
    repeat_events: float
    units: float


def in_period(seen: int, events: int, threshold: int, possible_units: int | None = None) -> Expected:
    """What Poisson counts with one rate for all units give, in closed form.

    With N units and c events the rate is c / N: N P(X >= t) units repeat, and c P(X >= t - 1) events are
    theirs. Where N is not known it is estimated from those ``seen``, which have at least one event each: the
    rate r solves r / (1 - exp(-r)) = m with m = c / seen, so r = m + W(-m exp(-m)) with Lambert's W (the
    zero-truncated Poisson), and N = c / r.
    """
    if not seen:
        return Expected(0.0, 0.0, float(possible_units or 0))
    rate, units = rate_and_units(seen, events, possible_units)
    if not rate:
        return Expected(0.0, 0.0, units)
    at_least, one_fewer = (float(special.pdtrc(times, rate)) for times in (threshold - 1, threshold - 2))
    return Expected(units * at_least, events * one_fewer, units)


def after_first(
    mature: int, events: int, period_months: int, months: int, threshold: int, possible_units: int
) -> Expected:
    """How many of the ``mature`` units would have enough further events in the months after their first.

    The rate is that of the period: ``events`` on ``possible_units`` in ``period_months``.
    """
    rate = events / possible_units / period_months * months
    further = threshold - 1
    at_least = float(special.pdtrc(further - 1, rate))
    of_them = rate * float(special.pdtrc(further - 2, rate)) if further > 1 else rate
    return Expected(mature * at_least, mature * (at_least + of_them), float(possible_units))


def rate_and_units(seen: int, events: int, possible_units: int | None) -> tuple[float, float]:
    """Events for each unit, and how many units, as ``in_period`` reckons them; no rate where none fits."""
    if possible_units is not None:
        units = float(checked_units(seen, possible_units))
        return events / units, units
    rate = _rate_of_seen(events / seen)
    return rate, events / rate if rate else float("inf")


def _rate_of_seen(mean: float) -> float:
    """The rate of a Poisson count whose mean, where it is not zero, is ``mean`` (at least 1)."""
    if mean <= 1:
        return 0.0
    rate = mean + float(np.real(special.lambertw(-mean * np.exp(-mean))))
    return max(rate, 0.0)
