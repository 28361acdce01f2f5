"""Counting who comes from elsewhere and how far: pure functions over arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
UNKNOWN = "not-known"
_RADIUS = 6_371_000.0  # metres, of a sphere


@dataclass(frozen=True)
class Trips:
    """One row for each person and event: ``unit`` and ``kind`` numbers from 0."""

    unit: Integers
    kind: Integers


def straight_line(longitude: Floats, latitude: Floats, to_longitude: Floats, to_latitude: Floats) -> Floats:
    """Metres between points in degrees, on a sphere (haversine); NaN where one is not known."""
    one, other = np.radians(latitude), np.radians(to_latitude)
    east = np.radians(to_longitude - longitude)
    inside = np.sin((other - one) / 2) ** 2 + np.cos(one) * np.cos(other) * np.sin(east / 2) ** 2
    metres: Floats = 2 * _RADIUS * np.arcsin(np.sqrt(inside))
    return metres


def groups_of(trips: Trips, names: Sequence[str]) -> dict[str, Booleans]:
    """Which rows are of each group: of all, and of each kind there is, the one with the most rows first."""
    groups = {ALL: np.ones(len(trips.unit), dtype=np.bool_)}
    sizes = np.bincount(trips.kind, minlength=len(names))
    for place in sorted(range(len(names)), key=lambda one: (-sizes[one], names[one])):
        if sizes[place] and list(names) != [""]:
            groups[names[place] or UNKNOWN] = trips.kind == place
    return groups


def from_elsewhere(
    trips: Trips, names: Sequence[str], known: Booleans, outside: Mapping[str, Booleans]
) -> list[Cell]:
    """Of the people with a row that is ``known``, those with one from ``outside`` (by what: an area), and of
    all people those with none that is known; for each group by its own rows."""
    found = []
    for name, among in groups_of(trips, names).items():
        everybody = np.unique(trips.unit[among])
        told = np.unique(trips.unit[among & known])
        for of, away in outside.items():
            came = np.unique(trips.unit[among & known & away])
            found.append(cells.share(of, name, len(came), len(told)))
        found.append(cells.share("home-not-known", name, len(everybody) - len(told), len(everybody)))
    return found


def travelled(trips: Trips, names: Sequence[str], metres: Floats) -> list[Cell]:
    """Median and quartiles of the distances that are known, and the share of rows of which none is."""
    known = ~np.isnan(metres)
    found = []
    for name, among in groups_of(trips, names).items():
        of = among & known
        found += cells.quantiles("distance", name, cells.METRES, metres[of], trips.unit[of])
        found.append(cells.share("distance-not-known", name, int((among & ~known).sum()), int(among.sum())))
    return found
