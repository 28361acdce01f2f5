"""Counting first-time entrants: pure functions over arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell
from joinedup.terms import Period


@dataclass(frozen=True)
class Rows:
    """One row for each record: whose (a key), the day, the age then (NaN: not known), and whether it names
    an entrant (``own``) or is one of those in which they may have been before."""

    unit: NDArray[np.object_]
    day: NDArray[np.datetime64]
    age: NDArray[np.float64]
    own: NDArray[np.bool_]


@dataclass(frozen=True)
class Entered:
    """How many entered in the period at the right ages, how many of them were known before, and how many
    were left out for another age or none."""

    entrants: int
    known_before: int
    other_age: int
    no_age: int


def entered(rows: Rows, period: Period, ages: tuple[int, int]) -> Entered:
    """Each person once, by their first record of the period that names them an entrant.

    Known before is whom any record names on an earlier day, of whichever kind. The age is that of the first.
    """
    everything = pd.DataFrame({"unit": rows.unit, "day": rows.day, "age": rows.age, "own": rows.own})
    inside = (everything["day"] >= np.datetime64(period.start)) & (
        everything["day"] < np.datetime64(period.end)
    )
    named = everything[inside & everything["own"]].sort_values(["day", "age"], kind="stable")
    first = named.drop_duplicates("unit").set_index("unit")
    fits = first["age"].between(*ages)
    taken = first[fits]
    earliest = everything.groupby("unit")["day"].min().reindex(taken.index)
    before = int((earliest < taken["day"]).sum())
    none = int(first["age"].isna().sum())
    return Entered(len(taken), before, len(first) - len(taken) - none, none)


def cells_of(found: Entered, residents: int | None) -> list[Cell]:
    """The rate (or, without a denominator, the count alone), and the share of those who were known before."""
    rate = cells.rate("entrants", ALL, found.entrants, residents or 0)
    return [rate, cells.share("known-before", ALL, found.known_before, found.entrants)]


def notes_of(found: Entered) -> list[str]:
    """Who was left out."""
    notes = []
    if found.other_age:
        notes.append(_("{number} were of another age, and are not counted.").format(number=found.other_age))
    if found.no_age:
        notes.append(_("Of {number} no age is told: they are not counted.").format(number=found.no_age))
    return notes
