"""Person keys in the record book: as known on any date, changed only by what a linkage says, gone with the
records that they are of."""

from __future__ import annotations

import datetime as dt
import os
import stat
import uuid
from pathlib import Path

import duckdb
import pytest
from tiny_feed import ANALYST, NOON, Keys, deliver_named, key_of, keys_file, link

from joinedup.durable import sha256
from joinedup.errors import BadInput, Busy
from joinedup.log import acts
from joinedup.records import KeyChanged, NewLinkage, RecordBook, sealing
from joinedup.terms import Restriction, Role, Strictness, Viewer
from joinedup.workspace import Workspace
from seconding import by_two

CHIEF = Viewer("sam", "Sam Chief", Role.ADMINISTRATOR, "council")
ANN, BOB, CAT = ("a", "victim", "Ann Other"), ("b", "caller", "Bob Unusual"), ("c", "victim", "Cat Third")
ONE, TWO, THREE = (uuid.UUID(int=number) for number in (1, 2, 3))


def persons(book: RecordBook, as_at: dt.datetime | None = None) -> Keys:
    """What the book says of whom the mentions are of."""
    with book.reading(as_at) as reader:
        cursor = reader.connection()
        reader.persons(cursor, ["test-feed", "another-feed"])
        found = cursor.execute("SELECT record_key, role, strict, best, loose FROM person").fetchall()
    known = {key_of(letter): letter for letter in "abc"}
    assert all(strict == best == loose for *_, strict, best, loose in found)
    told = {(known[str(key)], role): best for key, role, _, best, _ in found}
    assert len(told) == len(found)
    return told


def test_keys_are_known_with_the_delivery_that_was_read_and_a_later_linkage_changes_some(
    workspace: Workspace, book: RecordBook
) -> None:
    first = deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    one = link(book, {("a", "victim"): ONE, ("b", "caller"): TWO})
    assert (one.number, one.mentions, one.people, one.known_from) == (1, 2, 2, first.known_from)
    later = NOON + dt.timedelta(days=30)
    deliver_named(book, {"a": "x", "b": "y", "c": "z"}, [ANN, BOB, CAT], received_at=later)
    changes = [KeyChanged(Strictness.BEST, "merged", TWO, ONE)]
    two = link(book, {("b", "caller"): ONE, ("c", "victim"): THREE}, changes=changes)
    assert two.known_from == later
    assert persons(book) == {("a", "victim"): ONE, ("b", "caller"): ONE, ("c", "victim"): THREE}
    assert persons(book, NOON) == {("a", "victim"): ONE, ("b", "caller"): TWO}
    assert persons(book, NOON - dt.timedelta(days=1)) == {}
    assert book.leading_to([ONE, TWO]) == {TWO: ONE}
    assert book.leading_to([TWO], Strictness.LOOSE) == {}
    assert book.key_changes(2) == changes
    assert [row.number for row in book.linkages(NOON)] == [1]
    assert book.check() == []


def test_two_linkages_of_the_same_data_are_known_one_after_the_other(
    workspace: Workspace, book: RecordBook
) -> None:
    deliver_named(book, {"a": "x"}, [ANN])
    one, two = link(book, {("a", "victim"): ONE}), link(book, {("a", "victim"): None})
    assert two.known_from > one.known_from
    assert persons(book, one.known_from) == {("a", "victim"): ONE}
    assert persons(book) == {}
    assert deliver_named(
        book, {"a": "y"}, [ANN], received_at=NOON
    ).known_from < two.known_from + dt.timedelta(1)


def test_a_chain_of_merged_keys_leads_to_the_last(workspace: Workspace, book: RecordBook) -> None:
    deliver_named(book, {"a": "x"}, [ANN])
    best = Strictness.BEST
    link(book, {("a", "victim"): TWO}, changes=[KeyChanged(best, "merged", ONE, TWO)])
    split = KeyChanged(best, "split", TWO, ONE)  # a split leads nowhere: the key is still there
    link(book, {("a", "victim"): THREE}, changes=[KeyChanged(best, "merged", TWO, THREE), split])
    assert book.leading_to([ONE, TWO, THREE]) == {ONE: THREE, TWO: THREE}


def test_nobody_is_linked_twice_at_once_and_a_file_that_is_wrong_changes_nothing(
    workspace: Workspace, book: RecordBook, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="nobody to link"):
        link(book, {("a", "victim"): ONE})
    deliver_named(book, {"a": "x"}, [ANN])
    with book.reading() as reader:
        read = reader.generation
    link(book, {("a", "victim"): ONE}, read)
    with pytest.raises(Busy, match="meanwhile"):
        link(book, {("a", "victim"): TWO}, read)
    path = tmp_path / "keys.parquet"
    keys_file(path, {("a", "victim"): ONE})
    for wrong, words in [
        ("SELECT 1 AS feed", "column feed"),
        ("FROM given UNION ALL FROM given", "once, or none"),
        ("SELECT * REPLACE (NULL::UUID AS loose) FROM given", "once, or none"),
    ]:
        other = workspace.temporary_folder / "wrong.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"CREATE VIEW given AS FROM read_parquet('{path}')")
            connection.execute(f"COPY ({wrong}) TO '{other}' (FORMAT parquet)")
        with book.reading() as reader:
            new = NewLinkage("a model", reader.generation, 1, ["test-feed"])
        with pytest.raises(BadInput, match=words):
            book.link(other, new, by=ANALYST)
    assert persons(book) == {("a", "victim"): ONE}
    assert book.check() == []


def test_what_was_erased_after_it_was_read_gets_no_key(book: RecordBook) -> None:
    deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    with book.reading() as reader:
        read = reader.generation
    by_two(book.erase, "test-feed", [key_of("a")], by=CHIEF, reason="a request")
    with pytest.raises(Busy, match="erased meanwhile"):
        link(book, {("a", "victim"): ONE, ("b", "caller"): TWO}, read)
    link(book, {("b", "caller"): TWO})
    assert persons(book) == {("b", "caller"): TWO}
    assert book.check() == []


def test_a_walk_over_merged_keys_always_ends(book: RecordBook) -> None:
    deliver_named(book, {"a": "x"}, [ANN])
    best = Strictness.BEST
    there, back = KeyChanged(best, "merged", ONE, TWO), KeyChanged(best, "merged", TWO, ONE)
    link(book, {("a", "victim"): TWO}, changes=[there])
    link(book, {("a", "victim"): ONE}, changes=[back])
    assert book.leading_to([ONE, TWO]) == {ONE: TWO, TWO: ONE}


def test_a_linkage_is_known_by_its_own_feeds_and_tells_of_no_other(book: RecordBook) -> None:
    deliver_named(book, {"a": "x"}, [ANN])
    later = {"feed": "another-feed", "source": "another", "received_at": NOON + dt.timedelta(days=9)}
    deliver_named(book, {"z": "x"}, [("z", "victim", "Zed")], **later)
    assert link(book, {("a", "victim"): ONE}).known_from == NOON


def test_what_is_done_alongside_stands_or_falls_with_the_linkage(book: RecordBook) -> None:
    from tiny_feed import link_alongside

    deliver_named(book, {"a": "x"}, [ANN])

    def broken(number: int) -> None:
        raise RuntimeError(f"linkage {number}")

    with pytest.raises(RuntimeError, match="linkage 1"):
        link_alongside(book, {("a", "victim"): ONE}, broken)
    assert persons(book) == {}
    assert book.linkages() == []


def test_it_is_in_the_log_as_a_combination_without_a_key(workspace: Workspace, book: RecordBook) -> None:
    deliver_named(book, {"a": "x"}, [ANN])
    link(book, {("a", "victim"): ONE})
    (act,) = acts(kind="combination")
    assert act.what == "linkage 1 of people"
    assert act.detail == {
        "linkage": 1,
        "model": "a model",
        "mentions": 1,
        "people": 1,
        "feeds": ["test-feed"],
        "changed": ["test-feed"],
    }


def test_person_keys_are_kept_where_only_their_owner_can_read_them(
    workspace: Workspace, book: RecordBook
) -> None:
    deliver_named(book, {"a": "x"}, [ANN])
    link(book, {("a", "victim"): ONE})
    folder = workspace.records_folder / "people"
    assert [path.name for path in folder.iterdir()] == ["000001-test-feed.parquet"]
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "000001-test-feed.parquet").chmod(0o644)
        assert ["Others can read" in one.what for one in book.check()] == [True]


def test_whom_a_restricted_record_is_of_is_not_there_until_it_is_lifted(
    workspace: Workspace, book: RecordBook
) -> None:
    deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    link(book, {("a", "victim"): ONE, ("b", "caller"): ONE})
    book.restrict("test-feed", [key_of("a")], kind=next(iter(Restriction)), by=CHIEF, reason="as agreed")
    assert persons(book) == {("b", "caller"): ONE}


def test_an_erased_record_leaves_no_key_in_any_linkage(workspace: Workspace, book: RecordBook) -> None:
    deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    link(book, {("a", "victim"): ONE, ("b", "caller"): TWO})
    link(book, {("a", "victim"): THREE})
    erased = by_two(book.erase, "test-feed", [key_of("a")], by=CHIEF, reason="a request")
    assert erased.finished
    assert persons(book) == {("b", "caller"): TWO}
    files = list((workspace.records_folder / "people").iterdir())
    assert len(files) == 2
    for file in files:
        left = duckdb.sql(f"SELECT record_key::VARCHAR FROM read_parquet('{file}')").fetchall()
        assert (key_of("a"),) not in left
    assert book.check() == []


def damaged(path: Path) -> None:
    """Another file in its place, of the same size."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(content))


def test_damage_and_tampering_are_found(workspace: Workspace, book: RecordBook) -> None:
    from joinedup.records.models import KeyChange, Linkage, LinkedSegment

    deliver_named(book, {"a": "x"}, [ANN])
    link(book, {("a", "victim"): ONE}, changes=[KeyChanged(Strictness.BEST, "merged", TWO, ONE)])
    file = workspace.records_folder / "people" / "000001-test-feed.parquet"
    whole = file.read_bytes()
    damaged(file)
    assert [(one.what, one.where) for one in book.check()] == [
        ("A segment is not what was written", "people/000001-test-feed.parquet")
    ]
    file.unlink()
    assert [one.what for one in book.check()] == ["A segment is missing"]
    file.write_bytes(whole)
    file.chmod(0o600)
    (file.parent / "000002-test-feed.parquet").write_bytes(whole)
    (file.parent / "000002-test-feed.parquet").chmod(0o600)
    assert [one.what for one in book.check()] == ["The ledger does not know this file"]
    (file.parent / "000002-test-feed.parquet").unlink()
    assert book.check() == []
    for table, change in [
        (Linkage, {"people": 7}),
        (Linkage, {"model": "another"}),
        (LinkedSegment, {"feed": "another-feed"}),
        (KeyChange, {"other": THREE}),
        (KeyChange, {"kind": "split"}),
    ]:
        (was,) = table.objects.values(*change)
        table.objects.update(**change)
        assert any(one.where == "linkage 1" for one in book.check()), change
        table.objects.update(**was)
    assert book.check() == []


def test_what_a_crash_left_of_a_linkage_is_swept(workspace: Workspace, book: RecordBook, monkeypatch) -> None:
    from joinedup.records import linkages

    deliver_named(book, {"a": "x"}, [ANN])

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(linkages, "commit", broken)
    with pytest.raises(KeyboardInterrupt):
        link(book, {("a", "victim"): ONE})
    monkeypatch.undo()
    assert list((workspace.records_folder / "people").iterdir())
    link(book, {("a", "victim"): TWO})
    assert persons(book) == {("a", "victim"): TWO}
    assert book.check() == []


def as_of_before(segment: Path) -> None:
    """Make a linked segment as it was written before homes were told, in file and ledger."""
    from joinedup.records.models import LinkedSegment

    older = segment.with_suffix(".older")
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * EXCLUDE (home) FROM read_parquet('{segment}')) TO '{older}' (FORMAT parquet)"
        )
    older.chmod(stat.S_IRUSR | stat.S_IWUSR)
    older.replace(segment)
    LinkedSegment.objects.update(sha256=sha256(segment), bytes=segment.stat().st_size)
    sealing.seal_linkages([1])


def test_a_linkage_from_before_homes_were_told_stands_beside_one_that_tells_them(
    workspace: Workspace, book: RecordBook
) -> None:
    def lives() -> dict[str, uuid.UUID | None]:
        with book.reading() as reader:
            cursor = reader.connection()
            reader.persons(cursor, ["test-feed"])
            return dict(cursor.execute("SELECT role, home FROM person").fetchall())

    deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    link(book, {("a", "victim"): ONE, ("b", "caller"): TWO})
    (segment,) = (workspace.records_folder / "people").glob("*.parquet")
    as_of_before(segment)
    assert lives() == {"victim": None, "caller": None}
    assert book.check() == []
    link(book, {("a", "victim"): ONE}, homes={("a", "victim"): THREE})
    assert lives() == {"victim": THREE, "caller": None}
    assert persons(book) == {("a", "victim"): ONE, ("b", "caller"): TWO}
    assert book.check() == []
