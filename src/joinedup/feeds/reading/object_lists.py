"""Lists of objects within one object: what interfaces answer with, and GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput
from joinedup.feeds.reading.json_text import elements, members, next_value, opened

_DEGREES, _METRES = ("longitude", "latitude"), ("easting", "northing")


@dataclass(frozen=True)
class Found:
    """The names of the lists. ``axes``: of GeoJSON, the columns that the coordinates of its points become
    (none where they are of a system that is not read); None of any other object."""

    lists: tuple[str, ...]
    axes: tuple[str, ...] | None = None

    @property
    def told(self) -> str:
        """What is said of it."""
        if self.axes is None:
            return "The file is one object of JSON; the rows are those of a list in it."
        if not self.axes:
            return (
                "The file is GeoJSON; its coordinates are neither degrees nor of the national grid: left out."
            )
        return f"The file is GeoJSON; the coordinates of its points are columns: {' and '.join(self.axes)}."

    def rows(self, file: Path, name: str) -> Iterator[tuple[Any, str]]:
        """The values of a list, each with its text; of GeoJSON what its features tell."""
        buffer = opened(file)
        buffer.skip()
        for one in members(buffer):
            if buffer.skip() != "[":
                next_value(buffer)
                continue
            for value, raw in elements(buffer):
                if one == name:
                    yield (value if self.axes is None else _told(value, self.axes)), raw


def within(file: Path) -> Found | None:
    """What one object holds; None where the file is more, or less, than one whole object.

    Raises BadInput where it is cut off within a list of objects.
    """
    buffer = opened(file)
    buffer.skip()
    lists: list[str] = []
    kind = system = None
    try:
        for name in members(buffer):
            if buffer.skip() == "[":
                for at, (value, _) in enumerate(elements(buffer)):
                    if at == 0 and isinstance(value, dict):
                        lists.append(name)
            elif name in {"type", "crs"}:
                value, _ = next_value(buffer)
                kind, system = (value, system) if name == "type" else (kind, value)
            else:
                next_value(buffer)
    except BadInput:
        if lists:
            raise
        return None
    if buffer.skip():
        return None
    if kind == "FeatureCollection" and "features" in lists:
        return Found(("features",), _axes(system))
    return Found(tuple(lists))


def _axes(system: Any) -> tuple[str, ...]:
    """The names of the coordinates by the system that is named, in the old way of naming one, or by none."""
    named = str(system)
    if "27700" in named:
        return _METRES
    return _DEGREES if system is None or "CRS84" in named or "4326" in named else ()


def _told(feature: Any, axes: tuple[str, ...]) -> Any:
    """The properties of a feature and where it is; what has no properties is no row."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return None
    geometry = feature.get("geometry")
    row = dict(properties)
    stated = {name.casefold() for name in properties}
    for at, axis in enumerate(axes):
        if axis not in stated:
            row[axis] = _coordinate(geometry, at)
    return row


def _coordinate(geometry: Any, at: int) -> Any:
    """One coordinate of a point; a shape is no single value."""
    if not isinstance(geometry, dict):
        return None
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(coordinates, list) and len(coordinates) > 1:
        return coordinates[at]
    return geometry
