"""Reading: packed or plain, clean or messy: every row is accounted for, and nothing is guessed."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staging_by_hand import DATA, MONTHS, small_contract, stage_bytes, stage_file, stage_real

from joinedup.errors import BadInput
from joinedup.feeds.intake import survey as surveying
from joinedup.feeds.library import OWN
from sampling import examples

HEADER = b"id,month,note\n"
TWO = HEADER + b"1,2024-05,one\n2,2024-05,two\n"


@pytest.fixture(scope="module")
def contract_file(tmp_path_factory):
    return small_contract(tmp_path_factory.mktemp("contract"))


def _notes(outcome):
    return [row["note"] for row in outcome.rows]


def _zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in names:
            package.writestr(name, TWO)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TWO,
        b"\xef\xbb\xbf" + TWO,
        TWO.replace(b"\n", b"\r\n"),
        TWO.removesuffix(b"\n"),
        TWO + b"\n\n",
        TWO.replace(b"one", b'"one"'),
        gzip.compress(TWO, mtime=0),
        gzip.compress(b"\xef\xbb\xbf" + TWO, mtime=0),
        _zipped("may.csv"),
        _zipped("folder/", "folder/may.csv", "__MACOSX/folder/._may.csv"),
    ],
    ids=["plain", "bom", "crlf", "no end", "blank lines", "quoted", "gzip", "gzip bom", "zip", "zip of mac"],
)
def test_the_same_rows_however_they_are_packed(contract_file, content):
    outcome = stage_bytes(content, contract_file)
    assert _notes(outcome) == ["one", "two"]
    assert [row["row_number"] for row in outcome.rows] == [1, 2]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(TWO, mtime=0)[:-12], "damaged"),
        (b"", "empty"),
        (b"id,month\n1,2024-05\n", "missing: note"),
        (b"id,month,month,note\n1,2024-05,2024-05,x\n", "there twice: month"),
    ],
)
def test_a_file_that_cannot_be_this_feeds_is_refused(contract_file, content, told):
    with pytest.raises(BadInput) as raised:
        stage_bytes(content, contract_file)
    assert told in raised.value.sentence()


def test_a_refusal_never_echoes_what_may_be_a_persons_data(contract_file):
    with pytest.raises(BadInput) as raised:
        stage_bytes(b"17,2024-05,Jane Doe of High Street\n", contract_file)
    assert "Jane" not in raised.value.sentence()


def test_windows_text_is_read_only_where_the_contract_allows_it(tmp_path):
    path = small_contract(tmp_path, instead=[("[key]", '[file]\nencoding = "cp1252"\n[key]')])
    assert _notes(stage_bytes(HEADER + "1,2024-05,caf\u00e9\n".encode("cp1252"), path)) == ["caf\u00e9"]
    assert _notes(stage_bytes(HEADER + "1,2024-05,caf\u00e9\n".encode(), path)) == ["caf\u00e9"]


def test_ragged_rows_go_to_quarantine_with_their_number_and_text(contract_file):
    outcome = stage_bytes(TWO + b"3,2024-05\n4,2024-05,four,,\n5,2024-05,five\n", contract_file)
    assert outcome.refused == [
        (3, "3,2024-05", ["too-few-cells"]),
        (4, "4,2024-05,four,,", ["too-many-cells"]),
    ]
    assert [row["row_number"] for row in outcome.rows] == [1, 2, 5]
    assert outcome.adds_up


def test_a_quote_that_is_never_closed_spoils_its_own_line_only(contract_file):
    outcome = stage_bytes(
        HEADER + b'1,2024-05,"open\n2,2024-05,two\n3,2024-05,"three\nlines"\n', contract_file
    )
    assert [number for number, _, _ in outcome.refused][:1] == [1]
    assert ("two" in _notes(outcome)) and outcome.adds_up


def test_quotes_newlines_and_delimiters_within_a_cell(contract_file):
    outcome = stage_bytes(HEADER + b'1,2024-05,"a ""b"", c\nd"\n2,2024-05,two\n', contract_file)
    assert _notes(outcome) == ['a "b", c\nd', "two"]
    assert not outcome.staged.careful


def test_a_month_without_rows_is_a_delivery_of_zero_rows(contract_file):
    outcome = stage_bytes(HEADER, contract_file, "2024-05")
    assert outcome.staged.rows_in == 0
    assert str(outcome.staged.period) == "2024-05"
    with pytest.raises(BadInput, match="which period"):
        stage_bytes(HEADER, contract_file, None)


def test_the_period_comes_from_the_rows_where_nothing_else_says_it(contract_file):
    assert str(stage_bytes(TWO, contract_file, None).staged.period) == "2024-05"
    with pytest.raises(BadInput, match="which period"):
        stage_bytes(TWO + b"3,2024-06,x\n", contract_file, None)


def test_rows_of_another_month_are_quarantined(contract_file):
    outcome = stage_bytes(TWO + b"3,2024-06,x\n4,2024-13,x\n5,,x\n", contract_file)
    assert [reasons for _, _, reasons in outcome.refused] == [
        ["outside-period: month"],
        ["unreadable-time: month"],
        ["missing: month"],
    ]


def test_two_rows_that_claim_one_key_are_both_refused(contract_file):
    outcome = stage_bytes(TWO + b"2,2024-05,other\n", contract_file)
    assert [(number, reasons) for number, _, reasons in outcome.refused] == [
        (2, ["key-repeated: id"]),
        (3, ["key-repeated: id"]),
    ]


@pytest.mark.parametrize(
    ("rule", "row", "name"),
    [
        ("exact_repeats = true", b"2,2024-05,two\n", "exact-repeats"),
        ("repeated_headers = true", HEADER, "repeated-headers"),
        ("empty_rows = true", b",,\n", "empty-rows"),
        ('totals = { id = ["Total"] }', b"Total,2024-05,2\n", "totals"),
        ('footers = "Source: .*"', b"Source: the council\n", "footers"),
    ],
)
def test_a_rule_sets_rows_aside_only_where_the_contract_switches_it_on(tmp_path, rule, row, name):
    with_rule = stage_bytes(TWO + row, small_contract(tmp_path, set_aside=rule))
    assert with_rule.staged.set_aside == {name: 1}
    assert with_rule.adds_up and len(with_rule.rows) == 2
    without = stage_bytes(TWO + row, small_contract(tmp_path))
    assert not without.staged.set_aside and without.adds_up


def test_missing_and_unknown_are_counted_apart(tmp_path):
    path = small_contract(tmp_path, instead=[('field = "note"', 'field = "note"\nunknown = ["n/k"]')])
    outcome = stage_bytes(HEADER + b"1,2024-05,n/k\n2,2024-05,\n3,2024-05,x\n", path)
    assert outcome.staged.field_states == {"note": (1, 1, 1, 0, 0)}
    assert _notes(outcome) == [None, None, "x"]


def test_null_and_a_text_never_have_the_same_content(contract_file):
    outcome = stage_bytes(HEADER + b"1,2024-05,\n2,2024-05,-\n,2024-05,\n,2024-05,-\n", contract_file)
    assert len({row["content_hash"] for row in outcome.rows}) == 4


def test_eastings_and_northings_become_degrees(tmp_path):
    place = '[place]\neasting = "x"\nnorthing = "y"\n[[column]]\nname = "x"\n[[column]]\nname = "y"\n'
    path = small_contract(
        tmp_path, instead=[('[[column]]\nname = "note"', place + '[[column]]\nname = "note"')]
    )
    # Caister water tower, the Ordnance Survey's own worked example (OSGB36 to WGS84 within a few metres).
    content = (
        b"id,month,x,y,note\n1,2024-05,651409.903,313177.270,tower\n2,2024-05,,,none\n3,2024-05,1,,half\n"
    )
    outcome = stage_bytes(content, path)
    assert outcome.rows[0]["longitude"] == pytest.approx(1.716, abs=0.002)
    assert outcome.rows[0]["latitude"] == pytest.approx(52.658, abs=0.002)
    assert outcome.rows[1]["point"] is None
    assert outcome.refused[0][2] == ["half-a-point: x"]


def test_whole_real_months_are_read_as_pythons_csv_module_reads_them():
    for feed, kind, month in (
        ("police-uk-street", "street", "2023-01"),
        ("police-uk-stop-and-search", "stop-and-search", "2023-07"),
    ):
        file = MONTHS / kind / f"{month}-cleveland-{kind}.csv.gz"
        with gzip.open(file, "rt", encoding="utf-8", newline="") as content:
            rows = list(csv.DictReader(content))
        outcome = stage_real(feed, file, month)
        assert not outcome.refused
        assert outcome.staged.accepted == len(rows)
        assert [row["longitude"] for row in outcome.rows] == [
            float(row["Longitude"]) if row["Longitude"] else None for row in rows
        ]


def test_the_quick_and_the_careful_way_give_the_same_records(tmp_path):
    plain = gzip.decompress((DATA / "2023-01-cleveland-street.csv.gz").read_bytes())
    quick, careful = tmp_path / "quick.csv", tmp_path / "careful.csv"
    quick.write_bytes(plain)
    careful.write_bytes(plain + b"\n")  # an empty line at the end is enough
    one, two = (stage_file(file, OWN / "police-uk-street.toml", "2023-01") for file in (quick, careful))
    assert (one.staged.careful, two.staged.careful) == (False, True)
    assert one.rows == two.rows


CELLS = st.text(alphabet=st.sampled_from('ab ",\n\r\u00e9;\t\0'), max_size=6)
LINES = st.lists(CELLS, min_size=1, max_size=5).map(",".join)
QUOTED = st.lists(CELLS, min_size=2, max_size=4).map(
    lambda cells: ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
)
GOOD = st.builds(
    "{},2024-05,{}".format, st.sampled_from("123456789"), st.sampled_from(["x", '"q ""r"""', ""])
)


@st.composite
def messy_files(draw) -> bytes:
    """Lines good and bad, blank ones, either line end, with or without a byte order mark."""
    lines = draw(st.lists(st.one_of(GOOD, GOOD, QUOTED, LINES, st.just("")), max_size=12))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = end.join(["id,month,note", *lines]) + draw(st.sampled_from(["", end]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.encode()


def oracle(content: bytes) -> list[list[str] | None]:
    """Every record by Python's csv module, line by line: its cells, or None where it is spoilt."""
    lines = io.StringIO(content.decode("utf-8-sig"), newline="").readlines()[1:]
    found: list[list[str] | None] = []
    while lines:
        taken, cells = first_record(lines)
        blank = taken == 1 and not lines[0].strip(" \t\r\n")
        del lines[:taken]
        if not blank:
            found.append(cells)
    return found


def swallowed(more: list[str]) -> bool:
    """Whether one of a record's further lines is a row, and the last can be the end of one."""
    rows = [[cell.strip('" \r\n') for cell in line.split(",")] for line in more]
    return bool(rows) and len(rows[-1]) > 2 and any(len(row) > 2 and row[1] == "2024-05" for row in rows)


def first_record(lines: list[str]) -> tuple[int, list[str] | None]:
    """How many lines the first record takes, and its cells; one line and None where its quotes are wrong."""
    for count in range(1, len(lines) + 1):
        try:
            cells = next(csv.reader(lines[:count], strict=True))
            return (1, None) if swallowed(lines[1:count]) else (count, cells)
        except csv.Error as error:
            if "unexpected end" not in str(error):
                break
    return 1, None


@settings(max_examples=examples(80, 2))
@given(messy_files())
def test_every_record_of_a_messy_file_is_accounted_for(contract_file, content):
    if not content.endswith((b"\n", b"\r")):
        content += b"\n"  # one that ends in the middle of a row is refused
    expected = oracle(content)
    outcome = stage_bytes(content, contract_file)
    assert outcome.staged.rows_in == len(expected)
    assert outcome.adds_up
    whole = [cells for cells in expected if cells and len(cells) == 3 and not any("\0" in c for c in cells)]
    dated = [cells for cells in whole if cells[1] == "2024-05"]
    claimed = [cells[0] for cells in whole]
    usable = [cells for cells in dated if not cells[0] or claimed.count(cells[0]) == 1]
    assert sorted((row["ref"] or "", row["note"] or "") for row in outcome.rows) == sorted(
        ("", cells[2]) for cells in usable
    )


@settings(max_examples=examples(60, 2))
@given(messy_files(), st.integers(min_value=1, max_value=9))
def test_the_survey_does_not_depend_on_where_chunks_end(tmp_path_factory, content, size):
    path = tmp_path_factory.mktemp("survey") / "file.csv"
    path.write_bytes(content)
    whole = surveying.survey(path)
    usual = surveying._CHUNK
    surveying._CHUNK = size + 3  # no shorter than a byte order mark
    try:
        assert surveying.survey(path) == whole
    finally:
        surveying._CHUNK = usual
