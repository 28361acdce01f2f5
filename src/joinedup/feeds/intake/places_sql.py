"""The SQL that tells where it happened, from degrees, from metres or from a grid reference."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import duckdb

from joinedup.feeds.contract import Contract, IfUnplaceable, PlaceRule
from joinedup.feeds.intake.grid_references import metres
from joinedup.feeds.intake.sql_parts import Rule
from joinedup.feeds.rules import GREAT_BRITAIN

if TYPE_CHECKING:
    import pyproj

_METRES, _WGS84 = "EPSG:27700", "EPSG:4326"


class Places:
    """The place of a contract's rows; ``cell`` gives the raw column of a contract's column."""

    def __init__(self, contract: Contract, cell: Callable[[str], str]) -> None:
        self._rule = contract.place
        self._cell = cell

    @property
    def may_be_dropped(self) -> bool:
        """Whether a wrong place is dropped and its row kept, with the column ``place_wrong``."""
        return self._rule is not None and self._rule.if_wrong is IfUnplaceable.UNLOCATED

    def numbers(self) -> str:
        """``x`` and ``y`` as the numbers that were written.

        They belong below the joins: there they are read once, however often a rule asks for them.
        """
        rule = self._rule
        if rule is None or rule.grid_reference:
            return "NULL::DOUBLE AS x, NULL::DOUBLE AS y"
        return ", ".join(
            f"TRY_CAST({self._cell(name)} AS DOUBLE) AS {axis}"
            for name, axis in ((rule.x, "x"), (rule.y, "y"))
        )

    def columns(self) -> str:
        """``longitude`` and ``latitude``, over ``numbers`` and the join."""
        rule = self._rule
        if rule is None:
            return "NULL::DOUBLE AS longitude, NULL::DOUBLE AS latitude"
        if rule.grid_reference or rule.grid != "wgs84":
            return "grid.longitude AS longitude, grid.latitude AS latitude"
        none = "(x = 0 AND y = 0)" if rule.zero_is_missing else "false"
        return (
            f"CASE WHEN {none} THEN NULL ELSE x END AS longitude, "
            f"CASE WHEN {none} THEN NULL ELSE y END AS latitude"
        )

    def join(self) -> str:
        """The join with the table ``grid``, where places are not degrees."""
        rule = self._rule
        if rule is None or rule.grid == "wgs84":
            return ""
        if rule.grid_reference:
            return f"LEFT JOIN grid ON grid.written = {self._cell(rule.grid_reference)}"
        x, y = self._cell(rule.x), self._cell(rule.y)
        return f"LEFT JOIN grid ON grid.written_x = {x} AND grid.written_y = {y}"

    def given(self) -> str:
        """True for rows in which any place is written."""
        columns = self._rule.columns if self._rule else ()
        return "(" + " OR ".join(f"{self._cell(name)} IS NOT NULL" for name in columns) + ")"

    def broken(self) -> str:
        """True for rows whose place is wrong."""
        return "coalesce(" + " OR ".join(f"({rule.broken})" for rule in self.rules()) + ", false)"

    def rules(self) -> list[Rule]:
        """What can be wrong with a place."""
        rule = self._rule
        if rule is None:
            return []
        west, south, east, north = rule.bounds
        outside = f"NOT (longitude BETWEEN {west} AND {east} AND latitude BETWEEN {south} AND {north})"
        if rule.grid_reference:
            name, cell = rule.grid_reference, self._cell(rule.grid_reference)
            no_square = f"{cell} IS NOT NULL AND longitude IS NULL"
            return [Rule("not-a-grid-reference", name, no_square), Rule("outside-bounds", name, outside)]
        x, y = self._cell(rule.x), self._cell(rule.y)
        if rule.grid != "wgs84":
            left, bottom, right, top = GREAT_BRITAIN
            metres = f"x BETWEEN {left} AND {right} AND y BETWEEN {bottom} AND {top}"
            outside = f"({outside} OR (longitude IS NOT NULL AND NOT ({metres})))"
        return [
            Rule("not-a-number", rule.x, f"{x} IS NOT NULL AND x IS NULL"),
            Rule("not-a-number", rule.y, f"{y} IS NOT NULL AND y IS NULL"),
            Rule("half-a-point", rule.x, f"({x} IS NULL) <> ({y} IS NULL)"),
            Rule("outside-bounds", rule.x, outside),
        ]

    def load(self, connection: duckdb.DuckDBPyConnection) -> None:
        """For places that are not degrees: the table ``grid`` of the distinct ones as written, in degrees."""
        if self._rule is not None and self._rule.grid_reference:
            self._load_references(connection, self._cell(self._rule.grid_reference))
        elif self._rule is not None and self._rule.grid != "wgs84":
            self._load_metres(connection, self._rule)

    @staticmethod
    def _load_references(connection: duckdb.DuckDBPyConnection, cell: str) -> None:
        import numpy as np
        import pyarrow as pa

        rows = connection.execute(f"SELECT DISTINCT {cell} FROM raw WHERE {cell} IS NOT NULL").fetchall()
        found = [(written, place) for (written,) in rows if (place := metres(written)) is not None]
        easting, northing = (np.array([place[axis] for _, place in found], dtype=float) for axis in (0, 1))
        written = pa.array([text for text, _ in found], pa.string())
        _keep_grid(connection, {"written": written}, easting, northing)

    def _load_metres(self, connection: duckdb.DuckDBPyConnection, rule: PlaceRule) -> None:
        x, y = self._cell(rule.x), self._cell(rule.y)
        pairs = connection.sql(
            f"""SELECT DISTINCT {x} AS written_x, {y} AS written_y, TRY_CAST({x} AS DOUBLE) AS x,
                       TRY_CAST({y} AS DOUBLE) AS y
                FROM raw WHERE TRY_CAST({x} AS DOUBLE) IS NOT NULL AND TRY_CAST({y} AS DOUBLE) IS NOT NULL
                {"AND NOT (x = 0 AND y = 0)" if rule.zero_is_missing else ""}"""
        ).to_arrow_table()
        written = {name: pairs[name] for name in ("written_x", "written_y")}
        _keep_grid(connection, written, pairs["x"].to_numpy(), pairs["y"].to_numpy())


def from_grid(eastings: object, northings: object) -> tuple[object, object]:
    """Longitudes and latitudes (WGS84) of metres in the British National Grid, arrays of equal length."""
    longitudes, latitudes = _transformer().transform(eastings, northings)
    return longitudes, latitudes


@functools.cache
def _transformer() -> pyproj.Transformer:
    import pyproj

    return pyproj.Transformer.from_crs(_METRES, _WGS84, always_xy=True)


def _keep_grid(
    connection: duckdb.DuckDBPyConnection, written: dict[str, object], easting: object, northing: object
) -> None:
    import pyarrow as pa

    longitude, latitude = from_grid(easting, northing)
    connection.register("placed", pa.table({**written, "longitude": longitude, "latitude": latitude}))
    connection.execute("CREATE TEMP TABLE grid AS FROM placed")
    connection.unregister("placed")
