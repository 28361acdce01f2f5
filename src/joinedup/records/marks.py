"""Marks in the footer of a delivery's ``pos`` file and of its quarantine: how its rows were read.

One says how content was digested, one by which rules rows were judged. They hold for every segment of that
delivery's versions. Whatever writes such a file anew must pass the marks on. A delivery without them is of an
older workspace, where each cell was digested with its length.

A quarantine has the rules too, for they are why its rows are there, and how their text is cut into cells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from joinedup.records.definitions import JudgedBy
from joinedup.records.segments import text

DIGEST = "joinedup_digest"
READ_BY = "joinedup_read_by"
CELLS = "joinedup_cells"  # of a quarantine: the delimiter of its raw text, then the names of the cells
OF_THE_LINE = "line"  # content is digested as one line of CSV


def marks(read_by: str, *, by_length: bool) -> dict[str, str]:
    """The marks of a file whose rows were read by these rules; none where content is digested the old way."""
    return {} if by_length else {DIGEST: OF_THE_LINE, READ_BY: read_by}


def of_refused(judged: JudgedBy | None) -> dict[str, str]:
    """The marks of a quarantine whose rows were judged by this; none where it is not told."""
    if judged is None:
        return {}
    return {READ_BY: judged.rules, CELLS: json.dumps([judged.delimiter, *judged.columns])}


def judged_by(found: Mapping[str, str]) -> JudgedBy | None:
    """What the marks of a quarantine tell; None of an older one, which has none."""
    if READ_BY not in found or CELLS not in found:
        return None
    delimiter, *columns = json.loads(found[CELLS])
    return JudgedBy(found[READ_BY], delimiter, tuple(columns))


def marks_of(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> dict[str, str]:
    """The marks that all these files share."""
    paths = sorted({str(file) for file in files})
    if not paths:
        return {}
    rows = connection.execute(
        f"""SELECT decode(key), decode(value), count(DISTINCT file_name)
            FROM parquet_kv_metadata([{", ".join(map(text, paths))}]) GROUP BY ALL"""
    ).fetchall()
    return {
        key: value for key, value, times in rows if key in (DIGEST, READ_BY, CELLS) and times == len(paths)
    }


def option(found: Mapping[str, str]) -> str:
    """The option of COPY that writes marks; nothing where there are none."""
    listed = ", ".join(f"{name}: {text(value)}" for name, value in sorted(found.items()))
    return f", KV_METADATA {{{listed}}}" if listed else ""
