"""A person is erased by identifier, by one of several records of a reference, or as a refused row only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from searching import found_in
from tiny_feed import ANALYST, MAY, draft, key_of, stage

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import acts
from joinedup.records import DeliveryRow, RecordBook
from joinedup.records.segments import text
from joinedup.terms import DeliveryMode, Role, Viewer
from joinedup.workspace import Workspace
from seconding import by_two

CHIEF = Viewer("cass", "Cass Chief", Role.ADMINISTRATOR, "council")
ASKED = {"by": CHIEF, "reason": "request 12"}
Row = tuple[str, str, str, str, str]  # key, reference, role, full name, crn


def deliver(
    book: RecordBook, rows: Sequence[Row], refused: Sequence[str] = (), **changes: object
) -> DeliveryRow:
    """A changes file: rows of records that name people (several of one key: one record), and refused rows."""
    keys = list(dict.fromkeys(row[0] for row in rows))
    with book.writing() as writer:
        staged = _with_references(writer, stage(writer, [(key, "x") for key in keys], MAY.start), rows)
        told = draft([*keys, *refused], mode=DeliveryMode.CHANGES, **changes)
        quarantined = _keyless(writer, refused) if refused else None
        return writer.add(told, staged, quarantined, by=ANALYST, named=_named(writer, rows, keys))


def _with_references(writer, staged: Path, rows: Sequence[Row]) -> Path:
    path = writer.folder / "referenced.parquet"
    cases = " ".join(f"WHEN {text(row[0])} THEN {text(row[1])}" for row in rows) or "WHEN '' THEN ''"
    query = f"SELECT * REPLACE (CASE ref {cases} END AS ref) FROM read_parquet({text(staged)})"
    writer.connection.execute(f"COPY ({query}) TO {text(path)} (FORMAT parquet)")
    return path


def _named(writer, rows: Sequence[Row], keys: Sequence[str]) -> Path | None:
    if not rows:
        return None
    path = writer.folder / "named.parquet"
    values = [(key, keys.index(key) + 1, role, name, crn) for key, _, role, name, crn in rows]
    marks = ", ".join(["(?, ?, ?, ?, ?)"] * len(values))
    query = f"""SELECT md5(key)::UUID AS record_key, number::BIGINT AS row_number, role::VARCHAR AS role,
                       1::INTEGER AS ordinal, full_name::VARCHAR AS full_name,
                       CASE WHEN crn <> '' THEN MAP {{'crn': crn}} END AS identifiers
                FROM (VALUES {marks}) AS given (key, number, role, full_name, crn)"""
    writer.connection.execute(
        f"COPY ({query}) TO {text(path)} (FORMAT parquet)", [one for value in values for one in value]
    )
    return path


def _keyless(writer, raws: Sequence[str]) -> Path:
    path = writer.folder / "quarantined.parquet"
    marks = ", ".join(["(?, ?)"] * len(raws))
    query = f"""SELECT number::BIGINT AS row_number, raw::VARCHAR AS raw, ['no day'] AS reasons,
                       NULL::UUID AS record_key FROM (VALUES {marks}) AS given (number, raw)"""
    values = [one for pair in enumerate(raws, 1001) for one in pair]
    writer.connection.execute(f"COPY ({query}) TO {text(path)} (FORMAT parquet)", values)
    return path


def erase(book: RecordBook, **named: object):
    return by_two(book.erase, "test-feed", **(ASKED | named))  # type: ignore[arg-type]


APRIL = ("april/X1", "case 000001", "client", "Jemima Quill", "X123456")
MAY_ROW = ("may/X1", "case 000002", "client", "Jemima Quill", "x 123456")
HIS = ("may/X2", "case 000003", "client", "Bob Baker", "X654321")
JUNE = ("june/X1", "case 000004", "client", "Mima Quill-Vane", "X123456")


def test_an_identifier_erases_every_record_of_its_bearer_and_keeps_later_ones_out(
    workspace: Workspace, book: RecordBook
) -> None:
    deliver(book, [APRIL])
    deliver(book, [MAY_ROW, HIS], refused=["X123456,no day,Jemima", "X654321,no day,Bob"])
    row = erase(book, identifiers=[("CRN", "x123456")])
    assert (row.records, row.rows, row.left) == (2, 2 + 2 + 1, 0)
    assert found_in(workspace, ["Quill", "Jemima", "123456"]) == {}
    assert "Bob" in str(found_in(workspace, ["Bob"]))
    later = deliver(book, [JUNE], refused=["X123456,no day,Mima", "X777777,no day,Ann"])
    assert (later.accepted, later.quarantined, later.set_aside) == (0, 1, {"erased": 2})
    assert found_in(workspace, ["Quill", "Mima"]) == {}
    assert book.check() == []


def test_the_reason_must_not_have_what_was_named(book: RecordBook) -> None:
    deliver(book, [APRIL])
    for named in ({"identifiers": [("crn", "X123456")]}, {"references": ["case 000001"]}):
        with pytest.raises(BadInput, match="says who the records are about"):
            erase(book, **named, reason="asked by x123456 about case 000001")
    assert acts(kind="erasure") == []


def test_a_reason_that_only_holds_the_same_letters_or_digits_is_none_that_names(book: RecordBook) -> None:
    """The number of the request begins with the reference, and "planning" with the name."""
    deliver(book, [APRIL])
    asked = {"by": CHIEF, "reason": "request 12345 about the planning of moves"}
    assert book.look_to_erase("test-feed", references=["123"], name="Ann", **asked) == []
    with pytest.raises(BadInput, match="says who the records are about"):
        book.look_to_erase("test-feed", references=["123"], by=CHIEF, reason="request about 123")


def test_one_record_of_several_is_erased_alone_and_it_is_said_that_others_stay(
    workspace: Workspace, book: RecordBook
) -> None:
    deliver(book, [APRIL, MAY_ROW, HIS])
    assert by_two(book.erase, "test-feed", [key_of("april/X1")], **ASKED).left == 1
    assert deliver(book, [JUNE]).accepted == 1  # she has records, so she is not kept out
    assert by_two(book.erase, "test-feed", [key_of("may/X1"), key_of("june/X1")], **ASKED).left == 0
    assert deliver(book, [("july/X1", "case 000005", "client", "J Quill", "X123456")]).accepted == 0
    assert book.check() == []


def test_retention_keeps_nobody_out(book: RecordBook) -> None:
    deliver(book, [APRIL])
    by_two(book.erase_before, "test-feed", MAY.end, by=CHIEF, reason="over")
    assert deliver(book, [JUNE]).accepted == 1


def test_a_record_that_names_somebody_else_too_goes_only_where_that_is_said(book: RecordBook) -> None:
    referral = [
        ("M1", "MARAC-1", "victim", "Ann Abel", ""),
        ("M1", "MARAC-1", "perpetrator", "Cy Cook", "X123456"),
        ("M2", "MARAC-2", "perpetrator", "Cy Cook", "X123456"),
    ]
    deliver(book, referral)
    with pytest.raises(BadInput, match="Of the 2 records with that identifier 1 name somebody else"):
        erase(book, identifiers=[("crn", "X123456")])
    assert erase(book, identifiers=[("crn", "X123456")], everyone=True).records == 2


VICTIMS = [
    ("M/24/1#1", "M/24/1-crime", "victim", "Ann Abel", ""),
    ("M/24/1#2", "M/24/1-crime", "victim", "Bob Baker", ""),
    ("M/24/1#3", "M/24/1-crime", "victim", "Cy Cook", ""),
]


def test_a_reference_of_several_people_is_refused_until_all_are_meant(
    workspace: Workspace, book: RecordBook
) -> None:
    deliver(book, VICTIMS)
    with pytest.raises(BadInput, match="of 3 records, which name 3 different people") as told:
        erase(book, references=["M/24/1-crime"])
    assert "--look" in told.value.next_step and "M/24" not in told.value.sentence()
    assert acts(kind="erasure") == []
    [found] = book.look_to_erase("test-feed", references=["M/24/1-crime"], name="abel ann", **ASKED)
    assert (str(found.record_key), found.roles, found.people) == (key_of("M/24/1#1"), ("victim",), 1)
    by_two(book.erase, "test-feed", [found.record_key], **ASKED)
    assert list(found_in(workspace, ["Ann Abel"])) == []
    assert "Bob Baker" in str(found_in(workspace, ["Bob Baker"]))
    again = deliver(book, [("M/24/1#9", *VICTIMS[0][1:]), *VICTIMS[1:]])  # her number at the crime changed
    assert (again.unchanged, again.set_aside) == (2, {"erased": 1})
    assert erase(book, references=["M/24/1-crime"], everyone=True).records == 2


def test_months_of_the_same_person_under_one_reference_are_one_person(book: RecordBook) -> None:
    deliver(book, [(f"{month}/C1", "case 000001", "victim", "Ann Abel", "") for month in ("4", "5", "6")])
    assert erase(book, references=["case 000001"]).records == 3


def test_rows_that_are_only_in_quarantine_are_found_and_erased(
    workspace: Workspace, book: RecordBook
) -> None:
    raws = ["WR-2024-0050,no day,Zebedee Gone", ",no day,Xavier Gone", ",no day,Yolanda Stays"]
    number = deliver(book, [HIS], refused=raws).number
    found = book.look_to_erase("test-feed", references=["WR-2024-0050"], **ASKED)
    found += book.look_to_erase(None, name="Xavier Gone", **ASKED)
    assert [one.refused for one in found] == [(number, 1001), (number, 1002)]
    book.withdraw(number, by=ANALYST, reason="all of it")  # what it refused is listed no more, but is there
    assert erase(book, references=["WR-2024-0050"]).rows == 1
    assert erase(book, refused=[(number, 1002)]).rows == 1
    assert found_in(workspace, ["Zebedee", "Xavier"]) == {}
    assert "Yolanda" in str(found_in(workspace, ["Yolanda"]))
    back = deliver(book, [HIS], refused=raws)
    assert (back.quarantined, back.set_aside) == (1, {"erased": 2})
    assert book.check() == []
    for refused in ([(number, 1002)], [(number + 9, 1)]):
        with pytest.raises(NotFound, match="1 of the 1 refused rows"):
            erase(book, refused=refused)


def test_a_refused_row_of_an_erased_record_stays_out_under_another_key(
    workspace: Workspace, book: RecordBook
) -> None:
    deliver(book, [("WR-2024-0042", "WR-2024-0042", "caller", "Quintessa Marrow", "")])
    erase(book, references=["WR-2024-0042"])
    with book.writing() as writer:
        path = _keyless(writer, ["WR-2024-0042,no day,Quintessa Marrow"])
        keyed = writer.folder / "keyed.parquet"
        query = f"SELECT * REPLACE (md5('another')::UUID AS record_key) FROM read_parquet({text(path)})"
        writer.connection.execute(f"COPY ({query}) TO {text(keyed)} (FORMAT parquet)")
        told = draft(["a"], mode=DeliveryMode.CHANGES)
        row = writer.add(told, stage(writer, [], MAY.start), keyed, by=ANALYST)
    assert (row.quarantined, row.set_aside) == (0, {"erased": 1})
    assert found_in(workspace, ["Quintessa"]) == {}


def test_a_look_is_logged_without_a_value_and_shows_none(book: RecordBook) -> None:
    deliver(book, [APRIL, MAY_ROW, HIS])
    found = book.look_to_erase("test-feed", identifiers=[("crn", "X123456")], **ASKED)
    assert [(one.rows, one.people, one.months) for one in found] == [(1, 1, (MAY.start,))] * 2
    (act,) = acts(kind="consultation")
    assert (act.username, act.reason, act.subjects) == ("cass", "request 12", [])
    assert act.detail == {"by": ["identifier crn"], "records": 2, "refused_rows": 0}
    assert "X123456" not in act.what and "Quill" not in str(found)
    for changes, error, says in (
        ({"by": ANALYST}, NotPermitted, "administrator only"),
        ({"reason": ""}, BadInput, "needs its reason"),
        ({"reason": "asked by x123456"}, BadInput, "says who the records are about"),
        ({"reason": "asked by Ms Quill", "name": "Mima Quill"}, BadInput, "says who the records are about"),
        ({"identifiers": [], "name": " "}, BadInput, "not said what to look for"),
    ):
        with pytest.raises(error, match=says):
            book.look_to_erase("test-feed", **({"identifiers": [("crn", "X123456")]} | ASKED | changes))
    assert len(acts(kind="consultation")) == 1


def test_the_role_is_looked_at_before_anything_else(workspace: Workspace, book: RecordBook) -> None:
    deliver(book, [APRIL])
    with book.writing():  # somebody else writes: a question that is refused anyway does not wait for that
        for reference in ("case 000001", "NOPE"):
            with pytest.raises(NotPermitted, match="administrator only"):
                by_two(
                    book.erase, "test-feed", references=[reference], by=ANALYST, reason="x", wait_seconds=0
                )


@pytest.mark.parametrize(
    ("named", "row"),
    [
        ({"identifiers": [("crn", "X123456")]}, JUNE),
        ({"record_keys": [key_of("M/24/1#1")]}, ("M/24/1#9", *VICTIMS[0][1:])),
    ],
)
def test_check_finds_a_person_who_came_back_past_the_door(
    book: RecordBook, monkeypatch: pytest.MonkeyPatch, named: dict[str, object], row: Row
) -> None:
    deliver(book, [APRIL, HIS, *VICTIMS])
    erase(book, **named)
    assert book.check() == []
    with monkeypatch.context() as patched:
        patched.setattr(
            "joinedup.records.tombstones.sift", lambda _connection, _known, arrived, _folder: arrived
        )
        deliver(book, [row])
    assert [one.what for one in book.check()] == ["1 rows of erased records are there all the same"]
