"""When things happen: days and hours of a month by rhythm, in London civil time with its two odd hours."""

from __future__ import annotations

from typing import Any

import numpy as np

from joinedup.demo.people.civil import (
    DAY,
    HOUR,
    bank_holidays,
    is_payday_weekend,
    is_school_day,
    last_sunday,
    weekday,
)
from joinedup.demo.people.drawing import by_weights
from joinedup.demo.people.rates import Rates

_EVENING, _SMALL_HOURS = 19, 5


def _weights(rhythm: Rates, days: np.ndarray) -> np.ndarray:
    """Weights of shape days × 24."""
    of_week = weekday(days)
    day_weight = np.array(rhythm["weekdays"])[of_week]
    day_weight = day_weight * np.where(is_payday_weekend(days), rhythm["payday"], 1.0)
    day_weight *= np.where(np.isin(days, bank_holidays()), rhythm["bank_holiday"], 1.0)
    day_weight *= np.where(is_school_day(days), rhythm["school_day"], 1.0)
    weights = np.outer(day_weight, rhythm["hours"])
    before_free_day = (of_week == 4) | (of_week == 5) | np.isin(days + 1, bank_holidays())
    weights[before_free_day, _EVENING:] *= rhythm["weekend_night"]
    after = (of_week == 5) | (of_week == 6) | np.isin(days, bank_holidays())
    weights[after, :_SMALL_HOURS] *= rhythm["weekend_night"]
    weights[last_sunday(days, 3), 1] = 0  # the clock jumps from one to two
    weights[last_sunday(days, 10), 1] *= 2  # and in October this hour comes twice
    return weights


def draw_moments(stream: np.random.Generator, rhythm: Any, first: int, after: int, n: int) -> np.ndarray:
    """``n`` moments (seconds of civil time) from day ``first`` to before day ``after``, to the minute."""
    days = np.arange(first, after)
    drawn = by_weights(stream, _weights(rhythm, days).ravel(), n)
    return (first + drawn // 24) * DAY + drawn % 24 * HOUR + stream.integers(0, 60, n) * 60
