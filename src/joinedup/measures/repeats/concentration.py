"""How concentrated events are on few units: how many have how many, the share of the top, and Gini."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from joinedup.errors import BadInput

Integers = NDArray[np.int64]
TOP = (0.01, 0.05, 0.10)


class FewerThanSeen(BadInput):
    """Fewer units than were seen are said to be possible; it says how many were seen."""


def distribution(events_of: Integers) -> dict[int, int]:
    """How many units have 1, 2, 3… events, from each unit's number of events."""
    sizes, units = np.unique(events_of, return_counts=True)
    return {int(size): int(number) for size, number in zip(sizes, units, strict=True)}


def top_share(events_of: Integers, share: float) -> float | None:
    """The share of all events that the top ``share`` (0 to 1) of the units have; None without events.

    A part of a unit counts as a whole one: the top hundredth of 250 units is three.
    """
    if not len(events_of):
        return None
    top = math.ceil(round(share * len(events_of), 9))  # 0.07 * 100 is a little over 7
    return float(np.sort(events_of)[::-1][:top].sum() / events_of.sum())


def gini(events_of: Integers, possible_units: int | None = None) -> float | None:
    """Gini's coefficient of the events of each unit, corrected for fewer events than units.

    ``possible_units`` is how many units there could be, those without an event included; None where only
    those with one are known. With n units and c events it is ``max(1, n / c) * (G - 1) + 1``: 0 where events
    are spread as evenly as so many can be. None without events. W. Bernasco and W. Steenbeek, "More places
    than crimes", Journal of Quantitative Criminology 33 (2017). Raises FewerThanSeen for fewer possible units
    than there are.
    """
    if not len(events_of):
        return None
    units = checked_units(len(events_of), possible_units)
    events = int(events_of.sum())
    rank = np.arange(units - len(events_of) + 1, units + 1)
    plain = 2 * float((rank * np.sort(events_of)).sum()) / (units * events) - (units + 1) / units
    return max(1.0, units / events) * (plain - 1) + 1


def checked_units(seen: int, possible_units: int | None) -> int:
    """How many units there could be; those seen where it is not said. Raises FewerThanSeen."""
    if possible_units is None:
        return seen
    if possible_units < seen:
        raise FewerThanSeen(
            f"There cannot be {possible_units:,} units where {seen:,} were seen",
            next_step="Give the number of residents, addresses or premises that there are",
        )
    return possible_units
