"""The record book's doctor, its locks, and its walls."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_feed import ANALYST, MAY, Deliver, draft, known, stage

from joinedup.errors import BadInput, Busy, Damaged
from joinedup.records import RecordBook
from joinedup.workspace import Workspace
from sampling import examples


def segments(workspace: Workspace) -> list[Path]:
    return sorted(workspace.records_folder.glob("*.parquet"))


@settings(
    max_examples=examples(120, 2),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_flipped_bit_is_found(
    workspace: Workspace, book: RecordBook, deliver: Deliver, data: st.DataObject
) -> None:
    if not segments(workspace):
        deliver({"a": "x", "b": "y"})
        deliver({"a": "changed"})
    path = data.draw(st.sampled_from(segments(workspace)))
    content = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    whole = path.read_bytes()
    path.write_bytes(content)
    try:
        assert [finding.where for finding in book.check()] == [path.name]
    finally:
        path.write_bytes(whole)
    assert book.check() == []


def test_a_missing_and_an_extra_segment_are_found(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    deliver({"a": "x"})
    (only,) = segments(workspace)
    only.rename(only.with_name("elsewhere.parquet"))
    assert {finding.where for finding in book.check()} == {only.name, "elsewhere.parquet"}


def test_counts_that_do_not_add_up_are_found(book: RecordBook, deliver: Deliver) -> None:
    from joinedup.records.models import Delivery

    deliver({"a": "x", "b": "y"})
    Delivery.objects.update(accepted=1, unchanged=0)
    said = [finding.what for finding in book.check() if finding.where == "delivery 1"]
    assert "The rows of a delivery do not add up" in said
    assert "The ledger counts 1 rows for pos, the segments hold 2" in said


def test_a_file_that_the_ledger_does_not_know_is_never_deleted_or_overwritten(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    """An older copy of the database may have been put back: the file may be all there is."""
    stranger = workspace.records_folder / "000001-test-feed-pos.parquet"
    stranger.write_bytes(b"somebody's data")
    with pytest.raises(Damaged, match="in the way"):
        deliver({"a": "x"})
    assert stranger.read_bytes() == b"somebody's data"
    assert book.deliveries() == []


def test_a_second_writer_is_told_to_wait_and_readers_are_not(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x"})
    with book.writing():
        with pytest.raises(Busy), RecordBook(book._workspace).writing(wait_seconds=0.01):
            pass
        assert known(book) == {"a": "x"}
    deliver({"a": "y"})
    assert known(book) == {"a": "y"}


def test_a_reader_keeps_its_generation_while_a_delivery_arrives(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x"})
    with book.reading() as reader:
        deliver({"a": "y", "b": "new"})
        cursor = reader.connection()
        reader.define_views(cursor, ["incident"], ["test-source"])
        assert cursor.execute("SELECT ref, category FROM incident").fetchall() == [("a", "x")]
        assert [row.number for row in reader.deliveries(["test-source"])] == [1]
        assert [covered.delivery for covered in reader.coverage(["test-source"])] == [1]
        assert {state.delivery for state in reader.field_states(["test-feed"])} == {1}
    with book.reading() as later:
        assert later.generation == reader.generation + 1


def test_a_failed_delivery_leaves_nothing_behind(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    deliver({"a": "x"})
    before = sorted(path for path in workspace.records_folder.rglob("*") if path.is_file())
    with pytest.raises(BadInput, match="add up"):
        deliver({"a": "y"}, rows_in=7)
    assert sorted(path for path in workspace.records_folder.rglob("*") if path.is_file()) == before
    assert known(book) == {"a": "x"}


def test_a_reading_cursor_cannot_leave_the_record_book_or_change_its_walls(
    workspace: Workspace, book: RecordBook
) -> None:
    with book.reading() as reader:
        cursor = reader.connection()
        for statement in (
            f"SELECT * FROM read_text('{workspace.secrets_folder / 'django.key'}')",
            "SELECT * FROM read_text('/etc/hostname')",
            "SET enable_external_access = true",
            "SET memory_limit = '90GB'",
            "INSTALL httpfs",
            f"ATTACH '{workspace.folder / 'joinedup.sqlite3'}' AS ledger (TYPE sqlite)",
        ):
            with pytest.raises(duckdb.Error):
                cursor.execute(statement)


def test_a_writing_connection_reads_only_the_workspace_and_the_files_named(
    tmp_path: Path, book: RecordBook
) -> None:
    named, other = tmp_path / "partner.csv", tmp_path / "other.csv"
    for path in (named, other):
        path.write_text("a\n1\n")
    with book.writing(also_read=[named]) as writer:
        read = f"SELECT a FROM read_csv('{named}')"
        assert writer.connection.execute(read).fetchall() == [(1,)]
        with pytest.raises(duckdb.PermissionException):
            writer.connection.execute(f"SELECT a FROM read_csv('{other}')")


def test_cursors_do_not_see_each_others_views(book: RecordBook, deliver: Deliver) -> None:
    first = deliver({"a": "x"})
    deliver({"a": "y"})
    with book.reading() as now, book.reading(first.known_from) as then:
        cursors = now.connection(), then.connection()
        for reader, cursor in zip((now, then), cursors, strict=True):
            reader.define_views(cursor, ["incident"], ["test-source"])
        said = [cursor.execute("SELECT category FROM incident").fetchall() for cursor in cursors]
    assert said == [[("y",)], [("x",)]]


def test_damage_met_by_the_writer_does_not_echo_what_a_cell_holds(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    deliver({"a": "Jo Bloggs"})
    (only,) = segments(workspace)
    only.write_bytes(b"Jo Bloggs" * 100)
    with pytest.raises(Damaged) as caught:
        deliver({"a": "Jo Bloggs"})
    assert "Bloggs" not in str(caught.value)
    assert caught.value.next_step


def test_nothing_is_written_when_the_act_cannot_be_logged(
    book: RecordBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise BadInput("The log cannot be written")

    monkeypatch.setattr("joinedup.records.ledger.record_act", refuse)
    rows = [("a", "x")]
    with pytest.raises(BadInput, match="log"), book.writing() as writer:
        writer.add(draft(rows), stage(writer, rows, MAY.start), None, by=ANALYST)
    assert book.deliveries() == []
    assert known(book) == {}
    with book.writing():
        pass
    assert book.check() == []


def test_a_full_disk_is_told_as_such_and_changes_nothing(
    workspace: Workspace, book: RecordBook, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver({"a": "x"})

    def full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    with monkeypatch.context() as patched:
        patched.setattr("joinedup.durable.rename", full)
        with pytest.raises(Damaged, match="No space left"):
            deliver({"a": "y"})
    assert known(book) == {"a": "x"}
    assert deliver({"a": "z"}).number == 2
    assert book.check() == []
