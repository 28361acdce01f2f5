"""Erasing on the command line: an administrator, a reason, and what the doctor says before and after."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.feeds import deliver
from joinedup.terms import Period, Role

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
    return CliRunner().invoke(main, ["-C", str(workspace.folder), "--as", user, *words])


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
