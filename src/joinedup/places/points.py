"""A place as one whole number, so that points can be compared, joined and stored exactly.

``point = round((longitude + 180) * 1e6) * 1_000_000_000 + round((latitude + 90) * 1e6)``: a millionth of a
degree, about 0.1 m north and 0.06 m east in England.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_STEP = 1_000_000_000
_PARTS = 1_000_000


def encode_points(
    longitudes: npt.NDArray[np.float64], latitudes: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """The point numbers of WGS84 degrees (arrays of equal length, all finite)."""
    east = np.rint((longitudes + 180) * _PARTS).astype(np.int64)
    north = np.rint((latitudes + 90) * _PARTS).astype(np.int64)
    return east * _STEP + north


def decode_points(
    points: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Longitudes and latitudes (WGS84 degrees, six decimals) of point numbers."""
    east, north = np.divmod(points, _STEP)
    longitudes = np.round(east / _PARTS - 180, 6)
    latitudes = np.round(north / _PARTS - 90, 6)
    return longitudes, latitudes
