"""``joinedup watch-lists``: made, filled, looked at, renewed and ended on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.log import acts
from joinedup.workspace import Workspace
from watched_town import day

MAKE = [
    "make", "faces", "--title", "Persons of interest", "--purpose", "crime-and-disorder",
    "--basis", "Section 115", "--feed", "complaints", "--to", "wardens:practitioner",
    "--detail", "client.full_name",
]  # fmt: skip


@pytest.fixture
def run(town, monkeypatch):
    """Runs a command of watch-lists as somebody."""
    monkeypatch.setattr(Workspace, "open", classmethod(lambda cls, folder: town))
    monkeypatch.setattr(Workspace, "close", lambda self: None)

    def ran(who, *words):
        given = ["-C", str(town.folder), "--as", who, "watch-lists", *words]
        return CliRunner().invoke(main, given)

    return ran


def said(result, status=0):
    assert result.exit_code == status, result.output
    return result.output


KEEPER, WARDEN = "team-meeting-coordinator", "wardens-practitioner"


def test_from_making_to_ending(run):
    assert "Put records on it" in said(run(KEEPER, *MAKE, "--expires", str(day(90))))
    both = run(KEEPER, "add", "faces", "--ref", "C1", "--all", "--why", "violence")
    assert "2 records put on" in said(both)
    assert "1 record put on" in said(
        run(KEEPER, "add", "faces", "--ref", "C2", "--why", "wanted", "--until", str(day(3)))
    )
    shown = said(run(WARDEN, "show", "faces", "--reason", "on patrol"))
    assert [name in shown for name in ("Ann Zeal", "Bob Young", "Cy Abel")] == [True] * 3
    assert "Zed" not in shown
    assert "1 record taken off" in said(run(KEEPER, "remove", "faces", "--ref", "C2"))
    assert "Cy Abel" not in said(run(WARDEN, "show", "faces", "--reason", "on patrol"))
    (seen, _first) = json.loads(said(run(KEEPER, "seen", "faces", "--format", "json")))
    assert (seen["by"], seen["records"]) == (WARDEN, 2)
    said(run(KEEPER, "change", "faces", "--expires", str(day(120)), "--detail", "client.alias"))
    assert "Zed" in said(run(WARDEN, "show", "faces", "--reason", "on patrol"))
    (listed,) = json.loads(said(run(WARDEN, "--format", "json")))
    assert listed["state"] == "open"
    assert listed["expires"] == str(day(120))
    assert listed["for"] == ["practitioner of wardens"]
    said(run(KEEPER, "end", "faces", "--reason", "no longer needed"))
    assert "was ended" in said(run(WARDEN, "show", "faces", "--reason", "on patrol"), status=2)


def test_a_list_by_rule(run):
    words = [
        "make",
        "gate",
        "--title",
        "Released",
        "--purpose",
        "offender-management",
        "--basis",
        "Section 14",
    ]
    words += ["--within", "releases", "28", "28", "--to", "team:practitioner", "--detail", "client.full_name"]
    assert "Put records" not in said(run(KEEPER, *words, "--expires", str(day(90))))
    shown = said(run("team-practitioner", "show", "gate", "--reason", "morning meeting"))
    assert f"from {day(-28)} to {day(28)}" in shown
    assert ("Di First" in shown, "Flo Early" in shown) == (True, False)


def test_what_is_refused_says_why_and_changes_nothing(run):
    assert "--expires" in said(run(KEEPER, *MAKE), status=2)
    late = said(run(KEEPER, *MAKE, "--expires", str(day(400))), status=2)
    assert "12 months at most" in late
    for who in (WARDEN, "team-administrator", "stranger-analyst"):
        said(run(who, *MAKE, "--expires", str(day(90))), status=2)
    said(run(KEEPER, *MAKE, "--expires", str(day(90))))
    absent = said(run("stranger-analyst", "show", "faces", "--reason", "x"), status=2)
    nothing = said(run("stranger-analyst", "show", "nobody", "--reason", "x"), status=2)
    assert absent.replace("faces", "nobody") == nothing
    assert "Nothing is to be changed" in said(run(KEEPER, "change", "faces"), status=2)
    wrong = said(run(KEEPER, "add", "faces", "--ref", "C1", "--why", "trouble"), status=2)
    assert "anti-social-behaviour" in wrong
    assert acts(kind="consultation") == []
