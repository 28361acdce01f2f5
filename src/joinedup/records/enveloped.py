"""What a segment says of itself in its Parquet file, against what the ledger says of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from pyarrow import parquet

if TYPE_CHECKING:
    from joinedup.records.models import Segment


def contradictions(segment: Segment, file: parquet.ParquetFile, size: int) -> Iterator[str]:
    """Where the ledger's row of a segment differs from its file: rows, size, fields, months, known from."""
    if file.metadata.num_rows != segment.rows:
        yield f"A segment has {file.metadata.num_rows} rows, the ledger says {segment.rows}"
    if size != segment.bytes:
        yield f"A segment has {size} bytes, the ledger says {segment.bytes}"
    if segment.kind == segment.Kind.QUARANTINE:
        return
    if file.schema_arrow.names != [name for name, _ in segment.fields]:
        yield "A segment has other fields than the ledger says"
        return
    if segment.rows == 0:  # an erasure took every row
        return
    for what, held, told in _facts(segment, file):
        if held != told:
            yield f"A segment's rows have {what} {_plain(held)}, the ledger says {_plain(told)}"


def _facts(segment: Segment, file: parquet.ParquetFile) -> Iterator[tuple[str, Any, Any]]:
    """What it is, what the rows hold (least and greatest), and what the ledger says."""
    known = segment.known_from.astimezone(dt.UTC).replace(tzinfo=None)
    number = segment.delivery.number
    if segment.kind != segment.Kind.WHO:
        yield "the months", _range(file, "month"), (segment.month_from, segment.month_to)
    if segment.kind not in (segment.Kind.NEG, segment.Kind.UNSEEN):
        yield "known from", _range(file, "known_from"), (known, known)
        yield "the delivery", _range(file, "delivery"), (number, number)
        return
    yield "superseded at", _range(file, "superseded_at"), (known, known)
    yield "superseded by", _range(file, "superseded_by"), (number, number)
    yield "versions of the deliveries", _distinct(file, "delivery"), segment.touches


def _range(file: parquet.ParquetFile, column: str) -> tuple[Any, Any]:
    """The least and the greatest value, one part of the file at a time; None for a column without any."""
    index = file.schema_arrow.get_field_index(column)
    least, greatest = [], []
    for group in range(file.metadata.num_row_groups):
        about = file.metadata.row_group(group).column(index).statistics
        if about is not None and about.has_min_max:
            least.append(about.min)
            greatest.append(about.max)
            continue
        found = pc.min_max(file.read_row_group(group, columns=[column])[column])
        if found["min"].is_valid:
            least.append(found["min"].as_py())
            greatest.append(found["max"].as_py())
    return min(least, default=None), max(greatest, default=None)


def _distinct(file: parquet.ParquetFile, column: str) -> list[Any]:
    found = {
        value for part in file.iter_batches(columns=[column]) for value in pc.unique(part[0]).to_pylist()
    }
    return sorted(found)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        first, last = value
        return _plain(first) if first == last else f"{_plain(first)} to {_plain(last)}"
    if isinstance(value, dt.date):  # a moment is a date too
        return value.isoformat()
    return str(value)
