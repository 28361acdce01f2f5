"""What segments tell of records, kept in the memory of this process: so a reason is held against the records
of some people in milliseconds, and no file is opened.

A segment never changes, so each is read once, at the first question that its feed is asked for; what an
erasure replaced is let go at the next. Up to ``MOST`` bytes are kept. Of segments beyond that the few that
hold the records asked for are read each time (``whereabouts``).
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.records import whereabouts
from joinedup.records.listing import ListedSegment
from joinedup.records.segments import scan

MOST = 512 * 1024 * 1024
_KEY, _FILE = "record_key", "filename"
_AT_ONCE = 500_000  # rows of segments that are read together

Row = Mapping[str, Any]
Asked = Mapping[str, Sequence[str]]
"""By kind of segment the columns of it that are wanted."""


@dataclass(frozen=True)
class Recalled:
    """What one segment tells of one record: its kind, the record's feed and key, and the columns that are not
    empty."""

    kind: str
    feed: str
    key: UUID
    told: Row


@dataclass(frozen=True)
class _Kept:
    """A segment in memory: the first eight bytes of the keys of its records, in order, its rows so, and how
    many bytes they take."""

    begins: NDArray[np.uint64]
    rows: pa.Table
    size: int

    def of(self, wanted: NDArray[np.uint64]) -> pa.Table | None:
        """The rows of keys that begin so; None for none."""
        places = np.searchsorted(self.begins, wanted)
        there = places < len(self.begins)
        there[there] = self.begins[places[there]] == wanted[there]
        if not there.any():
            return None
        ends = np.searchsorted(self.begins, wanted[there], side="right")
        ranges = [np.arange(*one) for one in zip(places[there].tolist(), ends.tolist(), strict=True)]
        return self.rows.take(np.concatenate(ranges))


_guard = threading.Lock()
_kept: dict[Path, _Kept] = {}


def recalled(
    connection: duckdb.DuckDBPyConnection,
    there: Collection[ListedSegment],
    wanted: Mapping[str, Collection[UUID]],
    asked: Asked,
) -> Iterator[Recalled]:
    """What the segments that are ``there`` tell of the records wanted of their feed, in every version."""
    segments = [one for one in there if one.kind in asked and one.feed in wanted]
    kept = _in_memory(connection, there, segments, asked)
    begins = {feed: np.unique(_begins(keys)) for feed, keys in wanted.items()}
    for one in segments:
        if one.path in kept:
            rows = kept[one.path].of(begins[one.feed])
            if rows is not None:
                yield from _told(one, rows.to_pylist(), set(wanted[one.feed]))
    others = [one for one in segments if one.path not in kept]
    if others:
        yield from _from_files(connection, there, {one.path for one in others}, wanted, asked)


def _told(
    segment: ListedSegment, rows: Iterable[dict[str, Any]], wanted: Collection[UUID]
) -> Iterator[Recalled]:
    for row in rows:
        key = UUID(bytes=row.pop(_KEY))
        if key in wanted:
            yield Recalled(segment.kind, segment.feed, key, row)


def _begins(keys: Iterable[UUID]) -> NDArray[np.uint64]:
    return np.array([key.int >> 64 for key in keys], dtype=np.uint64)


def _in_memory(
    connection: duckdb.DuckDBPyConnection,
    there: Collection[ListedSegment],
    segments: Sequence[ListedSegment],
    asked: Asked,
) -> Mapping[Path, _Kept]:
    """Those of the segments that are kept, after those that never were have been read as far as they fit."""
    with _guard:
        for gone in _kept.keys() - {one.path for one in there}:
            del _kept[gone]
        known = {one.path: _kept[one.path] for one in segments if one.path in _kept}
        room = MOST - sum(one.size for one in _kept.values())
    for kind, columns in asked.items():
        unread = [one for one in segments if one.kind == kind and one.path not in known]
        for some in _portions(unread):
            if room <= 0:
                break
            read = _read(connection, [one.path for one in some], columns)
            fitting = {}
            for path, one in read.items():
                room -= one.size
                if room > 0:
                    fitting[path] = one
            known |= fitting
            with _guard:
                _kept.update(fitting)
    return known


def _portions(segments: Sequence[ListedSegment]) -> Iterator[list[ListedSegment]]:
    """The segments in portions of so many rows that they are read together."""
    some: list[ListedSegment] = []
    rows = 0
    for one in segments:
        if some and rows + one.rows > _AT_ONCE:
            yield some
            some, rows = [], 0
        some.append(one)
        rows += one.rows
    if some:
        yield some


def _query(paths: Sequence[Path], columns: Sequence[str]) -> str:
    listed = ", ".join(columns)
    key = f"unhex(replace({_KEY}::VARCHAR, '-', '')) AS {_KEY}"
    return f"SELECT {key}, {listed}, {_FILE} FROM {scan(paths)}"


def _read(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], columns: Sequence[str]
) -> dict[Path, _Kept]:
    table = connection.sql(f"{_query(paths, columns)} ORDER BY {_FILE}, {_KEY}").to_arrow_table()
    files = table[_FILE].combine_chunks().dictionary_encode()
    names, of = files.dictionary.to_pylist(), np.asarray(files.indices)
    rows = table.drop_columns([_FILE]).combine_chunks()
    found = {path: _kept_rows(rows.slice(0, 0)) for path in paths}
    for number, name in enumerate(names):
        begin, end = np.searchsorted(of, [number, number + 1]).tolist()
        found[Path(name)] = _kept_rows(rows.slice(begin, end - begin))
    return found


def _kept_rows(rows: pa.Table) -> _Kept:
    """The rows of one segment by themselves, in memory of their own, without columns that say nothing."""
    telling = [name for name in rows.column_names if rows[name].null_count < len(rows)]
    own = rows.select(telling).take(np.arange(len(rows))) if len(rows) else rows
    keys = rows[_KEY].to_pylist()
    begins = np.array([int.from_bytes(key[:8], "big") for key in keys], dtype=np.uint64)
    return _Kept(begins, own, begins.nbytes + own.nbytes)


def _from_files(
    connection: duckdb.DuckDBPyConnection,
    there: Collection[ListedSegment],
    unkept: Collection[Path],
    wanted: Mapping[str, Collection[UUID]],
    asked: Asked,
) -> Iterator[Recalled]:
    """The same from the files of segments that are not kept."""
    for kind, columns in asked.items():
        holding = whereabouts.holding(connection, there, wanted, [kind])
        held = {str(one.path): one for one in holding if one.path in unkept}
        if not held:
            continue
        keys = [key for feed in {one.feed for one in held.values()} for key in wanted[feed]]
        theirs = f"SELECT unhex(replace(unnest(?::UUID[])::VARCHAR, '-', '')) AS {_KEY}"
        query = _query([one.path for one in held.values()], columns)
        rows = connection.sql(f"FROM ({query}) SEMI JOIN ({theirs}) USING ({_KEY})", params=[keys])
        for row in rows.to_arrow_table().to_pylist():
            segment = held[row.pop(_FILE)]
            yield from _told(segment, [row], set(wanted[segment.feed]))
