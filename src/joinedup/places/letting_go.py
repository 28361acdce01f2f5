"""Letting go of points that no record has any more: what a record's erasure asks of the points table.

A point may be somebody's door. Files that hold points which are not to remain are written anew without them
and take the old ones' place in the ledger, in the transaction that erases the records. The old files are
deleted when nobody reads them; whoever asks says when that is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from joinedup import durable
from joinedup.errors import Damaged
from joinedup.places import ledger, placing
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import PlacedPoints

Points = npt.NDArray[np.int64]


@contextmanager
def only(workspace: Workspace, remaining: Callable[[], Points]) -> Iterator[Callable[[], None]]:
    """Write files anew so that the table holds no point but these, while nobody else changes it.

    Yields what exchanges them in the ledger; it is called in a transaction. If that fails nothing is changed,
    and whoever next writes here deletes the new file. Raises Busy, or Damaged where a file cannot be read or
    written.
    """
    with ledger.writing(workspace):
        with _database():
            ledger.sweep(workspace)
            placing.bring_up_to_date(workspace)
            exchange = _prepared(workspace, placing.active_files(), remaining)
        yield exchange


def finish(
    workspace: Workspace,
    remaining: Callable[[], Points],
    *,
    replaced_by: dt.datetime | None,
    nobody_reads: Callable[[], bool],
) -> bool:
    """Delete what was replaced by that moment (nobody reads it any more), and what holds other points.

    A figure that was worked out while its records were erased may have placed their points again. Returns
    whether nothing is left to do: a file may have to wait until ``nobody_reads``.
    """
    from django.db import transaction

    with ledger.writing(workspace), _database():
        ledger.sweep(workspace)
        if replaced_by is not None:
            _delete(workspace, [file for file in _retired() if file.retired_at <= replaced_by])
        if not (placing.active_files() or _retired()):
            return True
        placing.bring_up_to_date(workspace)
        known = remaining()
        exchange = _prepared(workspace, placing.active_files(), lambda: known)
        with transaction.atomic():
            exchange()
        holding = [file for file in _retired() if _may_hold_others(workspace, file, known)]
        if holding and not nobody_reads():
            return False
        _delete(workspace, holding)
        return True


def sweep(workspace: Workspace) -> None:
    """Delete what a crash left."""
    with ledger.writing(workspace), _database():
        ledger.sweep(workspace)


def strays(workspace: Workspace, remaining: Callable[[], Points]) -> list[tuple[str, int]]:
    """The files of the table, retired ones too, that hold other points, and how many.

    Points are read before it is asked which remain, for a record is there before its point is placed.
    """
    held = [(file.file, _points(path)) for file in _every() if (path := _path(workspace, file)).is_file()]
    if not held:
        return []
    known = remaining()
    counted = [(name, len(np.setdiff1d(points, known))) for name, points in held]
    return [(name, count) for name, count in counted if count]


@contextmanager
def _database() -> Iterator[None]:
    """Raise Damaged where the database fails; its message may hold values."""
    from django.db import DatabaseError

    try:
        yield
    except DatabaseError as error:
        raise Damaged(
            "The ledger of places could not be written, so nothing was changed",
            where=type(error).__name__,
            next_step="Check the disk's space and health and that the database answers, then try again",
        ) from error


def _prepared(
    workspace: Workspace, files: Iterable[PlacedPoints], remaining: Callable[[], Points]
) -> Callable[[], None]:
    """Write what stays of files that hold other points to one new file; returns what exchanges them."""
    there = list(files)
    known = remaining() if there else np.empty(0, dtype=np.int64)
    tables = {file: pq.read_table(ledger.whole_file(workspace, file)) for file in there}
    old = [file for file, table in tables.items() if _others(table, known)]
    if not old:
        return lambda: None
    table = pa.concat_tables([tables[file] for file in old])
    kept = table.filter(pa.array(np.isin(table["point"].to_numpy(), known)))
    new = placing.write(workspace, kept, old[0].sets)

    def exchange() -> None:
        new.save(force_insert=True)
        placing.retire(old)

    return exchange


def _every() -> list[PlacedPoints]:
    from joinedup.places.models import PlacedPoints

    return list(PlacedPoints.objects.order_by("id"))


def _retired() -> list[PlacedPoints]:
    return [file for file in _every() if file.retired_at is not None]


def _path(workspace: Workspace, file: PlacedPoints) -> Path:
    return workspace.places_folder / file.file


def _points(path: Path) -> Points:
    try:
        return pq.read_table(path, columns=["point"])["point"].to_numpy()
    except (OSError, pa.ArrowException) as error:
        raise Damaged(
            "A file of placed points cannot be read",
            where=path.name,
            next_step="Restore it from a backup",
        ) from error


def _others(table: pa.Table, known: Points) -> bool:
    return not np.isin(table["point"].to_numpy(), known).all()


def _may_hold_others(workspace: Workspace, file: PlacedPoints, known: Points) -> bool:
    """Whether a retired file holds points that are not known, or cannot be read: nobody needs it."""
    path = _path(workspace, file)
    try:
        return path.is_file() and not np.isin(_points(path), known).all()
    except Damaged:
        return True


def _delete(workspace: Workspace, files: list[PlacedPoints]) -> None:
    """Delete files, then their rows: killed in between, it is done again."""
    for file in files:
        unlink(_path(workspace, file))
    durable.sync_folder(workspace.places_folder)
    for file in files:
        file.delete()


def unlink(path: Path) -> None:
    """Delete a file of points that were replaced."""
    path.unlink(missing_ok=True)
