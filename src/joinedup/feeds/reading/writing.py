"""Writing the rows that were read, batch by batch, so that memory stays bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput
from joinedup.feeds.reading.readable import Origins, Readable
from joinedup.feeds.reading.rows import MOST_CHARACTERS_OF_ROW, Row

_BATCH_ROWS = 20_000
_BATCH_CHARACTERS = 16 << 20

Texts = Sequence[str | None]


class RowWriter:
    """Takes rows as texts in the contract's order. Use as a context, then ask for ``readable``."""

    def __init__(self, folder: Path, width: int, footers: str | None) -> None:
        self._width = width
        self._footers = footers
        self._rows = _Table(folder / "read.parquet", self._schema(("number", "int64")))
        self._spoilt = _Table(
            folder / "spoilt.parquet",
            self._schema(("row_number", "int64"), ("raw", "string"), ("fault", "string")),
        )
        self.records = 0
        self.set_aside: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.origins = Origins()
        self._above = 0

    def _schema(self, *first: tuple[str, str]) -> Any:
        import pyarrow as pa

        kinds = {"int64": pa.int64(), "string": pa.string()}
        own = [(f"c{index}", pa.string()) for index in range(self._width)]
        return pa.schema([*((name, kinds[kind]) for name, kind in first), *own])

    def __enter__(self) -> RowWriter:
        return self

    def __exit__(self, *exc: object) -> None:
        self._rows.close()
        self._spoilt.close()

    def above_the_header(self, count: int) -> None:
        """Rows above the header: they are accounted for, and no data rows."""
        if count:
            self._above += count
            self.set_aside["above-the-header"] += count

    def take(self, row: Row, texts: Texts) -> None:
        """A row that could be read."""
        number = self._next(row)
        characters = sum(map(len, filter(None, texts)))
        if characters > MOST_CHARACTERS_OF_ROW:
            raise BadInput(
                f"A row holds more than {MOST_CHARACTERS_OF_ROW >> 20} MB of text",
                where=f"row {row.number:,}",
                next_step="Check what it holds; no cell of a table is that long",
            )
        self._rows.add([number, *texts], characters)

    def refuse(self, row: Row, fault: str, raw: str, texts: Texts | None = None) -> None:
        """A row that could not, with its text and, where they could be told, its cells."""
        number = self._next(row)
        self.faults[fault] += 1
        self._spoilt.add([number, raw, fault, *(texts or [None] * self._width)], len(raw) * 2)

    def leave_out(self, row: Row, rule: str) -> None:
        """A row that a rule sets aside."""
        self._next(row)
        self.set_aside[rule] += 1

    def leave_out_empty(self, first: int, count: int) -> None:
        """Rows of a sheet, from ``first`` on, that hold nothing: there is nothing in them to be a record."""
        if count:
            self.origins.add(self.records + 1, first)
            self.records += count
            self.set_aside["empty-rows"] += count

    def _next(self, row: Row) -> int:
        self.records += 1
        self.origins.add(self.records, row.number)
        return self.records

    def readable(self, notes: Sequence[str]) -> Readable:
        """All that was taken. Call it when the context has ended."""
        return Readable(
            path=self._rows.path,
            as_it_came=False,
            notes=tuple(notes),
            records=self.records + self._above,
            written=self._rows.count,
            set_aside=dict(self.set_aside),
            spoilt=self._spoilt.path if self._spoilt.count else None,
            faults=dict(self.faults),
            origins=self.origins,
        )


class _Table:
    """A Parquet file that is written batch by batch; it exists even with no row."""

    def __init__(self, path: Path, schema: Any) -> None:
        import pyarrow.parquet as pq

        self.path = path
        self.count = 0
        self._schema = schema
        self._batch: list[list[Any]] = []
        self._characters = 0
        path.touch(mode=0o600, exist_ok=False)
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False)

    def add(self, row: list[Any], characters: int) -> None:
        self.count += 1
        self._batch.append(row)
        self._characters += characters
        if len(self._batch) >= _BATCH_ROWS or self._characters >= _BATCH_CHARACTERS:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._batch:
            columns = [
                pa.array(values, kind.type)
                for values, kind in zip(zip(*self._batch, strict=True), self._schema, strict=True)
            ]
            self._writer.write_batch(pa.record_batch(columns, schema=self._schema))
        self._batch, self._characters = [], 0

    def close(self) -> None:
        self._flush()
        self._writer.close()
