"""Which pairs are compared at all: blocks that a table allows, as many as it can afford."""

from __future__ import annotations

from typing import Any

import duckdb
from splink import block_on
from splink.blocking_rule_library import CustomRule

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

_PAIRS_EACH = 8  # a block may make so many pairs for each description
_PAIRS_OF_SMALL_TABLES = 400_000


def blocks(connection: duckdb.DuckDBPyConnection, described: str, present: frozenset[str]) -> list[Any]:
    """Splink's blocking rules for a table of descriptions whose columns ``present`` have values."""
    rules: list[Any] = []
    count = connection.execute(f"SELECT count(*) FROM {described}").fetchall()[0][0]
    affordable = max(_PAIRS_OF_SMALL_TABLES, _PAIRS_EACH * count)
    for columns in BLOCKS:
        if present.issuperset(columns) and _pairs(connection, described, columns) <= affordable:
            rules.append(block_on(*columns))
    if present.issuperset(("given", "family")):
        rules.append(CustomRule(SWAPPED_BLOCK))
    if "identifiers" in present:
        rules.append(block_on("identifiers", arrays_to_explode=["identifiers"]))
    if "token" in present:
        for column in (BOND_COLUMN, f"{PREFIX}identifiers"):
            rules.append(block_on(column, arrays_to_explode=[column]))
    return rules


def _pairs(connection: duckdb.DuckDBPyConnection, described: str, columns: tuple[str, ...]) -> int:
    there = " AND ".join(f"{name} IS NOT NULL" for name in columns)
    sizes = f"SELECT count(*) AS n FROM {described} WHERE {there} GROUP BY {', '.join(columns)}"
    return int(
        connection.execute(f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM ({sizes})").fetchall()[0][0]
    )
