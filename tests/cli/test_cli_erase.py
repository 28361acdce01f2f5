"""Erasing on the command line: an administrator, a reason, and what the doctor says before and after."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.feeds import deliver
from joinedup.terms import Period, Role
from seconding import shell_by_two

CONTRACT = """
name = "warden-patrols"
version = 1
title = "Wardens' patrols"
record_type = "incident"
mode = "snapshot"
ref = "Number"
[owner]
code = "wardens"
name = "Wardens"
[source]
code = "wardens"
title = "Wardens"
[period]
file_name = '(?P<period>\\\\d{4}-\\\\d{2})-patrols'
[key]
columns = ["Number"]
[time]
column = "Day"
format = "date"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
sensitivity = "official"
licence = "Closed"
attribution = "Wardens"
[[column]]
name = "Number"
required = true
[[column]]
name = "Day"
required = true
[[column]]
name = "Kind"
field = "patrol_kind"
"""


@pytest.fixture
def patrols(workspace, tmp_path: Path):
    (workspace.contracts_folder / "warden-patrols.toml").write_text(CONTRACT.replace("\\\\", "\\"))
    agency = add_agency("council", "Council")
    analyst = add_user("ann", name="Ann", role=Role.ANALYST, agency=agency).viewer()
    add_user("cass", name="Cass", role=Role.ADMINISTRATOR, agency=agency)
    file = tmp_path / "2024-05-patrols.csv"
    file.write_text("Number,Day,Kind\nWP-000077,2024-05-01,foot\nWP-000078,2024-05-02,car\n")
    deliver(workspace, "warden-patrols", file, by=analyst, period=Period.parse("2024-05"))
    return workspace


def _run(workspace, *words, user="cass"):
    return shell_by_two(lambda: CliRunner().invoke(main, ["-C", str(workspace.folder), "--as", user, *words]))


WHY = ["--reason", "request 12"]


def test_an_administrator_erases_a_record_and_the_doctor_finds_nothing_wrong(patrols):
    (patrols.temporary_folder / "joinedup-20240501-x.log").write_text("a traceback with WP-000077")
    result = _run(patrols, "erase", "warden-patrols", "--ref", "WP-000077", *WHY, "--format", "json")
    assert result.exit_code == 0, result.stderr
    (row,) = json.loads(result.stdout)
    assert (row["number"], row["records"], row["rows"], row["finished"]) == (1, 1, 1, True)
    assert "Nothing of what was erased is left" in result.stderr
    assert not any(b"WP-000077" in path.read_bytes() for path in patrols.folder.rglob("*") if path.is_file())
    assert json.loads(_run(patrols, "erase", "--list", "--format", "json").stdout) == [row]
    assert _run(patrols, "erase", "--finish").exit_code == 0
    assert _run(patrols, "check").exit_code == 0


def test_the_first_time_it_is_proposed_and_a_second_person_lets_the_same_command_do_it(patrols):
    from joinedup.accounts.models import Proposal

    def run(user, *words):
        return CliRunner().invoke(main, ["-C", str(patrols.folder), "--as", user, *words])

    words = ("erase", "warden-patrols", "--ref", "WP-000077", *WHY)
    first = run("cass", *words)
    assert first.exit_code == 1 and first.stdout == ""
    assert "Nothing was done yet, for it takes two people. Proposal 1 of cass waits until" in first.stderr
    assert "joinedup approvals approve 1" in first.stderr
    assert json.loads(run("cass", "erase", "--list", "--format", "json").stdout) == []
    kept = str(Proposal.objects.values())
    assert "WP-000077" not in kept and "request 12" not in kept
    assert run("cass", "approvals", "approve", "1").exit_code == 2
    (row,) = json.loads(run("ann", "approvals", "--format", "json").stdout)
    assert (row["about"], row["reason"]) == ("1 record; 2024-05", "request 12")
    assert run("ann", "approvals", "approve", "1").exit_code == 0
    assert run("cass", "erase", "warden-patrols", "--ref", "WP-000078", *WHY).exit_code == 1
    assert run("cass", *words).exit_code == 0
    assert run("cass", *words).exit_code == 2  # there is no such record any more
    assert run("cass", "approvals", "decline", "2", "--reason", "not that one").exit_code == 0
    assert "Nothing waits for you." in run("ann", "approvals").output


@pytest.mark.parametrize(
    ("words", "user", "says"),
    [
        (["warden-patrols", "--ref", "WP-000077", *WHY], "ann", "administrator only"),
        (["warden-patrols", "--ref", "WP-000077"], "cass", "needs its reason"),
        (["warden-patrols", "--ref", "WP-9", *WHY], "cass", "No record of that feed"),
        (
            ["warden-patrols", "--ref", "WP-000077", "--reason", "for WP-000077"],
            "cass",
            "says who the records are about",
        ),
        (["warden-patrols", "--key", "xyz", *WHY], "cass", "32 hexadecimal digits"),
        (["warden-patrols", *WHY], "cass", "by name"),
        (["--ref", "WP-000077", *WHY], "cass", "which feed"),
    ],
)
def test_what_is_refused_changes_nothing_and_says_why(patrols, words, user, says):
    result = _run(patrols, "erase", *words, user=user)
    assert result.exit_code == 2
    assert says in result.stderr
    assert json.loads(_run(patrols, "erase", "--list", "--format", "json").stdout) == []


def test_an_old_file_that_a_reader_holds_needs_a_person(patrols, monkeypatch):
    from joinedup.records import RecordBook, book

    monkeypatch.setattr(book, "LOCK_SECONDS", 0.0)
    with RecordBook(patrols).reading():
        monkeypatch.setattr(
            RecordBook.erase, "__kwdefaults__", {**RecordBook.erase.__kwdefaults__, "wait_seconds": 0}
        )
        result = _run(patrols, "erase", "warden-patrols", "--ref", "WP-000077", *WHY)
        assert result.exit_code == 1
        assert "joinedup erase --finish" in result.stderr
        wrong = _run(patrols, "check", "--format", "json")
        assert wrong.exit_code == 1
        assert "Run: joinedup erase --finish" in wrong.stdout
    assert _run(patrols, "erase", "--finish").exit_code == 0
    assert _run(patrols, "check").exit_code == 0


def test_a_held_file_that_may_hold_the_same_record_needs_a_person(patrols):
    from joinedup.feeds.models import HeldFile

    moment = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    told = {"file_name": "x.csv", "file_sha256": "a" * 64, "file_bytes": 1, "rows_in": 1, "usable": 1}
    for feed in ("warden-patrols", "another-feed"):
        HeldFile.objects.create(feed=feed, folder=feed, received_at=moment, held_at=moment, **told)
    result = _run(patrols, "erase", "warden-patrols", "--ref", "WP-000077", *WHY)
    assert result.exit_code == 1
    assert "Held files of warden-patrols may hold the same records (1)" in result.stderr
    assert "Erased 1 records" in result.stderr


@pytest.fixture
def found_again(patrols):
    """The same rows in a feed whose source nobody is shown."""
    contract = patrols.contracts_folder / "warden-patrols.toml"
    hidden = contract.read_text().replace("warden-patrols", "hidden-patrols").replace('"wardens"', '"hidden"')
    path = patrols.contracts_folder / "hidden-patrols.toml"
    path.write_text(hidden.replace('sensitivity = "official"', 'sensitivity = "restricted"'))
    return patrols


def test_erasures_of_restricted_feeds_are_listed_to_administrators_only(found_again, tmp_path):
    file = tmp_path / "2024-06-patrols.csv"
    file.write_text("Number,Day,Kind\nHP-000077,2024-06-01,foot\n")
    from joinedup.accounts import acting_viewer

    deliver(found_again, "hidden-patrols", file, by=acting_viewer("ann"), period=Period.parse("2024-06"))
    assert _run(found_again, "erase", "hidden-patrols", "--ref", "HP-000077", *WHY).exit_code == 0
    assert _run(found_again, "erase", "warden-patrols", "--ref", "WP-000077", *WHY).exit_code == 0
    for user, feeds in (("cass", ["hidden-patrols", "warden-patrols"]), ("ann", ["warden-patrols"])):
        listed = json.loads(_run(found_again, "erase", "--list", "--format", "json", user=user).stdout)
        assert [row["feed"] for row in listed] == feeds


def test_whoever_may_not_erase_learns_nothing_of_what_is_there(patrols):
    said = {
        _run(patrols, "erase", "warden-patrols", *words, *WHY, user="ann").stderr
        for words in (["--ref", "WP-000077"], ["--ref", "NOPE"], ["--look", "--ref", "NOPE"])
    }
    assert len(said) == 1 and "administrator only" in said.pop()


def test_a_look_shows_what_an_erasure_names_and_changes_nothing(patrols):
    looked = _run(patrols, "erase", "--look", "--ref", "WP-000077", *WHY, "--format", "json")
    (found,) = json.loads(looked.stdout)
    assert (found["feed"], found["months"], found["people"]) == ("warden-patrols", "2024-05", 0)
    assert "WP-000077" not in looked.stdout
    erased = _run(patrols, "erase", "warden-patrols", "--key", found["key"], *WHY)
    assert erased.exit_code == 0, erased.stderr
    again = _run(patrols, "erase", "--look", "--ref", "WP-000077", *WHY)
    assert "No record and no refused row" in again.output
    assert len(json.loads(_run(patrols, "log", "--kind", "consultation", "--format", "json").stdout)) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--identifier", "X123456"], "SCHEME=VALUE"),
        (["--refused", "12"], "DELIVERY:ROW"),
        (["--name", "Ann Other"], "by name alone"),
        (["--look", "--refused", "1:2"], "by reference, identifier or name"),
        (["--identifier", "crn=X9"], "No record of that feed"),
    ],
)
def test_a_way_of_naming_that_is_wrong_says_what_is_right(patrols, words, says):
    result = _run(patrols, "erase", "warden-patrols", *words, *WHY)
    assert result.exit_code == 2 and says in result.stderr


def test_what_killed_processes_left_goes_with_an_erasure_and_what_is_strange_is_told(patrols):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    spill = patrols.spill_folder.with_name(patrols.spill_folder.name.rpartition("-")[0] + f"-{ended.pid}")
    held = patrols.folder / "held" / "00aa11bb22cc33dd"
    for folder in (spill, held):
        folder.mkdir(parents=True)
        (folder / "rows.csv").write_text("WP-000077,2024-05-01,foot")
    (patrols.temporary_folder / "export-0011223344556677.xlsx").write_text("WP-000077")
    strange = patrols.temporary_folder / "notes.txt"
    strange.write_text("WP-000077")
    result = _run(patrols, "erase", "warden-patrols", "--ref", "WP-000077", *WHY)
    assert result.exit_code == 1 and "1 files or folders of other processes" in result.stderr
    assert not spill.exists() and not held.exists()
    assert [path.name for path in patrols.temporary_folder.iterdir()] == ["notes.txt"]
    checked = _run(patrols, "check", "--format", "json")
    assert checked.exit_code == 1 and "tmp/notes.txt" in checked.stdout
    strange.unlink()
    assert _run(patrols, "erase", "--finish").exit_code == _run(patrols, "check").exit_code == 0
