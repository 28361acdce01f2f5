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
from joinedup.people.comparisons import Comparison
from joinedup.people.descriptions import RARE, present_columns, rarity
from joinedup.people.model import Model, settings
from joinedup.people.tokens.comparing import compared

DECIMALS = 6  # weights are rounded to so many places before any threshold, so that engines agree
_FLOOR = -12.0  # bits: a pair below it is not kept
_STRONG = 0.0  # bits: what counts as a link where pairs that no block made are looked for
_MOST_LINKS = 200  # of one description with more, the others are not compared for its sake


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
            linker.table_management.register_term_frequency_lookup(
                api.register(f"rarity_of_{column}"), column
            )
    return linker


def score(connection: duckdb.DuckDBPyConnection, described: str, model: Model) -> Pairs:
    """All pairs that share a block, with their weights; none where nothing is told that could be compared."""
    present = present_columns(connection, described)
    if not _used(model, present):
        nothing = np.zeros(0, dtype=np.int64)
        return Pairs(nothing, nothing, np.zeros(0))
    rules = blocks(connection, described, present)
    linker = scorer(connection, described, model, rules)
    predicted = linker.inference.predict(threshold_match_weight=_FLOOR, warning_mode="never")
    return _taken(connection, predicted.physical_name)


def complete(connection: duckdb.DuckDBPyConnection, described: str, model: Model, pairs: Pairs) -> Pairs:
    """The pairs, and beside them those that were not compared though both are linked to a third one."""
    strong = pairs.above(_STRONG)
    both_ways = {"a": np.append(strong.left, strong.right), "b": np.append(strong.right, strong.left)}
    connection.register("link_of", pa.table(both_ways))
    connection.register("scored", pa.table({"a": pairs.left, "b": pairs.right}))
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE not_compared AS
            WITH link AS (SELECT a, b FROM link_of QUALIFY count(*) OVER (PARTITION BY a) <= {_MOST_LINKS})
            SELECT DISTINCT 'complete' AS match_key, l.b AS join_key_l, r.b AS join_key_r
            FROM link AS l JOIN link AS r ON l.a = r.a AND l.b < r.b
            ANTI JOIN scored ON scored.a = l.b AND scored.b = r.b"""
    )
    connection.unregister("link_of")
    connection.unregister("scored")
    if not connection.execute("SELECT count(*) FROM not_compared").fetchall()[0][0]:
        return pairs
    more = _taken(connection, predicted_pairs(scorer(connection, described, model), "not_compared"))
    return Pairs(*(np.concatenate(both) for both in zip(_arrays(pairs), _arrays(more), strict=True)))


def predicted_pairs(linker: Linker, asked: str) -> str:
    """Score the pairs of a table (``match_key``, ``join_key_l``, ``join_key_r``); the name of the answer."""
    wanted = linker._db_api.table_to_splink_dataframe(asked, asked)
    linker.table_management.register_blocked_pairs_for_predict(wanted)
    return str(linker.inference.predict(warning_mode="never").physical_name)


def _arrays(pairs: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    return pairs.left, pairs.right, pairs.weight


def _taken(connection: duckdb.DuckDBPyConnection, predicted: str) -> Pairs:
    """Splink's answer as arrays; the table is dropped."""
    rows = connection.execute(
        f"""SELECT least(description_l, description_r) AS l, greatest(description_l, description_r) AS r,
                round(match_weight, {DECIMALS}) AS weight FROM {predicted} ORDER BY l, r"""
    ).fetchnumpy()
    connection.execute(f"DROP TABLE IF EXISTS {predicted}")
    return Pairs(
        np.asarray(rows["l"], np.int64),
        np.asarray(rows["r"], np.int64),
        np.asarray(rows["weight"], np.float64),
    )


def _used(model: Model, present: frozenset[str]) -> tuple[Comparison, ...]:
    """The model's comparisons of which the table has anything: the others would say nothing."""
    return tuple(one for one in compared(present) if one.name in model.shares)
