"""A staged file that was foretold right becomes the segment as it is; otherwise it is written anew."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tiny_feed import ANALYST, MAY, NOON, Deliver, draft, known, stage

from joinedup.records import RecordBook
from joinedup.records.definitions import Foretold
from joinedup.records.foretelling import Foresight
from joinedup.records.segments import PARQUET, numbered_as, scan
from joinedup.workspace import Workspace

ROWS = [("a", "x"), ("b", "y")]


def _foretold_file(writer, rows, told: Foretold) -> Path:
    plain = stage(writer, rows, MAY.start)
    moment = told.known_from.replace(tzinfo=None).isoformat(" ")
    query = numbered_as(scan([plain]), [("category", "VARCHAR")], moment, told.number)
    whole = writer.folder / "whole.parquet"
    writer.connection.execute(f"COPY ({query}) TO '{whole}' ({PARQUET})")
    return whole


def _same_file(workspace: Workspace, book: RecordBook, told: Foretold, rows=ROWS, **changes: object) -> bool:
    """Deliver; whether the segment is the very file that was staged."""
    with book.writing() as writer:
        whole = _foretold_file(writer, rows, told)
        before = whole.stat().st_ino
        row = writer.add(draft(rows, **changes), whole, None, by=ANALYST)
    segment = workspace.records_folder / f"{row.number:06d}-test-feed-pos.parquet"
    assert book.check() == []
    with book.reading() as reader:
        found = reader.connection().execute(f"SELECT DISTINCT delivery, known_from FROM '{segment}'")
        assert found.fetchall() == [(row.number, row.known_from.replace(tzinfo=None))]
    return segment.stat().st_ino == before


def test_a_file_foretold_right_is_the_segment(workspace: Workspace, book: RecordBook) -> None:
    assert _same_file(workspace, book, Foresight().foretell("test-feed", NOON))
    assert known(book) == dict(ROWS)


@pytest.mark.parametrize(
    "wrong", [Foretold(2, NOON), Foretold(1, NOON + dt.timedelta(microseconds=1))], ids=["number", "moment"]
)
def test_a_file_foretold_wrong_is_written_anew(
    workspace: Workspace, book: RecordBook, wrong: Foretold
) -> None:
    assert not _same_file(workspace, book, wrong)
    assert known(book) == dict(ROWS)


def test_where_rows_stand_only_the_changes_are_stored(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    deliver(ROWS)
    told = Foresight().foretell("test-feed", NOON)
    assert told == Foretold(2, NOON + dt.timedelta(microseconds=1))
    rows = [("a", "x"), ("b", "z")]
    assert not _same_file(workspace, book, told, rows)
    assert known(book) == dict(rows)


def test_deliveries_foretold_together_follow_each_other(book: RecordBook) -> None:
    foresight = Foresight()
    told = [foresight.foretell(feed, NOON) for feed in ("one", "two", "one")]
    assert [one.number for one in told] == [1, 2, 3]
    assert [one.known_from - NOON for one in told] == [dt.timedelta(microseconds=n) for n in (0, 0, 1)]
