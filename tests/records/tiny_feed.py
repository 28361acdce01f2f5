"""A tiny feed for the record book's tests: rows are (key, content) pairs, staged as feeds would."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import duckdb

from joinedup.records import (
    STAGED_ENVELOPE,
    DeliveryDraft,
    DeliveryRow,
    FieldState,
    LinkageRow,
    NewLinkage,
    RecordBook,
)
from joinedup.records.segments import text
from joinedup.records.writing import Writer
from joinedup.terms import DeliveryMode, Period, RecordType, Role, Viewer

ANALYST = Viewer("ada", "Ada Analyst", Role.ANALYST, "council")
MAY = Period.parse("2024-05")
NOON = dt.datetime(2024, 6, 30, 12, tzinfo=dt.UTC)

# A few keys have a place of their own; all others share one.
POINTS = {"a": 178_700_001_144_500_001, "b": 178_700_002_144_500_002, "c": 178_700_003_144_500_003}
ELSEWHERE = 178_700_000_144_500_000

Rows = Mapping[str, str]  # the record's key -> what its one field says


def stage(writer: Writer, rows: Sequence[tuple[str, str]], month: dt.date) -> Path:
    """A staged Parquet file with the envelope and one field, ``category``; all rows of one month."""
    return stage_dated(writer, [(key, category, month) for key, category in rows])


def _cases(points: Mapping[str, int]) -> str:
    return " ".join(f"WHEN '{key}' THEN {point}" for key, point in points.items())


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
        "point": f"CASE key {_cases(POINTS)} ELSE {ELSEWHERE} END",
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


def stage_named(writer: Writer, named: Sequence[tuple[str, str, str]], born: str = "1990-01-01") -> Path:
    """Who the rows name, as intake writes it: (key, role, full name), with an identifier and a narrative."""
    path = writer.folder / "named.parquet"
    marks = ", ".join(["(?, ?, ?, ?)"] * len(named)) or "(NULL, NULL, NULL, NULL)"
    query = f"""SELECT md5(key)::UUID AS record_key, number::BIGINT AS row_number, role::VARCHAR AS role,
                       row_number() OVER (PARTITION BY key, role ORDER BY number)::INTEGER AS ordinal,
                       CASE WHEN role <> 'record' THEN full_name::VARCHAR END AS full_name,
                       DATE '{born}' AS birth_date, 34 AS age,
                       MAP {{'nhs': 'nhs-' || key}} AS identifiers,
                       CASE WHEN role = 'record' THEN MAP {{'narrative': full_name}} END AS private
                FROM (VALUES {marks}) AS given (key, role, full_name, number) WHERE key IS NOT NULL"""
    values = [value for number, row in enumerate(named, 1) for value in (*row, number)]
    writer.connection.execute(f"COPY ({query}) TO {text(path)} (FORMAT parquet)", values)
    return path


def deliver_named(
    book: RecordBook, rows: Rows, named: Sequence[tuple[str, str, str]], **changes: object
) -> DeliveryRow:
    """Deliver rows of May with who they name, all ``born`` on one day; ``refused`` names keys whose rows are
    in quarantine."""
    born = str(changes.pop("born", "1990-01-01"))
    refused = tuple(changes.pop("refused", ()))  # type: ignore[arg-type]
    listed = list(rows.items())
    with book.writing() as writer:
        staged = stage(writer, listed, MAY.start)
        told = draft([*listed, *refused], **changes)
        quarantined = stage_refused(writer, refused) if refused else None
        return writer.add(told, staged, quarantined, by=ANALYST, named=stage_named(writer, named, born))


def stage_refused(writer: Writer, keys: Sequence[str]) -> Path:
    """Rows in quarantine as intake writes them: number, raw text, reasons, and the record's key."""
    path = writer.folder / "quarantined.parquet"
    marks = ", ".join(["(?, ?)"] * len(keys))
    query = f"""SELECT (number + 1000)::BIGINT AS row_number, key || ',unreadable' AS raw,
                       ['the date cannot be'] AS reasons, md5(key)::UUID AS record_key
                FROM (VALUES {marks}) AS given (key, number)"""
    values = [value for pair in enumerate(keys) for value in reversed(pair)]
    writer.connection.execute(f"COPY ({query}) TO {text(path)} (FORMAT parquet)", values)
    return path


def named_in(book: RecordBook, as_at: dt.datetime | None = None) -> list[tuple[str, str]]:
    """Role and full name of whoever the standing versions name, as linkage reads it."""
    with book.reading(as_at) as reader:
        cursor = reader.connection()
        reader.mentions(cursor, ["test-feed"])
        found = cursor.execute("SELECT role, full_name FROM mention WHERE role <> 'record' ORDER BY ALL")
        return found.fetchall()


def key_of(key: str) -> str:
    """The record key of a tiny feed's row."""
    return str(UUID(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()))


Keys = dict[tuple[str, str], UUID | None]
"""Whom mentions are of: (key of a tiny feed's row, role) to the person key."""


def keys_file(path: Path, keys: Keys, homes: Keys | None = None) -> None:
    """A file of person keys as a linkage hands it over: the same key for all three strictnesses."""
    lives = homes or {}
    rows = [("test-feed", key_of(one[0]), one[1], of, lives.get(one)) for one, of in keys.items()]
    marks = ", ".join(["(?, ?::UUID, ?, ?::UUID, ?::UUID)"] * len(rows))
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (SELECT feed, record_key, role, 1::INTEGER AS ordinal,
                             of AS strict, of AS best, of AS loose, home
                      FROM (VALUES {marks}) AS given (feed, record_key, role, of, home))
                TO {text(path)} (FORMAT parquet)""",
            [value for row in rows for value in row],
        )


def link(
    book: RecordBook, keys: Keys, read: int | None = None, *, homes: Keys | None = None, **changes: object
) -> LinkageRow:
    """Write down whom mentions are of, as read at a generation of the ledger (None: now)."""
    if read is None:
        with book.reading() as reader:
            read = reader.generation
    new = NewLinkage("a model", read, len({one for one in keys.values() if one}), ["test-feed"], **changes)  # type: ignore[arg-type]
    return _linked(book, keys, new, homes=homes)


def link_alongside(book: RecordBook, keys: Keys, alongside: Callable[[int], None]) -> LinkageRow:
    """The same, with something that is done in its transaction."""
    with book.reading() as reader:
        new = NewLinkage("a model", reader.generation, 1, ["test-feed"])
    return _linked(book, keys, new, alongside)


def _linked(
    book: RecordBook,
    keys: Keys,
    new: NewLinkage,
    alongside: Callable[[int], None] | None = None,
    homes: Keys | None = None,
) -> LinkageRow:
    with book.writing() as writer:
        keys_file(writer.folder / "keys.parquet", keys, homes)
        return writer.link(writer.folder / "keys.parquet", new, by=ANALYST, alongside=alongside)
