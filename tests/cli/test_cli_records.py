"""``joinedup records``: taking a record back and letting it in again, as an analyst types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from joinedup.accounts import acting_viewer, add_agency, add_user
from joinedup.cli import main
from joinedup.feeds import report
from joinedup.terms import Role

FEED = "councillor-reports"
ANSWERS = {"Reported by": "Resident", "Reported on": "2026-05-31", "Topic": "Noise"}


@pytest.fixture
def reported(workspace):
    """A workspace with one report, and its reference."""
    agency = add_agency("council", "The council")
    for role in (Role.ANALYST, Role.COUNCILLOR):
        add_user(role.value, name=role.value.title(), role=role, agency=agency)
    by = acting_viewer("councillor")
    return workspace, report(workspace, FEED, ANSWERS, token="0" * 32, by=by).reference


def run(workspace, *words, user="analyst"):
    return CliRunner().invoke(main, ["-C", str(workspace.folder), "--as", user, *words])


def test_a_record_is_taken_back_listed_and_let_in_again(reported):
    workspace, reference = reported
    taken = run(workspace, "records", "withdraw", FEED, "--ref", reference, "--reason", "a hoax")
    assert taken.exit_code == 0 and "Taken back: 1 record" in taken.output
    assert "joinedup records restore 2" in taken.output
    [told] = json.loads(run(workspace, "records", "--format", "json").stdout)
    assert (told["number"], told["by"], told["reason"], told["state"]) == (
        2,
        "analyst",
        "a hoax",
        "taken back",
    )
    assert run(workspace, "records", "restore", "2", "--reason", "it was not").exit_code == 0
    [told] = json.loads(run(workspace, "records", "--format", "json").stdout)
    assert told["state"] == "let in again"


def test_what_cannot_be_done_is_said(reported):
    workspace, reference = reported
    withdraw = ["records", "withdraw", FEED, "--reason", "a hoax", "--ref"]
    unknown = run(workspace, *withdraw, "R-0000-0000")
    assert unknown.exit_code == 2 and "No record of that feed has such a reference" in unknown.output
    refused = run(workspace, *withdraw, reference, user="councillor")
    assert refused.exit_code == 2 and "Only analysts, administrators and data owners" in refused.output
    assert (
        "Nothing was taken back under that number"
        in run(workspace, "records", "restore", "1", "--reason", "x").output
    )
    assert "No record was taken back." in run(workspace, "records").output
