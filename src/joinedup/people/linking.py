"""From a table of persons to who is the same: the whole way in one function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.people.attributes import Columns, checked
from joinedup.people.blocking import blocks
from joinedup.people.clustering import Clusterings, Rules, Thresholds, cluster
from joinedup.people.contradictions import contradictions
from joinedup.people.descriptions import ENOUGH, describe, present_columns
from joinedup.people.evidence import IDENTIFIERS as CLASH
from joinedup.people.homes import homes
from joinedup.people.keeping import Kept, digests, made_of, places, still_there
from joinedup.people.model import Model
from joinedup.people.normalising import normalise
from joinedup.people.scoring import FLOOR, Comparing, Described, InDuckDB, Pairs, complete, score, used
from joinedup.people.training import train
from joinedup.people.weighing import rarities
from joinedup.records.tombstones import Secret

# DuckDB's allocator keeps what it was given, while clustering wants its own: of a million mentions a tenth.
_MEMORY_GIVEN_BACK = {
    "allocator_background_threads": "true",
    "allocator_flush_threshold": "'16MB'",
    "allocator_bulk_deallocation_flush_threshold": "'32MB'",
}
RowPairs = Sequence[tuple[int, int]]
"""Pairs of rows of a table, by their numbers from 0."""


@dataclass(frozen=True)
class Known:
    """What is known beforehand. ``one_each``: schemes of numbers of which a person has only one; ``same`` and
    ``different``: decisions about pairs, which bind."""

    one_each: Collection[str] = ()
    same: RowPairs = ()
    different: RowPairs = ()

    def of_descriptions(self, description: NDArray[np.int64]) -> Known:
        """The same of descriptions; of rows that say the very same nothing can be decided."""
        both = (
            [(int(description[one]), int(description[other])) for one, other in pairs]
            for pairs in (self.same, self.different)
        )
        same, different = ([pair for pair in pairs if pair[0] != pair[1]] for pairs in both)
        return Known(self.one_each, same, different)


@dataclass(frozen=True)
class Keeping:
    """That pairs are kept: the secret by which descriptions are known again, and what was kept before."""

    secret: Secret
    before: Kept | None = None


@dataclass(frozen=True)
class Pairing:
    """How pairs are come by: what finds and compares them, and that they are kept, if they are."""

    comparing: Comparing = field(default_factory=InDuckDB)
    keeping: Keeping | None = None


@dataclass(frozen=True)
class Keep:
    """What to keep for the next time, and how many pairs were not compared because they were kept."""

    kept: Kept
    taken_over: int


@dataclass(frozen=True)
class Linked:
    """Who is the same in a table: the cluster of each row, and what it rests on.

    ``description`` is the description of each row, and ``enough`` whether it tells who somebody is at all;
    ``pairs`` are of descriptions, and ``contradicting`` says of each which rule it breaks. ``home`` is the
    home of each row, as ``homes`` has it; ``keep`` what is to be kept, where pairs are kept.
    """

    strict: NDArray[np.int64]
    best: NDArray[np.int64]
    loose: NDArray[np.int64]
    description: NDArray[np.int64]
    enough: NDArray[np.bool_]
    home: NDArray[np.int64]
    pairs: Pairs
    contradicting: NDArray[np.int8]
    model: Model
    junk: Mapping[str, int] = field(default_factory=dict)
    keep: Keep | None = None

    @property
    def largest(self) -> int:
        """Descriptions in the largest cluster of the best clustering."""
        per_description = np.unique(np.column_stack([self.best, self.description]), axis=0)[:, 0]
        return int(np.bincount(per_description).max(initial=0))


def link_table(
    table: pa.Table,
    columns: Columns,
    *,
    model: Model | None = None,
    thresholds: Thresholds | None = None,
    rules: Rules | None = None,
    known: Known | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
    pairing: Pairing | None = None,
) -> Linked:
    """Link the rows of a table of persons; ``columns`` says for each attribute which column holds it.

    Without a ``model`` one is learnt from the table. Where ``pairing`` keeps pairs, only those are compared
    that were not kept, and ``keep`` of the answer is for the next time. In ``connection`` the table
    ``described`` is left, for ``explaining``. Raises BadInput for a mapping that cannot be used.
    """
    checked(columns, table.column_names)
    own = connection or duckdb.connect()
    for name, value in _MEMORY_GIVEN_BACK.items():
        own.execute(f"SET {name} = {value}")
    rows_given = table.num_rows
    own.register("given_table", table.append_column("row", pa.array(np.arange(rows_given))))
    junk = normalise(own, "given_table", columns, "normalised")
    own.unregister("given_table")
    del table  # it is not needed any more: where the caller does not need it either, it goes
    count = describe(own, "normalised", "described")
    lived = homes(own, "normalised", rows_given)
    own.execute("DROP TABLE normalised")
    if model:
        frozen = model.for_table_of(count)
    else:
        frozen = train(own, "described", f"{dt.datetime.now(dt.UTC).date()}, the table itself")
    rows = own.execute(
        f"""SELECT description, {ENOUGH} AS enough
            FROM described_rows JOIN described USING (description) ORDER BY row"""
    ).fetchnumpy()
    description = np.asarray(rows["description"], np.int64)
    beforehand = (known or Known()).of_descriptions(description)
    clusterings, pairs, contradicting, keep = link_descriptions(
        own, "described", count, frozen, thresholds, rules, beforehand, pairing
    )
    return Linked(
        clusterings.strict[description],
        clusterings.best[description],
        clusterings.loose[description],
        description,
        np.asarray(rows["enough"], np.bool_),
        lived,
        pairs,
        contradicting,
        frozen,
        junk,
        keep,
    )


def link_descriptions(
    connection: duckdb.DuckDBPyConnection,
    described: str,
    count: int,
    model: Model,
    thresholds: Thresholds | None = None,
    rules: Rules | None = None,
    known: Known | None = None,
    pairing: Pairing | None = None,
) -> tuple[Clusterings, Pairs, NDArray[np.int8], Keep | None]:
    """Score, complete and cluster the descriptions of a table."""
    at, told, how = thresholds or Thresholds(), known or Known(), pairing or Pairing()
    among = Described(connection, described, model, rarities(connection, described))
    scored, keep = _scored(among, count, how)
    close = scored.where(scored.weight >= FLOOR)
    del scored  # a million mentions have millions of pairs
    pairs = complete(among, close, how.comparing)
    del close
    contradicting = contradictions(connection, described, pairs, model, told.one_each)
    clash = contradicting == CLASH  # a person has one such number, whatever else speaks for them
    apart = [*told.different, *zip(pairs.left[clash].tolist(), pairs.right[clash].tolist(), strict=True)]
    clusterings = cluster(count, pairs, contradicting, at, rules, told.same, apart)
    return clusterings, pairs, contradicting, keep


def _scored(among: Described, count: int, how: Pairing) -> tuple[Pairs, Keep | None]:
    """The pairs that share a block, begun with those that were kept where that can be; and what to keep."""
    connection, described, model = among.connection, among.table, among.model
    present = present_columns(connection, described)
    shared = blocks(connection, described, present)
    keeping = how.keeping
    if keeping is None:
        return score(among, shared, how.comparing), None
    made, now = made_of(shared, used(model, present), model), digests(connection, described, keeping.secret)
    old, before, most = keeping.before, None, count
    if old is not None and old.fits(made, count):
        place, most = places(old.digests, now), max(count, old.most)
        fresh = np.setdiff1d(np.arange(count), place)
        connection.register("fresh_ones", pa.table({"description": fresh}))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE fresh AS FROM {described} SEMI JOIN fresh_ones USING (description)"
        )
        connection.unregister("fresh_ones")
        before = still_there(old.pairs, place), "fresh"
    scored = score(among, shared, how.comparing, before)
    return scored, Keep(Kept(now, scored, made, most), 0 if before is None else len(before[0].left))
