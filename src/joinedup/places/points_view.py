"""The view ``points`` in a DuckDB connection: what joins records to areas."""

from __future__ import annotations

from typing import Any

from joinedup.places import ledger, placing
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

PLACED_LEVELS = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)


def define_points_view(workspace: Workspace, cursor: Any) -> None:
    """Make the temporary view ``points`` in a DuckDB cursor.

    One row for each distinct point. Columns: ``point`` BIGINT, ``easting`` and ``northing`` DOUBLE
    (metres), ``district``, ``ward``, ``msoa``, ``lsoa``, ``oa`` (newest vintage loaded), ``square``, and
    ``<level>_<vintage>`` for each loaded set. Codes are VARCHAR; NULL is outside, or a level of which
    nothing is loaded.
    """
    placing.bring_up_to_date(workspace)
    rows = ledger.current_rows(workspace)
    files = [str(workspace.places_folder / file.file) for file in placing.active_files()]
    columns = [_level_column(level, list(rows)) for level in PLACED_LEVELS]
    columns += ["square", *(f'"{key}"' for key in rows)]
    source = f"read_parquet([{', '.join(_quoted(file) for file in files)}])" if files else _no_points(rows)
    cursor.execute(
        "create or replace temporary view points as "
        f"select point, easting, northing, {', '.join(columns)} from {source}"
    )


def _level_column(level: AreaLevel, keys: list[str]) -> str:
    loaded = [key for key in keys if key.rsplit("_", 1)[0] == level.value]
    return f'"{loaded[-1]}" as {level.value}' if loaded else f"cast(null as varchar) as {level.value}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _no_points(keys: Any) -> str:
    texts = ["square", *(f'"{key}"' for key in keys)]
    columns = ["cast(null as bigint) as point", "cast(null as double) as easting"]
    columns += ["cast(null as double) as northing", *(f"cast(null as varchar) as {name}" for name in texts)]
    return f"(select {', '.join(columns)} where false)"
