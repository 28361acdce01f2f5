"""Counting what lies around a place: pure functions over arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.intervals import poisson, ratio
from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


def square_kilometres(outer: int, inner: int = 0) -> float:
    """The area between two circles, of radii in metres."""
    return math.pi * (outer**2 - inner**2) / 1_000_000


def cells_of(
    metres: Floats, source: Integers, names: Sequence[str], distances: Sequence[int], ring: tuple[int, int]
) -> list[Cell]:
    """Of everything, and of each source: the count within each distance with its interval, and how many
    times as dense it is as the ring."""
    found = []
    for name, among in _groups(source, names):
        around = int((among & (metres >= ring[0]) & (metres < ring[1])).sum())
        for distance in distances:
            near = int((among & (metres < distance)).sum())
            found.append(_count(f"within-{distance}-m", name, near))
            areas = square_kilometres(distance), square_kilometres(ring[1], ring[0])
            found.append(cells.rate_ratio(f"within-{distance}-m-to-ring", name, near, around, *areas))
        found.append(_count(f"ring-{ring[0]}-{ring[1]}-m", name, around))
    return found


def before_and_after(
    metres: Floats,
    after: Booleans,
    source: Integers,
    names: Sequence[str],
    distances: Sequence[int],
    ring: tuple[int, int],
) -> list[Cell]:
    """The ratio of what came after to what came before, over equal months, near and in the ring."""
    found = []
    for name, among in _groups(source, names):
        zones = {f"within-{distance}-m-after-to-before": metres < distance for distance in distances}
        zones[f"ring-{ring[0]}-{ring[1]}-m-after-to-before"] = (metres >= ring[0]) & (metres < ring[1])
        for of, zone in zones.items():
            now, before = int((among & zone & after).sum()), int((among & zone & ~after).sum())
            lower, upper = (float(one) for one in ratio(now, before))
            found.append(
                Cell(
                    of,
                    name,
                    cells.RATIO,
                    now,
                    before,
                    now / before if before else None,
                    None if math.isnan(lower) else lower,
                    upper if math.isfinite(upper) else None,
                )
            )
    return found


def _groups(source: Integers, names: Sequence[str]) -> list[tuple[str, Booleans]]:
    everything = np.ones(len(source), dtype=np.bool_)
    return [(ALL, everything), *((name, source == place) for place, name in enumerate(names))]


def _count(of: str, group: str, number: int) -> Cell:
    lower, upper = poisson(number)
    return Cell(of, group, cells.COUNT, number, None, float(number), float(lower.item()), float(upper.item()))
