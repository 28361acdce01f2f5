"""Point to area for anyone who asks, without storing anything."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from joinedup.errors import BadInput
from joinedup.places import grid, ledger, placing
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace


def locate(
    workspace: Workspace,
    longitudes: npt.ArrayLike,
    latitudes: npt.ArrayLike,
    *,
    level: AreaLevel | str,
    vintage: str | None = None,
) -> npt.NDArray[np.object_]:
    """The code of the area of each point: an object array of texts, with None outside every area.

    Coordinates are WGS84 degrees, two arrays of equal length; NaN gives None. A point on a border belongs
    to the touching area with the lowest code; for a set that was dissolved from another, to the parent of
    its area there. A square holds its southern and western edge. Raises ``NotFound`` when no such
    boundaries are loaded.
    """
    x, y = np.asarray(longitudes, dtype=np.float64), np.asarray(latitudes, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise BadInput("Longitudes and latitudes are two lists of equal length")
    level = AreaLevel(level)
    if level in {AreaLevel.ALL, AreaLevel.PARTNERSHIP}:
        raise BadInput(
            f"Points are not located by level '{level}'", next_step="Use district or a level below it"
        )
    if level is AreaLevel.SQUARE:
        return grid.square_codes(*grid.to_grid(x, y))
    row = ledger.require_row(workspace, level, vintage)
    return placing.codes_of_points(workspace, row, x, y, ledger.current_rows(workspace))
