"""A refused row comes in with its value once the contract, or a code list, is mended."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner
from staging_by_hand import small_contract

from joinedup.cli import main
from joinedup.errors import BadInput, NotPermitted
from joinedup.feeds import deliver, judge_again, mend, of_delivery, release, waiting, withdraw
from joinedup.feeds.quarantine import write_refused_rows
from joinedup.log import acts
from joinedup.records import RecordBook
from joinedup.terms import RecordType, Role, Viewer

EXTRA = """
[[column]]
name = "ward"
field = "ward"
codes = "small-wards"
[[column]]
name = "size"
field = "size"
kind = "integer"
"""
CODES = "code,label,valid_from,valid_to\n001,North,,\n002,South,,\n"
ROWS = ["a,2024-05,one,North,1", "b,2024-05,two,West,2", "c,2024-05,three,East,3", "d,2024-05,four,West,many"]


@pytest.fixture
def small(workspace):
    path = small_contract(workspace.contracts_folder, top='ref = "id"')
    path.write_text(path.read_text() + EXTRA)
    lists(workspace).parent.mkdir(exist_ok=True)
    lists(workspace).write_text(CODES)
    return workspace


def lists(workspace):
    return workspace.contracts_folder / "codelists" / "small-wards.csv"


def a_file(folder, rows=ROWS, name="may.csv"):
    path = folder / name
    path.write_text("id,month,note,ward,size\n" + "".join(f"{row}\n" for row in rows))
    return path


@pytest.fixture
def refused(small, analyst, tmp_path):
    """Rows 2 to 4 are refused: West and East are not in the list, and one has a bad size too."""
    receipt = deliver(small, "small-feed", a_file(tmp_path), by=analyst)
    assert (receipt.accepted, receipt.quarantined) == (1, 3)
    return receipt.delivery


@pytest.fixture
def mended(small, refused):
    """The list has West by now."""
    lists(small).write_text(CODES + "003,West,,\n")
    return refused


def known(workspace):
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["small-source"])
        return cursor.execute("SELECT ref, ward, size FROM incident ORDER BY ref").fetchall()


A, B, D = ("a", "001", 1), ("b", "003", 2), ("d", "003", None)


def test_rows_that_the_list_has_by_now_come_in_whole_and_the_others_wait_on(small, analyst, mended):
    told = judge_again(small, mended, by=analyst)
    assert (told.settled, told.refused, told.untouched, told.before) == (1, 2, 0, 0)
    assert known(small) == [A, B]
    home = of_delivery(small, mended)
    assert [(row.row, row.reasons) for row in home.waiting] == [
        (3, ("not-in-code-list: ward",)),
        (4, ("not-in-code-list: ward", "not-a-whole-number: size")),
    ]
    story = home.rows[0]
    assert (story.state, story.delivery, story.by) == ("judged-again", told.delivery, "ann")
    assert story.why == "under contract version 1"
    (act,) = [act for act in acts(kind="alteration") if "judging again" in act.what]
    assert act.detail["rows"] == [2] and act.reason == "under contract version 1"
    assert RecordBook(small).check() == []


def test_nothing_is_stored_where_nothing_is_valid_by_now(small, analyst, refused):
    told = judge_again(small, refused, by=analyst)
    assert (told.delivery, told.settled, told.refused) == (None, 0, 3)
    assert "nothing stored" in told.summary() and len(RecordBook(small).deliveries()) == 1
    with pytest.raises(NotPermitted):
        judge_again(small, refused, by=Viewer("c", "Cllr", Role.COUNCILLOR, "council"))


def test_withdrawing_what_was_judged_again_lets_the_rows_wait_again(small, analyst, mended):
    told = judge_again(small, mended, by=analyst)
    withdraw(small, told.delivery, by=analyst, reason="the list was right before")
    assert len(of_delivery(small, mended).waiting) == 3 and known(small) == [A]


def test_the_unchanged_spreadsheet_brings_what_is_valid_by_now(small, analyst, mended, tmp_path):
    write_refused_rows(small, mended, tmp_path / "out.csv")
    told = mend(small, mended, tmp_path / "out.csv", by=analyst)
    assert (told.settled, told.untouched) == (1, 2)
    assert known(small) == [A, B]
    assert of_delivery(small, mended).rows[0].why == "1 of 1 as they were, under contract version 1"


def test_a_released_row_keeps_the_value_that_is_valid_by_now(small, analyst, mended):
    assert release(small, mended, [2, 4], by=analyst, why="x").settled == 2
    assert known(small) == [A, B, D]
    with RecordBook(small).reading() as reader:
        states = {one.field: one for one in reader.field_states(["small-feed"]) if one.delivery == 2}
    assert (states["ward"].invalid, states["ward"].given) == (0, 2)
    assert (states["size"].invalid, states["size"].given) == (1, 1)


def test_what_the_contract_asks_for_by_now_is_essential(small, analyst, refused):
    contract = small.contracts_folder / "small-feed.toml"
    contract.write_text(contract.read_text().replace('field = "ward"', 'field = "ward"\nrequired = true'))
    with pytest.raises(BadInput, match="must be mended"):
        release(small, refused, [2], by=analyst, why="x")
    assert len(RecordBook(small).deliveries()) == 1


def test_the_same_file_is_judged_again_once_the_list_is_mended_and_then_repeats(
    small, analyst, mended, tmp_path
):
    first = deliver(small, "small-feed", a_file(tmp_path), by=analyst)
    assert (first.state, first.accepted, first.unchanged, first.quarantined) == ("stored", 1, 1, 2)
    assert known(small) == [A, B]
    assert deliver(small, "small-feed", a_file(tmp_path), by=analyst).state == "repeat"
    assert [one.delivery for one in waiting(small)] == [first.delivery]


def test_a_file_of_which_nothing_was_refused_repeats_whatever_the_contract_says_now(small, analyst, tmp_path):
    good = a_file(tmp_path, ROWS[:1])
    deliver(small, "small-feed", good, by=analyst)
    lists(small).write_text(CODES + "003,West,,\n")
    assert deliver(small, "small-feed", good, by=analyst).state == "repeat"


def test_a_file_with_refused_rows_repeats_as_long_as_it_would_be_judged_the_same(
    small, analyst, refused, tmp_path
):
    assert deliver(small, "small-feed", a_file(tmp_path), by=analyst).state == "repeat"
    # Even where it brought nothing but refused rows, and so no segment of its own.
    other = a_file(tmp_path, [ROWS[0], ROWS[1]], "two.csv")
    assert deliver(small, "small-feed", other, by=analyst).unchanged == 1
    assert deliver(small, "small-feed", other, by=analyst).state == "repeat"


def test_two_rows_that_claim_one_key_are_never_let_in_one_at_a_time(small, analyst, tmp_path):
    rows = [ROWS[0], "k,2024-05,one,North,1", "k,2024-05,other,North,2"]
    home = deliver(small, "small-feed", a_file(tmp_path, rows), by=analyst).delivery
    assert judge_again(small, home, by=analyst).refused == 2
    with pytest.raises(BadInput, match="must be mended"):
        release(small, home, [2], by=analyst, why="x")
    # The spreadsheet with one of the two only, as it was: the other waits, so it waits too.
    out = tmp_path / "out.csv"
    write_refused_rows(small, home, out)
    with out.open(newline="", encoding="utf-8") as content:
        sheet = list(csv.reader(content))
    one = tmp_path / "one.csv"
    with one.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(sheet[:2])
    assert mend(small, home, one, by=analyst).untouched == 1
    # Mended, one is settled: the other is no longer judged without it.
    sheet[1][5] = "mended"
    with one.open("w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows(sheet[:2])
    assert mend(small, home, one, by=analyst).settled == 1
    told = judge_again(small, home, by=analyst)
    assert (told.settled, told.untouched) == (0, 1) and known(small) == [A, ("k", "001", 1)]


def test_what_reading_could_not_tell_is_not_judged_again(small, analyst, tmp_path):
    rows = [ROWS[0], "b,2024-05,two,South", "e,2024-05,#VALUE!,South,1"]
    home = deliver(small, "small-feed", a_file(tmp_path, rows), by=analyst).delivery
    told = judge_again(small, home, by=analyst)
    assert (told.settled, told.refused, told.untouched) == (0, 0, 2)


def test_the_command_line_judges_again(small, mended, analyst, monkeypatch):
    monkeypatch.setenv("JOINEDUP_WORKSPACE", str(small.folder))
    done = CliRunner().invoke(main, ["quarantine", "judge-again", str(mended)])
    assert done.exit_code == 1 and "1 rows settled, 2 refused again" in done.output
    assert "Still waiting: " in done.output, "what is wrong is said at once"
    rows = CliRunner().invoke(main, ["quarantine", "show", str(mended), "--rows"]).stdout
    assert "judged-again" in rows


def test_of_an_older_book_which_does_not_tell_its_rules_a_file_is_judged_once_more(
    small, analyst, tmp_path, monkeypatch
):
    with monkeypatch.context() as older:
        older.setattr("joinedup.records.marks.of_refused", lambda _judged: {})
        home = deliver(small, "small-feed", a_file(tmp_path), by=analyst).delivery
    lists(small).write_text(CODES + "003,West,,\n")
    assert judge_again(small, home, by=analyst).settled == 1
    assert release(small, home, [4], by=analyst, why="x").settled == 1
    assert known(small) == [A, B, D]
    assert deliver(small, "small-feed", a_file(tmp_path), by=analyst).state == "stored"
    assert deliver(small, "small-feed", a_file(tmp_path), by=analyst).state == "repeat"
