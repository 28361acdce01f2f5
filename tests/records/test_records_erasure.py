"""An erased person is found nowhere, does not come back, and leaves an attestation that names nobody."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest
from searching import found_in
from tiny_feed import (
    ANALYST,
    MAY,
    deliver_named,
    draft,
    key_of,
    known,
    named_in,
    stage,
    stage_named,
    stage_refused,
)

from joinedup.errors import BadInput, Damaged, NotFound, NotPermitted
from joinedup.log import acts
from joinedup.records import RecordBook
from joinedup.terms import DeliveryMode, Role, Viewer
from joinedup.workspace import Workspace
from seconding import by_two

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")
WHY = "asked for under article 17"
# Nothing of this may be left. The key is the reference too, as the tiny feed has it.
GONE = ["CR-2024-0077", "Zebedee Quillfeather", "Zeb Quillfeather", "behind the gasworks", "arson-77"]
STAYS = ["CR-2024-0001", "Ann Other"]
MENTIONS = [
    ("CR-2024-0077", "victim", "Zebedee Quillfeather"),
    ("CR-2024-0077", "record", "seen behind the gasworks"),
    ("CR-2024-0001", "victim", "Ann Other"),
]
FIRST = {"CR-2024-0077": "arson-77", "CR-2024-0001": "theft"}
REVISED = {"CR-2024-0077": "arson-77 and worse", "CR-2024-0001": "theft"}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace on either database, with a person in segments of every kind."""
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    workspace = Workspace.create(tmp_path / "kept", partnership="Testshire", database_url=url)
    book = RecordBook(workspace)
    deliver_named(book, FIRST, MENTIONS)
    renamed = [("CR-2024-0077", "victim", "Zeb Quillfeather"), MENTIONS[2]]
    deliver_named(book, REVISED, renamed)
    deliver_named(book, {"CR-2024-0001": "theft"}, [MENTIONS[2]], refused=["CR-2024-0077"])
    yield workspace
    workspace.close()


def erase(workspace: Workspace, *keys: str, **changes: object):
    asked: dict[str, object] = {"by": CHIEF, "reason": WHY} | changes
    return by_two(RecordBook(workspace).erase, "test-feed", [key_of(key) for key in keys], **asked)


def test_a_person_who_was_findable_is_found_nowhere_after_the_erasure(kept: Workspace) -> None:
    before = found_in(kept, [*GONE, *STAYS])
    assert set().union(*before.values()) == {*GONE, *STAYS}
    kinds = {name.rsplit("-", 1)[1] for name in before if name.endswith(".parquet")}
    assert kinds == {"pos.parquet", "neg.parquet", "who.parquet", "quarantine.parquet"}
    row = erase(kept, "CR-2024-0077")
    assert (row.records, row.rows, row.finished) == (1, 2 + 1 + 3 + 1, True)
    assert found_in(kept, [*GONE, key_of("CR-2024-0077"), key_of("CR-2024-0077").replace("-", "")]) == {}
    assert set().union(*found_in(kept, STAYS).values()) == set(STAYS)
    book = RecordBook(kept)
    assert known(book) == {"CR-2024-0001": "theft"}
    assert named_in(book) == [("victim", "Ann Other")]
    assert book.check() == []


def test_a_second_delivery_does_not_bring_the_person_back(kept: Workspace) -> None:
    erase(kept, "CR-2024-0077")
    book = RecordBook(kept)
    row = deliver_named(book, REVISED | {"CR-2024-0002": "new"}, MENTIONS, file_sha256="d" * 64)
    assert (row.rows_in, row.accepted, row.unchanged, row.withdrawn) == (3, 1, 1, 0)
    assert (row.set_aside, row.adds_up) == ({"erased": 1}, True)
    refused = {"refused": ["CR-2024-0077"], "file_sha256": "e" * 64}
    row = deliver_named(book, {"CR-2024-0001": "theft"}, [MENTIONS[2]], **refused)
    assert (row.quarantined, row.set_aside, row.adds_up) == (0, {"erased": 1}, True)
    other_key = [("CR-2024-0077", "victim", "Zebedee Quillfeather")]
    with book.writing() as writer:  # the same reference under another key: the contract changed its key
        staged = _rekeyed(writer)
        told = draft([("CR-2024-0077", "arson-77")], file_sha256="f" * 64)
        row = writer.add(told, staged, None, by=ANALYST, named=stage_named(writer, other_key))
    assert (row.accepted, row.mentions, row.set_aside) == (0, 0, {"erased": 1})
    assert found_in(kept, GONE) == {}
    assert book.check() == []


def _rekeyed(writer) -> Path:
    staged = stage(writer, [("CR-2024-0077", "arson-77")], MAY.start)
    other = writer.folder / "rekeyed.parquet"
    query = f"SELECT * REPLACE (md5('another key')::UUID AS record_key) FROM '{staged}'"
    writer.connection.execute(f"COPY ({query}) TO '{other}' (FORMAT parquet)")
    return other


def test_the_attestation_says_who_did_it_when_and_why_and_names_nobody(kept: Workspace) -> None:
    from joinedup.records.models import Erasure, Tombstone

    row = erase(kept, "CR-2024-0077")
    (act,) = acts(kind="erasure")
    assert (act.username, act.reason, act.subjects) == ("cass", WHY, [])
    assert (act.detail["records"], act.detail["segments"]) == (1, 6)
    kept_row = Erasure.objects.get()
    assert act.detail["before"] == kept_row.before and act.detail["after"] == kept_row.after
    for file, sha256 in kept_row.after:
        assert hashlib.sha256((kept.records_folder / file).read_bytes()).hexdigest() == sha256
    assert not any((kept.records_folder / file).exists() for file, _ in kept_row.before)
    assert RecordBook(kept).erasures("test-feed") == [row]
    assert RecordBook(kept).erasures("other-feed") == []
    key = bytes.fromhex((kept.secrets_folder / "erasure.key").read_text())
    said = (
        f"key:test-feed:{key_of('CR-2024-0077')}",
        "ref:test-feed:CR-2024-0077",
        "identifier:test-feed:nhs:NHS-CR-2024-0077",
        "cell:test-feed:NHS-CR-2024-0077",
    )
    wanted = {hmac.new(key, text.encode(), "sha256").hexdigest() for text in said}
    assert {stone.digest for stone in Tombstone.objects.all()} == wanted


def test_figures_as_known_before_can_tell_that_they_were_touched(kept: Workspace) -> None:
    book = RecordBook(kept)
    first, *_ = book.deliveries()
    row = erase(kept, "CR-2024-0077")
    with book.reading(first.known_from) as reader:
        assert [(one.at, one.records) for one in reader.erasures(["test-source"])] == [(row.at, 1)]
        assert reader.erasures(["another-source"]) == []
    assert row.known_from == first.known_from
    with book.reading(first.known_from - dt.timedelta(days=1)) as reader:
        assert reader.erasures(["test-source"]) == []


def test_accounts_add_up_and_deliveries_can_still_be_withdrawn(kept: Workspace) -> None:
    book = RecordBook(kept)
    erase(kept, "CR-2024-0077")
    for number in (3, 2, 1):
        book.withdraw(number, by=ANALYST, reason="all of it")
        assert book.check() == []
    assert known(book) == {} and named_in(book) == []
    deliver_named(book, FIRST, MENTIONS)
    assert known(book) == {"CR-2024-0001": "theft"}
    erase(kept, "CR-2024-0001", reason="asked for as well")
    assert (known(book), book.check()) == ({}, [])
    assert [row.number for row in book.erasures()] == [1, 2]


def test_a_record_is_named_by_its_reference_too(workspace: Workspace, book: RecordBook) -> None:
    deliver_named(book, FIRST, MENTIONS)
    row = by_two(book.erase, "test-feed", references=["CR-2024-0077"], by=CHIEF, reason=WHY)
    assert row.records == 1
    assert known(book) == {"CR-2024-0001": "theft"}
    with pytest.raises(NotFound, match="No record of that feed has such a reference"):
        by_two(book.erase, "test-feed", references=["CR-2024-0077"], by=CHIEF, reason=WHY)


def test_a_refused_row_without_a_key_goes_by_its_reference(workspace: Workspace, book: RecordBook) -> None:
    def keyless(writer) -> Path:
        path = stage_refused(writer, ["CR-2024-0077", "CR-2024-0001"])
        other = writer.folder / "keyless.parquet"
        query = f"SELECT * REPLACE (NULL::UUID AS record_key) FROM '{path}'"
        writer.connection.execute(f"COPY ({query}) TO '{other}' (FORMAT parquet)")
        return other

    rows = [("CR-2024-0001", "theft")]
    deliver_named(book, FIRST, MENTIONS)
    told = draft([*rows, *FIRST], mode=DeliveryMode.APPEND, file_sha256="b" * 64)
    with book.writing() as writer:
        writer.add(told, stage(writer, rows, MAY.start), keyless(writer), by=ANALYST)
    erase(workspace, "CR-2024-0077")
    assert "CR-2024-0077" not in str(found_in(workspace, ["CR-2024-0077"]))
    with book.reading() as reader:
        assert [raw for _, raw, _ in reader.quarantined(2)] == ["CR-2024-0001,unreadable"]
    with book.writing() as writer:
        row = writer.add(told, stage(writer, rows, MAY.start), keyless(writer), by=ANALYST)
    assert (row.quarantined, row.set_aside) == (1, {"erased": 1})


def test_a_reference_that_others_share_does_not_bury_them(workspace: Workspace, book: RecordBook) -> None:
    """Two victims of one crime: its number is the reference of both."""

    def shared(writer) -> Path:
        staged = stage(writer, [("victim-1", "x"), ("victim-2", "y")], MAY.start)
        other = writer.folder / "shared.parquet"
        query = f"SELECT * REPLACE ('CR-2024-0077' AS ref) FROM '{staged}'"
        writer.connection.execute(f"COPY ({query}) TO '{other}' (FORMAT parquet)")
        return other

    for sha256 in ("a" * 64, "b" * 64):
        with book.writing() as writer:
            told = draft([1, 2], file_sha256=sha256)
            row = writer.add(told, shared(writer), None, by=ANALYST)
        if row.number == 1:
            erase(workspace, "victim-1")
    assert (row.unchanged, row.set_aside) == (1, {"erased": 1})


def test_only_an_administrator_erases_and_only_what_is_there(workspace: Workspace, book: RecordBook) -> None:
    deliver_named(book, FIRST, MENTIONS)
    before = sorted(path.name for path in workspace.records_folder.rglob("*.parquet"))
    for keys, changes, error, says in (
        (["CR-2024-0077"], {"by": ANALYST}, NotPermitted, "administrator"),
        (["CR-2024-0077"], {"reason": " "}, BadInput, "reason"),
        (["CR-2024-0077"], {"reason": "zebedee QUILLFEATHER asked"}, BadInput, "says who"),
        (["CR-2024-0077"], {"reason": "the report CR-2024-0077"}, BadInput, "says who"),
        (["CR-2024-0077", "nobody"], {}, NotFound, "1 of the 2 records"),
        ([], {}, BadInput, "by name"),
    ):
        with pytest.raises(error, match=says):
            erase(workspace, *keys, **changes)
    assert sorted(path.name for path in workspace.records_folder.rglob("*.parquet")) == before
    assert (book.check(), acts(kind="erasure")) == ([], [])
    with pytest.raises(NotFound):
        by_two(book.erase, "other-feed", [key_of("CR-2024-0077")], by=CHIEF, reason=WHY)


def test_a_reader_from_before_reads_on_and_the_old_files_go_when_it_ends(
    workspace: Workspace, book: RecordBook
) -> None:
    deliver_named(book, FIRST, MENTIONS)
    with book.reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, ["incident"], ["test-source"])
        row = erase(workspace, "CR-2024-0077", wait_seconds=0.0)
        assert not row.finished
        assert cursor.execute("SELECT count(*) FROM incident").fetchall() == [(2,)]
        with book.reading() as later:
            assert known(book) == {"CR-2024-0001": "theft"}
            assert later.generation == reader.generation + 1
            assert not book.finish_erasing(wait_seconds=0.0)
        (found,) = book.check()
        assert (found.where, found.next_step) == ("erasure 1", "Run: joinedup erase --finish")
    with book.reading():  # whoever came after the erasure keeps nothing waiting
        assert book.finish_erasing(wait_seconds=0.0)
    assert found_in(workspace, GONE) == {}
    assert book.check() == []
    assert book.erasures()[0].finished


def test_without_the_key_nothing_of_the_feed_is_taken_in(workspace: Workspace, book: RecordBook) -> None:
    deliver_named(book, FIRST, MENTIONS)
    erase(workspace, "CR-2024-0077")
    key = workspace.secrets_folder / "erasure.key"
    whole = key.read_text()
    for spoil in (key.unlink, lambda: key.write_text("00" * 32), lambda: key.write_text("not a key")):
        spoil()
        with pytest.raises(Damaged, match="key that tells erased records"):
            deliver_named(book, FIRST, MENTIONS, file_sha256="b" * 64)
        with pytest.raises(Damaged, match="key that tells erased records"):
            erase(workspace, "CR-2024-0001", reason="asked for as well")
        assert "secrets/erasure.key" in [finding.where for finding in book.check()]
        deliver_named(book, FIRST, MENTIONS, feed=f"feed-{hash(spoil) % 1000}")
    key.write_text(whole)
    assert book.check() == []


def test_what_was_erased_and_is_there_all_the_same_is_found(workspace: Workspace, book: RecordBook) -> None:
    """As after an older copy of one segment was put back, with its ledger row."""
    from joinedup.records.models import Erasure, Segment, Tombstone

    deliver_named(book, FIRST, MENTIONS)
    old = Segment.objects.get(kind="pos")
    content = (workspace.records_folder / old.file).read_bytes()
    erase(workspace, "CR-2024-0077")
    (workspace.records_folder / old.file).write_bytes(content)
    Segment.objects.filter(kind="pos").update(
        file=old.file, sha256=old.sha256, rows=old.rows, bytes=old.bytes, erased=0
    )
    said = {finding.what for finding in book.check()}
    assert "1 rows of erased records are there all the same" in said
    assert "Other numbers of rows were erased than its segments lack" in said
    Tombstone.objects.all().delete()
    assert "The tombstones of its erased records are gone" in {finding.what for finding in book.check()}
    Erasure.objects.all().delete()
    assert "The ledger does not know what the log attests" in {finding.what for finding in book.check()}
