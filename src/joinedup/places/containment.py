"""Which polygon holds each point: pure functions over arrays, in bulk.

**Border rule.** A point on a border (one that a polygon *covers*: its inside and its edge) belongs to the
touching area with the lowest code. The polygons are given in the order of their codes, and the first that
covers a point keeps it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

OUTSIDE = -1
_FEW = 5_000  # points: so many find their polygons' boxes in a tree sooner than each polygon finds its points


def first_covering(polygons: npt.NDArray[np.object_], x: Floats, y: Floats) -> Indices:
    """For each of n points the index of the first polygon that covers it, or ``OUTSIDE`` (-1).

    ``polygons`` holds shapely (multi)polygons, ``x`` and ``y`` are float arrays of length n in the
    polygons' own coordinates. A point with a coordinate that is not finite lies outside. Each distinct
    coordinate is looked up once.
    """
    if len(x) == 0 or len(polygons) == 0:
        return np.full(len(x), OUTSIDE, dtype=np.int64)
    order = np.lexsort((y, x))
    sorted_x, sorted_y = x[order], y[order]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (sorted_x[1:] != sorted_x[:-1]) | (sorted_y[1:] != sorted_y[:-1])
    cover = _cover_few if np.count_nonzero(is_new) < _FEW else _cover_sorted
    distinct = cover(polygons, sorted_x[is_new], sorted_y[is_new])
    found = np.empty(len(x), dtype=np.int64)
    found[order] = distinct[np.cumsum(is_new) - 1]
    return found


def _cover_sorted(polygons: npt.NDArray[np.object_], x: Floats, y: Floats) -> Indices:
    """Like ``first_covering``, for points in ascending order of x (not finite ones last)."""
    found = np.full(len(x), OUTSIDE, dtype=np.int64)
    shapely.prepare(polygons)
    boxes = shapely.bounds(polygons)
    starts = np.searchsorted(x, boxes[:, 0], side="left")
    ends = np.searchsorted(x, boxes[:, 2], side="right")
    for index, polygon in enumerate(polygons):
        start, end = starts[index], ends[index]
        in_box = (y[start:end] >= boxes[index, 1]) & (y[start:end] <= boxes[index, 3])
        candidates = start + np.flatnonzero(in_box & (found[start:end] == OUTSIDE))
        if len(candidates):
            covered = shapely.intersects_xy(polygon, x[candidates], y[candidates])
            found[candidates[covered]] = index
    return found


def _cover_few(polygons: npt.NDArray[np.object_], x: Floats, y: Floats) -> Indices:
    """Like ``first_covering``: points look for the boxes that they lie in, so none is asked in vain."""
    finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    points, nearby = shapely.STRtree(polygons).query(shapely.points(x[finite], y[finite]))
    shapely.prepare(polygons[np.unique(nearby)])
    points = finite[points]
    covered = shapely.intersects_xy(polygons[nearby], x[points], y[points])
    found = np.full(len(x), len(polygons), dtype=np.int64)
    np.minimum.at(found, points[covered], nearby[covered])
    found[found == len(polygons)] = OUTSIDE
    return found
