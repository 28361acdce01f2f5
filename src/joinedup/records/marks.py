"""Marks in the footer of a delivery's ``pos`` file: how its rows were read.

One says how content was digested, one by which rules rows were judged. They hold for every segment of that
delivery's versions. Whatever writes such a file anew must pass the marks on. A delivery without them is of an
older workspace, where each cell was digested with its length.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from joinedup.records.segments import text

DIGEST = "joinedup_digest"
READ_BY = "joinedup_read_by"
OF_THE_LINE = "line"  # content is digested as one line of CSV


def marks(read_by: str, *, by_length: bool) -> dict[str, str]:
    """The marks of a file whose rows were read by these rules; none where content is digested the old way."""
    return {} if by_length else {DIGEST: OF_THE_LINE, READ_BY: read_by}


def marks_of(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> dict[str, str]:
    """The marks that all these files share."""
    paths = sorted({str(file) for file in files})
    if not paths:
        return {}
    rows = connection.execute(
        f"""SELECT decode(key), decode(value), count(DISTINCT file_name)
            FROM parquet_kv_metadata([{", ".join(map(text, paths))}]) GROUP BY ALL"""
    ).fetchall()
    return {key: value for key, value, times in rows if key in (DIGEST, READ_BY) and times == len(paths)}


def option(found: Mapping[str, str]) -> str:
    """The option of COPY that writes marks; nothing where there are none."""
    listed = ", ".join(f"{name}: {text(value)}" for name, value in sorted(found.items()))
    return f", KV_METADATA {{{listed}}}" if listed else ""
