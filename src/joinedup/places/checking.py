"""The doctor's look at the places: is every file of this room what its ledger row says?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from joinedup import durable
from joinedup.places import ledger
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import LoadedFile, PlacedPoints


@dataclass(frozen=True)
class Damage:
    """One thing that is wrong with the places: what, in which file, and whether a row vouches for it."""

    what: str
    where: str
    known: bool = True


def check(workspace: Workspace) -> list[Damage]:
    """Files that are changed, missing or unknown, in every set that was ever loaded.

    Raises ``Busy`` while somebody else loads places: a file that is being loaded has no row yet.
    """
    with ledger.writing(workspace):
        return list(_damage(workspace.places_folder))


def _damage(folder: Path) -> Iterator[Damage]:
    named = set()
    for row in ledger.every_row():
        named.add(row.file)
        if (folder / row.file).is_file() or not getattr(row, "retired_at", None):  # else it was to go
            yield from _of_file(row, folder / row.file)
    for path in sorted(folder.glob("*")):
        if not path.name.startswith(".") and path.name not in named:
            yield Damage("The ledger of places does not know this file", path.name, known=False)


def _of_file(row: LoadedFile | PlacedPoints, path: Path) -> Iterator[Damage]:
    kind = row._meta.verbose_name
    called = kind if str(row) == row.file else f"{kind} {row}"
    if not path.is_file():
        yield Damage(f"A file of the places is missing ({called})", row.file)
        return
    if durable.sha256(path) != row.sha256:
        yield Damage(f"A file of the places is not what was loaded ({called})", row.file)
        return
    try:
        rows = pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException):
        yield Damage(f"A file of the places cannot be read ({called})", row.file)
        return
    if rows != row.rows:
        yield Damage(f"A file of the places has {rows} rows, its ledger says {row.rows} ({called})", row.file)
