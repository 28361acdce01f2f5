"""A measure cut by whether its events lie within a radius of a point."""

from __future__ import annotations

import math
from dataclasses import replace

from joinedup.errors import BadInput
from joinedup.measures.definition import Measure

REACH = "within_reach"
"""The breakdown: yes, no (also without a place)."""

_PARTS = 1_000_000  # of a degree, in a point's number
_STEP = 1_000_000_000
_METRES = 111_195.0  # of a degree of latitude, on the sphere of 6,371 km


def within_reach(measure: Measure, longitude: float, latitude: float, radius: int) -> Measure:
    """The same measure with the breakdown ``REACH``. Distances are on the plane that touches the sphere at
    the latitude: within 5 km off by less than 1 in 100 of themselves.

    Raises BadInput for what arrives counted by area, which has no points.
    """
    if measure.stated_area is not None or not measure.placed:
        raise BadInput(
            "It arrives counted, without points, so a circle cannot be read",
            where=f"measure {measure.name}",
            next_step="Give the intervention an area",
        )
    east, north = round((longitude + 180) * _PARTS), round((latitude + 90) * _PARTS)
    wide = _METRES * math.cos(math.radians(latitude)) / _PARTS
    high = _METRES / _PARTS
    across = f"CAST(floor(CAST(counted.point AS DOUBLE) / {_STEP}) AS BIGINT)"
    along = f"(counted.point - {across} * {_STEP})"
    dx, dy = (
        f"(CAST({across} - {east} AS DOUBLE) * {wide!r})",
        f"(CAST({along} - {north} AS DOUBLE) * {high!r})",
    )
    given = [*measure.select().named_selects]
    columns = ", ".join(f"counted.{name}" for name in given)
    text = (
        f"SELECT {columns}, CASE WHEN {dx} * {dx} + {dy} * {dy} <= {radius * radius}.0 THEN 'yes' "
        f"ELSE 'no' END AS {REACH} FROM ({measure.sql}) AS counted"
    )
    return replace(
        measure,
        name=f"{measure.name}-within-reach",
        sql=text,
        breakdowns={**measure.breakdowns, REACH: {"yes": "yes", "no": "no"}},
    )
