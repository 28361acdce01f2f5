"""The files that hold the versions of records: which are read alike, and what of them does not count.

Most readers never see these: they ask for a view. An engine that reads Parquet itself (Spark) makes the same
view of the same files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import duckdb
import pyarrow as pa

from joinedup.records import restricting
from joinedup.records.listing import ListedSegment
from joinedup.records.segments import scan


@dataclass(frozen=True)
class Shape:
    """Segments of one feed that have the same columns, and those whose versions may end some of theirs.

    ``columns`` are names and DuckDB's types, in order; every file of ``arrived`` has them.
    """

    feed: str
    source: str
    owner: str
    columns: tuple[tuple[str, str], ...]
    arrived: tuple[Path, ...]
    ended: tuple[Path, ...]


@dataclass(frozen=True)
class VersionFiles:
    """A shape, and what is hidden of it: each row of ``arrived`` counts, but for those named by others.

    A row of ``shape.ended`` names the version of the same ``delivery``, ``row_number`` and ``known_from``: a
    row of a file is one record, known anew whenever a withdrawal brings it back. A row of ``hidden`` (columns
    ``delivery`` INTEGER, ``row_number`` BIGINT) names every version of a restricted record, which is in no
    view.
    """

    shape: Shape
    hidden: pa.Table


def shapes(arrived: Sequence[ListedSegment], gone: Sequence[ListedSegment]) -> list[Shape]:
    """The segments that arrived, by shape, each with those of ``gone`` that touch it.

    What nothing touches stands apart: it is read as it is.
    """
    ended = {(segment.feed, number) for segment in gone for number in segment.touches}
    alike: dict[tuple[object, ...], list[ListedSegment]] = {}
    for segment in arrived:
        touched = (segment.feed, segment.delivery) in ended
        shape = (segment.feed, segment.source, segment.owner, segment.columns, touched)
        alike.setdefault(shape, []).append(segment)
    return [_shape(same, gone) for same in alike.values()]


def _shape(same: Sequence[ListedSegment], gone: Sequence[ListedSegment]) -> Shape:
    first, numbers = same[0], {segment.delivery for segment in same}
    return Shape(
        feed=first.feed,
        source=first.source,
        owner=first.owner,
        columns=first.columns,
        arrived=tuple(segment.path for segment in same),
        ended=tuple(
            one.path for one in gone if one.feed == first.feed and not numbers.isdisjoint(one.touches)
        ),
    )


def of(cursor: duckdb.DuckDBPyConnection, shape: Shape, hidden: Mapping[str, Sequence[UUID]]) -> VersionFiles:
    """The shape with the rows of it that are hidden; the cursor was told which records are (``hide``)."""
    found = f"SELECT DISTINCT delivery, row_number FROM {scan(shape.arrived)}"
    ending = restricting.only_hidden(shape.feed, hidden)
    return VersionFiles(shape, cursor.sql(found + ending).to_arrow_table())
