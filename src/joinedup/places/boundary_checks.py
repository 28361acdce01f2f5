"""What makes a boundary feature unusable, said so that its owner can mend it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from joinedup.errors import BadInput
from joinedup.places.boundary_files import Features

_POLYGONS = (3, 6)  # shapely's type numbers of Polygon and MultiPolygon


def check_codes(files: Sequence[Features]) -> None:
    """Refuse features without a code, and codes that come twice (in one file or in two)."""
    seen: dict[str, str] = {}
    for features in files:
        for number, code in enumerate(features.code, start=1):
            place = f"feature {number} of {features.file.name}"
            if not code:
                raise BadInput(f"F{place[1:]} has no code", next_step="Give it one, or leave it out")
            if code in seen:
                raise BadInput(
                    f"The code {code} comes twice",
                    where=f"{seen[code]} and {place}",
                    next_step="Join the parts of one area into one multipolygon, or correct the code",
                )
            seen[code] = place


def check_parents(features: Features) -> None:
    """Refuse a feature without a parent in a file that has a parent column."""
    for number, parent in enumerate(features.parent, start=1):
        if not parent:
            raise BadInput(
                f"Feature {number} ({features.code[number - 1]}) names no parent area",
                where=features.file.name,
                next_step="Fill the parent column, or load the file without it",
            )


def usable_geometry(features: Features, *, repair: bool) -> npt.NDArray[np.object_]:
    """The features' geometries, each a valid, not empty polygon or multipolygon.

    With ``repair`` an invalid one is made valid (shapely's ``make_valid``, structure method: overlapping
    parts are merged, holes kept, lines dropped); without it, it is refused with the reason.
    """
    shapes = features.geometry.copy()
    valid = shapely.is_valid(shapes)
    for index, shape in enumerate(shapes):
        where = f"feature {index + 1} ({features.code[index]}) of {features.file.name}"
        if shape is None:
            raise BadInput("A feature has no geometry, or one that cannot be read", where=where)
        if shapely.is_empty(shape):
            raise BadInput("A feature's geometry is empty", where=where, next_step="Draw it, or leave it out")
        if shapely.get_type_id(shape) not in _POLYGONS:
            raise BadInput(
                f"A feature is a {shape.geom_type}, not a polygon",
                where=where,
                next_step="Give polygons or multipolygons",
            )
        if not valid[index]:
            shapes[index] = _mended(shape, where, repair=repair)
    return shapes


def _mended(shape: shapely.Geometry, where: str, *, repair: bool) -> shapely.Geometry:
    if not repair:
        raise BadInput(
            f"A feature's geometry is not valid: {shapely.is_valid_reason(shape)}",
            where=where,
            next_step="Correct it, or load with the option to repair invalid geometries",
        )
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if shapely.get_type_id(mended) not in _POLYGONS or shapely.is_empty(mended):
        raise BadInput("A feature's geometry is not valid and cannot be repaired", where=where)
    return mended
