"""Retention on the command line: what is kept cannot be erased, what is refused leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.feeds import deliver
from joinedup.records.writing import Writer
from joinedup.terms import Period, Role
from seconding import shell_by_two

CONTRACT = """
name = "warden-reports"
version = 1
title = "Wardens' reports"
record_type = "incident"
mode = "changes"
ref = "Number"
[owner]
code = "wardens"
name = "Wardens"
[source]
code = "warden-reports"
title = "Wardens' reports"
[period]
one_month = false
[key]
columns = ["Number"]
[time]
column = "Day"
format = "date"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
retention_years = 1
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
name = "Caller"
personal = "identifying"
[[person]]
role = "caller"
full_name = "Caller"
"""
ROWS = """Number,Day,Caller
WR-0001,2022-05-03,Quintessa Marrow
WR-0002,2022-05-04,Obadiah Stays
WR-0003,2022-07-01,Mark Art
"""


@pytest.fixture
def wardens(workspace, tmp_path: Path):
    """Three reports whose time has run out: two of May 2022, one of July."""
    (workspace.contracts_folder / "warden-reports.toml").write_text(CONTRACT)
    agency = add_agency("council", "Council")
    analyst = add_user("ann", name="Ann", role=Role.ANALYST, agency=agency).viewer()
    add_user("cass", name="Cass", role=Role.ADMINISTRATOR, agency=agency)
    file = tmp_path / "reports.csv"
    file.write_text(ROWS)
    deliver(workspace, "warden-reports", file, by=analyst, period=Period.parse("2022-05..2022-07"))
    return workspace


def run(workspace, *words: str, user: str = "cass"):
    words = ("-C", str(workspace.folder), "--as", user, "retention", *words)
    return shell_by_two(lambda: CliRunner().invoke(main, words))


def listed(workspace, *words: str) -> list[dict]:
    return json.loads(run(workspace, *words, "--format", "json").stdout)


def held(workspace) -> list[tuple[str, int, str]]:
    return [(one["period"], one["records"], one["state"]) for one in listed(workspace)]


def erase(workspace, *words: str, up_to: str = "2022-07", why: str = "time is over"):
    return run(workspace, "erase", "warden-reports", "--up-to", up_to, "--why", why, *words)


def test_a_legal_hold_is_named_and_kept_until_it_is_ended_with_a_reason(wardens) -> None:
    until = "2030-01-01"
    kept = run(
        wardens,
        "keep",
        "warden-reports",
        "--up-to",
        "2022-05",
        "--until",
        until,
        "--why",
        "Court case",
        user="ann",
    )
    assert kept.exit_code == 0 and "decision 1" in kept.stderr
    refused = erase(wardens)
    assert refused.exit_code == 2
    assert "Decision 1 keeps records up to 2022-05 until 2030-01-01, so nothing was erased" in refused.stderr
    assert "retention end 1 --why" in refused.stderr and "from 2022-06" in refused.stderr
    assert held(wardens) == [("2022-07", 1, "to be decided"), ("2022-05", 2, "kept")]
    assert erase(wardens, "--from", "2022-06").exit_code == 0
    assert held(wardens) == [("2022-05", 2, "kept")]
    assert run(wardens, "end", "1", "--why", "Quintessa's trial is over").exit_code == 2
    assert run(wardens, "end", "1", "--why", "the trial is over").exit_code == 0
    assert erase(wardens, up_to="2022-05").exit_code == 0
    assert held(wardens) == []
    assert [
        (one["number"], one["decision"], one["from"], one["ended_why"])
        for one in listed(wardens, "decisions")
    ] == [
        (1, "kept: ended", None, "the trial is over"),
        (2, "erased", "2022-06", None),
        (3, "erased", None, None),
    ]


@pytest.mark.parametrize(
    "why", ["Quintessa Marrow asked", "for ms MARROW", "report wr0001", "Mark Art asked"]
)
def test_a_reason_with_a_name_is_refused_and_is_nowhere_afterwards(wardens, why: str) -> None:
    from joinedup.log import acts

    before = len(list(acts()))
    refused = erase(wardens, why=why)
    assert refused.exit_code == 2 and "says who" in refused.stderr
    assert "arrow" not in refused.stderr and "Mark" not in refused.stderr
    assert listed(wardens, "decisions") == [] and len(list(acts())) == before
    assert len(held(wardens)) == 1


def test_an_ordinary_reason_is_not_refused_for_a_name_that_is_a_word(wardens) -> None:
    assert erase(wardens, why="we mark them as over: article 5(1)(e), state of the art").exit_code == 0


def test_what_was_decided_and_not_done_is_told_and_finished(wardens, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Writer, "erase", lambda *_args, **_named: 1 / 0)
        assert erase(wardens, up_to="2022-05").exit_code != 0
    assert [one["decision"] for one in listed(wardens, "decisions")] == ["to be erased: not yet done"]
    assert held(wardens) == [
        ("2022-05", 2, "erasure decided, not yet done"),
        ("2022-07", 1, "to be decided"),
    ]
    assert "joinedup retention finish" in run(wardens).stderr
    assert run(wardens, "finish", user="ann").exit_code == 2
    done = run(wardens, "finish")
    assert done.exit_code == 0 and "Decision 1 about warden-reports: erased" in done.stderr
    assert held(wardens) == [("2022-07", 1, "to be decided")]
    assert "No decision to erase is left undone" in run(wardens, "finish").stderr
