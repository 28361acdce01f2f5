"""Rows of a Parquet file: the types of its columns are kept, texts stay as they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput
from joinedup.feeds.reading.kinds import damaged
from joinedup.feeds.reading.rows import MOST_COLUMNS, Cell, Part, Row, Strange

_BATCH = 4096
_AT_LEAST = 1_000_000  # rows; beyond, a row of a real file takes a byte at the least
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
            with pq.ParquetFile(self._file) as table:
                _refuse_bombs(table.metadata, self._file.stat().st_size)
                yield Row(0, list(table.schema_arrow.names))
                number = 0
                for batch in table.iter_batches(batch_size=_BATCH):
                    columns = [_plain_list(column) for column in batch.columns]
                    for cells in zip(*columns, strict=True):
                        number += 1
                        yield Row(number, cells)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, OSError, KeyError):
            raise damaged("the Parquet file cannot be read") from None
        except pa.ArrowMemoryError:
            raise MemoryError from None


def _refuse_bombs(metadata: Any, size: int) -> None:
    if metadata.num_columns > MOST_COLUMNS or metadata.num_rows > max(_AT_LEAST, size):
        raise BadInput(
            "The Parquet file says that it holds far more than a file of its size can",
            next_step="Check what it is; if it is right, deliver it as CSV",
        )


def _plain_list(column: Any) -> list[Cell]:
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, _KINDS):
        return value
    return str(value) if isinstance(value, Decimal) else Strange("not-one-value")
