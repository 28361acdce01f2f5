"""Placing a delivery's points, and comparing the area codes its owner wrote with where the points lie."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput, NotFound
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.places_sql import from_grid
from joinedup.feeds.intake.sql_parts import literal
from joinedup.feeds.receipt import StatedAreas
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

_MANY_BYTES = 50_000_000  # of a file: beyond, it has points enough for rasters
_ENOUGH_PLACES = 10  # rows with a place, before a whole file is judged by where they lie


def make_ready(workspace: Workspace, contract: Contract, file_bytes: int) -> None:
    """Get ready to place a large file's points, while another process still reads it."""
    if contract.place is not None and file_bytes > _MANY_BYTES:
        from joinedup import places

        places.make_ready(workspace)


def place(workspace: Workspace, points: Sequence[Path]) -> None:
    """Make sure that every distinct point of these deliveries is in the points table."""
    import numpy as np
    import pyarrow.parquet as pq

    from joinedup.places import ensure_placed

    found = [pq.read_table(path, columns=["point"])["point"].drop_null().to_numpy() for path in points]
    distinct = np.unique(np.concatenate(found))
    if len(distinct):
        ensure_placed(workspace, distinct)


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


def stated_areas(
    workspace: Workspace, connection: Any, places: Path, contract: Contract
) -> StatedAreas | None:
    """Compare stated and placed areas of the rows that have both; None where no set they name is loaded.

    ``places`` is intake's file of points and stated areas, with the number of their rows.
    """
    from joinedup.places import define_points_view

    if contract.stated_area is None or contract.place is None:
        return None
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
