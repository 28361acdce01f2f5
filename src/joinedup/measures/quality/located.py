"""Where the points of a view of records lie."""

from __future__ import annotations

import duckdb

from joinedup import places
from joinedup.workspace import Workspace


def define_points(workspace: Workspace, cursor: duckdb.DuckDBPyConnection, view: str) -> None:
    """Make the view ``points`` with every point of the records in it."""
    places.define_points_view(workspace, cursor)
    lacking = cursor.sql(
        f'SELECT DISTINCT point FROM "{view}" ANTI JOIN points USING (point)'
    ).to_arrow_table()
    points = lacking["point"].drop_null().to_numpy()
    if len(points):
        places.ensure_placed(workspace, points)
        places.define_points_view(workspace, cursor)
