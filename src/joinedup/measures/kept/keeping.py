"""Making and keeping counts: what still stands is taken over, what was touched is counted, and the file is
placed whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection

from joinedup import durable
from joinedup.errors import JoinedupError
from joinedup.measures.definition import Measure
from joinedup.measures.kept.counting import counted, schema
from joinedup.measures.kept.naming import UNDATED, Key, key_of, months_of
from joinedup.records import Reader, RecordBook, kept_counts
from joinedup.workspace import Workspace

_ABOUT = b"joinedup"
_ORDER = [(name, "ascending") for name in ("level", "breakdown", "month", "area", "value")]
_UNREADABLE = (OSError, pa.ArrowException, ValueError, KeyError, TypeError)


@dataclass(frozen=True)
class KeptFile:
    """A file of kept counts: of which measure, over which months, and how large."""

    measure: str
    path: Path
    months: int
    rows: int
    size: int
    current: bool


@dataclass(frozen=True)
class About:
    """What a file says of itself: the key's base and parts, and which row group has which counts."""

    base: str
    parts: dict[str, str]
    groups: dict[str, int]

    def __post_init__(self) -> None:
        if not isinstance(self.parts, dict) or not isinstance(self.groups, dict):
            raise TypeError


def about(file: pq.ParquetFile) -> About:
    """Raises one of ``_UNREADABLE`` for a file that does not say."""
    return About(**json.loads(file.schema_arrow.metadata[_ABOUT]))


def group_name(level: str, breakdown: str) -> str:
    """Under which name a file lists the row group with these counts."""
    return f"{level} {breakdown}".strip()


def keep(workspace: Workspace, reader: Reader, measure: Measure, key: Key) -> bool:
    """Make the file of the key, and delete those that it takes the place of; whether it is there.

    It is not where somebody else makes counts just now, where the ledger or the boundaries moved on, or where
    the counts cannot be made or written: then who asked counts directly, and is told what is wrong.
    """
    if connection.in_atomic_block:  # which would not see that the ledger moved on
        return False
    records = workspace.records_folder
    target = key.path(records)
    try:
        with kept_counts.making(records) as alone:
            if target.is_file():
                return True
            table = _table(workspace, reader, measure, key) if alone else None
            if table is None:
                return False
            durable.write(target, lambda path: _write(path, table, measure, key))
            if not reader.is_current() or key_of(workspace, reader, measure) != key:
                target.unlink(missing_ok=True)
                return False
            for older in _of(records, measure.name):
                if older != target:
                    with suppress(OSError):  # somebody reads it, on a system that keeps it
                        older.unlink(missing_ok=True)
    except (OSError, JoinedupError):
        return False
    return True


def _of(records: Path, name: str) -> list[Path]:
    return [one for one in kept_counts.files(records) if one.name.split(".", 1)[0] == name]


def _table(workspace: Workspace, reader: Reader, measure: Measure, key: Key) -> pa.Table | None:
    """The counts of every part: those that still stand, and the others counted."""
    standing, taken = _standing(workspace.records_folder, measure, key)
    new = counted(workspace, reader, measure, [part for part in key.parts if part not in taken])
    return None if new is None else pa.concat_tables([standing, new]).sort_by(_ORDER)


def _standing(records: Path, measure: Measure, key: Key) -> tuple[pa.Table, set[str]]:
    """Of the file before the rows of parts that rest on the same still, and which parts these are."""
    for older in reversed(_of(records, measure.name)):
        if f".{key.ending}." not in older.name:
            continue
        try:
            with pq.ParquetFile(older, page_checksum_verification=True) as file:
                said = about(file)
                table = file.read().cast(schema(measure))
        except _UNREADABLE:
            continue
        if said.base == key.base:
            taken = {part for part, digest in key.parts.items() if said.parts.get(part) == digest}
            return table.filter(_in_parts(table["month"], taken)), taken
    return schema(measure).empty_table(), set()


def _in_parts(months: pa.ChunkedArray, parts: set[str]) -> pa.ChunkedArray:
    dated = pa.array(months_of(dict.fromkeys(parts, "")), pa.date32())
    inside = pc.and_(pc.is_valid(months), pc.is_in(months, value_set=dated))
    return pc.or_(inside, pc.is_null(months)) if UNDATED in parts else inside


def _write(path: Path, table: pa.Table, measure: Measure, key: Key) -> None:
    """A row group for each level and breakdown, so that a figure reads what it needs and nothing else."""
    blocks = _blocks(table)
    told = About(key.base, dict(key.parts), {name: number for number, (name, _) in enumerate(blocks)})
    about = schema(measure).with_metadata({_ABOUT: json.dumps(vars(told)).encode()})
    with pq.ParquetWriter(path, about, compression="zstd", write_page_checksum=True) as writer:
        for _, block in blocks:
            writer.write_table(block.replace_schema_metadata(about.metadata), row_group_size=len(block))


def _blocks(table: pa.Table) -> list[tuple[str, pa.Table]]:
    """The sorted table cut where level or breakdown changes."""
    blocks: list[tuple[str, pa.Table]] = []
    start = 0
    while start < len(table):
        level, breakdown = table["level"][start].as_py(), table["breakdown"][start].as_py()
        same = pc.and_(pc.equal(table["level"], level), pc.equal(table["breakdown"], breakdown))
        rows = pc.sum(same).as_py()
        blocks.append((group_name(level, breakdown), table.slice(start, rows)))
        start += rows
    return blocks


def make(workspace: Workspace, measure: Measure, *, anew: bool = False) -> KeptFile | None:
    """Bring the kept counts of a measure up to date, ``anew`` from the records alone; None where none are
    kept: too few records, or somebody else makes counts just now."""
    records = workspace.records_folder
    with RecordBook(workspace).reading() as reader:
        key = key_of(workspace, reader, measure)
        if not key.may_be_kept(workspace.settings.keep_counts_from):
            return None
        if anew:
            for older in _of(records, measure.name):
                older.unlink(missing_ok=True)
        path = key.path(records)
        made = path.is_file() or keep(workspace, reader, measure, key)
        return _listed(path, current=True) if made else None


def drop(workspace: Workspace) -> int:
    """Delete all kept counts; how many files there were. They are made again when they are asked for."""
    return kept_counts.drop(workspace.records_folder)


def listed(workspace: Workspace, measures: Sequence[Measure]) -> list[KeptFile]:
    """The files that are kept of these measures, each with whether it is what would be read now."""
    records = workspace.records_folder
    found = []
    with RecordBook(workspace).reading() as reader:
        for measure in measures:
            now = key_of(workspace, reader, measure).path(records)
            found += [_listed(one, current=one == now) for one in _of(records, measure.name)]
    return [one for one in found if one is not None]


def _listed(path: Path, *, current: bool) -> KeptFile | None:
    try:
        with pq.ParquetFile(path) as file:
            months = len(months_of(about(file).parts))
            rows = file.metadata.num_rows
        return KeptFile(path.name.split(".", 1)[0], path, months, rows, path.stat().st_size, current)
    except _UNREADABLE:
        return None
