"""The run of a cycle in which a number lies: the same arithmetic in SQL and in Python.

``boundaries``: a cycle of ``length`` begins anew at hours b of it; where these come again after a shorter
``step``, fewer of them are needed. The number of boundaries that lie behind x is the sum of floor((x - b) /
step): it goes up by one at each, so two numbers are in one run where it is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.rhythms.definitions import YEAR, Cycle, Seasons

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Runs:
    """How a cycle is counted: ``boundaries`` within each ``step``; ``codes`` of its runs, from ``first``."""

    step: int
    boundaries: tuple[int, ...]
    codes: tuple[str, ...]
    first: int

    def number_sql(self, number: str) -> str:
        """SQL for the number of the run in which ``number`` (SQL for a whole number) lies."""
        if self.step == 1:
            return number
        behind = [f"floor(({number} - {bound}) / {self.step})" for bound in self.boundaries]
        return f"({' + '.join(behind)})"

    def place_sql(self, number: str) -> str:
        """SQL for the place of its run among ``codes``."""
        return f"CAST(({self.number_sql(number)} - {self.first}) % {len(self.codes)} AS BIGINT)"

    def places(self, numbers: Integers) -> Integers:
        """The same place for each of these numbers."""
        behind = sum((numbers - bound) // self.step for bound in self.boundaries)
        found: Integers = np.asarray((behind - self.first) % len(self.codes), dtype=np.int64)
        return found


def runs_of(division: Cycle | Seasons) -> Runs:
    """How a division is counted: in hours, or in months."""
    length = division.length if isinstance(division, Cycle) else YEAR
    begins = [(begin % length, code) for begin, code in division.begins]
    begins.sort()
    hours = {begin for begin, _code in begins}
    step = _smallest(length, lambda size: {(hour + size) % length for hour in hours} == hours)
    boundaries = tuple(sorted(hour for hour in hours if hour < step))
    first = sum((begins[0][0] - bound) // step for bound in boundaries)
    return Runs(step, boundaries, tuple(code for _begin, code in begins), first)


def _smallest(length: int, repeats: Callable[[int], bool]) -> int:
    sizes: Sequence[int] = [size for size in range(1, length + 1) if length % size == 0]
    return next(size for size in sizes if repeats(size))
