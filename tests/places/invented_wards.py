"""A small invented country: four square wards in two districts, around the corner (0, 51)."""

from __future__ import annotations

from typing import Any

#   north   W3 | W4      W1 and W3 are in district D1 (west), W2 and W4 in D2 (east)
#   south   W1 | W2      all borders meet at longitude 0, latitude 51
WARDS = {
    "W1": ("South West", "D1", "West", (-0.1, 50.9, 0.0, 51.0)),
    "W2": ("South East", "D2", "East", (0.0, 50.9, 0.1, 51.0)),
    "W3": ("North West", "D1", "West", (-0.1, 51.0, 0.0, 51.1)),
    "W4": ("North East", "D2", "East", (0.0, 51.0, 0.1, 51.1)),
}
WARD_COLUMNS = {"code": "code", "name": "name", "parent": "parent", "parent_name": "parent_name"}


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(geometry: dict[str, Any] | None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(*box: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring(*box)]}


def ward_features() -> list[dict[str, Any]]:
    return [
        feature(polygon(*box), code=code, name=name, parent=parent, parent_name=parent_name)
        for code, (name, parent, parent_name, box) in WARDS.items()
    ]
