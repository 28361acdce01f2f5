"""What the levels of pairs weigh by a model, in bits: pure functions over arrays.

Splink adds up the same (``explaining`` asks it for its sum, and the tests hold weights against Splink's).
It is done apart from finding out the levels, because these stay what they are while a table grows, and the
chance of a match and the rarity of names do not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import duckdb
import numpy as np
from numpy.typing import NDArray

from joinedup.people.comparisons import BY_NAME
from joinedup.people.descriptions import RARE, present_columns, rarity
from joinedup.people.model import LEAST_RARITY, Model

DECIMALS = 6  # weights are rounded to so many places before any threshold, so that engines agree
Levels = Mapping[str, NDArray[np.int8]]
"""By comparison the level of each pair, from 0 for the strongest; -1 where there is nothing to compare."""
Rarities = Mapping[str, NDArray[np.float64]]
"""By column the share of people that have the value of each description; NaN where it has none."""


def rarities(connection: duckdb.DuckDBPyConnection, described: str) -> Rarities:
    """How rare the values of a table's descriptions are, in the order of descriptions."""
    found = {}
    for column in sorted(present_columns(connection, described) & set(RARE)):
        rarity(connection, described, column, f"rarity_of_{column}")
        rows = connection.execute(
            f"""SELECT coalesce(tf_{column}, 'nan'::DOUBLE) AS share
                FROM {described} LEFT JOIN rarity_of_{column} USING ({column}) ORDER BY description"""
        ).fetchnumpy()
        found[column] = np.asarray(rows["share"], np.float64)
    return found


def weigh(
    model: Model, left: NDArray[np.int64], right: NDArray[np.int64], levels: Levels, shares: Rarities
) -> NDArray[np.float64]:
    """The weight of each pair of descriptions: where it begins, and what each of its levels adds."""
    total = np.full(len(left), math.log2(model.prior / (1 - model.prior)))
    for name, level in levels.items():
        comparison = BY_NAME[name]
        believed = [one.within(comparison.most) for one in model.shares[name]]
        total += np.array([*(one.weight for one in believed), 0.0])[level]  # level -1 takes the last
        for place, one in enumerate(comparison.levels):
            if one.rarity is not None and one.rarity in shares:
                at = np.flatnonzero(level == place)
                share = np.fmax(shares[one.rarity][left[at]], shares[one.rarity][right[at]])
                rarer = math.log2(believed[place].u) - np.log2(np.maximum(share, LEAST_RARITY))
                total[at] += np.nan_to_num(rarer)
    return np.round(total, DECIMALS)
