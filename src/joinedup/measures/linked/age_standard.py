"""Indirect standardisation for age: observed over expected. Pure functions over arrays.

Expected of an area are its residents of each age times the rate of that age in all areas together, added up.
What is expected of all areas is what was observed in them, exactly.

The interval is that of an exact Poisson count of the observed, with the expected taken as known:
N. E. Breslow and N. E. Day, "Statistical methods in cancer research II" (IARC, 1987), chapter 2. Byar's
method, which public health's technical guide gives (Public Health Data Science, "Confidence intervals", 2018,
appendix 1), is the approximation of it, within 0.2 % from ten events. An area is a part of its own standard,
which makes the interval rather too wide than too narrow, the more so the larger its part.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.age_labels import years_of
from joinedup.measures.intervals import poisson
from joinedup.measures.linked import cells
from joinedup.measures.linked.by_group import ELSEWHERE, NOT_KNOWN
from joinedup.measures.linked.cells import RATIO
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Bands:
    """Bands of age in order: what the table of residents calls them, their first and last years."""

    labels: tuple[str, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]

    def of(self, ages: Floats) -> Integers:
        """The number of each age's band; ``NOT_KNOWN`` for none, and for ages that are in no band."""
        found = np.full(len(ages), NOT_KNOWN, dtype=np.int64)
        for at, (low, high) in enumerate(zip(self.low, self.high, strict=True)):
            found[(ages >= low) & (ages < high + 1)] = at
        return found


def bands_of(labels: Iterable[str]) -> Bands | None:
    """The bands that these labels name; None where one is no age, or two overlap."""
    read = []
    for label in labels:
        years = years_of(label)
        if years is None:
            return None
        read.append((*years, label))
    read.sort()
    overlap = any(first[1] >= second[0] for first, second in itertools.pairwise(read))
    if not read or overlap or any(high < low for low, high, _label in read):
        return None
    lows, highs, named = zip(*read, strict=True)
    return Bands(named, lows, highs)


def expected(band: Integers, area: Integers, residents: Floats) -> Floats:
    """How many are expected in each area. ``band`` and ``area`` are numbers of each person, of whom those
    with both count; ``residents`` is (bands, areas). A band in which nobody lives gives nothing."""
    bands, areas = residents.shape
    told = (band >= 0) & (area >= 0)
    came = np.bincount(band[told], minlength=bands).astype(np.float64)
    lives = residents.sum(axis=1)
    rates = np.divide(came, lives, out=np.zeros(bands), where=lives > 0)
    found: Floats = rates @ residents
    return found if areas else np.zeros(0)


def cells_of(band: Integers, area: Integers, names: Sequence[str], residents: Floats) -> list[Cell]:
    """Of each area the rate, the crude and the standardised ratio; and who is in none of them.

    Counted are people whose home is in one of the areas and whose age is in a band in which somebody lives,
    so that the two ratios differ by ages alone.
    """
    here = area >= 0
    lives = residents.sum(axis=1)
    placed = np.where((band >= 0) & (lives[np.maximum(band, 0)] > 0), band, NOT_KNOWN) if len(band) else band
    told = here & (placed >= 0)
    own = np.bincount(area[told], minlength=len(names))
    by_age = expected(placed, area, residents)
    everybody = residents.sum(axis=0)
    alike = own.sum() * everybody / everybody.sum() if everybody.sum() else np.zeros(len(names))
    found = [cells.rate("people", ALL, int(own.sum()), int(everybody.sum()))]
    found += [cells.rate("people", name, int(own[at]), int(everybody[at])) for at, name in enumerate(names)]
    for of, there in (("crude-ratio", alike), ("standardised-ratio", by_age)):
        found += [_ratio(of, name, int(own[at]), float(there[at])) for at, name in enumerate(names)]
    found.append(cells.share("age-not-known", ALL, int((here & (placed < 0)).sum()), int(here.sum())))
    found.append(cells.share("home-not-known", ALL, int((area == NOT_KNOWN).sum()), len(area)))
    found.append(cells.share("lives-elsewhere", ALL, int((area == ELSEWHERE).sum()), len(area)))
    return found


def _ratio(of: str, name: str, observed: int, there: float) -> Cell:
    """Observed over expected; the denominator is shown to the nearest whole, the value is of the exact."""
    if not there:
        return Cell(of, name, RATIO, observed, 0)
    lower, upper = (float(one.item()) / there for one in poisson(observed))
    return Cell(of, name, RATIO, observed, round(there), observed / there, lower, upper)


def first_told(unit: Integers, told: Floats, people: int) -> Floats:
    """The age of each person in the first of their records that tells one (NaN: none does)."""
    ages = np.full(people, np.nan)
    known = np.flatnonzero(~np.isnan(told))[::-1]  # the rows are by day: the first is written last
    ages[unit[known]] = told[known]
    return ages


def residents_of(counts: Mapping[str, Mapping[str, int]], areas: Sequence[str], bands: Bands) -> Floats:
    """Residents as (bands, areas)."""
    return np.array(
        [[float(counts[code].get(label, 0)) for code in areas] for label in bands.labels], dtype=np.float64
    ).reshape(len(bands.labels), len(areas))
