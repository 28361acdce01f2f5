"""A tiny feed for the record book's tests: rows are (key, content) pairs, staged as feeds would."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from joinedup.records import STAGED_ENVELOPE, DeliveryDraft, DeliveryRow, FieldState, RecordBook
from joinedup.records.segments import text
from joinedup.records.writing import Writer
from joinedup.terms import DeliveryMode, Period, RecordType, Role, Viewer

ANALYST = Viewer("ada", "Ada Analyst", Role.ANALYST, "council")
MAY = Period.parse("2024-05")
NOON = dt.datetime(2024, 6, 30, 12, tzinfo=dt.UTC)

Rows = Mapping[str, str]  # the record's key -> what its one field says


def stage(writer: Writer, rows: Sequence[tuple[str, str]], month: dt.date) -> Path:
    """A staged Parquet file with the envelope and one field, ``category``; all rows of one month."""
    return stage_dated(writer, [(key, category, month) for key, category in rows])


def stage_dated(writer: Writer, rows: Sequence[tuple[str, str, dt.date | None]]) -> Path:
    """The same for rows that each have a month of their own."""
    path = writer.folder / "staged.parquet"
    values = {
        "record_key": "md5(key)::UUID",
        "content_hash": "md5(category)::UUID",
        "row_number": "row_number",
        "ref": "key",
        "status": "'recorded'",
        "month": "month",
        "precision": "'month'",
        "point": "1",
    }
    listed = ", ".join(
        f"CAST({values.get(column, 'NULL')} AS {kind}) AS {column}"
        for column, kind in STAGED_ENVELOPE.items()
    )
    numbered = [(*row, number) for number, row in enumerate(rows, 1)] or [(None, None, None, None)]
    marks = ", ".join(["(?, ?, CAST(? AS DATE), CAST(? AS BIGINT))"] * len(numbered))
    given = f"(VALUES {marks}) AS given (key, category, month, row_number)"
    query = f"SELECT {listed}, CAST(category AS VARCHAR) AS category FROM {given} WHERE key IS NOT NULL"
    writer.connection.execute(
        f"COPY ({query}) TO {text(path)} (FORMAT parquet)", [value for row in numbered for value in row]
    )
    return path


def draft(rows: Sequence[tuple[object, ...]], **changes: object) -> DeliveryDraft:
    """A draft of these rows, as a snapshot of May 2024 unless told otherwise."""
    values: dict[str, object] = {
        "feed": "test-feed",
        "contract_version": "1",
        "source": "test-source",
        "record_type": RecordType.INCIDENT,
        "owner": "police",
        "mode": DeliveryMode.SNAPSHOT,
        "period": MAY,
        "file_name": "may.csv",
        "file_sha256": hashlib.sha256(repr(rows).encode()).hexdigest(),
        "file_bytes": 100,
        "received_at": NOON,
        "rows_in": len(rows),
        "field_states": (FieldState("category", len(rows), 0, 0),),
    }
    return DeliveryDraft(**(values | changes))  # type: ignore[arg-type]


Deliver = Callable[..., DeliveryRow]


def known(book: RecordBook, as_at: dt.datetime | None = None) -> dict[str, str]:
    """What the book says now, or said as at a date: key to content. Fails where a key occurs twice."""
    with book.reading(as_at) as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["test-source"])
        columns = [row[0] for row in cursor.execute("DESCRIBE incident").fetchall()]
        if "category" not in columns:
            return {}
        found = cursor.execute("SELECT ref, category FROM incident ORDER BY ref").fetchall()
    assert len(found) == len(dict(found))
    return dict(found)
