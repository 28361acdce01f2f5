"""Rows that look alike: which are copies, which claim one key, which are separate though equal.

Fills the table ``special`` (row_number, ordinal, fate). Rows without a key are numbered among their equals,
never dropped. ``hash()`` only narrows the search and is never stored; MD5 decides.
"""

from __future__ import annotations

import duckdb

from joinedup.feeds.intake.typing_sql import Composer
from joinedup.records.identity import content_hash_sql


def find(connection: duckdb.DuckDBPyConnection, composer: Composer, row: str) -> None:
    """Make the table ``special``: only rows that are not the first of their kind, or that share a key."""
    connection.execute("CREATE TEMP TABLE special (row_number BIGINT, ordinal BIGINT, fate VARCHAR)")
    if composer.contract.keyless:
        _number_keyless(connection, composer, row)
    if composer.contract.key:
        _find_shared_keys(connection, composer, row)


def _number_keyless(connection: duckdb.DuckDBPyConnection, composer: Composer, row: str) -> None:
    connection.execute(
        f"""CREATE TEMP TABLE keyless AS
            SELECT {row} AS row_number, {content_hash_sql(composer.mapped())} AS content
            FROM raw WHERE NOT ({composer.has_key()})"""
    )
    connection.execute(
        """INSERT INTO special
           SELECT row_number, row_number() OVER (PARTITION BY content ORDER BY row_number) AS ordinal, NULL
           FROM keyless
           WHERE content IN (SELECT content FROM keyless GROUP BY content HAVING count(*) > 1)
           QUALIFY ordinal > 1"""
    )
    connection.execute("DROP TABLE keyless")


def _find_shared_keys(connection: duckdb.DuckDBPyConnection, composer: Composer, row: str) -> None:
    key = f"hash({', '.join(composer.key_cells())})"
    connection.execute(
        f"""CREATE TEMP TABLE shared AS
            SELECT {key} AS narrow FROM raw WHERE {composer.has_key()} GROUP BY 1 HAVING count(*) > 1"""
    )
    if connection.execute("SELECT count(*) FROM shared").fetchall()[0][0]:
        repeats = composer.contract.set_aside.exact_repeats
        keep = "copy = 1" if repeats else "true"
        connection.execute(
            f"""CREATE TEMP TABLE alike AS
                SELECT {row} AS row_number, {content_hash_sql(composer.key_cells())} AS record_key,
                       {content_hash_sql(composer.cells())} AS whole
                FROM raw WHERE {composer.has_key()} AND {key} IN (FROM shared)"""
        )
        connection.execute(
            f"""INSERT INTO special
                WITH copies AS (
                    SELECT *, row_number() OVER (PARTITION BY record_key, whole ORDER BY row_number) AS copy
                    FROM alike)
                SELECT row_number, 1, 'exact-repeats' FROM copies WHERE NOT ({keep})
                UNION ALL
                SELECT row_number, 1, 'key-repeated' FROM copies WHERE {keep}
                QUALIFY count(*) OVER (PARTITION BY record_key) > 1"""
        )
        connection.execute("DROP TABLE alike")
    connection.execute("DROP TABLE shared")
