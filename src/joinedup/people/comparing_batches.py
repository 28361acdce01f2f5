"""Pairs compared in batches, wherever the batches are: levels by DuckDB, weights by ``weighing``.

Spark hands batches to it in processes of its own (``in_spark``), so both engines compare by the very same SQL
in the very same library: what is alike on one, to the last letter, is alike on the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.people.comparisons import Comparison
from joinedup.people.model import Model
from joinedup.people.training import level_sql
from joinedup.people.weighing import weigh

SHARE = "share_of_"
"""Before the name of a column: how rare its value is, as in ``weighing.Rarities``."""


def levels_sql(asked: Sequence[Comparison], both: str, more: Sequence[str] = ()) -> str:
    """SELECT of ``l``, ``r``, the columns ``more`` and the level of each comparison, from a table that has
    both sides of each pair."""
    plain = ", ".join(("l", "r", *more))
    return f"""SELECT {plain}, COLUMNS(* EXCLUDE ({plain}))::TINYINT
               FROM (SELECT {plain}, {", ".join(map(level_sql, asked))} FROM {both})"""


@dataclass(frozen=True)
class Comparer:
    """How pairs are compared: the comparisons, the columns of which it counts how rare a value is, the model,
    and the least weight of a pair that is of use."""

    asked: tuple[Comparison, ...]
    rare: tuple[str, ...]
    model: Model
    floor: float

    def compared(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Of batches with ``l``, ``r``, both sides of each pair (``_l``, ``_r``) and their shares: ``l``,
        ``r``, ``weight`` and the levels of those that are of use."""
        shares = [f"{SHARE}{name}_{side}" for name in self.rare for side in "lr"]
        with duckdb.connect(config={"threads": 1}) as own:
            for batch in batches:
                own.register("both_sides", pa.table(batch))
                rows = own.sql(levels_sql(self.asked, "both_sides", shares)).to_arrow_table()
                own.unregister("both_sides")
                yield from self._weighed(rows).to_batches()

    def schema(self) -> pa.Schema:
        """What ``compared`` gives."""
        told = [("l", pa.int64()), ("r", pa.int64()), ("weight", pa.float64())]
        return pa.schema([*told, *((one.name, pa.int8()) for one in self.asked)])

    def _weighed(self, rows: pa.Table) -> pa.Table:
        levels = {one.name: rows[one.name].to_numpy() for one in self.asked}
        left = np.arange(rows.num_rows)
        weight = weigh(self.model, left, left + rows.num_rows, levels, self._shares(rows))
        told = pa.table({"l": rows["l"], "r": rows["r"], "weight": weight, **levels}, self.schema())
        return told.filter(pa.array(weight >= self.floor))

    def _shares(self, rows: pa.Table) -> dict[str, NDArray[np.float64]]:
        """The shares of all left ones, and behind them those of all right ones."""
        return {
            name: np.concatenate([rows[f"{SHARE}{name}_{side}"].to_numpy() for side in "lr"])
            for name in self.rare
        }
