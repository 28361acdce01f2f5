"""Where whom records name lives and when they come of age: worked out, without telling who they are."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
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
    named = [ANN, BOB, ("a", "record", "seen by the canal")]
    deliver_named(book, {"a": "x", "b": "y"}, named, born="1990-01-02")
    month = dt.date(2008, 1, 1)
    assert told(book) == [("caller", "not-said", None, month), ("victim", "not-said", None, month)]
    with book.reading() as reader:
        cursor = reader.connection()
        reader.circumstances(cursor, ["test-feed"])
        shape = cursor.execute("DESCRIBE circumstance").fetchall()
    assert {name: kind for name, kind, *_ in shape} == COLUMNS


@pytest.mark.parametrize(
    ("born", "month"),
    [
        ("1990-01-01", None),
        ("1990-02-01", dt.date(2008, 2, 1)),
        ("1990-01-31", dt.date(2008, 1, 1)),
        ("1992-02-29", dt.date(2010, 2, 1)),
    ],
)
def test_nobody_comes_of_age_by_the_first_of_january_which_stands_for_a_day_unknown(
    book: RecordBook, born: str, month: dt.date | None
) -> None:
    deliver_named(book, {"a": "x"}, [ANN], born=born)
    assert told(book) == [("victim", "not-said", None, month)]


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
