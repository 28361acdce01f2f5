"""Keeping lookups, residents and deprivation as Parquet files with a ledger row each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from uuid6 import uuid7

from joinedup import durable
from joinedup.errors import BadInput
from joinedup.places import ledger
from joinedup.places.boundaries import Origin
from joinedup.places.csv_tables import Row
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places.models import LoadedFile

_Model = TypeVar("_Model", bound="LoadedFile")


_memory: dict[tuple[str, str, str], pa.Table] = {}
_KEPT_TABLES = 40


@dataclass(frozen=True)
class LoadedTable:
    """What became of a table: rows used, rows for areas not loaded, areas the table does not speak of."""

    title: str
    rows: int
    set_aside: int
    areas_without: int
    changed: bool


def keep_table(
    workspace: Workspace,
    model: type[_Model],
    table: pa.Table,
    origin: Origin,
    *,
    kind: str,
    **named: Any,
) -> bool:
    """Store a table and its ledger row; False when the newest of the same name has the same content."""
    content = hashlib.sha256(json.dumps(table.to_pydict(), sort_keys=True).encode()).hexdigest()
    with ledger.writing(workspace):
        newest = model.objects.filter(**named).order_by("id").last()
        if newest is not None and newest.content == content:
            newest.title, newest.source, newest.licence = origin.title, origin.source, origin.licence
            newest.save(update_fields=["title", "source", "licence"])
            return False
        name = f"{kind}-{uuid7()}.parquet"
        target = workspace.places_folder / name
        durable.write(target, lambda path: pq.write_table(table, path, compression="zstd"))
        model.objects.create(
            title=origin.title,
            source=origin.source,
            licence=origin.licence,
            file=name,
            sha256=durable.sha256(target),
            content=content,
            rows=table.num_rows,
            **named,
        )
    return True


def read_table(workspace: Workspace, row: LoadedFile) -> pa.Table:
    """The table of a ledger row, checked against its hash when it is first read."""
    key = (str(workspace.folder), row.file, row.sha256)
    if (known := _memory.get(key)) is not None:
        return known
    if len(_memory) >= _KEPT_TABLES:
        _memory.clear()
    return _memory.setdefault(key, pq.read_table(ledger.whole_file(workspace, row)))


def known_areas(workspace: Workspace, level: str, vintage: str, *, required: bool = True) -> frozenset[str]:
    """The codes of a loaded set, which a table may speak of; ``NotFound`` when required and not loaded."""
    if not required and ledger.current_row(workspace, level, vintage) is None:
        return frozenset()
    return frozenset(ledger.read_set(workspace, ledger.require_row(workspace, level, vintage)).code)


def check_some(used: Sequence[Any], row: Row | None, where: str) -> None:
    """Refuse a table of which no row speaks of a loaded area: most often the wrong column or vintage."""
    if not used:
        raise BadInput(
            "No row of the table names a loaded area" if row else "The table has no rows",
            where=where,
            next_step="Check the column of codes and the vintage",
        )
