"""Looks for words in everything that a workspace holds, with every container decoded."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from joinedup.workspace import Workspace


def found_in(workspace: Workspace, words: Sequence[str]) -> dict[str, set[str]]:
    """Which of these words occur where: file (relative) or table to words. Capitals count."""
    found: dict[str, set[str]] = {}
    for path in sorted(workspace.folder.rglob("*")):
        if path.is_file():
            texts = list(_texts(path))
            held = {word for word in words if any(word.encode() in text for text in texts)}
            if held:
                found[path.relative_to(workspace.folder).as_posix()] = held
    for table, text in _live_tables():
        held = {word for word in words if word in text}
        if held:
            found[f"table {table}"] = found.get(f"table {table}", set()) | held
    return found


def _texts(path: Path) -> Iterator[bytes]:
    """The file's bytes as they are (SQLite with its free pages and log among them), and decoded."""
    yield path.name.encode()
    yield path.read_bytes()
    if path.suffix == ".parquet":
        yield from _cells(path)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name)


def _cells(path: Path) -> Iterator[bytes]:
    with parquet.ParquetFile(path) as file:
        yield str(file.metadata.metadata).encode()
        for group in range(file.metadata.num_row_groups):
            about = file.metadata.row_group(group)
            statistics = [about.column(n).statistics for n in range(about.num_columns)]
            yield str([(one.min, one.max) for one in statistics if one and one.has_min_max]).encode()
        for part in file.iter_batches():
            for column in part.columns:
                yield str(pa.array(column).to_pylist()).encode()


def _live_tables() -> Iterator[tuple[str, str]]:
    """Every row of every table of the database as it answers, whichever it is."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield table, str(row)
