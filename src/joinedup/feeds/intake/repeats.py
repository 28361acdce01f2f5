"""Rows that look alike: which are copies, which claim one key, which are separate though equal.

Fills the table ``special`` (row_number, ordinal, fate): only rows that are not the first of their kind, or
that share a key. Rows without a key are numbered among their equals, never dropped. The mark of a row's key
(``digests``) only narrows the search; MD5 decides.
"""

from __future__ import annotations

import duckdb

from joinedup.feeds.intake.typing_sql import Composer
from joinedup.records.identity import content_hash_sql
from joinedup.records.told_twice import repeated

RAW_KEYLESS = "SELECT number, content FROM raw WHERE narrow IS NULL"


def judge_keys(connection: duckdb.DuckDBPyConnection, composer: Composer) -> None:
    """Fill ``special`` with the rows of ``raw`` that share a key.

    ``shared`` has the marks of keys that more than one row seems to have.
    """
    marks = connection.execute("SELECT narrow FROM raw WHERE narrow IS NOT NULL").fetchnumpy()["narrow"]
    shared = repeated(marks)
    connection.register("found", {"narrow": shared})
    connection.execute("CREATE TEMP TABLE shared AS SELECT narrow FROM found")
    connection.unregister("found")
    if len(shared):
        _judge_shared_keys(connection, composer)


def number_keyless(
    connection: duckdb.DuckDBPyConnection, composer: Composer, keyless: str = RAW_KEYLESS
) -> None:
    """Make ``special``, and number in it the rows without a key, a query of ``number`` and ``content``."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE special (row_number BIGINT, ordinal BIGINT, fate VARCHAR)"
    )
    if not composer.contract.keyless:
        return
    connection.execute(
        f"""INSERT INTO special
           WITH keyless AS ({keyless})
           SELECT number, row_number() OVER (PARTITION BY content ORDER BY number) AS ordinal, NULL
           FROM keyless
           WHERE content IN (SELECT content FROM keyless GROUP BY content HAVING count(*) > 1)
           QUALIFY ordinal > 1"""
    )


def _judge_shared_keys(connection: duckdb.DuckDBPyConnection, composer: Composer) -> None:
    keep = "copy = 1" if composer.contract.set_aside.exact_repeats else "true"
    connection.execute(
        f"""CREATE TEMP TABLE alike AS
            SELECT number AS row_number, {content_hash_sql(composer.key_cells())} AS record_key,
                   {content_hash_sql(composer.cells())} AS whole
            FROM raw WHERE narrow IN (FROM shared)"""
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
