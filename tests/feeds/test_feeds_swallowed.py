"""Two stray quotes swallow the rows between them and make valid CSV: none is lost, no narrative refused."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staging_by_hand import small_contract, stage_bytes

from joinedup.feeds.intake import survey as surveying
from sampling import examples

HEADER = ["id", "day", "note", "more"]
CHANGES = [
    ('column = "month"\nformat = "month"', 'column = "day"\nformat = "date"\npattern = "%d/%m/%Y"'),
    ('name = "month"', 'name = "day"'),
    ('"content-and-ordinal"', '"refuse"'),
]
MORE = '[[column]]\nname = "more"\nfield = "more"\n'
# As agreed; with an empty line, so that it is read record by record; with other delimiters, so written anew.
WAYS = {
    "quick": lambda text: text,
    "careful": lambda text: text + "\n",
    "anew": lambda text: text.replace(",", ";"),
}


@pytest.fixture(scope="module")
def contract(tmp_path_factory):
    """A feed whose third column is a narrative, and whose fourth may be one."""
    path = small_contract(tmp_path_factory.mktemp("contract"), instead=CHANGES)
    path.write_text(path.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    return path


def _text(rows):
    return "".join(",".join(row) + "\n" for row in [HEADER, *rows])


def _row(number):
    return [f"R{number}", f"{number:02}/05/2024", f"note {number}", f"more {number}"]


@settings(max_examples=examples(40, 3), deadline=None)
@given(
    st.integers(2, 12),
    st.data(),
    st.sampled_from([2, 3]),
    st.sampled_from(list(WAYS)),
)
def test_only_the_row_in_which_the_first_stray_quote_opens_is_refused(contract, count, data, column, way):
    first = data.draw(st.integers(1, count - 1))
    second = data.draw(st.integers(first + 1, count))
    rows = [_row(number) for number in range(1, count + 1)]
    rows[first - 1][column] = '"inch'
    rows[second - 1][column] = 'a 6"'
    found = stage_bytes(WAYS[way](_text(rows)).encode(), contract)
    assert found.staged.rows_in == count and found.adds_up
    assert [(number, reasons) for number, _, reasons in found.refused] == [(first, ["unreadable-quotes"])]
    told = [[row["row_number"], row["note"], row["more"]] for row in found.rows]
    assert told == [[n, *row[2:]] for n, row in enumerate(rows, 1) if n != first]


def test_rows_are_found_even_where_the_quotes_are_a_thousand_lines_apart(contract):
    rows = [[f"R{n}", "01/05/2024", "note", "more"] for n in range(1200)]
    rows[5][2], rows[1100][2] = '"inch', 'a 6"'
    found = stage_bytes(_text(rows).encode(), contract)
    assert (found.staged.rows_in, found.staged.accepted, len(found.refused)) == (1200, 1199, 1)


narratives = st.text(st.sampled_from('ab1/, "\n'), max_size=40)


@settings(max_examples=examples(60, 3), deadline=None)
@given(
    st.lists(st.tuples(narratives, narratives), min_size=1, max_size=6), st.sampled_from(["quick", "anew"])
)
def test_a_narrative_with_line_ends_comes_back_as_it_was_told(contract, told, way):
    rows = [[*_row(number)[:2], *one] for number, one in enumerate(told, 1)]
    out = io.StringIO()
    csv.writer(out, delimiter="," if way == "quick" else ";", lineterminator="\n").writerows([HEADER, *rows])
    found = stage_bytes(out.getvalue().encode(), contract)
    assert not found.refused
    kept = [tuple(text.strip(" ") for text in one) for one in told]  # but for blanks around them
    assert [(row["note"] or "", row["more"] or "") for row in found.rows] == kept


def test_notes_that_begin_as_rows_do_are_no_rows(contract):
    note = "Visits:\nJS,02/05/2024,nobody in\nJS,03/05/2024,let in"
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, ["R1", "01/05/2024", note, "more"], ["R2", "01/05/2024", "x", note]])
    found = stage_bytes(out.getvalue().encode(), contract)
    assert found.staged.accepted == 2


def test_a_file_without_line_ends_in_cells_is_looked_at_no_further(tmp_path):
    file = tmp_path / "file.csv"
    for text, ends in (('a,"b, c"\n1,2', 0), ('a,"b\n\nc"\r\n1,2\r\n', 2), ("a,b\n", 0)):
        file.write_text(text, newline="")
        assert surveying.survey(file).ends_in_cells == ends
