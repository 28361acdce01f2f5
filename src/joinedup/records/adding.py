"""Adding rows to what stands for a period: a row without a key is one more than its equals that stand.

Its identity is its content and how many equal rows the file has had so far. Counted from 1 again, the first
copy in an addition would be taken for the first that stands, and lost. Counted on, it gets the identity that
it will have in the next whole file of the period.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from joinedup.records.comparing import Standing
from joinedup.records.identity import ordinal_key_sql
from joinedup.records.segments import PARQUET, scan, text


def one_more(
    connection: duckdb.DuckDBPyConnection,
    against: Sequence[Standing | None],
    staged: Path,
    named: Path | None,
    folder: Path,
) -> tuple[Path, Path | None]:
    """The staged file, and who its rows name, with copies of rows without a key counted on from what stands.

    ``against``: what stands in sight, and what would stand of records that are taken back. Files that need no
    change are handed back as they are; new ones are written into ``folder``.
    """
    stood = " UNION ALL ".join(one.current for one in against if one is not None)
    if not stood:
        return staged, named
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE one_more AS
            WITH ranked AS (
                SELECT row_number, record_key, content_hash,
                       row_number() OVER (PARTITION BY content_hash ORDER BY row_number) AS copy
                FROM {scan([staged])}),
            keyless AS (FROM ranked WHERE record_key = {ordinal_key_sql("content_hash", "copy")}),
            stood AS (SELECT content_hash, count(*) AS copies FROM ({stood}) GROUP BY content_hash)
            SELECT row_number, {ordinal_key_sql("content_hash", "copy + copies")} AS counted_on
            FROM keyless JOIN stood USING (content_hash)"""
    )
    if not connection.execute("SELECT count(*) FROM one_more").fetchall()[0][0]:
        return staged, named
    return (
        _with_keys(connection, staged, folder / "one-more.parquet"),
        named and _with_keys(connection, named, folder / "one-more-named.parquet"),
    )


def _with_keys(connection: duckdb.DuckDBPyConnection, path: Path, target: Path) -> Path:
    connection.execute(
        f"""COPY (SELECT row.* REPLACE (coalesce(counted_on, record_key) AS record_key)
                  FROM {scan([path])} AS row LEFT JOIN one_more USING (row_number))
            TO {text(str(target))} ({PARQUET})"""
    )
    return target
