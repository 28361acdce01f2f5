"""Pairs of descriptions and what speaks for their being one person, in bits, by Splink on DuckDB."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker

from joinedup.people.blocking import blocks
from joinedup.people.comparisons import BY_NAME, Comparison, can_compare
from joinedup.people.descriptions import RARE, present_columns, rarity
from joinedup.people.model import Model, settings

DECIMALS = 6  # weights are rounded to so many places before any threshold, so that engines agree
_FLOOR = -12.0  # bits: a pair below it is not kept
_LARGEST_COMPLETED = 300  # descriptions: in larger components pairs that no block made stay unscored


@dataclass(frozen=True)
class Pairs:
    """Pairs of descriptions, ``left`` < ``right``, and the weight of evidence in bits, the prior included."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    weight: NDArray[np.float64]

    def above(self, weight: float) -> Pairs:
        """Those of at least this weight."""
        kept = self.weight >= weight
        return Pairs(self.left[kept], self.right[kept], self.weight[kept])


def scorer(
    connection: duckdb.DuckDBPyConnection,
    described: str,
    model: Model,
    rules: Sequence[Any] = (),
    *,
    detail: bool = False,
) -> Linker:
    """Splink over a table of descriptions with a model; with ``detail`` its answers hold every level."""
    present = present_columns(connection, described)
    api = DuckDBAPI(connection=connection)
    table = api.register(described)
    said = settings(_used(model, present), rules, model, detail=detail)
    linker = Linker(table, said, log_level=logging.ERROR, validate_settings=False)
    for column in RARE:
        if column in present:
            rarity(connection, described, column, f"rarity_of_{column}")
            linker.table_management.register_term_frequency_lookup(api.register(f"rarity_of_{column}"), column)
    return linker


def score(connection: duckdb.DuckDBPyConnection, described: str, model: Model) -> Pairs:
    """All pairs that share a block, with their weights."""
    rules = blocks(connection, described, present_columns(connection, described))
    linker = scorer(connection, described, model, rules)
    predicted = linker.inference.predict(threshold_match_weight=_FLOOR, warning_mode="never")
    return _taken(connection, predicted.physical_name)


def complete(connection: duckdb.DuckDBPyConnection, described: str, model: Model, pairs: Pairs, component: NDArray[np.int64]) -> Pairs:
    """The pairs, and beside them all that were not compared though both are in one component.

    ``component`` has for each description the number of its component. Components of more than 300
    descriptions are left as they are.
    """
    sizes = np.bincount(component)
    wanted = np.flatnonzero((sizes[component] > 2) & (sizes[component] <= _LARGEST_COMPLETED))
    if not len(wanted):
        return pairs
    members = {"description": wanted, "component": component[wanted]}
    connection.register("member_of", _table(members))
    connection.register("scored", _table({"l": pairs.left, "r": pairs.right}))
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE not_compared AS
           SELECT 'complete' AS match_key, a.description AS join_key_l, b.description AS join_key_r
           FROM member_of AS a JOIN member_of AS b ON a.component = b.component AND a.description < b.description
           ANTI JOIN scored ON scored.l = a.description AND scored.r = b.description"""
    )
    connection.unregister("member_of")
    connection.unregister("scored")
    linker = scorer(connection, described, model)
    linker.table_management.register_blocked_pairs_for_predict(linker._db_api.register("not_compared"))
    predicted = linker.inference.predict(warning_mode="never")
    more = _taken(connection, predicted.physical_name)
    return Pairs(*(np.concatenate(both) for both in zip(_arrays(pairs), _arrays(more), strict=True)))


def _table(columns: dict[str, NDArray[np.int64]]) -> pa.Table:
    return pa.table(columns)


def _arrays(pairs: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    return pairs.left, pairs.right, pairs.weight


def _taken(connection: duckdb.DuckDBPyConnection, predicted: str) -> Pairs:
    """Splink's answer as arrays; the table is dropped."""
    rows = connection.execute(
        f"""SELECT least(description_l, description_r) AS l, greatest(description_l, description_r) AS r,
                round(match_weight, {DECIMALS}) AS weight FROM {predicted} ORDER BY l, r"""
    ).fetchnumpy()
    connection.execute(f"DROP TABLE IF EXISTS {predicted}")
    return Pairs(np.asarray(rows["l"], np.int64), np.asarray(rows["r"], np.int64), np.asarray(rows["weight"], np.float64))


def _used(model: Model, present: frozenset[str]) -> tuple[Comparison, ...]:
    """The model's comparisons of which the table has anything: the others would say nothing."""
    return tuple(BY_NAME[name] for name in model.shares if can_compare(BY_NAME[name], present))
