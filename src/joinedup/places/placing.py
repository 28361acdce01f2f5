"""The points table: every distinct point of the partnership's records, placed once in every loaded set.

Parquet files that are never changed, each with a ledger row: ``point`` (BIGINT), ``easting`` and
``northing`` (DOUBLE, metres), ``square`` and one text column for each loaded set (``ward_2025``); NULL is
outside. New points are appended as a new file. When a set is loaded or replaced, the files are written anew
with its column placed again; the old ones stay an hour for whoever still reads them.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from uuid6 import uuid7

from joinedup import durable
from joinedup.errors import Damaged
from joinedup.places import grid, ledger
from joinedup.places.points import decode_points
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    import duckdb

    from joinedup.places.models import BoundarySet, PlacedPoints

_MANY_FILES = 24
_MEMORY = "1GB"  # for looks at files of points, which take far less: nothing is spilled anywhere


class Ahead:
    """The points of a file, placed in a thread while their records are stored: nothing is kept of it until
    ``ensure_placed`` takes it, if the table and the sets in use are still what they were when it began.

    ``file`` has a column ``point``. Use as a context; ``points`` waits for the distinct ones.
    """

    def __init__(self, workspace: Workspace, file: Path) -> None:
        self._workspace = workspace
        self.rows = ledger.current_rows(workspace)
        self.files = _paths(workspace)
        self._thread = ThreadPoolExecutor(1)
        self._points = self._thread.submit(points_of, file)
        self._table = self._thread.submit(self._work)

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *failed: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    @property
    def points(self) -> npt.NDArray[np.int64]:
        """The distinct points of the file, in any order."""
        return self._points.result()

    @property
    def table(self) -> pa.Table:
        """Those that the table did not hold, placed."""
        return self._table.result()

    def _work(self) -> pa.Table:
        unseen = _unseen(self.files, np.sort(self.points))
        return _place(self._workspace, unseen, self.rows)


def ensure_placed(workspace: Workspace, points: npt.NDArray[np.int64], ahead: Ahead | None = None) -> None:
    """Place the points that the table does not hold yet (int64 point numbers, any order, repeats allowed).

    ``ahead``: these very points, placed in the meantime.
    """
    with ledger.writing(workspace):
        bring_up_to_date(workspace)
        rows, files = ledger.current_rows(workspace), _paths(workspace)
        if ahead is not None and (_used(ahead.rows), ahead.files) == (_used(rows), files):
            table = ahead.table
        else:
            unseen = _unseen(files, np.unique(np.asarray(points, dtype=np.int64)))
            table = _place(workspace, unseen, rows) if len(unseen) else None
        if table is not None and table.num_rows:
            _append(workspace, table, rows)


def _paths(workspace: Workspace) -> list[str]:
    """The files that make the points table now."""
    return [str(workspace.places_folder / file.file) for file in active_files()]


def make_ready(workspace: Workspace) -> None:
    """Read the boundary sets in use and build their rasters, so that placing many points begins at once."""
    for row in ledger.current_rows(workspace).values():
        if not row.derived_from:
            ledger.read_set(workspace, row).cells  # noqa: B018 - made on first use, and kept


def bring_up_to_date(workspace: Workspace) -> None:
    """Write files anew that were placed in other sets than those in use now, or that have become many."""
    if not _to_rewrite(ledger.current_rows(workspace)):
        return
    from django.db import transaction

    with ledger.writing(workspace), transaction.atomic():
        rows = ledger.current_rows(workspace)
        old = _to_rewrite(rows)  # again, now that nobody else can change it
        tables = [_rewritten(workspace, file, rows) for file in old]
        if tables:
            _append(workspace, pa.concat_tables(tables), rows)
        retire(old)


def retire(files: Iterable[PlacedPoints]) -> None:
    """Say that files were replaced, now."""
    from django.utils import timezone

    for file in files:
        file.retired_at = timezone.now()
        file.save(update_fields=["retired_at"])


def _to_rewrite(rows: dict[str, BoundarySet]) -> list[PlacedPoints]:
    files = active_files()
    if len(files) > _MANY_FILES:
        return files
    return [file for file in files if file.sets != _used(rows)]


def _rewritten(workspace: Workspace, file: PlacedPoints, rows: dict[str, BoundarySet]) -> pa.Table:
    """A file's points in the sets in use now; only columns of other sets are worked out again."""
    old = pq.read_table(ledger.whole_file(workspace, file))
    kept = {key: old[key] for key, name in _used(rows).items() if file.sets.get(key) == name}
    return _place(workspace, old["point"].to_numpy(), rows, kept)


def active_files() -> list[PlacedPoints]:
    """The files that make the points table now."""
    from joinedup.places.models import PlacedPoints

    return list(PlacedPoints.objects.filter(retired_at=None).order_by("id"))


def _used(rows: dict[str, BoundarySet]) -> dict[str, str]:
    """By key, which files decided: a dissolved set's own and that of the set it was made from."""
    return {
        key: f"{row.file} via {rows[row.derived_from].file}" if row.derived_from else row.file
        for key, row in rows.items()
    }


def _unseen(files: list[str], wanted: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Those of the points, sorted, that no file holds yet: one look at all of them."""
    if not files or not len(wanted):
        return wanted
    with _cursor() as connection:
        connection.register("wanted", pa.table({"point": wanted}))
        rows = connection.execute(
            "SELECT point FROM wanted ANTI JOIN read_parquet($1) USING (point) ORDER BY point", [files]
        )
        found: npt.NDArray[np.int64] = rows.fetchnumpy()["point"]
    return found


def points_of(file: Path) -> npt.NDArray[np.int64]:
    """The distinct points of a Parquet file with a column ``point``, in any order.

    By DuckDB: pyarrow would import pandas before it hands an array to numpy, which takes half a second.
    """
    with _cursor() as connection:
        rows = connection.execute(
            "SELECT DISTINCT point FROM read_parquet($1) WHERE point IS NOT NULL", [str(file)]
        )
        found: npt.NDArray[np.int64] = rows.fetchnumpy()["point"]
    return found


@functools.cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    """A process's own database for looks at files: making one takes sixty times as long as a cursor."""
    import duckdb

    return duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": ""})


def _cursor() -> duckdb.DuckDBPyConnection:
    return _database(os.getpid()).cursor()


def _place(
    workspace: Workspace,
    points: npt.NDArray[np.int64],
    rows: dict[str, BoundarySet],
    kept: dict[str, pa.ChunkedArray] | None = None,
) -> pa.Table:
    """The table of these points; ``kept`` columns are known and taken as they are."""
    longitudes, latitudes = decode_points(points)
    eastings, northings = grid.to_grid(longitudes, latitudes)
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "point": pa.array(points, pa.int64()),
        "easting": pa.array(eastings, pa.float64(), from_pandas=True),
        "northing": pa.array(northings, pa.float64(), from_pandas=True),
        "square": pa.array(grid.square_codes(eastings, northings), pa.string()),
    }
    for key, row in rows.items():
        if kept and key in kept:
            columns[key] = kept[key].cast(pa.string())
        else:
            columns[key] = pa.array(
                codes_of_points(workspace, row, longitudes, latitudes, rows), pa.string(), from_pandas=True
            )
    return pa.table(columns)


def codes_of_points(
    workspace: Workspace,
    row: BoundarySet,
    longitudes: npt.NDArray[np.float64],
    latitudes: npt.NDArray[np.float64],
    rows: dict[str, BoundarySet],
) -> npt.NDArray[np.object_]:
    """The code of each point in a set (None outside); a dissolved set asks the set it was made from."""
    if not row.derived_from:
        return ledger.read_set(workspace, row).locate(longitudes, latitudes)
    children = ledger.read_set(workspace, rows[row.derived_from])
    located = children.locate(longitudes, latitudes)
    parents = children.parents
    return np.array([None if code is None else parents[code] for code in located], dtype=object)


def _append(workspace: Workspace, table: pa.Table, rows: dict[str, BoundarySet]) -> None:
    write(workspace, table, _used(rows)).save(force_insert=True)


def write(workspace: Workspace, table: pa.Table, sets: dict[str, str]) -> PlacedPoints:
    """Write placed points to a new file; returns its ledger row, which is not stored yet."""
    from joinedup.places.models import PlacedPoints

    name = f"points-{uuid7()}.parquet"
    target = workspace.places_folder / name
    ordered = table.sort_by("point")
    try:
        durable.write(target, lambda path: pq.write_table(ordered, path, compression="zstd"))
    except OSError as error:
        raise Damaged(
            "The table of points could not be written, so nothing was placed",
            where=type(error).__name__,
            next_step="Check the disk's space and health, then try again",
        ) from error
    return PlacedPoints(file=name, sha256=durable.sha256(target), rows=table.num_rows, sets=sets)
