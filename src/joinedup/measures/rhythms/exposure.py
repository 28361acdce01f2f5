"""How much time of each kind there was: hours or days, by the clocks of London.

A day in March has 23 hours and one in October 25: the hour that is skipped was no time at all, and the one
that comes twice was two.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

import numpy as np

from joinedup.measures.rhythms.definitions import (
    DAY,
    FIRST_DAY,
    YEAR,
    Cycle,
    Dates,
    Rhythm,
    Seasons,
    Unit,
)
from joinedup.measures.rhythms.files import each_day
from joinedup.measures.rhythms.runs import Integers, runs_of
from joinedup.terms import LONDON, Period

_CHANGES = 1
"""The civil hour that is skipped in March, and comes twice in October (The Summer Time Order 2002)."""


def exposures(rhythm: Rhythm, months: Iterable[dt.date]) -> dict[str, int]:
    """The hours or days of each value in these months (first days), 0 where there is none.

    Days that a calendar does not tell of are in no value.
    """
    days = [day for month in sorted(set(months)) for day in each_day(month, Period.of_month(month).last)]
    division = rhythm.division
    found = Counter(dict.fromkeys(division.codes, 0))
    if isinstance(division, Dates):
        found.update(_told(division, days))
        return dict(found)
    if isinstance(division, Seasons):
        numbers = np.array([day.year * YEAR + day.month for day in days], dtype=np.int64)
        weights = np.ones(len(days), dtype=np.int64)
    elif rhythm.unit is Unit.DAYS:
        numbers = np.array([(day - FIRST_DAY).days * DAY for day in days], dtype=np.int64)
        weights = np.ones(len(days), dtype=np.int64)
    else:
        numbers, weights = _hours(days)
    for code, size in _summed(division, numbers, weights):
        found[code] += size
    return dict(found)


def _summed(division: Cycle | Seasons, numbers: Integers, weights: Integers) -> list[tuple[str, int]]:
    runs = runs_of(division)
    sizes = np.bincount(runs.places(numbers), weights=weights, minlength=len(runs.codes))
    return [(code, round(size)) for code, size in zip(runs.codes, sizes, strict=True)]


def _told(division: Dates, days: list[dt.date]) -> Counter[str]:
    """The days of each value: runs are walked once beside the days, both in order."""
    found: Counter[str] = Counter()
    runs = iter(division.runs)
    run = next(runs, None)
    for day in days:
        while run is not None and run[1] < day:
            run = next(runs, None)
        if run is None:
            break
        if run[0] <= day:
            found[run[2]] += 1
    return found


def _hours(days: list[dt.date]) -> tuple[Integers, Integers]:
    """Every civil hour of these days, and how many hours of real time it was: 1, 0 or 2."""
    numbers = np.array([(day - FIRST_DAY).days * DAY for day in days], dtype=np.int64)
    grid = numbers[:, None] + np.arange(DAY, dtype=np.int64)[None, :]
    weights = np.ones(grid.shape, dtype=np.int64)
    weights[:, _CHANGES] += np.array([_hours_of(day) - DAY for day in days], dtype=np.int64)
    return grid.ravel(), weights.ravel()


def _hours_of(day: dt.date) -> int:
    """How many hours the day has in London: 24, or 23 or 25 where the clocks change."""
    begins, ends = (
        dt.datetime.combine(one, dt.time(), LONDON).astimezone(dt.UTC)
        for one in (day, day + dt.timedelta(days=1))
    )
    return round((ends - begins).total_seconds() / 3600)
