"""Values that are unknown, refused or invalid; records that are cancelled or provisional."""

from __future__ import annotations

import pytest
from staging_by_hand import small_contract, stage_bytes, stage_file

COLUMNS = """
[[column]]
name = "Calls"
field = "calls"
kind = "integer"
unknown = ["N/K"]
refused = ["Refused"]
if_wrong = "blank"
[[column]]
name = "Seen"
field = "seen"
kind = "date"
pattern = "%d/%m/%Y"
if_wrong = "blank"
[[column]]
name = "Drunk"
field = "alcohol"
kind = "boolean"
true = ["Y"]
false = ["N"]
refused = ["Refused"]
[[column]]
name = "State"
[[column]]
name = "Checked"
[status]
column = "State"
cancelled = ["No crime", "Error"]
reclassified = ["Moved"]
[validation]
column = "Checked"
provisional = ["N"]
"""
HEADER = "id,month,note,Calls,Seen,Drunk,State,Checked\n"


@pytest.fixture
def contract(tmp_path):
    """A feed with every kind of state."""
    path = small_contract(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + COLUMNS, encoding="utf-8")
    return path


def _staged(contract, *lines):
    return stage_bytes((HEADER + "".join(f"{line}\n" for line in lines)).encode(), contract)


def test_a_value_is_given_missing_unknown_refused_or_invalid(contract):
    found = _staged(
        contract,
        "1,2024-05,x,3,01/05/2024,Y,,Y",
        "2,2024-05,x,,,,,Y",
        "3,2024-05,x,N/K,,,,Y",
        "4,2024-05,x,Refused,,Refused,,Y",
        "5,2024-05,x,three,31/02/2024,N,,Y",
        "6,2024-05,x,3.5,soon,N,,Y",
        "7,2024-05,x,99999999999999999999,,N,,Y",
    )
    assert found.adds_up
    assert not found.refused
    assert [row["calls"] for row in found.rows] == [3, *[None] * 6]
    assert [row["alcohol"] for row in found.rows] == [True, None, None, None, False, False, False]
    states = found.staged.field_states
    assert states["calls"] == (1, 1, 1, 1, 3)
    assert states["seen"] == (1, 4, 0, 0, 2)
    assert states["alcohol"] == (4, 2, 0, 1, 0)
    assert states["note"] == (7, 0, 0, 0, 0)


def test_where_the_contract_does_not_say_blank_a_wrong_value_refuses_the_row(contract):
    found = _staged(contract, "1,2024-05,x,3,,perhaps,,Y", "2,2024-05,x,4,,Y,,Y")
    assert [row["calls"] for row in found.rows] == [4]
    [(number, _, reasons)] = found.refused
    assert (number, reasons) == (1, ["not-yes-or-no: Drunk"])


def test_an_unknown_code_is_dropped_where_the_contract_says_so(tmp_path):
    folder = tmp_path / "codelists"
    folder.mkdir()
    (folder / "kinds.csv").write_text(
        "code,label,valid_from,valid_to,group\nn,Noise,,,loud\no,Old,,2013-04-30,quiet\n"
    )
    path = small_contract(
        tmp_path, instead=[('field = "note"', 'field = "note"\ncodes = "kinds"\nif_wrong = "blank"')]
    )
    path.write_text(path.read_text() + '[[derived]]\nfield = "group"\nof = "note"\nattribute = "group"\n')
    found = stage_bytes(
        b"id,month,note\n1,2024-05,Noise\n2,2024-05,Racket\n3,2024-05,Old\n4,2024-05,\n", path
    )
    assert [(row["note"], row["group"]) for row in found.rows] == [("n", "loud"), *[(None, None)] * 3]
    assert found.staged.field_states["note"] == (1, 1, 0, 0, 2)


def test_the_owners_words_make_a_record_cancelled_or_reclassified(contract):
    lines = [
        f"{n},2024-05,x,,,,{word},Y" for n, word in enumerate(["", "Open", "No crime", "Error", "Moved"], 1)
    ]
    found = _staged(contract, *lines)
    assert [row["status"] for row in found.rows] == [
        "recorded",
        "recorded",
        "cancelled",
        "cancelled",
        "reclassified",
    ]


def test_a_columns_words_make_a_record_provisional(contract):
    found = _staged(contract, "1,2024-05,x,,,,,Y", "2,2024-05,x,,,,,N", "3,2024-05,x,,,,,")
    assert [row["provisional"] for row in found.rows] == [False, True, None]
    assert found.staged.provisional is True
    assert _staged(contract, "1,2024-05,x,,,,,Y").staged.provisional is False


def test_a_files_name_makes_all_of_it_provisional(tmp_path):
    contract = small_contract(tmp_path)
    contract.write_text(contract.read_text() + "[validation]\nfile_name = '(?i)prov(?:isional)?'\n")
    found = {}
    for name in ("2024-05-Provisional.csv", "2024-05-final.csv"):
        (tmp_path / name).write_text("id,month,note\n1,2024-05,x\n")
        found[name] = stage_file(tmp_path / name, contract, "2024-05")
    assert [one.rows[0]["provisional"] for one in found.values()] == [True, False]
    assert [one.staged.provisional for one in found.values()] == [True, False]


def test_a_feed_that_says_nothing_of_validation_has_no_such_field(tmp_path):
    found = stage_bytes(b"id,month,note\n1,2024-05,x\n", small_contract(tmp_path))
    assert "provisional" not in found.rows[0]
    assert found.staged.provisional is None
    assert found.rows[0]["status"] == "recorded"


BOUNDED = """
[[column]]
name = "Age"
field = "age"
kind = "integer"
least = 0
most = 120
if_wrong = "blank"
[[column]]
name = "Score"
field = "score"
kind = "number"
least = -0.5
"""


@pytest.fixture
def bounded(tmp_path):
    """A feed with an age that is dropped where it cannot be, and a score that refuses its row."""
    path = small_contract(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + BOUNDED, encoding="utf-8")
    return path


def test_a_number_out_of_its_range_is_dropped_and_counted_or_refuses_the_row(bounded):
    ages = ["0", "120", "-1", "121", "999", "", "ten"]
    scores = ["-0.5", "-0.51", "1e300", "nan", "inf", "-inf", "", "x"]
    rows = [f"{n},2024-05,x,{age},1" for n, age in enumerate(ages, 1)]
    rows += [f"s{n},2024-05,x,30,{score}" for n, score in enumerate(scores, 1)]
    found = stage_bytes(("id,month,note,Age,Score\n" + "\n".join(rows) + "\n").encode(), bounded)
    assert found.adds_up
    assert [row["age"] for row in found.rows[: len(ages)]] == [0, 120, *[None] * 5]
    assert [row["score"] for row in found.rows[len(ages) :]] == [-0.5, 1e300, None]
    assert {number - len(ages): reasons for number, _, reasons in found.refused} == {
        2: ["out-of-range: Score"],
        **{number: ["not-a-number: Score"] for number in (4, 5, 6, 8)},
    }
    given, missing, unknown, refused, invalid = found.staged.field_states["age"]
    assert (given, missing, unknown, refused, invalid) == (2 + 3, 1, 0, 0, 4)
