"""A value that was left out, as a code list lacked it, comes in with the same file under the mended list."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from staging_by_hand import small_contract

from joinedup.cli import main
from joinedup.errors import NotFound
from joinedup.feeds import State, deliver, judge_again
from joinedup.records import RecordBook
from joinedup.terms import RecordType

EXTRA = """
[[column]]
name = "ward"
field = "ward"
codes = "small-wards"
if_wrong = "blank"
[[column]]
name = "size"
field = "size"
kind = "integer"
[[column]]
name = "caller"
personal = "identifying"
[[person]]
role = "caller"
full_name = "caller"
"""
CODES = "code,label,valid_from,valid_to\n001,North,,\n"
ROWS = [
    "a,2024-05,one,North,1,Ada",
    "b,2024-05,two,West,2,Bo",
    "c,2024-05,three,East,3,Cy",
    "d,2024-05,four,,4,Di",
]


@pytest.fixture(params=["snapshot", "changes"])
def small(request, workspace):
    path = small_contract(workspace.contracts_folder, top='ref = "id"')
    path.write_text(path.read_text().replace('"snapshot"', f'"{request.param}"') + EXTRA)
    lists(workspace).parent.mkdir(exist_ok=True)
    lists(workspace).write_text(CODES)
    return workspace


def lists(workspace):
    return workspace.contracts_folder / "codelists" / "small-wards.csv"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "may.csv"
    path.write_text("id,month,note,ward,size,caller\n" + "".join(f"{row}\n" for row in ROWS))
    return path


def known(workspace, as_at=None):
    with RecordBook(workspace).reading(as_at) as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["small-source"])
        return dict(cursor.execute("SELECT ref, ward FROM incident ORDER BY ref").fetchall())


def named(workspace):
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, ["small-feed"])
        return sorted(name for (name,) in cursor.execute("SELECT full_name FROM mention").fetchall())


BEFORE = {"a": "001", "b": None, "c": None, "d": None}


def test_the_same_file_under_the_mended_list_revises_just_the_rows_that_have_a_value_by_now(
    small, analyst, file
):
    first = deliver(small, "small-feed", file, by=analyst)
    assert (first.accepted, dict(first.left_out)) == (4, {"ward": 2})
    assert deliver(small, "small-feed", file, by=analyst).state is State.REPEAT
    lists(small).write_text(CODES + "003,West,,\n")
    again = deliver(small, "small-feed", file, by=analyst)
    assert (again.state, again.revised, again.unchanged, again.accepted) == (State.STORED, 1, 3, 0)
    assert again.adds_up and again.withdrawn == 0 and dict(again.left_out) == {"ward": 1}
    assert known(small) == BEFORE | {"b": "003"} and known(small, first.known_from) == BEFORE
    assert named(small) == ["Ada", "Bo", "Cy", "Di"]
    with RecordBook(small).reading() as reader:
        states = {one.delivery: one for one in reader.field_states(["small-feed"]) if one.field == "ward"}
    assert [(states[number].given, states[number].invalid) for number in (1, 2)] == [(1, 2), (2, 1)]
    assert deliver(small, "small-feed", file, by=analyst).state is State.REPEAT
    assert RecordBook(small).check() == []


def test_a_list_that_was_mended_in_vain_stores_nothing_and_the_next_one_still_counts(small, analyst, file):
    deliver(small, "small-feed", file, by=analyst)
    lists(small).write_text(CODES + "009,South,,\n")
    assert deliver(small, "small-feed", file, by=analyst).state is State.REPEAT
    assert len(RecordBook(small).deliveries()) == 1
    lists(small).write_text(CODES + "003,West,,\n004,East,,\n")
    assert deliver(small, "small-feed", file, by=analyst).revised == 2
    assert known(small) == BEFORE | {"b": "003", "c": "004"}


def test_the_next_file_brings_the_value_too(small, analyst, file, tmp_path):
    deliver(small, "small-feed", file, by=analyst)
    lists(small).write_text(CODES + "003,West,,\n")
    other = tmp_path / "other.csv"
    other.write_text(file.read_text().replace("three", "3"))
    receipt = deliver(small, "small-feed", other, by=analyst)
    assert (receipt.revised, receipt.unchanged, receipt.withdrawn) == (2, 2, 0)
    assert known(small)["b"] == "003"


def test_whoever_delivers_or_judges_again_is_told_the_way_back(small, analyst, file, monkeypatch):
    monkeypatch.setenv("JOINEDUP_WORKSPACE", str(small.folder))
    told = CliRunner().invoke(main, ["deliver", "small-feed", str(file)])
    assert "(ward: 2)" in told.stderr and "deliver the same file again" in told.stderr
    with pytest.raises(NotFound, match="no row in quarantine") as error:
        judge_again(small, 1, by=analyst)
    assert "ward: 2" in error.value.sentence() and "deliver the same file again" in error.value.sentence()
    assert "West" not in told.output + error.value.sentence()
