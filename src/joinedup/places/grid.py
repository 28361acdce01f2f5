"""The British National Grid: eastings and northings, 250 m squares, grid references.

Coordinates go from WGS84 to EPSG:27700 by the seven-parameter (Helmert) transformation EPSG:1314, written
out here so that every machine gives the same answer. No grid-shift file (OSTN15) is used or available: EPSG
states an accuracy of 2 m, Ordnance Survey warns of up to about 5 m in places. That is well within the
anonymisation of police.uk points, but a point within a few metres of a square's edge may be put in the
neighbouring square.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from joinedup.errors import BadInput

SIDE = 250  # metres
_EAST_END, _NORTH_END = 700_000, 1_300_000
_HUNDRED_KM = 100_000
_CODE = re.compile(r"BNG250-(\d{1,6})-(\d{1,7})")
_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # the grid leaves I out
_PIPELINE = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
    "+step +proj=push +v_3 +step +proj=cart +ellps=WGS84 "
    "+step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 "
    "+convention=position_vector +step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 "
    "+step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
)


@functools.cache
def _transformer() -> pyproj.Transformer:
    return pyproj.Transformer.from_pipeline(_PIPELINE)


def to_grid(
    longitudes: npt.NDArray[np.float64], latitudes: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Eastings and northings in metres, to 0.1 m; NaN beyond the grid (700 km by 1,300 km)."""
    if len(longitudes) == 0:
        return np.empty(0), np.empty(0)
    eastings, northings = _transformer().transform(longitudes, latitudes)
    eastings, northings = np.round(eastings, 1), np.round(northings, 1)
    on_grid = (eastings >= 0) & (eastings < _EAST_END) & (northings >= 0) & (northings < _NORTH_END)
    return np.where(on_grid, eastings, np.nan), np.where(on_grid, northings, np.nan)


def from_grid(
    eastings: npt.NDArray[np.float64], northings: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """WGS84 longitudes and latitudes of eastings and northings in metres (accuracy: see the module)."""
    longitudes, latitudes = _transformer().transform(
        np.asarray(eastings, dtype=float), np.asarray(northings, dtype=float), direction="INVERSE"
    )
    return longitudes, latitudes


def square_codes(
    eastings: npt.NDArray[np.float64], northings: npt.NDArray[np.float64]
) -> npt.NDArray[np.object_]:
    """The code of each point's square, ``BNG250-449250-520500`` (its south-west corner); None off the grid.

    A square holds its southern and western edge, not its northern and eastern one.
    """
    codes = np.full(len(eastings), None, dtype=object)
    on_grid = np.isfinite(eastings) & np.isfinite(northings)
    columns = (eastings[on_grid] // SIDE).astype(np.int64)
    rows = (northings[on_grid] // SIDE).astype(np.int64)
    squares, which = np.unique(columns * _NORTH_END + rows, return_inverse=True)
    names = [
        f"BNG250-{square // _NORTH_END * SIDE}-{square % _NORTH_END * SIDE}" for square in squares.tolist()
    ]
    codes[on_grid] = np.array(names, dtype=object)[which]
    return codes


def square_corner(code: str) -> tuple[int, int]:
    """Easting and northing (metres) of a square's south-west corner."""
    match = _CODE.fullmatch(code)
    corner = (int(match[1]), int(match[2])) if match else (-1, -1)
    on_grid = 0 <= corner[0] < _EAST_END and 0 <= corner[1] < _NORTH_END
    if not on_grid or corner[0] % SIDE or corner[1] % SIDE:
        raise BadInput(
            "That is not the code of a 250 m square",
            where=code,
            next_step="Write BNG250, easting and northing of its south-west corner: BNG250-449250-520500",
        )
    return corner


def square_name(code: str) -> str:
    """A square's name for people: ``250 m square NZ 4925 2050``."""
    return f"250 m square {grid_reference(*square_corner(code))}"


def grid_reference(easting: int, northing: int) -> str:
    """The reference of a point to 10 m: two letters of the 100 km square, then four figures each way.

    Letters by Ordnance Survey's scheme: 500 km squares lettered A to Z (no I) in rows from the north-west
    of a grid whose origin lies 1,000 km west and 500 km south of the National Grid's, each cut into 25 in
    the same manner.
    """
    column, row = easting // _HUNDRED_KM + 10, northing // _HUNDRED_KM + 5
    first = _LETTERS[(4 - row // 5) * 5 + column // 5]
    second = _LETTERS[(4 - row % 5) * 5 + column % 5]
    return f"{first}{second} {easting % _HUNDRED_KM // 10:04d} {northing % _HUNDRED_KM // 10:04d}"


def square_polygons(codes: Sequence[str]) -> npt.NDArray[np.object_]:
    """The squares' outlines in WGS84, their corners anticlockwise from the south-west."""
    if not codes:
        return np.empty(0, dtype=object)
    south_west = np.array([square_corner(code) for code in codes])
    ring = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) * SIDE
    corners = (south_west[:, None, :] + ring).reshape(-1, 2)
    longitudes, latitudes = from_grid(corners[:, 0], corners[:, 1])
    rings = np.column_stack([longitudes, latitudes]).reshape(len(codes), len(ring), 2)
    return np.asarray(shapely.polygons(rings), dtype=object)
