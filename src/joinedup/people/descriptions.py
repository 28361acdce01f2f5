"""Descriptions: the different ways in which a table describes people, each once, however often it came.

Somebody who called a hundred times under one name is one description: repeats must not make a name look
common.
"""

from __future__ import annotations

import duckdb

from joinedup.people.normalising import STANDARD
from joinedup.people.tokens.facets import WHOLE_NAME, add_columns, refuse_strange

# People as far as one can tell before any linkage: so a name's rarity counts people, not spellings of one.
_OF_TOKENS = "CASE WHEN coalesce(given, family) IS NULL THEN token END"
_PERSON = f"hash(given_canon, family_sound, birth_year, {_OF_TOKENS})"
_MORE = "coalesce(CAST(birth_year AS VARCHAR), postcode, street, uprn, phone, email)"
_NAMED = f"coalesce(given, family) IS NOT NULL AND {_MORE} IS NOT NULL"
ENOUGH = f"identifiers IS NOT NULL OR token IS NOT NULL OR ({_NAMED})"
"""SQL: whether a row tells who somebody is at all: a name and one thing more, or a number of an agency.

Whoever makes tokens leaves out those of whom too little is told (``tokens.making``).
"""
_THIN = f"""identifiers IS NULL AND (given IS NULL OR family IS NULL OR {_MORE} IS NULL)
    AND NOT coalesce({WHOLE_NAME}, false)"""
_FOLLOWING = {"given_canon", "given_sound", "given_initial", "family_sound", "birth_key", "schemes"}
_FOLLOWING |= {"sector", "district", "post_area"}
_TOLD = tuple(one for one in STANDARD if one not in _FOLLOWING)
"""The columns of ``STANDARD`` from which the others follow: rows that are equal in these are equal."""
RARE = ("given", "family", "birth_place", "occupation")


def describe(connection: duckdb.DuckDBPyConnection, normalised: str, into: str) -> int:
    """Write ``into`` (``description`` from 0, ``times``, the columns of ``STANDARD``) and ``into_rows``
    (``row`` to ``description``); returns how many descriptions there are.

    Equal rows get one description, numbered in the order of their first row; rows that tell too little to be
    one person for being equal (``_THIN``: no name, or a name and nothing else) get one each. Where any row
    has tokens, ``into`` has the columns of their facets too. Raises NotPermitted for tokens of several keys.
    """
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {into}_grouped AS
            SELECT row_number() OVER (ORDER BY first) - 1 AS description, * FROM (
                SELECT min(row) AS first, count(*) AS times, list(row) AS rows
                FROM {normalised} GROUP BY {", ".join(_TOLD)}, CASE WHEN {_THIN} THEN row END)"""
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {into} AS
            SELECT description, times, {", ".join(STANDARD)}
            FROM {into}_grouped JOIN {normalised} ON row = first ORDER BY description"""
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {into}_rows AS
            SELECT row, description
            FROM (SELECT unnest(rows) AS row, description FROM {into}_grouped) ORDER BY row"""
    )
    connection.execute(f"DROP TABLE {into}_grouped")
    if "token" in present_columns(connection, into):
        refuse_strange(connection, into)
        add_columns(connection, into)
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
