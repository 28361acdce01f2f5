"""From degrees to the British National Grid, as agencies' maps write places."""

from __future__ import annotations

import functools
from typing import Any

from joinedup.demo.exports.mess import Draw

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"  # the grid has no I


@functools.cache
def _transformer() -> Any:
    import pyproj

    return pyproj.Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)


def grid_points(frame: Any) -> list[tuple[int, int] | None]:
    """Easting and northing in metres of each row of a frame with ``longitude`` and ``latitude``."""
    x, y = _transformer().transform(frame["longitude"].to_numpy(), frame["latitude"].to_numpy())
    # A place that is not known is not a number, or infinite.
    return [
        (round(east), round(north)) if abs(east) < 1e7 else None
        for east, north in zip(x.tolist(), y.tolist(), strict=True)
    ]


def written_point(point: tuple[int, int] | None, draw: Draw) -> tuple[object, object]:
    """Two cells: easting and northing; nothing, or 0 and 0, where the agency's map failed."""
    if point is None or draw.happens("place-missing"):
        return "", ""
    return (0, 0) if draw.happens("place-zero") else point


def grid_reference(point: tuple[int, int], digits: int = 3) -> str:
    """``NZ 495 202``: the square that holds the point, with so many digits each way."""
    east, north = point
    column, line = east // 100_000, 19 - north // 100_000
    first = _LETTERS[line - line % 5 + (column + 10) // 5]
    second = _LETTERS[line * 5 % 25 + column % 5]
    unit = 10 ** (5 - digits)
    return f"{first}{second} {east % 100_000 // unit:0{digits}d} {north % 100_000 // unit:0{digits}d}"
