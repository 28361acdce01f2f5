"""Who a row names: mentions, private fields, birth dates, addresses, and how well each attribute is known."""

from __future__ import annotations

import datetime as dt

import pytest
from staging_by_hand import small_contract, stage_bytes

COLUMNS = """
[[column]]
name = "Caller"
personal = "identifying"
[[column]]
name = "DOB"
personal = "identifying"
[[column]]
name = "House"
personal = "identifying"
[[column]]
name = "Street"
personal = "identifying"
[[column]]
name = "Sex"
field = "sex"
personal = "personal"
refused = ["Won't say"]
[[column]]
name = "Suspect 1"
personal = "identifying"
[[column]]
name = "Suspect 2"
personal = "identifying"
[[column]]
name = "PNC"
personal = "identifying"
[[column]]
name = "Narrative"
field = "narrative"
personal = "identifying"
unknown = ["None"]
[[person]]
role = "caller"
full_name = "Caller"
birth_date = "DOB"
birth_date_pattern = "%d/%m/%Y"
address = ["House", "Street"]
sex = "Sex"
unknown = ["Anonymous", "N/K"]
refused = ["Refused"]
[[person]]
role = "suspect"
full_name = "Suspect 1"
identifiers = { pnc = "PNC" }
[[person]]
role = "suspect"
full_name = "Suspect 2"
"""
HEADER = b"id,month,note,Caller,DOB,House,Street,Sex,Suspect 1,Suspect 2,PNC,Narrative\n"


@pytest.fixture
def contract(tmp_path):
    """A feed whose rows name people."""
    path = small_contract(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + COLUMNS, encoding="utf-8")
    return path


def _staged(contract, *lines):
    return stage_bytes(HEADER + "".join(f"{line}\n" for line in lines).encode(), contract)


def _named(outcome, role):
    return [mention for mention in outcome.named if mention["role"] == role]


def test_a_row_has_a_mention_for_each_person_it_names(contract):
    found = _staged(
        contract, "1,2024-05,x,Ann Lee,01/02/1990,4,High Street,F,Bo Diaz,Cy Ek,99/12345X,She fell"
    )
    [row] = found.rows
    assert [(one["role"], one["ordinal"], one["full_name"]) for one in found.named] == [
        ("caller", 1, "Ann Lee"),
        ("record", 1, None),
        ("suspect", 1, "Bo Diaz"),
        ("suspect", 2, "Cy Ek"),
    ]
    assert {one["record_key"] for one in found.named} == {row["record_key"]}
    [caller] = _named(found, "caller")
    assert caller["birth_date"] == dt.date(1990, 2, 1)
    assert caller["birth_date_given"] == "01/02/1990"
    assert (caller["address"], caller["sex"]) == ("4, High Street", "F")
    assert _named(found, "suspect")[0]["identifiers"] == {"pnc": "99/12345X"}
    assert _named(found, "suspect")[1]["identifiers"] is None
    assert _named(found, "record")[0]["private"] == {"narrative": "She fell"}


def test_nothing_that_identifies_stands_with_the_record(contract):
    [row] = _staged(
        contract, "1,2024-05,x,Ann Lee,01/02/1990,4,High Street,F,Bo Diaz,Cy Ek,99/12345X,She fell"
    ).rows
    assert set(row) & {"narrative", "Caller", "caller"} == set()
    assert (row["note"], row["sex"]) == ("x", "F")
    told = " ".join(str(value) for value in row.values())
    for value in ("Ann", "Lee", "1990-02-01", "High Street", "Diaz", "99/12345X", "fell"):
        assert value not in told


def test_rows_without_a_word_of_somebody_have_no_mention(contract):
    found = _staged(contract, "1,2024-05,x,,,,,,,,,", "2,2024-05,x,Anonymous,N/K, ,Refused,,,,,None")
    assert len(found.rows) == 2
    assert found.named == []


def test_words_that_are_no_name_are_counted_apart(contract):
    found = _staged(
        contract,
        "1,2024-05,x,Ann Lee,01/02/1990,4,High Street,F,,,,",
        "2,2024-05,x,Anonymous,N/K,,Refused,Won't say,,,,None",
        "3,2024-05,x,Refused,31/02/1990,,N/K,,Bo,,,Text",
        "4,2024-05,x,,,,,,,,,",
    )
    states = found.staged.field_states  # given, missing, unknown, refused, invalid
    assert states["caller.full_name"] == (1, 1, 1, 1, 0)
    assert states["caller.birth_date"] == (1, 1, 1, 0, 1)
    assert states["caller.address"] == (1, 1, 1, 1, 0)
    assert states["caller.sex"] == (1, 2, 0, 1, 0)
    assert states["sex"] == (1, 2, 0, 1, 0)
    assert states["record.narrative"] == (1, 2, 1, 0, 0)
    assert states["suspect.full_name"] == (1, 3, 0, 0, 0)
    assert states["suspect.identifiers.pnc"] == (0, 4, 0, 0, 0)
    assert "narrative" not in states


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("29/02/2000", dt.date(2000, 2, 29)),
        ("29/02/2001", None),
        ("31/05/2024", dt.date(2024, 5, 31)),
        ("01/06/2024", None),
        ("01/01/1894", None),
        ("01/01/1900", dt.date(1900, 1, 1)),
        ("1990", None),
        ("unknown", None),
    ],
)
def test_an_impossible_birth_date_never_costs_the_row(contract, written, born):
    found = _staged(contract, f"1,2024-05,x,Ann Lee,{written},,,,,,,")
    assert len(found.rows) == 1
    assert not found.refused
    [caller] = _named(found, "caller")
    assert (caller["birth_date"], caller["birth_date_given"]) == (born, written)
    assert found.staged.field_states["caller.birth_date"] == (born is not None, 0, 0, 0, born is None)


def test_a_birth_year_of_two_digits_is_never_after_the_row(contract):
    contract.write_text(contract.read_text().replace('"%d/%m/%Y"', '"%d/%m/%y"'))
    found = _staged(contract, "1,2024-05,x,Ann,01/02/55,,,,,,,", "2,2024-05,x,Bo,01/02/23,,,,,,,")
    assert [one["birth_date"] for one in _named(found, "caller")] == [
        dt.date(1955, 2, 1),
        dt.date(2023, 2, 1),
    ]


def test_a_mended_name_is_a_revision(contract):
    first, second, same = (
        _staged(contract, f"1,2024-05,x,{name},,,,,,,,").rows[0] for name in ("Ann Le", "Ann Lee", "Ann Lee")
    )
    assert first["record_key"] == second["record_key"]
    assert first["content_hash"] != second["content_hash"]
    assert second["content_hash"] == same["content_hash"]


def test_rows_that_are_refused_or_set_aside_name_nobody(contract):
    text = contract.read_text().replace("[set_aside]", "[set_aside]\nexact_repeats = true")
    contract.write_text(text)
    row = "1,2024-05,x,Ann Lee,,,,,,,,"
    found = _staged(contract, row, row, "2,2023-01,x,Bo Diaz,,,,,,,,", "3,2024-05,x,Cy Ek,,,,,,,,")
    assert (found.staged.quarantined, found.staged.set_aside) == (1, {"exact-repeats": 1})
    assert sorted(one["full_name"] for one in found.named) == ["Ann Lee", "Cy Ek"]


def test_quoted_cells_and_other_forms_of_the_file_name_the_same(contract):
    plain = _staged(contract, "1,2024-05,x,Ann Lee,01/02/1990,4,High Street,F,,,,said")
    quoted = _staged(contract, '1,2024-05,x,"Ann Lee",01/02/1990,4,"High Street",F,,,,"said"')
    moved = stage_bytes(
        b"Narrative;DOB;House;Street;Sex;Suspect 1;Suspect 2;PNC;Extra;Caller;note;month;id\n"
        b"said;01/02/1990;4;High Street;F;;;;?;Ann Lee;x;2024-05;1\n",
        contract,
    )
    assert plain.named == quoted.named == moved.named
    assert plain.rows[0]["content_hash"] == moved.rows[0]["content_hash"]
