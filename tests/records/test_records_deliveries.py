"""Deliveries into the record book: what is stored, counted, and known on any date."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from tiny_feed import ANALYST, MAY, NOON, Deliver, draft, known, stage, stage_dated

from joinedup.errors import BadInput
from joinedup.records import ENVELOPE, RecordBook
from joinedup.terms import DeliveryMode, Period, RecordType
from joinedup.workspace import Workspace

MICROSECOND = dt.timedelta(microseconds=1)
JUNE = Period.parse("2024-06")


def files(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in workspace.records_folder.glob("*.parquet"))


def test_a_changed_copy_stores_only_the_changes_and_the_past_stays(
    book: RecordBook, deliver: Deliver
) -> None:
    first = deliver({"a": "x", "b": "y", "c": "z"})
    second = deliver({"a": "x", "b": "changed", "d": "new"})
    assert (first.accepted, first.unchanged, first.revised, first.withdrawn) == (3, 0, 0, 0)
    assert (second.accepted, second.unchanged, second.revised, second.withdrawn) == (1, 1, 1, 1)
    assert known(book) == {"a": "x", "b": "changed", "d": "new"}
    assert known(book, first.known_from) == {"a": "x", "b": "y", "c": "z"}
    assert known(book, first.known_from - MICROSECOND) == {}
    assert stored_rows(book) == {
        (1, "pos"): 3,
        (2, "pos"): 2,
        (2, "neg"): 2,
    }


def stored_rows(book: RecordBook) -> dict[tuple[int, str], int]:
    from joinedup.records.models import Segment

    return {(s.delivery.number, s.kind): s.rows for s in Segment.objects.select_related("delivery")}


def test_the_same_content_again_is_a_delivery_that_stores_nothing(
    workspace: Workspace, deliver: Deliver
) -> None:
    deliver({"a": "x", "b": "y"})
    before = files(workspace)
    again = deliver({"b": "y", "a": "x"})
    assert (again.accepted, again.unchanged, again.revised, again.withdrawn) == (0, 2, 0, 0)
    assert files(workspace) == before


def test_the_same_file_twice_in_a_row_is_one_delivery_and_a_b_a_is_three(
    book: RecordBook, deliver: Deliver
) -> None:
    first = deliver({"a": "x"}, file_sha256="A" * 64)
    assert book.standing("test-feed", MAY, "A" * 64) == first
    assert book.standing("test-feed", JUNE, "A" * 64) is None
    assert book.standing("other-feed", MAY, "A" * 64) is None
    deliver({"a": "y"}, file_sha256="B" * 64)
    assert book.standing("test-feed", MAY, "A" * 64) is None
    third = deliver({"a": "x"}, file_sha256="A" * 64)
    assert (third.number, third.revised) == (3, 1)
    assert known(book) == {"a": "x"}


def test_a_month_that_a_longer_snapshot_covered_since_is_not_a_repeat(
    book: RecordBook, deliver: Deliver
) -> None:
    deliver({"a": "x"}, file_sha256="A" * 64)
    deliver({"b": "y"}, file_sha256="B" * 64, period=Period.parse("2024-04..2024-06"))
    assert book.standing("test-feed", MAY, "A" * 64) is None


def test_a_snapshot_says_nothing_of_other_periods_and_feeds(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x"})
    deliver({"b": "y"}, period=JUNE)
    deliver({"c": "z"}, feed="other-feed")
    row = deliver({"d": "new"}, period=JUNE)
    assert row.withdrawn == 1
    assert known(book) == {"a": "x", "c": "z", "d": "new"}


@pytest.mark.parametrize("mode", [DeliveryMode.CHANGES, DeliveryMode.APPEND])
def test_absence_means_nothing_in_changes_and_appends(
    book: RecordBook, deliver: Deliver, mode: DeliveryMode
) -> None:
    deliver({"a": "x", "b": "y"}, mode=mode)
    row = deliver({"a": "changed", "c": "new", "b": "y"}, mode=mode, period=JUNE)
    assert (row.accepted, row.unchanged, row.revised, row.withdrawn) == (1, 1, 1, 0)
    row = deliver({"c": "changed"}, mode=mode, period=None)
    assert (row.revised, row.withdrawn) == (1, 0)
    assert known(book) == {"a": "changed", "b": "y", "c": "changed"}


def test_a_delivery_is_never_known_earlier_than_the_feeds_latest(book: RecordBook, deliver: Deliver) -> None:
    late = deliver({"a": "x"}, received_at=NOON)
    early = deliver({"a": "y"}, received_at=NOON - dt.timedelta(days=30))
    assert late.known_from == NOON
    assert early.known_from == NOON + MICROSECOND
    assert early.received_at < NOON
    other = deliver({"a": "z"}, feed="other-feed", received_at=NOON - dt.timedelta(days=30))
    assert other.known_from == NOON - dt.timedelta(days=30)
    assert early.committed_at > NOON
    assert [row.number for row in book.deliveries(as_at=NOON)] == [1, 3]
    assert [row.number for row in book.deliveries("test-feed")] == [1, 2]


def test_a_record_that_was_withdrawn_can_come_back(book: RecordBook, deliver: Deliver) -> None:
    moments = [deliver(rows).known_from for rows in ({"a": "x"}, {}, {"a": "x"}, {"a": "y"})]
    assert [known(book, moment) for moment in moments] == [{"a": "x"}, {}, {"a": "x"}, {"a": "y"}]


def test_a_key_that_occurs_twice_is_refused_naming_only_the_rows(book: RecordBook, deliver: Deliver) -> None:
    with pytest.raises(BadInput, match="rows 1 and 3") as caught:
        deliver([("secret-key", "x"), ("b", "y"), ("secret-key", "z")])
    assert "secret" not in str(caught.value)
    assert book.deliveries() == []


def test_rows_set_aside_and_quarantined_are_accounted_for(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    rows = [("a", "x"), ("b", "y")]
    with book.writing() as writer:
        refused = writer.folder / "refused.parquet"
        copy = f"COPY (SELECT 3 AS row_number, 'no month' AS reason) TO '{refused}' (FORMAT parquet)"
        writer.connection.execute(copy)
        told = draft(rows, rows_in=5, set_aside={"totals": 1, "repeated header": 1})
        row = writer.add(told, stage(writer, rows, MAY.start), refused, by=ANALYST)
    assert (row.rows_in, row.accepted, row.quarantined, dict(row.set_aside)) == (
        5,
        2,
        1,
        {"totals": 1, "repeated header": 1},
    )
    assert row.adds_up
    assert files(workspace) == ["000001-test-feed-pos.parquet", "000001-test-feed-quarantine.parquet"]
    assert book.check() == []
    assert book.deliveries() == [row]


def test_refused_rows_can_be_read_again_with_their_reasons(book: RecordBook, deliver: Deliver) -> None:
    rows = [("a", "x")]
    with book.writing() as writer:
        refused = writer.folder / "refused.parquet"
        content = "(VALUES (3, 'b,?', ['no month', 'no place']), (2, 'c,', ['no month']))"
        select = f"SELECT * FROM {content} AS refused (row_number, raw, reasons)"
        writer.connection.execute(f"COPY ({select}) TO '{refused}' (FORMAT parquet)")
        row = writer.add(draft(rows, rows_in=3), stage(writer, rows, MAY.start), refused, by=ANALYST)
    whole = deliver({"a": "x"})
    with book.reading() as reader:
        assert list(reader.quarantined(row.number)) == [
            (2, "c,", ["no month"]),
            (3, "b,?", ["no month", "no place"]),
        ]
        assert reader.reasons_for_quarantine(row.number) == {"no month": 2, "no place": 1}
        assert list(reader.quarantined(whole.number)) == []
        assert reader.reasons_for_quarantine(whole.number) == {}


def test_duckdb_writes_no_progress_bar_among_the_results(book: RecordBook) -> None:
    setting = "SELECT current_setting('enable_progress_bar')"
    with book.reading() as reader, book.writing() as writer:
        for connection in (reader.connection(), writer.connection):
            assert connection.execute(setting).fetchall() == [(False,)]


def test_a_view_has_the_envelope_then_where_it_came_from_then_the_fields(
    book: RecordBook, deliver: Deliver
) -> None:
    deliver({"a": "x"})
    with book.reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT, RecordType.OUTCOME], ["test-source"])
        shape = {name: kind for name, kind, *_ in cursor.execute("DESCRIBE incident").fetchall()}
        empty = [row[0] for row in cursor.execute("DESCRIBE outcome").fetchall()]
        assert list(shape) == [*ENVELOPE, "feed", "source", "owner", "category"]
        assert {name: shape[name] for name in ENVELOPE} == ENVELOPE
        assert empty == [*ENVELOPE, "feed", "source", "owner"]
        assert cursor.execute("SELECT count(*) FROM outcome").fetchall() == [(0,)]
        assert cursor.execute(
            "SELECT feed, source, owner, delivery, row_number FROM incident"
        ).fetchall() == [("test-feed", "test-source", "police", 1, 1)]


def test_sources_that_were_not_asked_for_are_not_in_the_view(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x"})
    deliver({"secret": "y"}, feed="closed-feed", source="closed-source")
    assert known(book) == {"a": "x"}


def test_a_feed_that_changes_its_source_still_ends_its_old_versions(
    book: RecordBook, deliver: Deliver
) -> None:
    deliver({"a": "x", "b": "y"})
    deliver({"a": "changed", "b": "y"}, source="new-source", contract_version="2")
    assert known(book) == {"b": "y"}


def test_a_new_workspace_in_the_same_place_shows_its_own_records(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    """What one process keeps in memory of the old one must not be taken for the new one."""
    deliver({"a": "x"})
    assert known(book) == {"a": "x"}
    workspace.close()
    shutil.rmtree(workspace.folder)
    anew = Workspace.create(workspace.folder, partnership="Testshire")
    deliver({"b": "y"})
    assert known(RecordBook(anew)) == {"b": "y"}
    anew.close()


def test_fields_of_two_contract_versions_are_united_by_name(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x"})
    rows = [("b", "y")]
    with book.writing() as writer:
        staged = stage(writer, rows, JUNE.start)
        wider = writer.folder / "wider.parquet"
        copy = f"COPY (SELECT *, 7 AS severity FROM '{staged}') TO '{wider}' (FORMAT parquet)"
        writer.connection.execute(copy)
        writer.add(draft(rows, period=JUNE, contract_version="2"), wider, None, by=ANALYST)
    with book.reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["test-source"])
        found = cursor.execute("SELECT ref, category, severity FROM incident ORDER BY ref").fetchall()
    assert found == [("a", "x", None), ("b", "y", 7)]


def test_a_period_keeps_other_months_segments_closed(
    workspace: Workspace, book: RecordBook, deliver: Deliver
) -> None:
    deliver({"a": "x"})
    deliver({"b": "y"}, period=JUNE)
    (workspace.records_folder / "000001-test-feed-pos.parquet").unlink()
    with book.reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["test-source"], period=JUNE)
        assert cursor.execute("SELECT ref FROM incident").fetchall() == [("b",)]


def test_coverage_is_as_known_on_the_date_asked_for(book: RecordBook, deliver: Deliver) -> None:
    may = deliver({"a": "x"})
    deliver({}, period=JUNE)  # a file without rows is still a month in which nothing happened
    with book.reading() as now, book.reading(may.known_from) as then:
        assert [(c.feed, c.period, c.delivery) for c in now.coverage(["test-source"])] == [
            ("test-feed", MAY, 1),
            ("test-feed", JUNE, 2),
        ]
        assert [c.period for c in then.coverage(["test-source"])] == [MAY]
        assert now.coverage(["other"]) == []


def test_field_states_are_kept_for_each_delivery(book: RecordBook, deliver: Deliver) -> None:
    deliver({"a": "x"})
    deliver({"a": "x", "b": "y"})
    with book.reading() as reader:
        states = reader.field_states(["test-feed"])
    assert [(s.delivery, s.field, s.given, s.missing, s.unknown) for s in states] == [
        (1, "category", 1, 0, 0),
        (2, "category", 2, 0, 0),
    ]


def test_the_act_of_collection_is_in_the_log(deliver: Deliver) -> None:
    from joinedup.log.models import Act

    deliver({"a": "x"})
    (act,) = Act.objects.all()
    assert (act.kind, act.username, act.what) == ("collection", "ada", "delivery 1 of test-feed")
    assert act.detail["accepted"] == 1


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ("* EXCLUDE (point)", "column point"),
        ("* REPLACE (CAST(point AS DOUBLE) AS point)", "column point of type BIGINT"),
        ("*, 1 AS superseded_at", "superseded_at is reserved"),
        ("*, 1 AS Owner", "Owner is reserved"),
    ],
)
def test_a_staged_file_of_another_shape_is_refused(book: RecordBook, select: str, message: str) -> None:
    rows = [("a", "x")]
    with pytest.raises(BadInput, match=message), book.writing() as writer:
        staged, odd = stage(writer, rows, MAY.start), writer.folder / "odd.parquet"
        writer.connection.execute(f"COPY (SELECT {select} FROM '{staged}') TO '{odd}' (FORMAT parquet)")
        writer.add(draft(rows), odd, None, by=ANALYST)


@pytest.mark.parametrize(
    "wrong",
    [
        {"period": None},
        {"feed": "../escape"},
        {"feed": "Feed'; --"},
        {"received_at": dt.datetime(2024, 6, 1)},  # noqa: DTZ001 - that is what is wrong with it
        {"rows_in": -1},
    ],
)
def test_a_draft_that_cannot_be_right_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        draft([("a", "x")], **wrong)


def test_records_without_a_month_are_kept(book: RecordBook) -> None:
    rows = [("dated", "x", MAY.start), ("undated", "y", None)]
    for expected in ((2, 0), (0, 2)):
        with book.writing() as writer:
            row = writer.add(draft(rows), stage_dated(writer, rows), None, by=ANALYST)
        assert (row.accepted, row.unchanged) == expected
    assert known(book) == {"dated": "x", "undated": "y"}


def test_a_workspace_whose_path_has_a_quote_works(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "Mayor's office", partnership="Testshire")
    book, rows = RecordBook(workspace), [("a", "x")]
    with book.writing() as writer:
        quoted = stage(writer, rows, MAY.start)
        writer.add(draft(rows), quoted, None, by=ANALYST)
    assert known(book) == {"a": "x"}
    workspace.close()
