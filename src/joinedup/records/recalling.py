"""What segments tell of records, kept in the memory of this process: so a reason is held against the records
of some people in milliseconds, and no file is opened.

A segment never changes, so each is read once, at the first question that its feed is asked for; all is let go
when anything is erased (``forgetting``). Up to ``MOST`` bytes are kept by all threads together: a segment is
read only where it should fit by what the ledger says of it, and room for it is claimed before. Of others the
few that hold the records asked for are read each time (``whereabouts``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.records import forgetting, whereabouts
from joinedup.records.listing import ListedSegment
from joinedup.records.segments import scan

MOST = 512 * 1024 * 1024
_KEY, _FILE = "record_key", "filename"
_AT_ONCE = 500_000  # rows of segments that are read together
_BATCH = 100_000  # rows that are looked at before it is asked whether there is room for more
_OF_KEY, _OF_FIELD = 28, 4  # bytes that a row takes with nothing in its fields, and each field of it
_PACKED = 2  # bytes of fields for each byte of the file; of the demonstration's segments 0.8 to 1.9

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
_claimed: dict[Path, int] = {}  # bytes for segments that some thread reads just now
_found_large: dict[Path, int] = {}  # bytes of segments for which there was no room when they were read


def recalled(
    connection: duckdb.DuckDBPyConnection,
    there: Collection[ListedSegment],
    wanted: Mapping[str, Collection[UUID]],
    asked: Asked,
    may_keep: Callable[[], bool],
) -> Iterator[Recalled]:
    """What the segments that are ``there`` tell of the records wanted of their feed, in every version.

    ``may_keep``: whether they are still all that there is to tell, so that they may be kept.
    """
    segments = [one for one in there if one.kind in asked and one.feed in wanted]
    kept = _in_memory(connection, there, segments, asked, may_keep)
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


@forgetting.when_erased
def _forget() -> None:
    with _guard:
        _kept.clear()
        _found_large.clear()


def _in_memory(
    connection: duckdb.DuckDBPyConnection,
    there: Collection[ListedSegment],
    segments: Sequence[ListedSegment],
    asked: Asked,
    may_keep: Callable[[], bool],
) -> Mapping[Path, _Kept]:
    """Those of the segments that are kept, after those that never were have been read as far as they fit."""
    with _guard:
        if may_keep():
            _let_go_all_but({one.path for one in there})
        known = {one.path: _kept[one.path] for one in segments if one.path in _kept}
    for kind, columns in asked.items() if may_keep() else ():
        unread = [one for one in segments if one.kind == kind and one.path not in known]
        for some in _portions(unread):
            known |= _read_claimed(connection, _claim(some, columns), columns, may_keep)
    return known


def _let_go_all_but(there: Collection[Path]) -> None:
    """Of what a workspace that is not asked of any more had, or that was made anew in its place."""
    for known in (_kept, _found_large):
        for gone in known.keys() - there:
            del known[gone]


def _claim(segments: Iterable[ListedSegment], columns: Sequence[str]) -> list[Path]:
    """Claim room for those of the segments that should fit, and that no other thread reads just now."""
    claimed = []
    with _guard:
        room = _room()
        for one in segments:
            size = _found_large.get(one.path, _estimated(one, columns))
            if size <= room and one.path not in _claimed and one.path not in _kept:
                _claimed[one.path] = size
                room -= size
                claimed.append(one.path)
    return claimed


def _room() -> int:
    """The bytes that are neither kept nor claimed; for whoever holds the lock."""
    return MOST - sum(one.size for one in _kept.values()) - sum(_claimed.values())


def _estimated(segment: ListedSegment, columns: Sequence[str]) -> int:
    """How many bytes a segment should take, by its row in the ledger."""
    return segment.rows * (_OF_KEY + _OF_FIELD * len(columns)) + _PACKED * segment.bytes


def _claim_more(path: Path, size: int) -> bool:
    """Whether a segment that is being read may take so many bytes."""
    with _guard:
        more = size - _claimed[path]
        if more > 0:
            if more > _room():
                return False
            _claimed[path] = size
    return True


def _read_claimed(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    columns: Sequence[str],
    may_keep: Callable[[], bool],
) -> Mapping[Path, _Kept]:
    """Read segments for which there is room, keep them, and give back what was claimed."""
    fitting: dict[Path, _Kept] = {}
    large: dict[Path, int] = {}
    try:
        for path, found in _read(connection, paths, columns) if paths else ():
            if isinstance(found, _Kept):
                fitting[path] = found
            else:
                large[path] = found
    finally:
        with _guard:
            for path in paths:
                del _claimed[path]
            if may_keep():
                _kept.update(fitting)
                _found_large.update(large)
    return fitting


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
) -> Iterator[tuple[Path, _Kept | int]]:
    """Each segment's rows or, where there is no room for them, how many bytes they would take."""
    found = connection.sql(f"{_query(paths, columns)} ORDER BY {_FILE}, {_KEY}")
    empty = set(paths)
    for path, parts in groupby(_parts(found.to_arrow_reader(_BATCH)), key=lambda part: part[0]):
        empty.discard(path)
        yield path, _kept_rows(path, (rows for _, rows in parts))
    nothing = pa.table({_KEY: pa.array([], pa.binary())})
    yield from ((path, _Kept(np.empty(0, dtype=np.uint64), nothing, 0)) for path in empty)


def _parts(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[Path, pa.RecordBatch]]:
    """The rows of each file in each batch."""
    for batch in batches:
        files = batch[_FILE].dictionary_encode()
        of, rows = np.asarray(files.indices), batch.drop_columns([_FILE])
        for number, name in enumerate(files.dictionary.to_pylist()):
            begin, end = np.searchsorted(of, [number, number + 1]).tolist()
            yield Path(name), rows.slice(begin, end - begin)


def _kept_rows(path: Path, parts: Iterable[pa.RecordBatch]) -> _Kept | int:
    """The rows of one segment by themselves, in memory of their own, without columns that say nothing; or,
    where there is no room, how many bytes they take: then no more than a batch of them is held."""
    begins: list[NDArray[np.uint64]] = []
    held: list[pa.RecordBatch] = []
    size, fits = 0, True
    for part in parts:
        telling = [name for name in part.schema.names if part[name].null_count < len(part)]
        begins.append(_begins_of(part[_KEY]))
        size += begins[-1].nbytes + part.select(telling).nbytes
        fits = fits and _claim_more(path, size)
        if fits:
            held.append(part.take(pa.array(np.arange(len(part)))))
        else:
            held.clear()
            begins.clear()
    if not fits:
        return size
    rows = pa.Table.from_batches(held).combine_chunks()
    telling = [name for name in rows.column_names if rows[name].null_count < len(rows)]
    return _Kept(np.concatenate(begins), rows.select(telling), size)


def _begins_of(keys: pa.Array) -> NDArray[np.uint64]:
    """The first eight bytes of each key as a number."""
    whole = keys.cast(pa.binary(16))
    numbers = np.frombuffer(whole.buffers()[1], dtype=">u8").reshape(-1, 2)
    return numbers[whole.offset : whole.offset + len(whole), 0].astype(np.uint64)


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
