"""Pairs kept from one linkage to the next, so that only what is new, changed or gone is compared again.

A kept pair is two numbers of descriptions and the levels of their comparison. Descriptions are known again by
keyed digests (HMAC-SHA-256) of all that they say; there is no name, and without the workspace's secret nobody
can tell by trying names who it is. What a pair weighs is not kept: the chance of a match and the rarity of
names are those of the whole table each time. So with what is kept the answer is that of comparing everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import parquet

from joinedup import __version__
from joinedup.people.blocking import Blocks
from joinedup.people.comparisons import Comparison
from joinedup.people.model import Model
from joinedup.people.normalising import STANDARD
from joinedup.people.scoring import Pairs
from joinedup.people.training import level_sql
from joinedup.records.tombstones import Secret

PAIRS, DESCRIPTIONS = "pairs.parquet", "descriptions.parquet"
_DIGITS = 32  # of a digest: 128 bits
_SHRUNK = 1.5  # times as many descriptions as now: from so many on pairs below the floor could come above it
GONE = -1


@dataclass(frozen=True)
class Kept:
    """What is kept. ``digests`` of descriptions in their order; ``pairs`` that share a block, with their
    levels; ``made_of``: a digest of the blocks, comparisons and model by which they were made; ``most``:
    descriptions in the largest table since everything was compared."""

    digests: pa.ChunkedArray
    pairs: Pairs
    made_of: str
    most: int

    def fits(self, made_of: str, count: int) -> bool:
        """Whether a table of so many descriptions, compared so, can begin with it."""
        return self.made_of == made_of and self.most <= _SHRUNK * count

    def written(self, folder: Path) -> list[Path]:
        """Write it as files."""
        pairs = {"l": self.pairs.left, "r": self.pairs.right, **self.pairs.levels}
        tables = {PAIRS: pa.table(pairs), DESCRIPTIONS: pa.table({"digest": self.digests})}
        for name, table in tables.items():
            parquet.write_table(table, folder / name, compression="zstd")
        return [folder / name for name in tables]


def read_kept(pairs: Path, descriptions: Path, made_of: str, most: int) -> Kept:
    """The files of ``Kept.written``; the weights are not known."""
    rows = parquet.read_table(pairs)
    columns = {name: rows[name].to_numpy() for name in rows.column_names}
    left, right = columns.pop("l"), columns.pop("r")
    nothing = np.full(len(left), np.nan)
    digests = parquet.read_table(descriptions)["digest"]
    return Kept(digests, Pairs(left, right, nothing, columns), made_of, most)


def made_of(found: Blocks, asked: Sequence[Comparison], model: Model) -> str:
    """A digest of what pairs are made of: by other blocks, comparisons or model, others would be kept."""
    said = [found.equal, found.swapped, found.listed, [level_sql(one) for one in asked], STANDARD]
    said += [__version__, duckdb.__version__]  # which may tell alike otherwise
    return hashlib.sha256(repr([*said, sorted(model.shares.items())]).encode()).hexdigest()


def digests(connection: duckdb.DuckDBPyConnection, described: str, secret: Secret) -> pa.ChunkedArray:
    """The keyed digest of each description, in their order."""
    told = " || ".join(f"coalesce(CAST({name} AS VARCHAR), chr(30)) || chr(31)" for name in STANDARD)
    digest = secret.digest_sql("", "description", f"({told})")
    query = f"SELECT left({digest}, {_DIGITS}) AS digest FROM {described} ORDER BY description"
    return connection.sql(query).to_arrow_table()["digest"]


def places(before: pa.ChunkedArray, now: pa.ChunkedArray) -> NDArray[np.int64]:
    """Of each description before its number now, or ``GONE``: those that are there once, then and now.

    Descriptions that say the same are those that tell too little to be one; none of them is known again.
    """
    found = pc.fill_null(pc.index_in(before, value_set=now), GONE).to_numpy().astype(np.int64)
    for several in (before, now):
        counts = pc.value_counts(several)
        twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
        found[pc.is_in(before, value_set=twice).to_numpy(zero_copy_only=False)] = GONE
    return found


def still_there(pairs: Pairs, place: NDArray[np.int64]) -> Pairs:
    """The kept pairs of which both descriptions are there, by their numbers now."""
    one, other = place[pairs.left], place[pairs.right]
    kept = np.flatnonzero((one != GONE) & (other != GONE))
    left, right = np.minimum(one, other)[kept], np.maximum(one, other)[kept]
    return replace(
        pairs,
        left=left,
        right=right,
        weight=pairs.weight[kept],
        levels={name: level[kept] for name, level in pairs.levels.items()},
    )
