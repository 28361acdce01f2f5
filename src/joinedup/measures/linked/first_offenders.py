"""Counting people whose first proven offence is in a period: pure functions over arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.intervals import poisson
from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell
from joinedup.measures.repeats.counting import months_after
from joinedup.terms import Flag, Period

Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class First:
    """Somebody whose first proven offence is in the period: their age band and sex (empty: not known), the
    offences first proven, and whether an earlier record knows them (None: no such record is told)."""

    age: str
    sex: str
    offences: frozenset[str]
    known_before: bool | None


def firsts(
    unit: Integers, proven: Days, period: Period, look_back: int
) -> tuple[dict[int, np.datetime64], int]:
    """By person without a proof in the ``look_back`` months (0: ever) before their first of the period the
    day of that; and how many people have a proof in the period.

    One element for each proof; days that are not told are NaT and no proof.
    """
    there = ~np.isnat(proven)
    unit, proven = unit[there], proven[there]
    begins, ends = np.datetime64(period.start), np.datetime64(period.end)
    first: dict[int, np.datetime64] = {}
    for who, day in zip(unit.tolist(), proven, strict=True):
        if begins <= day < ends and (who not in first or day < first[who]):
            first[who] = day
    since = _since(first, look_back)
    again = {
        who
        for who, day in zip(unit.tolist(), proven, strict=True)
        if who in first and since[who] <= day < first[who]
    }
    return {who: day for who, day in first.items() if who not in again}, len(first)


def _since(first: dict[int, np.datetime64], look_back: int) -> dict[int, np.datetime64]:
    """The day from which each may not have been seen: the same day so many months before."""
    if not look_back:
        return dict.fromkeys(first, np.datetime64("0001-01-01"))
    days = np.array(list(first.values()), dtype="datetime64[D]")
    return dict(zip(first, months_after(days, -look_back), strict=True))


def cells_of(found: Sequence[First], proven: int, ages: Sequence[str], flags: frozenset[Flag]) -> list[Cell]:
    """How many are there for the first time, of all of whom an offence was ``proven``; by age, sex, offence,
    age and sex, sex and offence; and how many an earlier record knows.

    A share is of those of whom it is told; how many are not is told apart.
    """
    number = len(found)
    lower, upper = (float(one.item()) for one in poisson(number))
    told = [
        Cell("first-known", ALL, cells.COUNT, number, None, float(number), lower, upper),
        cells.share("first-of-all-proven", ALL, number, proven),
    ]
    before = [one.known_before for one in found if one.known_before is not None]
    if before or not found:
        told.append(cells.share("known-before", ALL, sum(before), len(before)))
    cuts = {
        "by-age": [{one.age} for one in found],
        "by-sex": [{one.sex} for one in found],
        "by-offence": [set(one.offences) for one in found],
        "by-age-and-sex": [_both({one.age}, one.sex) for one in found],
        "by-sex-and-offence": [_both(set(one.offences), one.sex) for one in found],
    }
    order = {name: at for at, name in enumerate(ages)}
    for of, values in cuts.items():
        told += _cut(of, [one - {""} for one in values], order)
    return [replace(one, flags=flags) for one in told]


def _both(values: set[str], sex: str) -> set[str]:
    return {f"{value}, {sex}" for value in values if value and sex}


def _cut(of: str, values: Sequence[set[str]], order: dict[str, int]) -> list[Cell]:
    """Shares of each value, ages in their order."""
    known = sum(bool(one) for one in values)
    counts = Counter(value for one in values for value in one)
    names = sorted(counts, key=lambda name: (order.get(name.split(",")[0], len(order)), name))
    found = [cells.share(of, name, counts[name], known) for name in names]
    return [*found, cells.share(f"{of}-not-known", ALL, len(values) - known, len(values))]
