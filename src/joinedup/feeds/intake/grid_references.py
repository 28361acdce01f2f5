"""Grid references of the British National Grid: the centre of the square that one names.

Source: Ordnance Survey, "A guide to coordinate systems in Great Britain", section 7. Two letters name a
square of 100 km: the first one of 500 km, the second one of its 25. I is left out; S has the false origin.
"""

from __future__ import annotations

import re

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_WRITTEN = re.compile(r"([A-HJ-Z]{2})((?:[0-9]{2}){2,5})")  # squares of a kilometre and finer
_SQUARE = 100_000  # metres
_MOST_EAST, _MOST_NORTH = 7, 13  # squares of 100 km that the grid has


def metres(text: str) -> tuple[float, float] | None:
    """Easting and northing of the centre, in metres; None for what is no reference of the grid."""
    found = _WRITTEN.fullmatch(re.sub(r"[\s,]", "", text).upper())
    if found is None:
        return None
    first, second = (_LETTERS.index(letter) for letter in found[1])
    east = (first % 5 - 2) * 5 + second % 5
    north = (3 - first // 5) * 5 + 4 - second // 5
    if not (0 <= east < _MOST_EAST and 0 <= north < _MOST_NORTH):
        return None
    half = len(found[2]) // 2
    step = _SQUARE / 10**half
    along = (int(part or 0) * step + step / 2 for part in (found[2][:half], found[2][half:]))
    x, y = along
    return east * _SQUARE + x, north * _SQUARE + y
