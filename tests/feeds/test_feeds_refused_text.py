"""What a refused row says is neither cut short nor moved, whatever characters are in it."""

from __future__ import annotations

import csv

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from staging_by_hand import small_contract

from joinedup.errors import BadInput
from joinedup.feeds import deliver, mend, of_delivery, release
from joinedup.feeds.intake.typing_sql import csv_text
from joinedup.feeds.quarantine import write_refused_rows
from joinedup.feeds.refused_text import cells
from joinedup.records import RecordBook
from joinedup.terms import RecordType
from sampling import examples

ENDS_LINES = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # for Python's splitlines, and for no CSV
EXTRA = '\n[[column]]\nname = "size"\nfield = "size"\nkind = "integer"\n'
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(ENDS_LINES + ',;\t"\r\n\0 '))


@settings(max_examples=examples(400, 3))
@given(row=st.lists(st.none() | ANY_TEXT, min_size=1, max_size=4), delimiter=st.sampled_from(",;\t|"))
def test_what_intake_writes_as_a_line_is_cut_into_the_same_cells(row, delimiter):
    columns = [f"c{number}" for number in range(len(row))]
    with duckdb.connect() as connection:
        values = ", ".join(f"?::VARCHAR AS {name}" for name in columns)
        query = f"SELECT {csv_text(columns, delimiter)} FROM (SELECT {values})"
        [(raw,)] = connection.execute(query, row).fetchall()
    assert cells(raw, delimiter) == [cell or "" for cell in row]


@pytest.fixture
def small(workspace):
    """The note stands in the middle, the number that is wrong after it."""
    path = small_contract(workspace.contracts_folder, top='ref = "id"')
    path.write_text(path.read_text() + EXTRA)
    return workspace


def put(path, rows):
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["id", "month", "note", "size"], *rows])
    return path


def notes(workspace):
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["small-source"])
        return dict(cursor.execute("SELECT ref, note FROM incident").fetchall())


EVERY_NOTE = [
    *(f"seen{one}with a knife" for one in ENDS_LINES),
    '"',
    'a"b, c',
    "=1",
    "'=1",
    "a  b",
    "x\r\ny",
    "é",
]


@pytest.mark.parametrize("last", ["note", "size"])
def test_a_released_note_is_what_an_accepted_one_is(small, analyst, tmp_path, last):
    contract = small.contracts_folder / "small-feed.toml"
    text = contract.read_text()
    if last == "note":
        note = '[[column]]\nname = "note"\nfield = "note"\n'
        text = text.replace(note, "") + note
    contract.write_text(text)
    good = [(f"g{at}", "2024-05", note, "1") for at, note in enumerate(EVERY_NOTE)]
    bad = [(f"b{at}", "2024-05", note, "many") for at, note in enumerate(EVERY_NOTE)]
    path = put(tmp_path / "may.csv", [*good, *bad])
    if last == "note":
        with path.open(newline="", encoding="utf-8") as source:
            rows = [(row[0], row[1], row[3], row[2]) for row in csv.reader(source)]
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(rows)
    receipt = deliver(small, "small-feed", path, by=analyst)
    assert receipt.quarantined == len(EVERY_NOTE)
    refused = [row.row for row in of_delivery(small, receipt.delivery).rows]
    assert release(small, receipt.delivery, refused, by=analyst, why="x").settled == len(EVERY_NOTE)
    found = notes(small)
    assert [found[f"b{at}"] for at in range(len(EVERY_NOTE))] == EVERY_NOTE
    assert [found[f"g{at}"] for at in range(len(EVERY_NOTE))] == EVERY_NOTE


def test_what_goes_out_to_be_mended_comes_back_as_it_was(small, analyst, tmp_path):
    rows = [(f"b{at}", "2024-05", note, "many") for at, note in enumerate(EVERY_NOTE)]
    path = put(tmp_path / "may.csv", [("g", "2024-05", "x", "1"), *rows])
    delivery = deliver(small, "small-feed", path, by=analyst).delivery
    out = tmp_path / "out.csv"
    assert write_refused_rows(small, delivery, out) == len(EVERY_NOTE)
    told = mend(small, delivery, out, by=analyst)
    assert (told.delivery, told.untouched) == (None, len(EVERY_NOTE))
    out.write_bytes(out.read_bytes().replace(b",many", b",7"))
    assert mend(small, delivery, out, by=analyst).settled == len(EVERY_NOTE)
    with RecordBook(small).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["small-source"])
        found = cursor.execute("SELECT note FROM incident WHERE size = 7 ORDER BY row_number").fetchall()
    assert [note for (note,) in found] == EVERY_NOTE


@settings(max_examples=examples(12, 4), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(texts=st.lists(ANY_TEXT.filter(lambda text: "\0" not in text), min_size=5, max_size=25))
def test_through_the_door_a_released_text_is_what_an_accepted_one_is(small, analyst, tmp_path, texts):
    good = [(f"g{at}", "2024-05", text, "1") for at, text in enumerate(texts)]
    bad = [(f"b{at}", "2024-05", text, "many") for at, text in enumerate(texts)]
    path = put(tmp_path / "may.csv", [*good, *bad])
    receipt = deliver(small, "small-feed", path, by=analyst, accept_unusual=True)
    wrong = {row.row for row in of_delivery(small, receipt.delivery).waiting if len(row.reasons) == 1}
    assert len(wrong) == receipt.quarantined == len(texts)
    release(small, receipt.delivery, sorted(wrong), by=analyst, why="x")
    found = notes(small)
    for at in range(len(texts)):
        assert found[f"b{at}"] == found[f"g{at}"]


def test_a_row_that_cannot_be_cut_is_shown_and_never_let_in(small, analyst, tmp_path):
    path = tmp_path / "may.csv"
    path.write_text("id,month,note,size\na,2024-05,x,1\nb,2024-05,y, z,2\nc,2024-05\n")
    delivery = deliver(small, "small-feed", path, by=analyst).delivery
    out = tmp_path / "out.csv"
    write_refused_rows(small, delivery, out)
    with out.open(newline="", encoding="utf-8") as content:
        _, wide, short = list(csv.reader(content))
    assert wide[2:] == ["too-many-cells", "b,2024-05,y, z,2", "", "", ""]
    assert short[2:] == ["too-few-cells", "c", "2024-05", "", ""]
    assert mend(small, delivery, out, by=analyst).untouched == 2
    for row in (2, 3):
        with pytest.raises(BadInput, match="must be mended"):
            release(small, delivery, [row], by=analyst, why="x")
    assert len(RecordBook(small).deliveries()) == 1


def test_the_columns_of_a_changed_contract_take_each_cell_by_its_name(small, analyst, tmp_path):
    path = put(tmp_path / "may.csv", [("g", "2024-05", "x", "1"), ("b", "2024-05", "seen", "many")])
    delivery = deliver(small, "small-feed", path, by=analyst).delivery
    contract = small.contracts_folder / "small-feed.toml"
    new = '[[column]]\nname = "ward"\nfield = "ward"\noptional = true\n'
    note = '[[column]]\nname = "note"\n'
    renamed = '[[column]]\nname = "remarks"\nalso_called = ["note"]\n'
    contract.write_text(contract.read_text().replace(note, new + renamed))
    release(small, delivery, [2], by=analyst, why="x")
    with RecordBook(small).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["small-source"])
        found = cursor.execute("SELECT note, ward, size FROM incident ORDER BY note").fetchall()
    assert found == [("seen", None, None), ("x", None, 1)]


def test_a_cell_whose_column_is_gone_is_not_lost_unsaid(small, analyst, tmp_path):
    rows = [("g", "2024-05", "x", "1"), ("b", "2024-05", "seen", "many"), ("c", "2024-05", "", "few")]
    delivery = deliver(small, "small-feed", put(tmp_path / "may.csv", rows), by=analyst).delivery
    contract = small.contracts_folder / "small-feed.toml"
    contract.write_text(contract.read_text().replace('name = "note"\n', 'name = "remarks"\n'))
    with pytest.raises(BadInput, match=r"parted into the columns.*row 2"):
        release(small, delivery, [2], by=analyst, why="x")
    assert release(small, delivery, [3], by=analyst, why="x").settled == 1
    write_refused_rows(small, delivery, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as content:
        assert list(csv.reader(content))[1][3:] == ["b,2024-05,seen,many", "", "", ""]
