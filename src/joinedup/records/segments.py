"""The shape of segments: the envelope, what a staged file must look like, and reading many as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from joinedup.errors import BadInput
from joinedup.records.identity import quoted

ENVELOPE: dict[str, str] = {
    "record_key": "UUID",
    "content_hash": "UUID",
    "known_from": "TIMESTAMP",
    "delivery": "INTEGER",
    "row_number": "BIGINT",
    "ref": "VARCHAR",
    "status": "VARCHAR",
    "occurred_from": "TIMESTAMP",
    "occurred_to": "TIMESTAMP",
    "occurred_date": "DATE",
    "occurred_to_date": "DATE",
    "occurred_time": "TIME",
    "precision": "VARCHAR",
    "month": "DATE",
    "longitude": "DOUBLE",
    "latitude": "DOUBLE",
    "point": "BIGINT",
    "stated_area": "VARCHAR",
}
ADDED_BY_WRITER = ("known_from", "delivery")
STAGED_ENVELOPE = {name: kind for name, kind in ENVELOPE.items() if name not in ADDED_BY_WRITER}
SUPERSEDED = {"superseded_at": "TIMESTAMP", "superseded_by": "INTEGER"}
ADDED_BY_VIEW = ("feed", "source", "owner")
RESERVED = {*ADDED_BY_WRITER, *SUPERSEDED, *ADDED_BY_VIEW}

ROW_GROUP = 122_880
# Level 1 of zstd takes two thirds of the time of its default and makes files larger by a fiftieth; Parquet's
# second version writes a fifth quicker than the first, and smaller files.
_LEVEL = "COMPRESSION zstd, COMPRESSION_LEVEL 1"
# A column with more distinct values in a row group gains nothing from a dictionary; giving up on it early
# saves a fifth of the time of writing (DuckDB's own limit is a fifth of the row group).
_DICTIONARY = "DICTIONARY_SIZE_LIMIT 4000"
PARQUET = f"FORMAT parquet, PARQUET_VERSION v2, {_LEVEL}, {_DICTIONARY}, ROW_GROUP_SIZE {ROW_GROUP}"
PASSED_ON = (
    f"FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy, {_DICTIONARY}, ROW_GROUP_SIZE {ROW_GROUP}"
)
"""Of a file that one process hands another, and nobody keeps."""


def text(value: str | Path) -> str:
    """A value as an SQL string."""
    return "'" + str(value).replace("'", "''") + "'"


def naive(moment: dt.datetime) -> str:
    """A UTC instant as the text of a naive timestamp."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def scan(files: Iterable[Path], *, by_name: bool = False) -> str:
    """A table expression over these Parquet files."""
    listed = ", ".join(text(file) for file in files)
    return f"read_parquet([{listed}], union_by_name = {str(by_name).lower()}, hive_partitioning = false)"


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    """Name and type of each column of a table expression."""
    rows = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    return [(str(row[0]), str(row[1])) for row in rows]


def has_all(columns: Sequence[tuple[str, str]]) -> bool:
    """Whether a staged file has the whole envelope, with what the writer would add."""
    names = [name for name, _ in columns]
    return all(name in names for name in ADDED_BY_WRITER)


def check_staged(columns: Sequence[tuple[str, str]], feed: str) -> list[tuple[str, str]]:
    """The contract's own fields of a staged file, after its envelope was found right.

    The envelope is whole (the file may be adopted as it is) or lacks what the writer adds.
    Raises BadInput naming the column that is missing, misplaced, mistyped or reserved.
    """
    expected = ENVELOPE if has_all(columns) else STAGED_ENVELOPE
    envelope, fields = list(columns[: len(expected)]), list(columns[len(expected) :])
    for wanted, found in zip(expected.items(), [*envelope, *[("nothing", "")] * 99], strict=False):
        if wanted != found:
            raise BadInput(
                f"The staged file of {feed} should have the column {wanted[0]} of type {wanted[1]}",
                where=f"found {found[0]} {found[1]}".strip(),
            )
    taken = {*ENVELOPE, *RESERVED}
    for name, _ in fields:
        if name.lower() in taken:
            raise BadInput(f"The field name {name} is reserved for the record book", where=feed)
    return fields


def numbered_as(table: str, fields: Iterable[tuple[str, str]], known_from: str, delivery: int) -> str:
    """A SELECT of the staged rows with the two columns that the writer adds, in the envelope's order."""
    added = {
        "known_from": f"CAST({text(known_from)} AS TIMESTAMP) AS known_from",
        "delivery": f"CAST({int(delivery)} AS INTEGER) AS delivery",
    }
    listed = [added.get(name, f"staged.{quoted(name)}") for name in ENVELOPE]
    listed += [f"staged.{quoted(name)}" for name, _ in fields]
    return f"SELECT {', '.join(listed)} FROM {table} AS staged"
