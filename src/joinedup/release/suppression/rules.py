"""What is too small, or too much one contributor's, to be shown: the primary rules.

Sources: the threshold of the figures' settings; NHS England's rule for hospital episodes and emergency care
since September 2018 (below national level 1 to 7 hidden, all else rounded to the nearest 5); the p % rule of
the Handbook on Statistical Disclosure Control (Hundepool and others, 2012).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.errors import BadInput

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]

LEAST_THRESHOLD = 3
NHS_THRESHOLD, NHS_BASE = 8, 5


@dataclass(frozen=True)
class Threshold:
    """Counts from 1 to ``least_shown`` - 1 are hidden; with ``hides_zeros`` zeros are too.

    Shown counts are rounded to the nearest ``rounded_to`` for display (1: as they are). ``span`` is how far
    apart the least and the greatest value of a hidden cell must lie for an attacker.
    """

    least_shown: int = 5
    rounded_to: int = 1
    hides_zeros: bool = False

    def __post_init__(self) -> None:
        if self.least_shown < LEAST_THRESHOLD:
            raise BadInput(
                "A threshold below 3 would hide nothing that needs hiding",
                where=f"least count shown: {self.least_shown}",
                next_step="Give 3 or more",
            )
        if self.rounded_to < 1:
            raise BadInput("Counts are rounded to 1 or more", where=f"{self.rounded_to}")

    @property
    def span(self) -> int:
        """The width of what is hidden: 4 where counts of 1 to 4 are."""
        return self.least_shown - 1

    def primary(self, values: Counts) -> Marks:
        """Which counts are too small to show."""
        small = values < self.least_shown
        return np.asarray(small if self.hides_zeros else small & (values != 0), dtype=np.bool_)

    def display(self, count: int) -> int:
        """The count as it is written where it is shown: halves go up."""
        base = self.rounded_to
        return (count + base // 2) // base * base


NHS = Threshold(least_shown=NHS_THRESHOLD, rounded_to=NHS_BASE)


def dominated(
    total: NDArray[np.float64], largest: NDArray[np.float64], second: NDArray[np.float64], percent: float
) -> Marks:
    """The p % rule for sums of amounts: the second contributor, who knows their own part and the total, could
    tell the largest to within ``percent`` of it. All in the same unit; one contributor alone is found."""
    return np.asarray((total - largest - second < percent / 100 * largest) & (largest > 0), dtype=np.bool_)
