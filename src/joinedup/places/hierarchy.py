"""Which area above it an area belongs to: by the source's column, a published lookup, or an inner point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import shapely

from joinedup.places import ledger, lookups, placing
from joinedup.places.area_sets import set_key
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import BoundarySet

ABOVE: Mapping[str, tuple[str, ...]] = {
    AreaLevel.OA.value: (
        AreaLevel.LSOA.value,
        AreaLevel.MSOA.value,
        AreaLevel.WARD.value,
        AreaLevel.DISTRICT.value,
    ),
    AreaLevel.LSOA.value: (AreaLevel.MSOA.value, AreaLevel.WARD.value, AreaLevel.DISTRICT.value),
    AreaLevel.MSOA.value: (AreaLevel.DISTRICT.value,),
    AreaLevel.WARD.value: (AreaLevel.DISTRICT.value,),
    AreaLevel.DISTRICT.value: (),
}


def parents(workspace: Workspace, row: BoundarySet, level: str) -> dict[str, str]:
    """{code: code of the area of ``level`` above it} for the areas of a set.

    The parent set is the one of the same vintage, or else the newest. In this order: the source's own
    parent column, where it names areas of that set; a published lookup; for districts, the district of the
    looked-up ward; the area in which an inner point of the polygon lies. An area with no parent is absent.
    """
    rows = ledger.current_rows(workspace)
    upper = rows.get(set_key(level, row.vintage)) or ledger.current_row(workspace, level)
    if upper is None:
        return {}
    area_set = ledger.read_set(workspace, row)
    codes = ledger.read_set(workspace, upper).names
    if area_set.parents and all(parent in codes for parent in area_set.parents.values()):
        return dict(area_set.parents)
    found = lookups.parents_by_lookup(workspace, (row.level, row.vintage), (upper.level, upper.vintage))
    if found is not None:
        return dict(found[0])
    if level == AreaLevel.DISTRICT.value and (chained := _by_ward(workspace, row)):
        return chained
    return inner_parents(workspace, row, upper)


def inner_parents(workspace: Workspace, row: BoundarySet, upper: BoundarySet) -> dict[str, str]:
    """{code: code of the area of ``upper`` that holds a point inside it}."""
    area_set = ledger.read_set(workspace, row)
    inner = shapely.point_on_surface(area_set.geometry)
    rows = ledger.current_rows(workspace)
    found = placing.codes_of_points(workspace, upper, shapely.get_x(inner), shapely.get_y(inner), rows)
    return {
        code: str(parent)
        for code, parent in zip(area_set.code, np.asarray(found, dtype=object), strict=True)
        if parent is not None
    }


def _by_ward(workspace: Workspace, row: BoundarySet) -> dict[str, str] | None:
    """District of each area through the ward a published lookup gives it."""
    ward = ledger.current_row(workspace, AreaLevel.WARD)
    if ward is None or ward.pk == row.pk:
        return None
    found = lookups.parents_by_lookup(workspace, (row.level, row.vintage), (ward.level, ward.vintage))
    if found is None:
        return None
    districts = parents(workspace, ward, AreaLevel.DISTRICT.value)
    return {code: districts[parent] for code, parent in found[0].items() if parent in districts}
