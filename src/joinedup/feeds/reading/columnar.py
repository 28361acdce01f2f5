"""Rows of a Parquet file: the types of its columns are kept, texts stay as they are.

Texts stay in dictionaries until they are rows: a text that is there once for thousands of rows takes the
memory of one. What comes of a file is bounded by its size all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput
from joinedup.feeds.reading.kinds import damaged
from joinedup.feeds.reading.packages import MOST_UNPACKED, UNSUSPECTED_BYTES
from joinedup.feeds.reading.rows import MOST_CHARACTERS_OF_ROW, MOST_COLUMNS, Cell, Part, Row, Strange

_BATCH_ROWS = 4096
_BATCH_CELLS = 1 << 17
_BATCH_BYTES = 16 << 20  # of different texts
_AT_LEAST = 1_000_000  # rows; beyond, a row of a real file takes a byte at the least
_CELLS_AT_LEAST = 20_000_000  # beyond, 32 cells of a real file take a byte at the least
_KINDS = (str, bool, int, float, dt.datetime, dt.date, dt.time)


def parts(file: Path) -> Iterator[Part]:
    """The one table that it is."""
    yield Part(_Rows(file), "parquet", padded=True, header_is_first=True)


class _Rows:
    """The names of the columns as row 0, then the rows."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __iter__(self) -> Iterator[Row]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            metadata = pq.read_metadata(self._file)
            size = self._file.stat().st_size
            _refuse_bombs(metadata, size)
            leaves = [metadata.schema.column(at) for at in range(metadata.num_columns)]
            texts = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
            rows = max(1, min(_BATCH_ROWS, _BATCH_CELLS // max(1, len(leaves))))
            with pq.ParquetFile(self._file, metadata=metadata, read_dictionary=texts) as table:
                yield Row(0, list(table.schema_arrow.names))
                reading = _Reading(size)
                for batch in table.iter_batches(batch_size=rows):
                    yield from reading.rows(batch)
        except pa.ArrowMemoryError:
            raise MemoryError from None
        except (pa.ArrowException, OSError, KeyError):
            raise damaged("the Parquet file cannot be read") from None


def _refuse_bombs(metadata: Any, size: int) -> None:
    """By what it says of itself, before anything is unpacked."""
    groups = [metadata.row_group(at) for at in range(metadata.num_row_groups)]
    chunks = [group.column(at) for group in groups for at in range(group.num_columns)]
    if (
        metadata.num_columns > MOST_COLUMNS
        or metadata.num_rows > max(_AT_LEAST, size)
        or sum(chunk.num_values for chunk in chunks) > max(_CELLS_AT_LEAST, 32 * size)
        or sum(chunk.total_uncompressed_size for chunk in chunks) > _most_bytes(size)
    ):
        raise _bomb()


def _most_bytes(size: int) -> int:
    return max(UNSUSPECTED_BYTES, MOST_UNPACKED * size)


def _bomb() -> BadInput:
    return BadInput(
        "The Parquet file says that it holds far more than a file of its size can",
        next_step="Check what it is; if it is right, deliver it as CSV",
    )


class _Reading:
    """One reading of a file: numbers its rows, and keeps count of the text in them."""

    def __init__(self, size: int) -> None:
        self._most = _most_bytes(size)
        self._number = 0
        self._bytes = 0

    def rows(self, batch: Any) -> Iterator[Row]:
        """The rows of a batch, or of its halves where its texts are long."""
        texts = {at: _Texts(column) for at, column in enumerate(batch.columns) if _is_text(column.type)}
        if sum(text.bytes for text in texts.values()) > _BATCH_BYTES and batch.num_rows > 1:
            half = batch.num_rows // 2
            yield from self.rows(batch.slice(0, half))
            yield from self.rows(batch.slice(half))
            return
        self._bytes += sum(text.bytes_in_rows for text in texts.values())
        if self._bytes > self._most:
            raise _bomb()
        columns = [
            texts[at].cells() if at in texts else _cells(column) for at, column in enumerate(batch.columns)
        ]
        for cells in zip(*columns, strict=True):
            self._number += 1
            yield Row(self._number, cells)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    if not pa.types.is_dictionary(kind):
        return False
    return pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type)


class _Texts:
    """A column of texts: the different ones in these rows, and which is in which."""

    def __init__(self, column: Any) -> None:
        import pyarrow.compute as pc

        self._indices = column.indices
        self._used = pc.unique(column.indices).drop_null()
        self._values = column.dictionary.take(self._used)
        lengths = pc.binary_length(self._values)
        longest = pc.max(lengths).as_py() or 0
        if longest > MOST_CHARACTERS_OF_ROW:
            raise BadInput(
                f"A cell holds more than {MOST_CHARACTERS_OF_ROW >> 20} MB of text",
                next_step="Check what it holds; no cell of a table is that long",
            )
        self.bytes = pc.sum(lengths).as_py() or 0
        every = pc.take(pc.binary_length(column.dictionary), column.indices)
        self.bytes_in_rows = pc.sum(every).as_py() or 0

    def cells(self) -> list[Cell]:
        """The text of each row; one that is no UTF-8 is a strange value of its own row."""
        try:
            texts: list[Cell] = self._values.to_pylist()
        except UnicodeDecodeError:
            texts = [_decoded(value.as_buffer()) for value in self._values]
        found = dict(zip(self._used.to_pylist(), texts, strict=True))
        return [found.get(index) for index in self._indices.to_pylist()]


def _decoded(value: Any) -> Cell:
    try:
        return str(value, "utf-8") if value is not None else None
    except UnicodeDecodeError:
        return Strange("not-utf-8")


def _cells(column: Any) -> list[Cell]:
    """The cells of a column that is none of texts; of what is no single value nothing is looked at."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_dictionary(kind) or pa.types.is_fixed_size_binary(kind):
        return [Strange("not-one-value") if valid else None for valid in column.is_valid().to_pylist()]
    if pa.types.is_timestamp(kind):  # its zone is only for showing, and Python has microseconds
        unit = "us" if kind.unit == "ns" else kind.unit
        column = column.cast(pa.timestamp(unit, "UTC" if kind.tz else None), safe=False)
    elif kind == pa.time64("ns"):
        column = column.cast(pa.time64("us"), safe=False)
    try:
        return [_cell(value) for value in column.to_pylist()]
    except (OverflowError, ValueError):
        return [_dated(value) for value in column]


def _dated(value: Any) -> Cell:
    """A date beyond those that Python has is a strange value of its own row."""
    try:
        return _cell(value.as_py())
    except (OverflowError, ValueError):
        return Strange("date-out-of-range")


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, _KINDS):
        return value
    return str(value) if isinstance(value, Decimal) else Strange("not-one-value")
