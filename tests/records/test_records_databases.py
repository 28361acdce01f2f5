"""The record book does the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from tiny_feed import ANALYST, MAY, draft, known, stage

from joinedup.records import DeliveryRow, RecordBook
from joinedup.workspace import Workspace


def test_deliver_revise_withdraw_and_look_back_on_either_database(tmp_path: Path, database_url: str) -> None:
    folder = tmp_path / "workspace"
    workspace = Workspace.create(folder, partnership="Testshire", database_url=database_url)
    book = RecordBook(workspace)

    def deliver(rows: dict[str, str]) -> DeliveryRow:
        listed = list(rows.items())
        with book.writing() as writer:
            return writer.add(draft(listed), stage(writer, listed, MAY.start), None, by=ANALYST)

    first = deliver({"a": "x", "b": "y"})
    second = deliver({"a": "changed", "c": "new"})
    assert (second.accepted, second.unchanged, second.revised, second.withdrawn) == (1, 0, 1, 1)
    assert known(book) == {"a": "changed", "c": "new"}
    assert known(book, first.known_from) == {"a": "x", "b": "y"}
    book.withdraw(2, by=ANALYST, reason="The wrong file was sent")
    workspace.close()

    again = RecordBook(Workspace.open(folder))
    assert known(again) == {"a": "x", "b": "y"}
    assert known(again, second.known_from) == {"a": "changed", "c": "new"}
    assert again.deliveries()[0] == first
    assert again.check() == []
    with again.reading() as reader:
        assert [covered.delivery for covered in reader.coverage(["test-source"])] == [1]
        assert reader.generation == 3
    workspace.close()
