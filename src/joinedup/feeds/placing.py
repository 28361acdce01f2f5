"""Placing a delivery's points, and comparing the area codes its owner wrote with where the points lie."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.errors import BadInput, JoinedupError, NotFound
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.places_sql import from_grid
from joinedup.feeds.intake.sql_parts import literal
from joinedup.feeds.receipt import StatedAreas
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places import Ahead
    from joinedup.records import DeliveryRow, Reader

_MANY_BYTES = 50_000_000  # of a file: beyond, it has points enough for rasters
_ENOUGH_PLACES = 10  # rows with a place, before a whole file is judged by where they lie


def make_ready(workspace: Workspace, contract: Contract, file_bytes: int) -> None:
    """Get ready to place a large file's points, while another process still reads it."""
    if contract.place is not None and file_bytes > _MANY_BYTES:
        from joinedup import places

        places.make_ready(workspace)


class Stored:
    """Places the points of a delivery that is stored within this context, when the writer's lock is let go.

    Only then, so that no point is kept of a row that is not. The book is read from before the lock is let go
    until the points are placed: an erasure that comes between waits for that, and looks for points again.
    What fails in placing undoes nothing: whoever asks for a figure has the points placed.

    ``points`` is intake's file, ``placed`` whether it could be done, ``areas`` how stated and placed areas
    compare (None where the contract states none, or no set it names is loaded). The places of a large file's
    points are worked out while it is stored.
    """

    def __init__(self, workspace: Workspace, points: Path, contract: Contract, file_bytes: int = 0) -> None:
        self.placed = True
        self.areas: StatedAreas | None = None
        self._workspace = workspace
        self._points = points
        self._contract = contract
        self._large = contract.place is not None and file_bytes > _MANY_BYTES
        self._row: DeliveryRow | None = None
        self._reading = contextlib.ExitStack()
        self._ahead: Ahead | None = None

    def of(self, row: DeliveryRow) -> DeliveryRow:
        """Say which delivery was stored, while the writer's lock is held; returns it."""
        from joinedup.records import RecordBook

        self._reader = self._reading.enter_context(RecordBook(self._workspace).reading())
        self._row = row
        return row

    def __enter__(self) -> Stored:
        if self._large:
            from joinedup.places import Ahead

            self._ahead = self._reading.enter_context(Ahead(self._workspace, self._points))
        return self

    def __exit__(self, *failed: object) -> None:
        import duckdb
        from django.db import DatabaseError

        with self._reading:
            if self._row is None:
                return
            try:
                self._place(self._row)
                self.areas = _stated_areas(self._workspace, self._reader, self._points, self._contract)
            except (JoinedupError, DatabaseError, duckdb.Error, OSError):
                self.placed = False

    def _place(self, row: DeliveryRow) -> None:
        from joinedup.places import ensure_placed, points_of
        from joinedup.records import tombstones

        ahead = self._ahead
        if row.set_aside.get(tombstones.RULE):
            distinct, ahead = self._reader.points_of(row.number), None
        else:
            distinct = ahead.points if ahead else points_of(self._points)
        if len(distinct):
            ensure_placed(self._workspace, distinct, ahead)


def refuse_swapped(workspace: Workspace, contract: Contract, points: Path) -> None:
    """Refuse a file whose eastings and northings stand in each other's columns.

    Exchanged they may still be a place in Great Britain, so rows cannot tell. A file can: most of its places
    lie outside every area that is loaded, and inside when they are exchanged. ``points`` is intake's file.
    Raises BadInput.
    """
    if contract.place is None or contract.place.grid != "british-national-grid":
        return
    import pyarrow.parquet as pq

    from joinedup.places import decode_points, to_grid

    table = pq.read_table(points, columns=["point", "rows"])
    table = table.filter(table["point"].is_valid())
    rows = table["rows"].to_numpy()
    if rows.sum() < _ENOUGH_PLACES:
        return
    longitudes, latitudes = decode_points(table["point"].to_numpy())
    inside = _inside(workspace, longitudes, latitudes)
    if inside is None or 2 * rows[inside].sum() >= rows.sum():
        return
    eastings, northings = to_grid(longitudes, latitudes)
    exchanged = _inside(workspace, *from_grid(northings, eastings))
    if 2 * rows[exchanged].sum() > rows.sum():
        raise BadInput(
            "Its eastings and northings stand in each other's columns: most of its places lie outside every "
            "area, and inside when they are exchanged",
            where=f"{contract.place.x}, {contract.place.y}",
            next_step="Ask its owner for the file again, or name the columns the other way in the contract",
        )


def _inside(workspace: Workspace, longitudes: Any, latitudes: Any) -> Any:
    """Whether each place lies in an area of the largest level that is loaded; None where none is."""
    import numpy as np

    from joinedup.places import locate

    for level in (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA):
        with contextlib.suppress(NotFound):
            codes = locate(workspace, longitudes, latitudes, level=level)
            return np.array([code is not None for code in codes])
    return None


def _stated_areas(
    workspace: Workspace, reader: Reader, places: Path, contract: Contract
) -> StatedAreas | None:
    """Compare stated and placed areas of the rows that have both; ``places`` also has their number."""
    from joinedup.places import define_points_view

    if contract.stated_area is None or contract.place is None:
        return None
    connection = reader.connection()
    define_points_view(workspace, connection)
    loaded = {row[0] for row in connection.execute("DESCRIBE points").fetchall()}
    columns = [f'points."{name}"' for name in contract.stated_area.sets if name in loaded]
    if not columns:
        return None
    agrees = " OR ".join(f"coalesce(stated_area = {column}, false)" for column in columns)
    compared, disagree = connection.execute(
        f"""SELECT coalesce(sum(rows), 0)::BIGINT, coalesce(sum(rows) FILTER (NOT ({agrees})), 0)::BIGINT
            FROM (FROM read_parquet({literal(str(places))})
                  WHERE point IS NOT NULL AND stated_area IS NOT NULL) AS given
            JOIN points USING (point)"""
    ).fetchall()[0]
    return StatedAreas(compared, disagree)
