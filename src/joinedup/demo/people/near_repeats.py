"""Near repeats: some burglaries and vehicle crimes follow another of the month, close by and within days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from joinedup.demo.people.civil import DAY, skip_missing_hour
from joinedup.demo.people.drawing import GroupDraw, happens
from joinedup.demo.people.eventlog import NOT_YET
from joinedup.demo.people.offences import load_offences
from joinedup.demo.people.stage import Stage

if TYPE_CHECKING:
    from joinedup.demo.people.crimes import Crimes

_TYPES = ("Burglary", "Vehicle crime")


def follow_others(stream: np.random.Generator, stage: Stage, crimes: Crimes) -> np.ndarray:
    """Move some crimes to the place of another of their type, or its LSOA, some days later.

    Returns for each crime the one whose home is struck again (-1 for none). Rows stay published ones.
    """
    rates = stage.world.rates["crimes"]
    struck_again = np.full(len(crimes), -1)
    for name in _TYPES:
        of_type = np.flatnonzero(crimes.types == load_offences().types.index(name))
        follows = happens(stream, rates["near_repeats"], len(of_type))
        later, first = of_type[follows], of_type[~follows]
        if not len(first):
            continue
        origin = first[stream.integers(0, len(first), len(later))]
        gap = 1 + stream.exponential(rates["near_repeat_days"], len(later)).astype(np.int64)
        day = crimes.at[origin] // DAY + gap
        within = day < stage.month.after
        later, origin, day = later[within], origin[within], day[within]
        same_point = happens(stream, rates["near_repeat_same_point"], len(later))
        crimes.row[later] = np.where(
            same_point, crimes.row[origin], _close_by(stream, stage, name, crimes.row[origin])
        )
        shift = (day - crimes.at[later] // DAY) * DAY
        crimes.at[later] = skip_missing_hour(crimes.at[later] + shift)
        ends = crimes.until[later] != NOT_YET
        crimes.until[later[ends]] = skip_missing_hour(crimes.until[later[ends]] + shift[ends])
        again = same_point & happens(stream, rates["near_repeat_same_home"], len(later))
        struck_again[later[again]] = origin[again]
    return struck_again


def _close_by(stream: np.random.Generator, stage: Stage, crime_type: str, row: np.ndarray) -> np.ndarray:
    """A published row of the type in the same LSOA and month."""
    rows = stage.world.ground.rows
    found = np.flatnonzero((rows.month == stage.source_month) & rows.of_type(crime_type))
    draw = GroupDraw(np.ones(len(found)), rows.lsoa[found], len(stage.world.ground.codes))
    return found[draw.draw(stream, rows.lsoa[row])]
