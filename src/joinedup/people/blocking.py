"""Which pairs are compared at all: blocks that a table allows, as many as it can afford."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from joinedup.people.tokens.facets import BOND_COLUMN, PREFIX

# Pairs that are compared at all share one of these. Each lists columns that must be equal and not empty;
# where that would make too many pairs of a table, the block is left out.
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("birth_key", "given_initial"),
    ("birth_key", "family_sound"),
    ("birth_key", "district"),
    ("given_canon", "family"),
    ("phone",),
    ("email",),
    ("uprn", "given_initial"),
    ("postcode", "given_canon"),
    ("postcode", "family_sound"),
    ("street", "given_canon"),
    ("street", "family_sound"),
    ("given_canon", "family_sound", "sector"),
    ("given_sound", "family_sound", "birth_year"),
    ("given_sound", "family_sound"),
    ("given_canon", "birth_year", "district"),
    ("family_sound", "birth_year"),
    ("given_canon", "sector"),
    ("family_sound", "sector"),
    ("family_sound", "district"),
    ("given_canon", "district"),
    ("given_canon", "birth_year"),
    ("birth_key",),
)
SWAPPED_BLOCK = "l.given = r.family AND l.family = r.given"
# Training looks at pairs that agree on these; what they hold is learnt from the other.
TRAINING_BLOCKS: tuple[tuple[str, ...], ...] = (("birth",), ("given", "family"))

_EARLIER, _LATER = "least(l.description, r.description)", "greatest(l.description, r.description)"
_PAIRS_EACH = 8  # a block may make so many pairs for each description
_PAIRS_OF_SMALL_TABLES = 400_000
_PAIRS_AT_ONCE = 5_000_000  # of all blocks: what is held in memory while they are made and scored


@dataclass(frozen=True)
class Blocks:
    """The blocks that a table can afford, and how many pairs they make together, each counted as often as a
    block makes it."""

    equal: tuple[tuple[str, ...], ...]
    pairs: int
    swapped: bool
    listed: tuple[str, ...]

    @property
    def needed(self) -> tuple[tuple[str, ...], ...]:
        """Those of ``equal`` that make any pair which no other does: who agrees on more agrees on less."""
        return tuple(one for one in self.equal if not any(set(other) < set(one) for other in self.equal))

    def columns(self) -> frozenset[str]:
        """The columns by which they find pairs."""
        swapped = ("given", "family") if self.swapped else ()
        return frozenset((*(name for one in self.needed for name in one), *swapped, *self.listed))


def blocks(connection: duckdb.DuckDBPyConnection, described: str, present: frozenset[str]) -> Blocks:
    """The blocks for a table of descriptions whose columns ``present`` have values."""
    count = connection.execute(f"SELECT count(*) FROM {described}").fetchall()[0][0]
    affordable = max(_PAIRS_OF_SMALL_TABLES, _PAIRS_EACH * count)
    made = {one: _pairs(connection, described, one) for one in BLOCKS if present.issuperset(one)}
    equal = tuple(one for one, pairs in made.items() if pairs <= affordable)
    listed = ("identifiers",) if "identifiers" in present else ()
    if "token" in present:
        listed = (*listed, BOND_COLUMN, f"{PREFIX}identifiers")
    found = Blocks(equal, 0, present.issuperset(("given", "family")), listed)
    return replace(found, pairs=sum(made[one] for one in found.needed))


def pairs_to_compare(
    connection: duckdb.DuckDBPyConnection, described: str, found: Blocks, into: str, fresh: str = ""
) -> Iterator[str]:
    """Write the pairs of descriptions that share a block, each once, in portions of a few million: the table
    ``into`` (``l`` < ``r``), made anew for each.

    ``fresh``: a table of some of the descriptions; only pairs with one of these are written.
    """
    count = connection.execute(f"SELECT count(*) FROM {described}").fetchall()[0][0]
    portions = 1 if fresh else max(1, -(-found.pairs // _PAIRS_AT_ONCE))
    for portion in range(portions):
        begin, end = ((portion + at) * count // portions for at in (0, 1))
        among = f"(FROM {fresh or described} WHERE description >= {begin} AND description < {end})"
        order = "<>" if fresh else "<"
        key = f"{_EARLIER} * CAST({count} AS BIGINT) + {_LATER} AS key"  # both as one number
        every = " UNION ALL ".join(_of_blocks(found, among, described, order, key))
        connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE {into} AS
                SELECT key // {count} AS l, key % {count} AS r
                FROM (SELECT DISTINCT key FROM ({every}))"""
        )
        yield into


def pairs_sql(described: str, found: Blocks, fresh: str = "") -> str:
    """SELECT of the same pairs, all at once, in SQL that other engines can be asked in their dialect."""
    selected, order = f"{_EARLIER} AS l, {_LATER} AS r", "<>" if fresh else "<"
    every = " UNION ALL ".join(_of_blocks(found, fresh or described, described, order, selected))
    return f"SELECT DISTINCT l, r FROM ({every}) AS shared"


def _of_blocks(found: Blocks, among: str, described: str, order: str, columns_told: str) -> Iterator[str]:
    """SELECTs of the pairs of each block: these columns of the descriptions ``l`` and ``r``."""
    selected = f"SELECT {columns_told}"
    apart = f"l.description {order} r.description"
    for columns in found.needed:
        equal = " AND ".join(f"l.{name} = r.{name}" for name in columns)
        yield f"{selected} FROM {among} AS l JOIN {described} AS r ON {equal} AND {apart}"
    if found.swapped:
        yield f"{selected} FROM {among} AS l JOIN {described} AS r ON {SWAPPED_BLOCK} AND {apart}"
    for column in found.listed:
        left, right = (
            f"(SELECT description, unnest({column}) AS held FROM {table})" for table in (among, described)
        )
        yield f"{selected} FROM {left} AS l JOIN {right} AS r ON l.held = r.held AND {apart}"


def _pairs(connection: duckdb.DuckDBPyConnection, described: str, columns: tuple[str, ...]) -> int:
    there = " AND ".join(f"{name} IS NOT NULL" for name in columns)
    sizes = f"SELECT count(*) AS n FROM {described} WHERE {there} GROUP BY {', '.join(columns)}"
    return int(
        connection.execute(f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM ({sizes})").fetchall()[0][0]
    )
