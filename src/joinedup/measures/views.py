"""The views a measure reads, with every field it names: one that no feed carries is there, and empty."""

from __future__ import annotations

import duckdb

from joinedup import places
from joinedup.measures.definition import Measure
from joinedup.measures.sql import unplaced_sql
from joinedup.records import Reader
from joinedup.terms import Period
from joinedup.workspace import Workspace


def define(
    workspace: Workspace,
    reader: Reader,
    cursor: duckdb.DuckDBPyConnection,
    measure: Measure,
    period: Period | None,
) -> list[str]:
    """Make the record views and ``points`` in the cursor; returns the fields no record carries.

    ``period`` lets the reader leave out segments without a month of it.
    """
    reader.define_views(cursor, measure.record_types, measure.sources, period=period)
    lacking = []
    for kind in measure.record_types:
        there = {str(row[0]).lower() for row in cursor.execute(f'DESCRIBE "{kind}"').fetchall()}
        missing = sorted(measure.fields_read.get(kind, frozenset()) - there)
        if missing:
            _add_empty(cursor, kind, missing)
            lacking += missing
    places.define_points_view(workspace, cursor)
    return lacking


def place_missing(workspace: Workspace, cursor: duckdb.DuckDBPyConnection, measure: Measure) -> None:
    """Place the points of the measure's records that nobody has placed yet, and make ``points`` anew."""
    missing = cursor.sql(unplaced_sql(measure)).to_arrow_table()["point"].to_numpy()
    if len(missing):
        places.ensure_placed(workspace, missing)
        places.define_points_view(workspace, cursor)


def _add_empty(cursor: duckdb.DuckDBPyConnection, view: str, fields: list[str]) -> None:
    """Give a view more columns, empty in every row."""
    columns = ", ".join(f'CAST(NULL AS VARCHAR) AS "{field}"' for field in fields)
    cursor.execute(f'ALTER VIEW "{view}" RENAME TO "delivered {view}"')
    cursor.execute(f'CREATE TEMP VIEW "{view}" AS SELECT *, {columns} FROM "delivered {view}"')
