"""Quarantine is a desk: rows go out to be mended, come back, or are let in by a person."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from staging_by_hand import small_contract

from joinedup.errors import BadInput, NotPermitted
from joinedup.feeds import deliver, mend, of_delivery, release, returning, waiting, withdraw, workbook
from joinedup.feeds.library import OWN, contracts
from joinedup.feeds.quarantine import write_refused_rows
from joinedup.feeds.reading import plain
from joinedup.feeds.reading_contracts import read_contract
from joinedup.feeds.returning import Sent
from joinedup.feeds.rule_words import taken
from joinedup.records import RecordBook
from joinedup.terms import Period, RecordType, Role, Viewer

EXTRA = '\n[[column]]\nname = "size"\nfield = "size"\nkind = "integer"\n'
HEADER = "id,month,note,size\n"


@pytest.fixture
def small(workspace):
    path = small_contract(workspace.contracts_folder)
    path.write_text(path.read_text() + EXTRA)
    return workspace


def a_file(folder, *rows, name="may.csv"):
    path = folder / name
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return path


def known(workspace):
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["small-source"])
        return sorted(cursor.execute("SELECT note, size FROM incident").fetchall(), key=str)


@pytest.fixture
def refused(small, analyst, tmp_path):
    """Rows 2 to 5 are refused: a bad month, and bad sizes, one of them of a row without a key."""
    rows = ["a,2024-05,one,1", "b,2024-05,two,many", "c,2024-13,three,3", "d,2024-05,=four,few"]
    receipt = deliver(
        small, "small-feed", a_file(tmp_path, *rows, ",2024-05,same,x", ",2024-05,same,5"), by=analyst
    )
    assert receipt.quarantined == 4
    return receipt.delivery


def exported(workspace, delivery, target):
    """The spreadsheet, read by the product's own reader where it is a workbook."""
    write_refused_rows(workspace, delivery, target)
    with target.open(newline="", encoding="utf-8") as content:
        return list(csv.reader(content))


def put(target, rows):
    with target.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    return target


def mended(rows, changes):
    for row in rows[1:]:
        for column, value in changes.get(int(row[1]), {}).items():
            row[rows[0].index(column)] = value
    return rows


def test_mended_rows_become_records_and_bad_ones_wait_on_with_new_reasons(small, analyst, refused, tmp_path):
    rows = exported(small, refused, tmp_path / "out.csv")
    assert [row[:2] for row in rows[1:]] == [["1", "2"], ["1", "3"], ["1", "4"], ["1", "5"]]
    assert rows[3][-2] == "'=four"
    changes = {2: {"size": "2"}, 3: {"month": "2024-05", "size": "three"}, 5: {"size": "5"}}
    settled = mend(small, refused, put(tmp_path / "back.csv", mended(rows, changes)), by=analyst)
    assert (settled.settled, settled.refused, settled.untouched) == (2, 1, 1)
    # The row without a key is one more than its equal that stands.
    assert known(small) == [("one", 1), ("same", 5), ("same", 5), ("two", 2)]
    home = of_delivery(small, refused)
    assert [(row.row, row.reasons) for row in home.waiting] == [
        (3, ("not-a-whole-number: size",)),
        (4, ("not-a-whole-number: size",)),
    ]
    assert {row.row: row.delivery for row in home.rows if row.delivery} == {2: 2, 5: 2}
    assert [one.delivery for one in waiting(small)] == [refused]
    assert RecordBook(small).check() == []

    again = mend(small, refused, tmp_path / "back.csv", by=analyst)
    assert (again.delivery, again.before, again.untouched) == (None, 2, 2)
    assert len(RecordBook(small).deliveries()) == 2


@pytest.mark.parametrize("formats", ['[file]\n  formats = ["xlsx"]', 'file = {formats = ["xlsx"]}'])
def test_rows_of_a_feed_that_sends_no_csv_are_mended_all_the_same(small, analyst, refused, tmp_path, formats):
    contract = small.contracts_folder / "small-feed.toml"
    head, owner = contract.read_text().split("[owner]", 1)
    contract.write_text(f"{head}{formats}\n[owner]{owner}")
    rows = mended(exported(small, refused, tmp_path / "out.csv"), {2: {"size": "2"}})
    settled = mend(small, refused, put(tmp_path / "back.csv", rows), by=analyst)
    assert (settled.settled, settled.refused) == (1, 0)
    with pytest.raises(BadInput):
        deliver(small, "small-feed", a_file(tmp_path, "z,2024-06,z,1", name="june.csv"), by=analyst)


def test_a_mended_row_in_the_next_snapshot_is_the_same_record(small, analyst, refused, tmp_path):
    rows = mended(exported(small, refused, tmp_path / "out.csv"), {2: {"size": "2"}, 5: {"size": "5"}})
    mend(small, refused, put(tmp_path / "back.csv", rows), by=analyst)
    whole = ["a,2024-05,one,1", "b,2024-05,two,2", ",2024-05,same,5", ",2024-05,same,5"]
    receipt = deliver(small, "small-feed", a_file(tmp_path, *whole, name="again.csv"), by=analyst)
    assert (receipt.accepted, receipt.unchanged, receipt.revised, receipt.withdrawn) == (0, 4, 0, 0)
    assert waiting(small) == []
    assert {row.state for row in of_delivery(small, refused).rows} == {"mended", "sent-again"}


def test_a_mended_row_that_a_rule_leaves_out_is_not_said_to_be_a_record(small, analyst, refused, tmp_path):
    contract = small.contracts_folder / "small-feed.toml"
    contract.write_text(
        contract.read_text().replace("[set_aside]", '[set_aside]\ntotals = { note = ["Total"] }')
    )
    rows = mended(exported(small, refused, tmp_path / "out.csv"), {2: {"size": "2", "note": "Total"}})
    settled = mend(small, refused, put(tmp_path / "back.csv", rows), by=analyst)
    assert (settled.settled, settled.set_aside) == (0, {"totals": 1})
    assert "1 set aside (totals)" in settled.summary()


def test_withdrawing_what_was_mended_lets_the_rows_wait_again(small, analyst, refused, tmp_path):
    rows = mended(exported(small, refused, tmp_path / "out.csv"), {2: {"size": "2"}})
    settled = mend(small, refused, put(tmp_path / "back.csv", rows), by=analyst)
    withdraw(small, settled.delivery, by=analyst, reason="wrong file")
    assert len(of_delivery(small, refused).waiting) == 4


def test_a_person_lets_a_row_in_without_the_value_that_is_wrong(small, analyst, refused):
    settled = release(small, refused, [2, 4], by=analyst, why="The size is not needed")
    assert (settled.settled, settled.refused) == (2, 0)
    assert known(small) == [("=four", None), ("one", 1), ("same", 5), ("two", None)]
    with RecordBook(small).reading() as reader:
        states = {one.field: one for one in reader.field_states(["small-feed"]) if one.delivery == 2}
    assert (states["size"].invalid, states["size"].missing) == (2, 0)
    story = of_delivery(small, refused).rows[0]
    assert (story.state, story.by, story.why) == ("released", "ann", "The size is not needed")
    assert release(small, refused, [2], by=analyst, why="again").delivery is None


def test_what_is_essential_must_be_mended(small, analyst, refused):
    with pytest.raises(BadInput, match=r"month: It cannot be read as the agreed date or time\."):
        release(small, refused, [2, 3], by=analyst, why="x")
    with pytest.raises(BadInput, match="reason"):
        release(small, refused, [2], by=analyst, why=" ")
    with pytest.raises(NotPermitted):
        release(small, refused, [2], by=Viewer("c", "Cllr", Role.COUNCILLOR, "council"), why="x")
    assert len(RecordBook(small).deliveries()) == 1


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [(0, "7", "not a row of delivery"), (1, "99", "no refused row"), (1, "3", "twice")],
)
def test_another_spreadsheet_is_refused(small, analyst, refused, tmp_path, column, value, why):
    rows = exported(small, refused, tmp_path / "out.csv")
    rows[1][column] = value
    with pytest.raises(BadInput, match=why):
        mend(small, refused, put(tmp_path / "back.csv", rows), by=analyst)
    with pytest.raises(BadInput):
        mend(small, refused, a_file(tmp_path, "a,2024-05,x,1", name="other.csv"), by=analyst)


def test_a_workbook_goes_out_and_comes_back(small, analyst, refused, tmp_path):
    target = tmp_path / "out.xlsx"
    assert write_refused_rows(small, refused, target) == 4
    with zipfile.ZipFile(target) as package:
        first = package.read("xl/worksheets/sheet1.xml").decode()
        assert "&#x27;=four" in first or "'=four" in first
        assert "<f>" not in first
        second = package.read("xl/worksheets/sheet2.xml").decode()
    assert "What can stand there" in second and "written like 2024-12" in second
    settled = mend(small, refused, target, by=analyst)
    assert (settled.delivery, settled.untouched) == (None, 4)


def test_whoever_mends_is_told_what_can_stand_in_the_cell(workspace):
    wardens = contracts(workspace)["warden-patrols"]
    words = taken(wardens, "not-in-code-list: Category")
    assert words.split("; ") == [one.label for one in _codes(wardens, "Category")]
    assert taken(wardens, f"unreadable-time: {wardens.time.column}") == "written like 31/12/2024"
    assert taken(wardens, "missing: Category") == taken(wardens, "too-few-cells") == ""


def _codes(contract, name):
    return next(one for one in contract.columns if one.name == name).codes.codes


def test_a_mended_row_that_cannot_be_read_is_told_and_nothing_is_stored(small, analyst, refused, tmp_path):
    out = tmp_path / "out.csv"
    text = "\n".join(";".join(row) for row in mended(exported(small, refused, out), {2: {"size": "2"}}))
    torn = tmp_path / "torn.csv"
    torn.write_text(text.replace("three;3", "three; more;3"))
    with pytest.raises(BadInput, match=r"row 3: The row has more cells.*leave them out"):
        mend(small, refused, torn, by=analyst)
    out.write_text(out.read_text().replace("three,3", "three, more,3"))
    with pytest.raises(BadInput, match=r"row 3: The row has more cells"):
        mend(small, refused, out, by=analyst)
    assert len(RecordBook(small).deliveries()) == 1 and len(of_delivery(small, refused).waiting) == 4


def private_of_shipped():
    """Every column of a shipped contract that is kept apart, with its contract's file."""
    for file in sorted(OWN.glob("*.toml")):
        contract = read_contract(file, (OWN / "codelists",))
        if any(column.private for column in contract.columns):
            yield pytest.param(contract, file, id=file.stem)


@pytest.mark.parametrize(("contract", "file"), private_of_shipped())
def test_what_is_left_out_is_counted_under_the_name_by_which_the_book_counts(workspace, contract, file):
    from joinedup.feeds.mending import state_of
    from joinedup.feeds.scratch import scratch
    from joinedup.feeds.versions import Version
    from joinedup.feeds.written_rows import Written, stage_written

    written = Written("empty.csv", "empty.csv", [], Period.parse("2024-05"))
    with scratch(workspace) as folder:
        _, staged = stage_written(workspace, folder, Version(file, contract), written)
    kept = [column for column in contract.columns if column.field]
    assert {state_of(column) for column in kept} <= set(staged.field_states)


def test_a_private_value_that_is_wrong_is_left_out(workspace, analyst, tmp_path):
    names = (
        "Ref,Reported on,Reported by,Reporter,Phone,Email,Ward,Place,Map ref,Topic,What was said,Anti-social"
    )
    good, bad = (
        f"{ref},01/05/2024,Resident,Pat,,,,High St,,Noise,{said},Y"
        for ref, said in [("A1", "loud"), ("A2", "#N/A")]
    )
    path = tmp_path / "may.csv"
    path.write_text("\n".join([names, good, bad, ""]))
    delivery = deliver(workspace, "councillor-reports", path, by=analyst).delivery
    assert release(workspace, delivery, [2], by=analyst, why="It is known what was meant").settled == 1
    with RecordBook(workspace).reading() as reader:
        states = {
            one.field: one for one in reader.field_states(["councillor-reports"]) if one.delivery != delivery
        }
    one = states["record.narrative"]
    assert (one.given, one.missing, one.invalid) == (0, 0, 1)


def test_rows_that_are_refused_again_do_not_count_as_left_out(small, analyst, tmp_path):
    rows = ["a,2024-05,one,1", "b,2024-05,two,many", "c,2024-05,three,few"]
    delivery = deliver(small, "small-feed", a_file(tmp_path, *rows), by=analyst).delivery
    home = of_delivery(small, delivery)
    # What the contract asks for changes between the decision and the delivery.
    contract = small.contracts_folder / "small-feed.toml"
    contract.write_text(contract.read_text().replace('field = "note"', 'field = "note"\ncodes = "notes"'))
    (small.contracts_folder / "codelists").mkdir(exist_ok=True)
    (small.contracts_folder / "codelists" / "notes.csv").write_text(
        "code,label,valid_from,valid_to\n1,one,,\n2,two,,\n"
    )
    sent = Sent("released", {2: ("b", "2024-05", "two", ""), 3: ("c", "2024-05", "three", "")}, "x",
                dropped={2: ["size"], 3: ["size"]})  # fmt: skip
    row = returning.send(small, home, sent, analyst)
    assert (row.accepted, row.quarantined) == (1, 1)
    with RecordBook(small).reading() as reader:
        states = {one.field: one for one in reader.field_states(["small-feed"]) if one.delivery == row.number}
    assert (states["size"].invalid, states["size"].missing, states["size"].given) == (1, 0, 0)


def test_a_workbook_keeps_every_text(tmp_path):
    from joinedup.feeds.reading.expected import Expectation, Expected, Holds

    texts = ["007", "1/2", " a ", "_x0041_", "a\nb", "<&>", "2024-05-01", "é\U0001f600"]
    out = io.BytesIO()
    workbook.write(out, [("One", [["a"], *[[text] for text in texts]])])
    (tmp_path / "book.xlsx").write_bytes(out.getvalue())
    column = Expectation("a", ("a",), needed=True, holds=Holds.TEXT)
    (tmp_path / "read").mkdir()
    read = plain(tmp_path / "book.xlsx", tmp_path / "read", Expected("f", (column,), frozenset({"xlsx"})))
    import pyarrow.parquet as pq

    found = pq.read_table(read.path)["c0"].to_pylist()
    assert [text.strip() for text in found] == [text.strip() for text in texts]


def test_what_the_desk_sent_in_is_no_measure_of_the_next_file(small, analyst, refused, tmp_path):
    rows = mended(exported(small, refused, tmp_path / "out.csv"), {2: {"size": "2"}})
    mend(small, refused, put(tmp_path / "back.csv", rows), by=analyst)
    many = [f"n{number},2024-05,x,1" for number in range(24)]
    (one,) = [row for row in RecordBook(small).deliveries() if row.number == refused]
    receipt = deliver(small, "small-feed", a_file(tmp_path, *many, name="many.csv"), by=analyst)
    assert f"where {one.accepted} stand" in " ".join(receipt.held_because)
