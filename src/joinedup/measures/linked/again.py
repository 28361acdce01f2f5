"""Counting who comes again by what their first was: pure functions over arrays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell
from joinedup.measures.repeats.counting import months_after
from joinedup.terms import Period

Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]
Booleans = NDArray[np.bool_]
SEVERAL, UNKNOWN = "several", "not-known"


@dataclass(frozen=True)
class Deeds:
    """One row for each event of somebody: ``unit`` and ``kind`` numbers from 0, ``day``."""

    unit: Integers
    kind: Integers
    day: Days


@dataclass(frozen=True)
class Cohort:
    """By unit whose months have run: the ``kind`` of the first (-1: several on that day), whether they came
    again at all and with the same kind; ``immature``: how many units' months still run."""

    unit: Integers
    kind: Integers
    again: Booleans
    same: Booleans
    immature: int


def cohort_of(deeds: Deeds, months: int, threshold: int, period: Period, told_until: dt.date) -> Cohort:
    """Follow everybody from their first of the period, for as long; again is on a later day.

    ``threshold`` counts the first: 2 is one day more.
    """
    order = np.lexsort((deeds.day, deeds.unit))
    unit, kind, day = deeds.unit[order], deeds.kind[order], deeds.day[order]
    kept = day >= np.datetime64(period.start)
    unit, kind, day = unit[kept], kind[kept], day[kept]
    begins = np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]]) if len(unit) else np.empty(0, dtype=np.int64)
    number = np.repeat(np.arange(len(begins)), np.diff(np.r_[begins, len(unit)]))
    first = day[begins]
    begun = first < np.datetime64(period.end)
    until = months_after(first, months)
    mature = begun & (until <= np.datetime64(told_until))
    kinds = _kind_of_first(kind, day, first, number, begins)
    later = (day > first[number]) & (day < until[number])
    again = _enough(number, day, later, len(begins), threshold)
    same = _enough(number, day, later & (kind == kinds[number]), len(begins), threshold)
    return Cohort(
        unit[begins][mature], kinds[mature], again[mature], same[mature], int((begun & ~mature).sum())
    )


def _kind_of_first(kind: Integers, day: Days, first: Days, number: Integers, begins: Integers) -> Integers:
    on_first = day == first[number]
    differs = on_first & (kind != kind[begins][number])
    kinds = kind[begins].copy()
    kinds[number[differs]] = -1
    return kinds


def _enough(number: Integers, day: Days, counts: Booleans, units: int, threshold: int) -> Booleans:
    """Whether a unit has so many days, the first among them, on which something counts."""
    days = np.unique(np.stack([number[counts], day[counts].astype(np.int64)], axis=1), axis=0)
    found: Booleans = np.bincount(days[:, 0].astype(np.int64), minlength=units) >= threshold - 1
    return found


def cells_of(cohort: Cohort, names: list[str]) -> list[Cell]:
    """Who came again, and with the same, of everybody and by the kind of the first, the largest first."""
    groups = {ALL: np.ones(len(cohort.unit), dtype=np.bool_)}
    sizes = np.bincount(cohort.kind[cohort.kind >= 0], minlength=len(names))
    for place in sorted(range(len(names)), key=lambda one: (-sizes[one], names[one])):
        if sizes[place]:
            groups[names[place] or UNKNOWN] = cohort.kind == place
    if (cohort.kind == -1).any():
        groups[SEVERAL] = cohort.kind == -1
    found = []
    for name, among in groups.items():
        total = int(among.sum())
        found.append(cells.share("again", name, int(cohort.again[among].sum()), total))
        if name != SEVERAL:
            known = among & (cohort.kind >= 0)
            found.append(
                cells.share("again-same-type", name, int(cohort.same[known].sum()), int(known.sum()))
            )
    return found
