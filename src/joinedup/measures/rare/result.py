"""What a calculation of rare events gives: the whole, its years, its areas, and areas of like size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from joinedup.measures.rare.statistics import Dispersion
from joinedup.terms import Period


@dataclass(frozen=True)
class YearRate:
    """All areas in one year: events, residents, and events for each 100,000 residents with the exact
    interval. ``lacking`` areas are those whose count nobody knows."""

    year: Period
    count: int
    residents: int
    value: float
    lower: float
    upper: float
    lacking: int

    def to_json(self) -> dict[str, Any]:
        """One plain dictionary."""
        return {
            "year": str(self.year),
            "numerator": self.count,
            "denominator": self.residents,
            "value": self.value,
            "lower": self.lower,
            "upper": self.upper,
            "areas_lacking": self.lacking,
        }


@dataclass(frozen=True)
class Pair:
    """Two areas of like size: ``ratio`` is the larger's residents for each of the smaller's, ``both`` the
    chance that each has an event in the time to come."""

    area: str
    other: str
    residents: int
    others_residents: int
    ratio: float
    both: float

    def to_json(self) -> dict[str, Any]:
        """One plain dictionary."""
        return dict(vars(self))


@dataclass(frozen=True)
class AreaChances:
    """One area, or all together: what came, and what the rate of all makes of its residents.

    ``chances`` are those of none, one, two and three or more in the time to come; ``none_lower`` and
    ``none_upper`` that of none at the ends of the rate's interval. ``expected`` is for a year, with its
    interval: none came so far where it is 0, which is no promise that none will. ``doubled`` and ``halved``:
    after how many years, beside as many before, such a change would be seen (None: over 1,000, or no event
    so far).
    """

    area: str
    count: int
    years: int
    residents: int
    expected: float
    expected_lower: float
    expected_upper: float
    chances: tuple[float, float, float, float]
    none_lower: float
    none_upper: float
    doubled: int | None
    halved: int | None

    def to_json(self) -> dict[str, Any]:
        """One plain dictionary."""
        none, one, two, more = self.chances
        return {
            "area": self.area,
            "count": self.count,
            "years": self.years,
            "residents": self.residents,
            "expected_in_a_year": self.expected,
            "chance_of_none": none,
            "chance_of_none_lower": self.none_lower,
            "chance_of_none_upper": self.none_upper,
            "chance_of_one": one,
            "chance_of_two": two,
            "chance_of_three_or_more": more,
            "years_to_see_doubled": self.doubled,
            "years_to_see_halved": self.halved,
        }


@dataclass(frozen=True)
class RareEvents:
    """The answer. ``value``, ``lower`` and ``upper`` are events a year for each 100,000 residents, of
    ``count`` events in ``exposure`` (residents times years); ``coming`` is for how many years chances are.
    """

    count: int
    exposure: int
    value: float
    lower: float
    upper: float
    coming: int
    years: tuple[YearRate, ...]
    areas: tuple[AreaChances, ...]
    together: AreaChances
    pairs: tuple[Pair, ...]
    between_years: Dispersion | None
    between_areas: Dispersion | None
    notes: tuple[str, ...]
