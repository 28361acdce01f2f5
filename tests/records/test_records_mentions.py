"""Who a record names stands apart, and with the version that names them."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path
from uuid import UUID

import pytest
from tiny_feed import ANALYST, MAY, deliver_named, draft, key_of, named_in, stage, stage_named

from joinedup.errors import BadInput, Damaged
from joinedup.records import ENVELOPE, RecordBook
from joinedup.workspace import Workspace

ANN, BOB = ("a", "victim", "Ann Other"), ("b", "caller", "Bob Unusual")


def who_folder(workspace: Workspace) -> Path:
    return workspace.records_folder / "who"


def test_who_a_row_names_is_kept_apart_and_only_its_owner_can_read_it(
    workspace: Workspace, book: RecordBook
) -> None:
    row = deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    assert row.mentions == 2
    assert named_in(book) == [("caller", "Bob Unusual"), ("victim", "Ann Other")]
    (file,) = who_folder(workspace).iterdir()
    assert file.name == "000001-test-feed-who.parquet"
    if os.name == "posix":
        assert stat.S_IMODE(who_folder(workspace).stat().st_mode) == 0o700
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with book.reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, ["incident"], ["test-source"])
        columns = [name for name, *_ in cursor.execute("DESCRIBE incident").fetchall()]
    assert columns == [*ENVELOPE, "feed", "source", "owner", "category"]
    assert book.check() == []


def test_the_view_says_what_the_owner_gave_of_each_feed_asked_for(book: RecordBook) -> None:
    deliver_named(book, {"a": "x"}, [ANN, ("a", "record", "seen by the canal")])
    with book.reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, ["test-feed"])
        found = cursor.execute(
            """SELECT feed, record_type, record_key, delivery, role, ordinal, full_name, birth_date, age,
                      identifiers, private FROM mention ORDER BY role"""
        ).fetchall()
        reader.mentions(cursor, ["another-feed"])
        assert cursor.execute("SELECT count(*) FROM mention").fetchall() == [(0,)]
    ours = ("test-feed", "incident", UUID(key_of("a")), 1)
    born = dt.date(1990, 1, 1)
    assert found == [
        (*ours, "record", 1, None, born, "34", {"nhs": "nhs-a"}, {"narrative": "seen by the canal"}),
        (*ours, "victim", 1, "Ann Other", born, "34", {"nhs": "nhs-a"}, None),
    ]


def test_a_revision_writes_its_mentions_anew_and_an_unchanged_row_none(
    workspace: Workspace, book: RecordBook
) -> None:
    first = deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    mended = ("a", "victim", "Anne Other")
    second = deliver_named(book, {"a": "Anne", "b": "y"}, [mended, BOB])
    assert (second.revised, second.unchanged, second.mentions) == (1, 1, 1)
    assert named_in(book) == [("caller", "Bob Unusual"), ("victim", "Anne Other")]
    assert named_in(book, first.known_from) == [("caller", "Bob Unusual"), ("victim", "Ann Other")]
    third = deliver_named(book, {"a": "Anne", "b": "y"}, [mended, BOB], file_sha256="c" * 64)
    assert third.mentions == 0
    assert len(list(who_folder(workspace).iterdir())) == 2
    assert book.check() == []


def test_who_a_replaced_or_withdrawn_record_named_goes_and_comes_back_with_it(book: RecordBook) -> None:
    first = deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    second = deliver_named(book, {"b": "y2"}, [("b", "caller", "Robert Unusual")])
    assert named_in(book) == [("caller", "Robert Unusual")]
    book.withdraw(2, by=ANALYST, reason="a wrong file")
    assert named_in(book) == named_in(book, first.known_from)
    assert len(named_in(book)) == 2
    assert named_in(book, second.known_from) == [("caller", "Robert Unusual")]
    again = deliver_named(book, {"a": "x", "b": "y2"}, [ANN, ("b", "caller", "Robert Unusual")])
    assert (again.unchanged, again.revised, again.mentions) == (1, 1, 1)
    assert named_in(book) == [("caller", "Robert Unusual"), ("victim", "Ann Other")]
    for number in (3, 1):
        book.withdraw(number, by=ANALYST, reason="all of it")
    assert named_in(book) == []
    assert named_in(book, again.known_from) == [("caller", "Robert Unusual"), ("victim", "Ann Other")]
    assert book.check() == []


def test_a_b_and_a_again_name_who_each_named(book: RecordBook) -> None:
    rows = [deliver_named(book, {"a": word}, [("a", "victim", word)]) for word in ("Ann", "Bea", "Ann")]
    assert [named_in(book, row.known_from) for row in rows] == [
        [("victim", "Ann")],
        [("victim", "Bea")],
        [("victim", "Ann")],
    ]
    assert named_in(book) == [("victim", "Ann")]
    assert book.check() == []


def test_a_record_whose_new_copy_was_refused_keeps_whom_it_named(book: RecordBook) -> None:
    deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    row = deliver_named(book, {"b": "y"}, [BOB, ("a", "victim", "Somebody Else")], refused=["a"])
    assert (row.quarantined, row.withdrawn, row.mentions) == (1, 0, 0)
    assert named_in(book) == [("caller", "Bob Unusual"), ("victim", "Ann Other")]
    assert book.check() == []


def test_the_records_that_are_asked_for_are_identified_and_no_others(book: RecordBook) -> None:
    first = deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB, ("a", "victim", "Twin Other")])
    deliver_named(book, {"a": "x2", "b": "y"}, [("a", "victim", "Ann Changed"), BOB])
    with book.reading() as reader:
        (now,) = reader.identifying("test-feed", [key_of("a")])
        assert reader.identifying("test-feed", [key_of("z")]) == []
        assert reader.identifying("no-feed", [key_of("a")]) == []
        with pytest.raises(BadInput, match="32 hexadecimal"):
            reader.identifying("test-feed", ["Ann Other"])
    assert (now.role, now.ordinal, now.attributes["full_name"]) == ("victim", 1, "Ann Changed")
    assert now.identifiers == {"nhs": "nhs-a"}
    with book.reading(first.known_from) as then:
        found = then.identifying("test-feed", [key_of("a"), key_of("a")])
    assert [(one.ordinal, one.attributes["full_name"]) for one in found] == [
        (1, "Ann Other"),
        (2, "Twin Other"),
    ]


def test_damage_to_who_is_named_is_found(workspace: Workspace, book: RecordBook) -> None:
    from joinedup.records.models import Delivery, Segment

    deliver_named(book, {"a": "x", "b": "y"}, [ANN, BOB])
    (file,) = who_folder(workspace).iterdir()
    whole = file.read_bytes()
    for place in range(0, len(whole), 97):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        file.write_bytes(damaged)
        assert [finding.where for finding in book.check()] == [f"who/{file.name}"]
    file.unlink()
    assert [finding.what for finding in book.check()] == ["A segment is missing"]
    file.write_bytes(whole)
    file.chmod(0o600)
    assert book.check() == []
    stranger = file.with_name("stranger.parquet")
    stranger.touch(mode=0o600)
    (found,) = book.check()
    assert (found.what, found.where) == ("The ledger does not know this file", "who/stranger.parquet")
    stranger.unlink()
    Segment.objects.filter(kind="who").update(known_from=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert book.check()
    Segment.objects.filter(kind="who").update(known_from=Delivery.objects.get().known_from)
    Delivery.objects.update(mentions=3)
    assert book.check()


@pytest.mark.skipif(os.name != "posix", reason="permissions are looked at on POSIX systems only")
def test_names_that_others_can_read_are_found(workspace: Workspace, book: RecordBook) -> None:
    deliver_named(book, {"a": "x"}, [ANN])
    who_folder(workspace).chmod(0o750)
    (found,) = book.check()
    assert (found.what, found.where) == ("Others can read who the records name", "who")


def test_a_file_of_mentions_that_is_not_as_promised_changes_nothing(
    workspace: Workspace, book: RecordBook
) -> None:
    rows = [("a", "x")]
    for spoil, what in (
        ("SELECT *, 1 AS shoe_size", "shoe_size that no mention has"),
        ("SELECT * EXCLUDE (role)", "lacks the column role"),
        ("SELECT * REPLACE (NULL::VARCHAR AS role)", "lacks its record, role or number"),
        ("SELECT * REPLACE (1 AS ordinal)", "comes twice"),
    ):
        with pytest.raises((BadInput, Damaged), match=what), book.writing() as writer:
            named = stage_named(writer, [ANN, ("a", "victim", "Twin Other")])
            spoilt = writer.folder / "spoilt.parquet"
            writer.connection.execute(f"COPY ({spoil} FROM '{named}') TO '{spoilt}' (FORMAT parquet)")
            writer.add(draft(rows), stage(writer, rows, MAY.start), None, by=ANALYST, named=spoilt)
    assert book.deliveries() == []
    assert not who_folder(workspace).exists()


def test_a_crash_between_placing_and_committing_leaves_no_name_behind(
    workspace: Workspace, book: RecordBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("joinedup.records.ledger.record_act", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver_named(book, {"a": "x"}, [ANN])
    assert [file.name for file in who_folder(workspace).iterdir()] == ["000001-test-feed-who.parquet"]
    with book.writing():
        pass
    assert list(who_folder(workspace).iterdir()) == []
    assert book.check() == []
