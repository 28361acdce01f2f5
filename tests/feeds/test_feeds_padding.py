"""Blanks at the ends of cells are taken off and said, whichever way a file is read."""

from __future__ import annotations

import csv
import io
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staging_by_hand import MONTHS, OWN, small_contract, stage_bytes

from joinedup.feeds.intake import padding
from joinedup.feeds.intake import survey as surveying
from joinedup.feeds.reading_contracts import read_contract
from sampling import examples

HEADER = "id,month,note\n"
BLANK = st.text(" \t\u00a0", max_size=3)
ROWS = st.lists(
    st.tuples(st.sampled_from(["", "A1", "B 2"]), st.sampled_from(["one", "two  words", "", '"so"', "a,b"])),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def contract(tmp_path_factory):
    return small_contract(tmp_path_factory.mktemp("padding"), set_aside="exact_repeats = true")


def _kept(outcome):
    """What matters of the rows: who they are and what they say."""
    names = ("row_number", "record_key", "content_hash", "occurred_date", "note")
    return [tuple(row[name] for name in names) for row in outcome.rows]


def _text(rows, quoting):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(rows)
    return HEADER + out.getvalue()


def test_a_key_with_a_blank_behind_it_is_the_same_record(contract):
    plain = stage_bytes((HEADER + "A1,2024-05,one\n").encode(), contract)
    padded = stage_bytes((HEADER + "A1 ,2024-05 ,  one\u00a0\n").encode(), contract)
    assert _kept(padded) == _kept(plain)
    assert padded.staged.notes == (
        "Blanks before or after the text of cells, now taken off: 3 cells (id, month, note).",
    )
    assert not plain.staged.notes


def test_a_cell_of_blanks_is_empty(contract):
    (row,) = stage_bytes((HEADER + "A1,2024-05,   \n").encode(), contract).rows
    assert row["note"] is None
    found = stage_bytes((HEADER + "   ,2024-05,one\n").encode(), contract)
    keyless = stage_bytes((HEADER + ",2024-05,one\n").encode(), contract)
    assert _kept(found) == _kept(keyless)


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL], ids=["as needed", "all quoted"])
@pytest.mark.parametrize("end", ["", '1,2024-05,a "b" c\n'], ids=["regular", "record by record"])
@settings(max_examples=examples(40, 3), deadline=None)
@given(rows=ROWS, blanks=st.lists(st.tuples(BLANK, BLANK), min_size=24, max_size=24))
def test_padded_files_make_the_same_records(contract, quoting, end, rows, blanks):
    plain = [[key, "2024-05", note] for key, note in rows]
    around = iter(blanks)
    padded = [
        [before + cell + after for cell, (before, after) in zip(row, around, strict=False)] for row in plain
    ]
    expected = stage_bytes((_text(plain, quoting) + end).encode(), contract)
    found = stage_bytes((_text(padded, quoting) + end).encode(), contract)
    assert _kept(found) == _kept(expected)
    assert [reasons for _, _, reasons in found.refused] == [reasons for _, _, reasons in expected.refused]
    pairs = zip(chain(*plain), chain(*padded), strict=True)
    cells = sum(one != other for one, other in pairs)
    said = [note for note in found.staged.notes if note.startswith("Blanks")]
    assert [int(note.split(": ")[1].split()[0]) for note in said] == ([cells] if cells else [])


WORDS = (b"On or near ", b" x")
CELLS = ["a", "On or near ", " x", "On or near", "x y", "", "\u00e9"]


@settings(max_examples=examples(300, 3), deadline=None)
@given(
    cells=st.lists(
        st.lists(
            st.sampled_from(CELLS),
            min_size=3,
            max_size=3,
        ),
        max_size=30,
    ),
    odd=st.one_of(st.none(), st.sampled_from([" a", "a ", " ", "\ta", "b\u00a0", "An On or near ", " xy"])),
    at=st.integers(0, 89),
    size=st.integers(1, 40),
)
def test_the_survey_sees_padding_wherever_a_chunk_ends(cells, odd, at, size):
    if odd is not None and cells:
        cells[at // 3 % len(cells)][at % 3] = odd
    content = "".join(",".join(row) + "\n" for row in cells).encode()
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    ends = padding.Ends(b",", WORDS)
    for number, chunk in enumerate(chunks, 1):
        ends.look(chunk, quoted=False, last=number == len(chunks))
    own = {word.decode() for word in WORDS}
    expected = any(cell != cell.strip(" \t\u00a0") and cell not in own for row in cells for cell in row)
    assert ends.found is expected


def test_the_real_months_need_no_second_look(tmp_path):
    """Their "On or near " is a word of the contract: taking it for padding would make them slow to read."""
    import gzip

    contract = read_contract(OWN / "police-uk-street.toml", (OWN / "codelists",))
    files = sorted((MONTHS / "street").glob("*.csv.gz"))[:6]
    lines = 0
    for file in files:
        path = tmp_path / "month.csv"
        path.write_bytes(gzip.decompress(file.read_bytes()))
        lines += path.read_bytes().count(b",On or near ,")
        found = surveying.survey(path, ",", padding.own_words(contract))
        assert not found.padded
        assert surveying.survey(path, ",").padded is (b" ," in path.read_bytes())
    assert lines > 100


def test_a_word_for_unknown_counts_with_its_blank_or_without(tmp_path):
    contract = small_contract(
        tmp_path,
        instead=[('field = "note"', 'field = "note"\nunknown = ["N/K "]')],
    )
    text = HEADER + "A1,2024-05,N/K\nA2,2024-05,N/K \nA3, 2024-05,N/K \n"
    found = stage_bytes(text.encode(), contract)
    assert [row["note"] for row in found.rows] == [None, None, None]
    assert found.staged.field_states["note"] == (0, 0, 3, 0, 0)
