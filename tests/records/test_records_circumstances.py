"""Where whom records name lives and when they come of age: worked out, without telling who they are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from tiny_feed import ANALYST, deliver_named

from joinedup.records import RecordBook
from joinedup.records.circumstances import COLUMNS
from joinedup.terms import Restriction
from joinedup.workspace import Workspace

ANN, BOB = ("a", "victim", "Ann Other"), ("b", "caller", "Bob Unusual")
Told = list[tuple[object, ...]]


def told(book: RecordBook, directory: Path | None = None, as_at: dt.datetime | None = None) -> Told:
    with book.reading(as_at) as reader:
        cursor = reader.connection()
        reader.circumstances(cursor, ["test-feed"], directory)
        return cursor.execute(
            "SELECT role, home, longitude, adult_month FROM circumstance ORDER BY role"
        ).fetchall()


def test_it_has_a_point_and_a_month_and_nothing_that_names(book: RecordBook) -> None:
    deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB, ("a", "record", "seen by the canal")])
    month = dt.date(2008, 1, 1)  # all were born on 1 January 1990
    assert told(book) == [("caller", "not-said", None, month), ("victim", "not-said", None, month)]
    with book.reading() as reader:
        cursor = reader.connection()
        reader.circumstances(cursor, ["test-feed"])
        shape = cursor.execute("DESCRIBE circumstance").fetchall()
    assert {name: kind for name, kind, *_ in shape} == COLUMNS


def test_a_restricted_record_tells_nothing_and_a_replaced_one_what_stands(
    workspace: Workspace, book: RecordBook
) -> None:
    first = deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    deliver_named(book, {"a": "x", "b": "z"}, [ANN, BOB, ("b", "suspect", "Cat Other")])
    directory = workspace.places_folder / "postcodes.parquet"
    pq.write_table(pa.table({"postcode": ["AB12CD"], "longitude": [-1.3], "latitude": [54.5]}), directory)
    assert [role for role, *_ in told(book, directory)] == ["caller", "suspect", "victim"]
    assert [role for role, *_ in told(book, directory, first.known_from)] == ["caller", "victim"]
    book.restrict(
        "test-feed", references=["b"], kind=Restriction.JUVENILE, by=ANALYST, reason="a court order"
    )
    assert [role for role, *_ in told(book, directory)] == ["victim"]
    assert [role for role, *_ in told(book, directory, first.known_from)] == ["victim"]
