"""The outlines of areas as GeoJSON, for maps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely

from joinedup.places import grid, ledger
from joinedup.places.area_lists import Area, areas, partnership_districts
from joinedup.places.area_sets import AreaSet
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

_DECIMALS = 6
_kept: dict[tuple[str, str, str, str], dict[str, dict[str, Any]]] = {}
_KEPT_LEVELS = 40


def geometry(
    workspace: Workspace,
    level: AreaLevel | str,
    *,
    vintage: str | None = None,
    within: Iterable[str] | None = None,
) -> dict[str, Any]:
    """A GeoJSON FeatureCollection of the areas that ``areas`` lists (WGS84, six decimals, as published).

    Each feature's ``id`` is its code; its properties are ``code``, ``name``, ``district`` and
    ``district_name``. ``partnership`` is the union of the partnership's districts; ``all`` has no outline.
    """
    level = AreaLevel(level)
    listed = areas(workspace, level, vintage=vintage, within=within)
    shapes = _shapes(workspace, level, vintage, listed)
    features = [
        {
            "type": "Feature",
            "id": area.code,
            "properties": {
                "code": area.code,
                "name": area.name,
                "district": area.parents.get(AreaLevel.DISTRICT.value, ""),
                "district_name": area.parent_name,
            },
            "geometry": shapes[area.code],
        }
        for area in listed
        if area.code in shapes
    ]
    return {"type": "FeatureCollection", "features": features}


def _shapes(
    workspace: Workspace, level: AreaLevel, vintage: str | None, listed: list[Area]
) -> dict[str, dict[str, Any]]:
    """GeoJSON geometry by code, worked out once for each state of the places."""
    if level is AreaLevel.SQUARE:
        codes = [area.code for area in listed]
        return {code: _rounded(shape) for code, shape in zip(codes, grid.square_polygons(codes), strict=True)}
    key = (str(workspace.folder), ledger.generation(workspace), level.value, vintage or "")
    if (known := _kept.get(key)) is not None:
        return known
    if len(_kept) >= _KEPT_LEVELS:
        _kept.clear()
    return _kept.setdefault(key, _level_shapes(workspace, level, vintage))


def _level_shapes(workspace: Workspace, level: AreaLevel, vintage: str | None) -> dict[str, dict[str, Any]]:
    if level is AreaLevel.ALL:
        return {}
    if level is AreaLevel.PARTNERSHIP:
        row = ledger.current_row(workspace, AreaLevel.DISTRICT)
        return {} if row is None else _partnership_shape(workspace, ledger.read_set(workspace, row))
    area_set = ledger.read_set(workspace, ledger.require_row(workspace, level, vintage))
    return {code: _rounded(shape) for code, shape in zip(area_set.code, area_set.geometry, strict=True)}


def _partnership_shape(workspace: Workspace, districts: AreaSet) -> dict[str, dict[str, Any]]:
    wanted = np.isin(districts.code, partnership_districts(workspace))
    return {AreaLevel.PARTNERSHIP.value: _rounded(shapely.union_all(districts.geometry[wanted]))}


def _rounded(shape: shapely.Geometry) -> dict[str, Any]:
    """The GeoJSON geometry, its coordinates rounded (structure and number of corners unchanged)."""
    rounded = shapely.transform(shape, lambda corners: np.round(corners, _DECIMALS))
    return dict(rounded.__geo_interface__)
