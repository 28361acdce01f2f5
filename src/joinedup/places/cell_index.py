"""A raster over a set of areas that settles most points without geometry.

A square raster is laid over the areas. Cells that an outline touches are *mixed*: their points need the
exact test. No outline crosses any other cell, so all its points lie in the same area, and so do those of the
neighbouring cells that are not mixed: one exact test settles a whole run of them. Built once for each set;
looking a point up is then one step, whatever the number of areas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from joinedup.places.containment import Floats, Indices, first_covering

_MIXED = -2
_CELLS = 1024  # along each side: 4 MB for each set
_GUARD = 1e-6  # of a cell: far above the rounding of coordinates, far below a cell


@dataclass(frozen=True)
class CellIndex:
    """Cells by column and row: the index of the area that covers all of a cell, ``OUTSIDE``, or mixed."""

    polygons: npt.NDArray[np.object_]
    west: float
    south: float
    columns_per_degree: float
    rows_per_degree: float
    cells: npt.NDArray[np.int32]

    @classmethod
    def build(cls, polygons: npt.NDArray[np.object_]) -> CellIndex:
        """The index of valid (multi)polygons given in the order of their codes."""
        west, south, east, north = shapely.total_bounds(polygons)
        margin_x, margin_y = max(east - west, 1e-6) / _CELLS, max(north - south, 1e-6) / _CELLS
        west, south = west - 2 * margin_x, south - 2 * margin_y
        columns = _CELLS / (east + 2 * margin_x - west)
        rows = _CELLS / (north + 2 * margin_y - south)
        mixed = _touched(polygons, west, south, columns, rows)
        begins = ~mixed
        begins[:, 1:] &= mixed[:, :-1]  # the first cell of each run along a column of the raster
        first = np.flatnonzero(begins)
        x = west + (first // _CELLS + 0.5) / columns
        y = south + (first % _CELLS + 0.5) / rows
        settled = first_covering(polygons, x, y).astype(np.int32)
        cells = np.full(_CELLS * _CELLS, _MIXED, dtype=np.int32)
        plain = np.flatnonzero(~mixed)
        cells[plain] = settled[np.cumsum(begins.ravel()[plain]) - 1]
        return cls(polygons, west, south, columns, rows, cells)

    def find(self, x: Floats, y: Floats) -> Indices:
        """As ``first_covering``, and with the same answer for every point."""
        column = (x - self.west) * self.columns_per_degree
        row = (y - self.south) * self.rows_per_degree
        beyond = ~((column >= 0) & (column < _CELLS) & (row >= 0) & (row < _CELLS))
        column[beyond], row[beyond] = 0, 0  # a corner of the margin: outside every area
        found = self.cells[column.astype(np.int32) * _CELLS + row.astype(np.int32)].astype(np.int64)
        mixed = np.flatnonzero(found == _MIXED)
        found[mixed] = first_covering(self.polygons, x[mixed], y[mixed])
        return found


def _touched(
    polygons: npt.NDArray[np.object_], west: float, south: float, columns: float, rows: float
) -> npt.NDArray[np.bool_]:
    """Which cells an outline touches or comes nearer to than the guard."""
    mixed = np.zeros((_CELLS, _CELLS), dtype=bool)
    outlines = shapely.transform(
        shapely.boundary(polygons), lambda xy: (xy - (west, south)) * (columns, rows)
    )
    outlines = shapely.segmentize(outlines, 1.0)  # no piece spans more than two cells
    lines = shapely.get_parts(outlines)
    corners, line = shapely.get_coordinates(lines, return_index=True)
    joined = line[1:] == line[:-1]
    start, end = corners[:-1][joined], corners[1:][joined]
    low = np.floor(np.minimum(start, end) - _GUARD).astype(np.int64)
    high = np.floor(np.maximum(start, end) + _GUARD).astype(np.int64)
    for across in range(3):
        for up in range(3):
            column = np.minimum(low[:, 0] + across, high[:, 0])
            row = np.minimum(low[:, 1] + up, high[:, 1])
            mixed[column, row] = True
    return mixed
