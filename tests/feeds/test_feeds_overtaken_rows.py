"""A file of changes that waited, and is accepted late, does not undo what newer files said of its records."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from staging_by_hand import small_contract

from joinedup.cli import main
from joinedup.feeds import State, deliver, desk, of_delivery, withdraw
from joinedup.records import RecordBook
from joinedup.terms import RecordType

EXTRA = '\n[[column]]\nname = "size"\nfield = "size"\nkind = "integer"\n'
EARLY = dt.datetime(2024, 5, 20, 12, tzinfo=dt.UTC)  # before June has begun: so it is held
LATER = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(params=["changes", "append"])
def small(request, workspace):
    path = small_contract(workspace.contracts_folder, top='ref = "id"')
    path.write_text(path.read_text().replace('"snapshot"', f'"{request.param}"') + EXTRA)
    return workspace


def a_file(folder, *rows, name):
    path = folder / name
    path.write_text("id,month,note,size\n" + "".join(f"{one},2024-06,{rest}\n" for one, rest in rows))
    return path


def known(workspace):
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["small-source"])
        return dict(cursor.execute("SELECT ref, note FROM incident ORDER BY ref").fetchall())


@pytest.fixture
def waiting(small, analyst, tmp_path):
    """A held file about a, b, c and d, older than one that revises a and says of b what it says."""
    first = a_file(tmp_path, ("a", "first,1"), ("b", "first,1"), ("d", "first,1"), name="first.csv")
    deliver(small, "small-feed", first, by=analyst, received_at=LATER - dt.timedelta(days=29))
    older = [("a", "older,1"), ("b", "agreed,1"), ("c", "older,1"), ("d", "older,1")]
    receipt = deliver(
        small, "small-feed", a_file(tmp_path, *older, name="older.csv"), by=analyst, received_at=EARLY
    )
    assert receipt.held is not None
    newer = a_file(tmp_path, ("a", "newer,1"), ("b", "agreed,1"), name="newer.csv")
    assert deliver(small, "small-feed", newer, by=analyst, received_at=LATER).revised == 2
    return receipt.held


NEWEST = {"a": "newer", "b": "agreed", "c": "older", "d": "older"}


def test_an_older_file_undoes_no_newer_one_record_by_record(small, analyst, waiting):
    receipt = desk.accept(small, waiting, by=analyst, why="It is right")
    assert known(small) == NEWEST
    assert (receipt.accepted, receipt.revised, receipt.unchanged) == (1, 1, 1)
    assert dict(receipt.set_aside) == {"overtaken": 1} and receipt.adds_up
    assert "1 set aside (overtaken)" in receipt.summary()
    (note,) = [one for one in receipt.notes if "newer" in one]
    assert note.startswith("1 row is of a record") and f"withdraw delivery {receipt.delivery}" in note
    assert RecordBook(small).check() == []


def test_a_refused_row_of_such_a_record_does_not_wait_to_undo_it_either(small, analyst, tmp_path):
    older = a_file(tmp_path, ("a", "older,many"), ("b", "older,many"), ("c", "x,1"), name="older.csv")
    held = deliver(small, "small-feed", older, by=analyst, received_at=EARLY).held
    newer = a_file(tmp_path, ("a", "newer,1"), name="newer.csv")
    deliver(small, "small-feed", newer, by=analyst, received_at=LATER)
    receipt = desk.accept(small, held, by=analyst, why="It is right")
    assert (receipt.accepted, receipt.quarantined, dict(receipt.set_aside)) == (1, 1, {"overtaken": 1})
    assert [row.row for row in of_delivery(small, receipt.delivery).waiting] == [2]
    assert known(small) == {"a": "newer", "c": "x"}


def test_withdrawn_and_delivered_again_the_file_is_the_newer_one(small, analyst, waiting, tmp_path):
    receipt = desk.accept(small, waiting, by=analyst, why="It is right")
    withdraw(small, receipt.delivery, by=analyst, reason="it is the newer one after all")
    assert known(small) == {"a": "newer", "b": "agreed", "d": "first"}
    rows = [("a", "older,1"), ("b", "agreed,1"), ("c", "older,1"), ("d", "older,1")]
    again = deliver(small, "small-feed", a_file(tmp_path, *rows, name="older.csv"), by=analyst)
    assert (again.state, dict(again.set_aside)) == (State.STORED, {})
    assert known(small) == {"a": "older", "b": "agreed", "c": "older", "d": "older"}
    assert RecordBook(small).check() == []


def test_of_two_files_that_waited_the_one_that_came_later_is_the_newer(small, analyst, tmp_path):
    files = [a_file(tmp_path, ("a", f"{number},1"), name=f"{number}.csv") for number in (1, 2)]
    first, second = [deliver(small, "small-feed", file, by=analyst, received_at=EARLY).held for file in files]
    desk.accept(small, first, by=analyst, why="It is right")
    assert desk.accept(small, second, by=analyst, why="It is right").revised == 1
    assert known(small) == {"a": "2"}


def test_of_two_files_that_waited_the_older_one_accepted_last_undoes_nothing(small, analyst, tmp_path):
    files = [a_file(tmp_path, ("a", f"{number},1"), name=f"{number}.csv") for number in (1, 2)]
    first, second = [deliver(small, "small-feed", file, by=analyst, received_at=EARLY).held for file in files]
    desk.accept(small, second, by=analyst, why="It is right")
    assert dict(desk.accept(small, first, by=analyst, why="It is right").set_aside) == {"overtaken": 1}
    assert known(small) == {"a": "2"}


def test_the_command_line_says_what_was_overtaken(small, waiting, monkeypatch):
    monkeypatch.setenv("JOINEDUP_WORKSPACE", str(small.folder))
    told = CliRunner().invoke(main, ["held", "accept", str(waiting), "--why", "It is right"])
    assert "1 set aside (overtaken)" in told.output and "what is newer stands" in " ".join(
        told.output.split()
    )
