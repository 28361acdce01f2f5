"""The log is asked by those who answer for the data; everybody else sees their own acts."""

from __future__ import annotations

from click.testing import CliRunner
from closed_town import viewer

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.log import record_act
from joinedup.release import LogQuestion, log_acts
from joinedup.terms import Role


def test_a_councillor_sees_what_they_did_and_nothing_of_what_others_did(town):
    analyst, councillor = viewer(Role.ANALYST), viewer(Role.COUNCILLOR)
    for who in (analyst, councillor):
        record_act("disclosure", by=who, purpose=None, what=f"looked at a figure: {who.username}")
    assert {act.username for act in log_acts(town, councillor)} == {councillor.username}
    assert log_acts(town, councillor, LogQuestion(by=analyst.username)) == []
    assert log_acts(town, councillor, LogQuestion(kind="collection")) == []
    assert {analyst.username, councillor.username} <= {act.username for act in log_acts(town, analyst)}
    assert [act.kind for act in log_acts(town, analyst, LogQuestion(kind="collection"))] == ["collection"]


def test_the_command_line_keeps_counts_of_closed_rows_from_a_councillor(town, monkeypatch):
    monkeypatch.setenv("JOINEDUP_WORKSPACE", str(town.folder))
    add_user("cllr", name="Cllr", role=Role.COUNCILLOR, agency=add_agency("council", "Council"))
    told = CliRunner().invoke(main, ["--as", "cllr", "log", "--format", "json"])
    assert told.exit_code == 0, told.stderr
    assert "accepted" not in told.stdout and "what you did yourself" in told.stderr
