"""Pairs of descriptions and what speaks for their being one person, in bits: levels by DuckDB, summed up."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.people.blocking import Blocks, pairs_to_compare
from joinedup.people.comparing_batches import levels_sql
from joinedup.people.comparisons import Comparison
from joinedup.people.descriptions import present_columns
from joinedup.people.model import Model
from joinedup.people.tokens.comparing import compared
from joinedup.people.weighing import Levels, Rarities, weigh

FLOOR = -12.0  # bits: a pair below it says nothing
_KEPT = -13.0  # bits: a pair that is not further below may come above it while a table grows
_STRONG = 0.0  # bits: what counts as a link where pairs that no block made are looked for
_WEIGHED_AT_ONCE = 500_000  # pairs: most of those that a block makes are let go again
_LINKS_AT_ONCE = 300_000  # links: their neighbours' neighbours are many more, and held in memory at once
_MOST_LINKS = 200  # of one description with more, the others are not compared for its sake


@dataclass(frozen=True)
class Pairs:
    """Pairs of descriptions, ``left`` < ``right``, and the weight of evidence in bits, the prior included.

    ``levels``: by comparison the level of each pair.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    weight: NDArray[np.float64]
    levels: Levels = field(default_factory=dict)

    def above(self, weight: float) -> Pairs:
        """Those of at least this weight, without their levels."""
        kept = self.weight >= weight
        return Pairs(self.left[kept], self.right[kept], self.weight[kept])

    def where(self, kept: NDArray[np.bool_]) -> Pairs:
        """Some of them."""
        levels = {name: one[kept] for name, one in self.levels.items()}
        return Pairs(self.left[kept], self.right[kept], self.weight[kept], levels)

    def ordered(self) -> Pairs:
        """The same in ascending order."""
        order = np.lexsort((self.right, self.left))
        levels = {name: one[order] for name, one in self.levels.items()}
        return Pairs(self.left[order], self.right[order], self.weight[order], levels)


def together(several: Sequence[Pairs]) -> Pairs:
    """All pairs of some tables of pairs that were compared in the same ways."""
    return Pairs(
        np.concatenate([one.left for one in several]),
        np.concatenate([one.right for one in several]),
        np.concatenate([one.weight for one in several]),
        {name: np.concatenate([one.levels[name] for one in several]) for name in several[0].levels},
    )


@dataclass(frozen=True)
class Described:
    """A table of descriptions in DuckDB, and what says how its pairs are compared."""

    connection: duckdb.DuckDBPyConnection
    table: str
    model: Model
    shares: Rarities

    def asked(self) -> tuple[Comparison, ...]:
        """The comparisons by which any two of them can be compared."""
        return used(self.model, present_columns(self.connection, self.table))


class Comparing(Protocol):
    """What finds pairs and compares them: every engine gives the same pairs, levels and weights."""

    def sharing(self, among: Described, shared: Blocks, fresh: str, floor: float) -> Iterator[Pairs]:
        """The pairs that share a block, in portions, without those below ``floor``; with ``fresh``, a table
        of some of the descriptions, those with one of them."""

    def compare(self, among: Described, pairs: str) -> Pairs:
        """The pairs of a table (``l`` < ``r``)."""


class InDuckDB:
    """Comparing where the descriptions are."""

    def sharing(self, among: Described, shared: Blocks, fresh: str, floor: float) -> Iterator[Pairs]:
        """As in ``Comparing``."""
        asked = among.asked()
        for portion in pairs_to_compare(among.connection, among.table, shared, "to_compare", fresh):
            yield compare(among, asked, portion, floor)
        among.connection.execute("DROP TABLE IF EXISTS to_compare")

    def compare(self, among: Described, pairs: str) -> Pairs:
        """As in ``Comparing``."""
        return compare(among, among.asked(), pairs)


def score(
    among: Described, shared: Blocks, comparing: Comparing, before: tuple[Pairs, str] | None = None
) -> Pairs:
    """All pairs that share a block, with their weights, in order, those somewhat below the floor too; none
    where nothing is told that could be compared.

    ``before``: pairs that were compared already, and a table of the descriptions that are in none of them
    (``fresh``): only pairs with one of these are compared.
    """
    asked = among.asked()
    known, fresh = before or (_nothing(asked), "")
    weight = weigh(among.model, known.left, known.right, known.levels, among.shares)
    found = [replace(known, weight=weight).where(weight >= _KEPT)]
    if asked:
        found += comparing.sharing(among, shared, fresh, _KEPT)
    return together(found).ordered()


def _nothing(asked: Sequence[Comparison]) -> Pairs:
    none = np.zeros(0, dtype=np.int64)
    return Pairs(none, none, np.zeros(0), {one.name: np.zeros(0, dtype=np.int8) for one in asked})


def compare(among: Described, asked: Sequence[Comparison], pairs: str, floor: float = -np.inf) -> Pairs:
    """The pairs of a table (``l`` < ``r``) with their levels and weights, without those below ``floor``."""
    columns = sorted({column for one in asked for column in one.columns})
    both = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in columns)
    joined = f"""(SELECT p.l, p.r, {both} FROM {pairs} AS p
                  JOIN {among.table} AS l ON l.description = p.l
                  JOIN {among.table} AS r ON r.description = p.r)"""
    among.connection.execute(f"CREATE OR REPLACE TEMP TABLE compared AS {levels_sql(asked, joined)}")
    count = among.connection.execute("SELECT count(*) FROM compared").fetchall()[0][0]
    heavy = [_heavy(at, asked, among, floor) for at in range(0, max(count, 1), _WEIGHED_AT_ONCE)]
    among.connection.execute("DROP TABLE compared")
    return together(heavy)


def _heavy(at: int, asked: Sequence[Comparison], among: Described, floor: float) -> Pairs:
    """Some of the pairs in ``compared``, from one on, with their levels, weighed, without those below
    ``floor``."""
    query = f"SELECT * FROM compared WHERE rowid >= {at} AND rowid < {at + _WEIGHED_AT_ONCE}"
    rows = among.connection.execute(query).fetchnumpy()
    left, right = (np.asarray(rows[end], np.int64) for end in ("l", "r"))
    levels = {one.name: np.asarray(rows[one.name], np.int8) for one in asked}
    weight = weigh(among.model, left, right, levels, among.shares)
    return Pairs(left, right, weight, levels).where(weight >= floor)


def complete(among: Described, pairs: Pairs, comparing: Comparing) -> Pairs:
    """The pairs, which are in order, and beside them those that were not compared though both are linked to a
    third one."""
    connection, strong = among.connection, pairs.above(_STRONG)
    both_ways = {"a": np.append(strong.left, strong.right), "b": np.append(strong.right, strong.left)}
    connection.register("link_of", pa.table(both_ways))
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE link AS
            SELECT a, b FROM link_of QUALIFY count(*) OVER (PARTITION BY a) <= {_MOST_LINKS}"""
    )
    connection.unregister("link_of")
    connection.execute("CREATE OR REPLACE TEMP TABLE not_compared (l BIGINT, r BIGINT)")
    portions = max(1, -(-len(strong.left) // _LINKS_AT_ONCE))
    bounds = np.linspace(0, int(pairs.right.max(initial=0)) + 1, portions + 1).astype(np.int64).tolist()
    for begin, end in itertools.pairwise(bounds):
        _add_not_compared(connection, pairs, begin, end)
    connection.execute("DROP TABLE link")
    if not connection.execute("SELECT count(*) FROM not_compared").fetchall()[0][0]:
        return pairs
    return together([pairs, comparing.compare(among, "not_compared").ordered()])


def _add_not_compared(connection: duckdb.DuckDBPyConnection, pairs: Pairs, begin: int, end: int) -> None:
    """Add those pairs that begin with one of these descriptions, from ``begin`` to before ``end``."""
    some = slice(*np.searchsorted(pairs.left, (begin, end)).tolist())
    connection.register("scored", pa.table({"a": pairs.left[some], "b": pairs.right[some]}))
    connection.execute(
        f"""INSERT INTO not_compared
            SELECT DISTINCT l.b AS l, r.b AS r
            FROM (FROM link WHERE b >= {begin} AND b < {end}) AS l JOIN link AS r ON l.a = r.a AND l.b < r.b
            ANTI JOIN scored ON scored.a = l.b AND scored.b = r.b"""
    )
    connection.unregister("scored")


def used(model: Model, present: frozenset[str]) -> tuple[Comparison, ...]:
    """The model's comparisons of which the table has anything: the others would say nothing."""
    return tuple(one for one in compared(present) if one.name in model.shares)
