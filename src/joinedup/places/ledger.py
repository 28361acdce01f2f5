"""Finding what is loaded: the ledger's rows and the files they vouch for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from joinedup import durable
from joinedup.errors import Busy, Damaged, NotFound
from joinedup.places.area_sets import AreaSet, set_key
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import BoundarySet, LoadedFile, PlacedPoints

_memory: dict[tuple[str, str, str], AreaSet] = {}
_memory_lock = Lock()
_KEPT_SETS = 40
_PATIENCE = 60  # seconds
_GRACE = dt.timedelta(hours=1)


@contextmanager
def writing(workspace: Workspace) -> Iterator[None]:
    """Only one changes the files of this room; the same thread may come in again. ``Busy`` after a minute."""
    lock = FileLock(workspace.places_folder / ".writing.lock", timeout=_PATIENCE, is_singleton=True)
    try:
        lock.acquire()
    except Timeout as error:
        raise Busy(
            "Somebody else is loading boundaries or placing points", next_step="Try again in a minute"
        ) from error
    try:
        yield
    finally:
        lock.release()


def generation(workspace: Workspace) -> str:
    """A text that changes whenever anything is loaded or placed: tells others when to look again."""
    from django.db.models import Max

    newest = (table.objects.aggregate(newest=Max("id"))["newest"] for table in _tables())
    return ".".join(str(number or 0) for number in newest)


def _tables() -> tuple[Any, ...]:
    """Every table of this room."""
    from joinedup.places import models

    return (
        models.BoundarySet,
        models.Lookup,
        models.ResidentsTable,
        models.DeprivationTable,
        models.ClassificationTable,
        models.PostcodeDirectory,
        models.PlacedPoints,
    )


def every_row() -> Iterator[LoadedFile | PlacedPoints]:
    """Every row of every table of this room: what is in use, what was replaced, what is retired."""
    for table in _tables():
        yield from table.objects.order_by("id")


def current_rows(workspace: Workspace) -> dict[str, BoundarySet]:
    """The set in use of every level and vintage, by key (``ward_2025``), older vintages first."""
    from joinedup.places.models import BoundarySet

    rows = BoundarySet.objects.order_by("vintage", "version")
    return {set_key(row.level, row.vintage): row for row in rows}


def current_row(
    workspace: Workspace, level: AreaLevel | str, vintage: str | None = None
) -> BoundarySet | None:
    """The set in use of a level: of the vintage named, or of the newest; None when nothing is loaded."""
    wanted = str(AreaLevel(level))
    rows = [row for row in current_rows(workspace).values() if row.level == wanted]
    if vintage is not None:
        rows = [row for row in rows if row.vintage == str(vintage)]
    return rows[-1] if rows else None


def require_row(workspace: Workspace, level: AreaLevel | str, vintage: str | None = None) -> BoundarySet:
    """Like ``current_row``; ``NotFound`` when nothing is loaded, with the vintages that are."""
    row = current_row(workspace, level, vintage)
    if row is not None:
        return row
    there = [row.vintage for row in current_rows(workspace).values() if row.level == str(level)]
    raise NotFound(
        f"No boundaries of level {level}{f', vintage {vintage}' if vintage else ''} are loaded",
        next_step=f"Loaded vintages: {', '.join(there)}"
        if there
        else "Load them with: joinedup places load FILE --level ... --vintage ...",
    )


def read_set(workspace: Workspace, row: BoundarySet) -> AreaSet:
    """The areas of a ledger row, checked against its hash and kept in memory."""
    key = (str(workspace.folder), row.file, row.sha256)
    with _memory_lock:
        if (known := _memory.get(key)) is not None:
            return known
        loaded = AreaSet.load(whole_file(workspace, row), row.level, row.vintage)
        if len(_memory) >= _KEPT_SETS:
            _memory.clear()
        _memory[key] = loaded
    return loaded


def whole_file(workspace: Workspace, row: LoadedFile | PlacedPoints) -> Path:
    """The path of a row's file, once its content is as the ledger says; ``Damaged`` otherwise."""
    path = workspace.places_folder / row.file
    if not path.is_file() or durable.sha256(path) != row.sha256:
        raise Damaged(
            "A file of the places is missing or not what the ledger says",
            where=str(path),
            next_step="Restore it from a backup, or load its source again",
        )
    return path


def sweep(workspace: Workspace) -> None:
    """Remove files that no row names (a write was broken off) and points retired an hour ago or longer.

    Only for whoever holds the lock: a file that is being loaded has no row yet.
    """
    from django.utils import timezone

    from joinedup.places.models import PlacedPoints

    PlacedPoints.objects.filter(retired_at__lt=timezone.now() - _GRACE).delete()
    named = {name for table in _tables() for name in table.objects.values_list("file", flat=True)}
    for path in workspace.places_folder.glob("*.parquet"):
        if path.name not in named:
            path.unlink(missing_ok=True)
    for path in workspace.places_folder.glob(".points-*.part"):
        path.unlink(missing_ok=True)
