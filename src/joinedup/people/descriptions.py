"""Descriptions: the different ways in which a table describes people, each once, however often it came.

Somebody who called a hundred times under one name is one description: repeats must not make a name look common.
"""

from __future__ import annotations

import duckdb

from joinedup.people.normalising import STANDARD

# People as far as one can tell before any linkage: so a name's rarity counts people, not spellings of one.
_PERSON = "hash(given_canon, family_sound, birth_year)"
RARE = ("given", "family", "birth_place", "occupation", "ethnicity")


def describe(connection: duckdb.DuckDBPyConnection, normalised: str, into: str) -> int:
    """Write ``into`` (``description`` from 0, ``times``, the columns of ``STANDARD``) and ``into_rows`` (``row``
    to ``description``); returns how many descriptions there are.

    Equal rows get one description, numbered in the order of their first row.
    """
    columns = ", ".join(STANDARD)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {into} AS
            SELECT row_number() OVER (ORDER BY first_row) - 1 AS description, * FROM (
                SELECT min(row) AS first_row, count(*) AS times, {columns} FROM {normalised} GROUP BY ALL)"""
    )
    same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM d.{name}" for name in STANDARD)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {into}_rows AS
            SELECT n.row, d.description FROM {normalised} AS n JOIN {into} AS d ON {same} ORDER BY n.row"""
    )
    return int(connection.execute(f"SELECT count(*) FROM {into}").fetchall()[0][0])


def present_columns(connection: duckdb.DuckDBPyConnection, described: str) -> frozenset[str]:
    """The columns of ``STANDARD`` that hold anything."""
    counts = ", ".join(f"count({name})" for name in STANDARD)
    row = connection.execute(f"SELECT {counts} FROM {described}").fetchall()[0]
    return frozenset(name for name, count in zip(STANDARD, row, strict=True) if count)


def rarity(connection: duckdb.DuckDBPyConnection, described: str, column: str, into: str) -> None:
    """Write ``into``: each value of a column with its share of the people that have one (``tf_COLUMN``)."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {into} AS
            SELECT {column}, CAST(people AS DOUBLE) / sum(people) OVER () AS tf_{column} FROM (
                SELECT {column}, count(DISTINCT {_PERSON}) AS people FROM {described}
                WHERE {column} IS NOT NULL GROUP BY {column})"""
    )
