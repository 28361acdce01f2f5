"""Rates of groups of people beside one group: as they are, and within areas. Pure functions over arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.linked import cells
from joinedup.measures.linked.cells import RATIO, Z
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
NOT_KNOWN, ELSEWHERE = -1, -2
"""In the place of a group or an area: nobody tells it; it is none of those that have residents here."""


@dataclass(frozen=True)
class People:
    """One element for each person: number of the group, and of the area in which they live."""

    group: Integers
    area: Integers

    def counted(self, groups: int, areas: int) -> Integers:
        """How many are of each group and live in each area: (groups, areas)."""
        told = (self.group >= 0) & (self.area >= 0)
        place = self.group[told] * areas + self.area[told]
        return np.bincount(place, minlength=groups * areas).reshape(groups, areas)


def cells_of(people: People, names: Sequence[str], residents: Floats, reference: int) -> list[Cell]:
    """Rates and ratios of each group; ``residents`` is (groups, areas).

    Whose home is not known or not here is in no rate; whose group is not known is told apart, with the ratio
    that there would be if all of them were of the reference group, and if all were of this one.
    """
    here = people.area >= 0
    unknown = int((here & (people.group < 0)).sum())
    counts = people.counted(*residents.shape)
    own, lives = counts.sum(axis=1), residents.sum(axis=1)
    found = [cells.rate("people", name, int(own[at]), int(lives[at])) for at, name in enumerate(names)]
    for at, name in enumerate(names):
        if at == reference:
            continue
        of, beside, bases = int(own[at]), int(own[reference]), (lives[at], lives[reference])
        found.append(cells.rate_ratio("ratio", name, of, beside, *bases))
        found.append(_within("ratio-within-areas", name, counts, residents, (at, reference)))
        bounds = {
            "ratio-if-unknown-are-of-the-reference": (of, beside + unknown),
            "ratio-if-unknown-are-of-it": (of + unknown, beside),
        }
        found += [
            replace(cells.rate_ratio(bound, name, *two, *bases), lower=None, upper=None)
            for bound, two in bounds.items()
        ]
    found.append(cells.share("group-not-known", ALL, unknown, int(here.sum())))
    number = len(people.area)
    found.append(cells.share("home-not-known", ALL, int((people.area == NOT_KNOWN).sum()), number))
    found.append(cells.share("lives-elsewhere", ALL, int((people.area == ELSEWHERE).sum()), number))
    return found


def _within(of: str, group: str, counts: Integers, residents: Floats, both: tuple[int, int]) -> Cell:
    """The ratio of rates within areas, pooled over them (Mantel and Haenszel): what is left of a difference
    where both groups are compared with their neighbours only.

    For rates with the variance of its logarithm by S. Greenland and J. M. Robins, "Estimation of a common
    effect parameter from sparse follow-up data", Biometrics 41 (1985). Areas in which one of both groups does
    not live tell nothing.
    """
    one, other = both
    a, b = counts[one].astype(np.float64), counts[other].astype(np.float64)
    n, m = residents[one], residents[other]
    told = (n > 0) & (m > 0)
    a, b, n, m = a[told], b[told], n[told], m[told]
    whole = n + m
    above, below = float(np.sum(a * m / whole)), float(np.sum(b * n / whole))
    inside = int(a.sum()), int(b.sum())
    if not below:
        return Cell(of, group, RATIO, *inside)
    found = above / below
    if not above:
        return Cell(of, group, RATIO, *inside, found)
    variance = float(np.sum((a + b) * n * m / whole**2)) / (above * below)
    half = Z * np.sqrt(variance)
    return Cell(of, group, RATIO, *inside, found, found * float(np.exp(-half)), found * float(np.exp(half)))


def most_told(unit: Integers, told: Integers, groups: int) -> Mapping[int, int]:
    """By person the group that most of their records tell, of equals the first of the list; those of whom
    none tells it are not there."""
    known = told >= 0
    counts = np.zeros((int(unit.max(initial=-1)) + 1, groups), dtype=np.int64)
    np.add.at(counts, (unit[known], told[known]), 1)
    some = np.flatnonzero(counts.sum(axis=1))
    return dict(zip(some.tolist(), counts[some].argmax(axis=1).tolist(), strict=True))
