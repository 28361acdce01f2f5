"""The view ``points``, which joins records to areas: in DuckDB, or as files for another engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.places import ledger, placing
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

PLACED_LEVELS = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)
_NUMBERS = {"point": "BIGINT", "easting": "DOUBLE", "northing": "DOUBLE"}


@dataclass(frozen=True)
class PointsColumn:
    """A column of the view: its name, DuckDB's type, and its name in the files (empty: NULL throughout)."""

    name: str
    kind: str
    source: str


@dataclass(frozen=True)
class PointsFiles:
    """The Parquet files that hold the placed points, each with a row for each of its points, and no other's;
    and the columns of the view over them."""

    files: tuple[Path, ...]
    columns: tuple[PointsColumn, ...]


def points_files(workspace: Workspace) -> PointsFiles:
    """What the view ``points`` is made of, for an engine that reads Parquet itself."""
    placing.bring_up_to_date(workspace)
    keys = list(ledger.current_rows(workspace))
    newest = {level.value: _newest(level, keys) for level in PLACED_LEVELS}
    sources = {name: name for name in _NUMBERS} | newest | {name: name for name in ("square", *keys)}
    return PointsFiles(
        tuple(workspace.places_folder / file.file for file in placing.active_files()),
        tuple(PointsColumn(name, _kind(name), source) for name, source in sources.items()),
    )


def placed_by(workspace: Workspace) -> dict[AreaLevel, str]:
    """For each level of which anything is loaded, what decides the area of a point in the view: its newest
    set, told by its content. While that is the same, no placed point lies in another area of the level."""
    rows = ledger.current_rows(workspace)
    found = {}
    for level in PLACED_LEVELS:
        key = _newest(level, list(rows))
        if key:
            row = rows[key]
            made_from = rows[row.derived_from].sha256 if row.derived_from else ""
            found[level] = f"{key} {row.sha256} {made_from}".strip()
    return found


def define_points_view(workspace: Workspace, cursor: Any) -> None:
    """Make the temporary view ``points`` in a DuckDB cursor.

    One row for each distinct point. Columns: ``point`` BIGINT, ``easting`` and ``northing`` DOUBLE
    (metres), ``district``, ``ward``, ``msoa``, ``lsoa``, ``oa`` (newest vintage loaded), ``square``, and
    ``<level>_<vintage>`` for each loaded set. Codes are VARCHAR; NULL is outside, or a level of which
    nothing is loaded.
    """
    points = points_files(workspace)
    columns = ", ".join(f'{_value(one)} as "{one.name}"' for one in points.columns)
    source = f"read_parquet([{', '.join(_quoted(file) for file in points.files)}])"
    if not points.files:
        source = _no_points({one.source for one in points.columns if one.source})
    cursor.execute(f"create or replace temporary view points as select {columns} from {source}")


def _newest(level: AreaLevel, keys: list[str]) -> str:
    loaded = [key for key in keys if key.rsplit("_", 1)[0] == level.value]
    return loaded[-1] if loaded else ""


def _kind(name: str) -> str:
    return _NUMBERS.get(name, "VARCHAR")


def _value(column: PointsColumn) -> str:
    return f'"{column.source}"' if column.source else f"cast(null as {column.kind})"


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"


def _no_points(names: Iterable[str]) -> str:
    columns = (f'cast(null as {_kind(name)}) as "{name}"' for name in names)
    return f"(select {', '.join(columns)} where false)"
