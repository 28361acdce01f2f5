"""Shaded maps of areas: five classes with a legend in words, the same map for page and PDF."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from joinedup.documents.drawing import FEW, LINE, NO_DATA, SEQUENTIAL, svg

CLASSES = 5


@dataclass(frozen=True)
class Words:
    """What the legend says: templates for the lowest, the middle and the highest class, and two "
    "fixed texts."""

    lowest: str
    between: str
    highest: str
    few: str
    nothing: str


@dataclass(frozen=True)
class Values:
    """What a map shows: values by area code, and the areas with too few records for a colour."""

    known: Mapping[str, float]
    few: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Classes:
    """Cut points of a map's classes: class i holds from ``edges[i]`` up to, not including, the next."""

    edges: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> Classes:
        """Fifths of the areas, cut at values that can be read: rounded to two figures, doubles left out."""
        ordered = sorted(values)
        edges = [0.0]
        for part in range(1, CLASSES):
            edge = _readable(ordered[min(len(ordered) - 1, len(ordered) * part // CLASSES)])
            if edge > edges[-1]:
                edges.append(edge)
        return cls(tuple(edges))

    def of_value(self, value: float) -> int:
        """Which class a value is in."""
        return max(index for index, edge in enumerate(self.edges) if value >= edge)

    def label(self, index: int, words: Words) -> str:
        """A class in words for the legend."""
        last = len(self.edges) - 1
        if last == 0:
            return words.highest.format(edge="0")
        if index == 0:
            return words.lowest.format(edge=f"{self.edges[1]:g}")
        if index == last:
            return words.highest.format(edge=f"{self.edges[last]:g}")
        return words.between.format(edge=f"{self.edges[index]:g}", next=f"{self.edges[index + 1]:g}")

    def colour(self, index: int) -> str:
        """The colour of a class: the lightest and the darkest are always used."""
        last = max(len(self.edges) - 1, 1)
        return SEQUENTIAL[round(index * (CLASSES - 1) / last)]


def _readable(value: float) -> float:
    if value <= 0:
        return 0.0
    digits = 1 - math.floor(math.log10(value))
    return round(value, digits)


def shaded(
    shapes: Mapping[str, Any],
    values: Values,
    title: str,
    words: Words,
    width: int,
) -> str:
    """Draw areas by class. ``shapes``: GeoJSON, features with id."""
    classes = Classes.of(list(values.known.values())) if values.known else Classes((0.0,))
    labels = [classes.label(index, words) for index in range(len(classes.edges))]
    features = []
    flattened = _flattened(shapes)
    for code, geometry in flattened.items():
        value = values.known.get(code)
        uncoloured = words.few if code in values.few else words.nothing
        label = uncoloured if value is None else labels[classes.of_value(value)]
        features.append({"type": "Feature", "geometry": geometry, "properties": {"label": label}})
    used = {feature["properties"]["label"] for feature in features}
    greys = {word: colour for word, colour in ((words.few, FEW), (words.nothing, NO_DATA)) if word in used}
    domain = [*labels, *greys]
    colours = [*(classes.colour(index) for index in range(len(labels))), *greys.values()]
    chart = (
        alt.Chart(alt.InlineData(values=[]))
        .mark_geoshape(stroke="white", strokeWidth=0.7)
        .encode(
            color=alt.Color(
                "properties.label:N",
                scale=alt.Scale(domain=domain, range=colours),
                sort=None,
                legend=alt.Legend(
                    title=title, orient="bottom", direction="horizontal", symbolType="square", symbolSize=220,
                    symbolStrokeColor=LINE, symbolStrokeWidth=1, columns=2, titleLimit=width,
                    labelFontSize=15, titleFontSize=15,
                ),
            )
        )
        .project(type="identity", reflectY=True)
        .properties(width=width, height=round(width * _tallness(flattened)))
    )  # fmt: skip
    return svg(chart, features)


def _flattened(shapes: Mapping[str, Any]) -> dict[str, Any]:
    """Longitudes shrunk to the middle latitude: equal scale both ways, true enough for one district."""
    features = shapes["features"]
    latitudes = [point[1] for feature in features for point in _points(feature["geometry"]["coordinates"])]
    shrink = math.cos(math.radians((min(latitudes) + max(latitudes)) / 2)) if latitudes else 1.0
    return {
        str(feature["id"]): {
            "type": feature["geometry"]["type"],
            "coordinates": _shrunk(feature["geometry"]["coordinates"], shrink),
        }
        for feature in features
    }


def _points(coordinates: Any) -> list[Any]:
    if coordinates and isinstance(coordinates[0], int | float):
        return [coordinates]
    return [point for part in coordinates for point in _points(part)]


def _shrunk(coordinates: Any, shrink: float) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        return [round(coordinates[0] * shrink, 5), round(coordinates[1], 5)]
    return [_shrunk(part, shrink) for part in coordinates]


def _tallness(shapes: Mapping[str, Any]) -> float:
    points = [point for geometry in shapes.values() for point in _points(geometry["coordinates"])]
    if not points:
        return 0.7
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return min(max((max(ys) - min(ys)) / max(max(xs) - min(xs), 1e-9), 0.5), 1.4)
