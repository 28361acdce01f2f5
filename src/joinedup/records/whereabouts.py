"""Which segments hold any version of some records: to read a few of them, few files are opened.

Kept in the memory of this process are hashes of the record keys of each segment that was asked of. A segment
never changes, so that each is read once; what an erasure replaced is let go when the list moves on.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import duckdb
import numpy as np
from numpy.typing import NDArray

from joinedup.records.listing import ListedSegment
from joinedup.records.segments import scan

Hashes = NDArray[np.uint64]

_guard = threading.Lock()
_kept: dict[Path, Hashes] = {}


def holding(
    connection: duckdb.DuckDBPyConnection,
    there: Collection[ListedSegment],
    wanted: Mapping[str, Collection[UUID]],
    kinds: Collection[str],
) -> list[ListedSegment]:
    """Those of the segments that are ``there``, of these kinds, that hold any of the records wanted of their
    feed (by chance one more)."""
    asked = [one for one in there if one.kind in kinds and one.feed in wanted]
    held = _hashes(connection, there, [one.path for one in asked])
    hashed = _hashed(connection, wanted)
    return [one for one in asked if _has_any(held[one.path], hashed[one.feed])]


def _hashes(
    connection: duckdb.DuckDBPyConnection, there: Collection[ListedSegment], paths: Sequence[Path]
) -> Mapping[Path, Hashes]:
    with _guard:
        known = {path: _kept[path] for path in paths if path in _kept}
    unread = [path for path in paths if path not in known]
    if unread:
        known |= _read(connection, unread)
        with _guard:
            _kept.update(known)
            for gone in _kept.keys() - {one.path for one in there}:
                del _kept[gone]
    return known


def _read(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> dict[Path, Hashes]:
    every = f"SELECT filename, list_sort(list(DISTINCT hash(record_key))) AS hashes FROM {scan(paths)}"
    rows = connection.sql(f"{every} GROUP BY filename").to_arrow_table()
    found = zip(rows["filename"].to_pylist(), rows["hashes"], strict=True)
    read = {Path(name): hashes.values.to_numpy() for name, hashes in found}
    return {path: read.get(path, np.empty(0, dtype=np.uint64)) for path in paths}


def _hashed(
    connection: duckdb.DuckDBPyConnection, wanted: Mapping[str, Collection[UUID]]
) -> dict[str, Hashes]:
    pairs = [(feed, key) for feed, keys in wanted.items() for key in keys]
    asked = connection.execute("SELECT hash(unnest(?::UUID[])) AS hash", [[key for _feed, key in pairs]])
    hashes = np.asarray(asked.fetchnumpy()["hash"], dtype=np.uint64)
    feeds = np.array([feed for feed, _key in pairs], dtype=object)
    return {feed: hashes[feeds == feed] for feed in wanted}


def _has_any(held: Hashes, wanted: Hashes) -> bool:
    if not len(held) or not len(wanted):
        return False
    places = np.searchsorted(held, wanted)
    return bool((held[np.minimum(places, len(held) - 1)] == wanted).any())
