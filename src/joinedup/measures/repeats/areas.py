"""Where events lie: the area of each, of the level that was asked for."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import numpy as np
from numpy.typing import NDArray

from joinedup.measures.area_axis import AreaAxis, placed_axis
from joinedup.measures.quality.located import define_points
from joinedup.measures.query import FigureQuery
from joinedup.measures.repeats.result import RepeatQuery
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

Codes = NDArray[np.object_]


def axis_of(workspace: Workspace, query: RepeatQuery) -> AreaAxis:
    """The areas that the query asks for. Raises ``NotFound`` for a code that is no area."""
    return placed_axis(
        workspace, FigureQuery(query.repeat, level=query.level, areas=query.areas, vintage=query.vintage)
    )


def of_events(workspace: Workspace, cursor: duckdb.DuckDBPyConnection, axis: AreaAxis) -> Codes:
    """The code of each event's area, by its number in the table ``happened``; None where it is not asked for.

    Points that nobody has placed yet are placed first.
    """
    if axis.level is AreaLevel.ALL:
        (number,) = cursor.execute("SELECT count(*) FROM happened").fetchall()[0]
        return np.full(number, axis.codes[0], dtype=np.object_)
    define_points(workspace, cursor, "happened")
    found = cursor.execute(
        f"""SELECT CASE WHEN {axis.condition or "true"} THEN {axis.expression} END AS area
            FROM happened AS counted LEFT JOIN points ON points.point = counted.point
            ORDER BY counted.event"""
    ).df()
    codes: Codes = found["area"].to_numpy(dtype=np.object_)
    return codes


def named(axis: AreaAxis, codes: Iterable[object] = ()) -> list[tuple[str, str]]:
    """Code and name of each area of the answer: those asked for, and squares as events lie in them."""
    known = list(zip(axis.codes, axis.names, strict=True))
    if not axis.open_ended:
        return known
    strays = {code for code, _ in known}
    found = {code for code in codes if isinstance(code, str)} - strays
    return [*((code, code) for code in sorted(found)), *known]
