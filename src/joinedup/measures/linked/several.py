"""Counting the agencies that record somebody within one window: pure functions over arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell
from joinedup.measures.repeats.counting import months_after

Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]
Booleans = NDArray[np.bool_]
EVERYBODY = "everybody"
_DAYS_APART = np.int64(10_000_000)


@dataclass(frozen=True)
class Sightings:
    """One row for each record of somebody: ``unit`` and ``agency`` numbers from 0, ``day``."""

    unit: Integers
    agency: Integers
    day: Days


def most_at_once(seen: Sightings, months: int, units: int) -> Integers:
    """For each of ``units`` the most different agencies in any window of so many months; 0 without a record.

    A window begins on the day of a record and ends before the same day so many months on.
    """
    placed = seen.unit * _DAYS_APART + seen.day.astype(np.int64)
    ends = seen.unit * _DAYS_APART + months_after(seen.day, months).astype(np.int64)
    together = np.zeros(len(placed), dtype=np.int64)
    for agency in np.unique(seen.agency):
        theirs = np.sort(placed[seen.agency == agency])
        together += np.searchsorted(theirs, ends, side="left") > np.searchsorted(theirs, placed, side="left")
    most = np.zeros(units, dtype=np.int64)
    np.maximum.at(most, seen.unit, together)
    return most


def cells_of(most: Integers, signs: Mapping[str, Booleans], threshold: int) -> list[Cell]:
    """The share seen by enough agencies at once: of those with any sign, with each, and of everybody; and how
    many of those with a sign reach each number of agencies."""
    enough, there = most >= threshold, most > 0
    any_sign = np.zeros(len(most), dtype=np.bool_)
    for has in signs.values():
        any_sign |= has
    groups = {ALL: any_sign & there, **{name: has & there for name, has in signs.items()}, EVERYBODY: there}
    found = [
        cells.share("several-agencies", name, int((enough & among).sum()), int(among.sum()))
        for name, among in groups.items()
    ]
    return [*found, *_numbers(most, any_sign & there)]


def _numbers(most: Integers, among: Booleans) -> Sequence[Cell]:
    total = int(among.sum())
    return [
        cells.share(f"agencies-{number}", ALL, int((most[among] == number).sum()), total)
        for number in range(1, int(most[among].max(initial=0)) + 1)
    ]
