"""Keys and content hashes: two different rows never make the same one."""

from __future__ import annotations

import hashlib
import uuid

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.records import content_hash_sql, ordinal_key_sql, record_key_sql

CELL = st.none() | st.text("a1:-\x1f\x00,", max_size=4) | st.text(max_size=6)
ROW = st.tuples(CELL, CELL, CELL)


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def hashed(connection: duckdb.DuckDBPyConnection, row: tuple[str | None, ...]) -> uuid.UUID:
    columns = ["first", "the second", 'a "third"']
    named = ", ".join('? :: VARCHAR AS "' + name.replace('"', '""') + '"' for name in columns)
    query = f"SELECT {content_hash_sql(columns)} FROM (SELECT {named})"
    return connection.execute(query, list(row)).fetchall()[0][0]


@given(ROW, ROW)
def test_rows_hash_alike_only_when_they_are_alike(
    connection: duckdb.DuckDBPyConnection, one: tuple[str | None, ...], other: tuple[str | None, ...]
) -> None:
    assert (hashed(connection, one) == hashed(connection, other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((None, "x", "x"), ("", "x", "x")),
        ((None, "", "x"), ("", None, "x")),
        (("ab", "c", ""), ("a", "bc", "")),
        (("1:a", "", ""), ("", "1:a", "")),
        ((":", None, ""), (None, ":", "")),
    ],
)
def test_null_empty_and_shifted_values_differ(
    connection: duckdb.DuckDBPyConnection, one: tuple[str | None, ...], other: tuple[str | None, ...]
) -> None:
    assert hashed(connection, one) != hashed(connection, other)


def test_the_hash_is_md5_as_anybody_can_compute_it(connection: duckdb.DuckDBPyConnection) -> None:
    """Stored hashes must mean the same in ten years, so they rest on no library's own hash."""
    told = hashed(connection, ("Thornaby", None, "é"))
    digest = hashlib.md5("8:Thornaby:2:é".encode()).digest()
    assert told == uuid.UUID(int=int.from_bytes(digest, "little"))


def test_copies_of_a_row_have_keys_of_their_own(connection: duckdb.DuckDBPyConnection) -> None:
    query = f"""SELECT {ordinal_key_sql("content_hash", "ordinal")} FROM (
                    SELECT {record_key_sql(["value"])} AS content_hash, ordinal
                    FROM (VALUES ('same', 1), ('same', 2), ('other', 1)) AS given (value, ordinal))"""
    assert len({row[0] for row in connection.execute(query).fetchall()}) == 3
