"""Agreements on the command line: nothing is shared before one is signed and recorded, nor once stopped."""

from __future__ import annotations

import json
import re

import duckdb
import pytest
from click.testing import CliRunner

from joinedup.accounts import acting_viewer, add_agency, add_user
from joinedup.cli import main
from joinedup.errors import NotPermitted
from joinedup.log import acts
from joinedup.records.identity import record_key_sql
from joinedup.release import reveal
from joinedup.terms import Purpose, RecordType, Role

pytestmark = pytest.mark.no_agreements

CALLS = """
name = "calls"
version = 1
title = "Calls"
record_type = "incident"
mode = "changes"
[owner]
code = "helpline"
name = "Helpline"
[source]
code = "calls"
title = "Calls"
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
sensitivity = "official"
licence = "Closed"
attribution = "Helpline"
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


@pytest.fixture
def line(workspace, tmp_path):
    """A helpline's calls, delivered by the council's analyst; a data owner at the helpline."""
    (workspace.contracts_folder / "calls.toml").write_text(CALLS)
    council = add_agency("council", "Council")
    add_user("ann", name="Ann", role=Role.ANALYST, agency=council)
    add_user("sam", name="Sam", role=Role.ADMINISTRATOR, agency=council)
    file = tmp_path / "calls.csv"
    file.write_text("Number,Day,Caller\nC1,2024-01-03,Obadiah Stays\n")
    assert run(workspace, "ann", "deliver", "calls", str(file)).exit_code == 0
    added = run(
        workspace, "sam", "users", "add", "fay", "--name", "Fay", "--role", "data-owner",
        "--agency", "helpline", "--no-password",
    )  # fmt: skip
    assert "(helpline)" in added.stderr
    return workspace


def run(workspace, who, *words):
    return CliRunner().invoke(main, ["-C", str(workspace.folder), "--as", who, *words])


def seen(workspace, who):
    told = run(workspace, who, "deliveries", "--format", "json")
    assert told.exit_code == 0, told.stderr
    return [row["feed"] for row in json.loads(told.stdout)]


def signed(text):
    """A draft, signed, with the callers' names shared."""
    text = text.replace("names = []", 'names = ["caller.*"]')
    text = re.sub('# signed_by = ""', 'signed_by = "Fay"', text)
    text = re.sub('# signed_as = ""', 'signed_as = "Manager"', text)
    return re.sub("# signed_on", "signed_on", text)


def name_of_caller(workspace, who):
    """The caller's name, as somebody reveals it."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE one AS SELECT 'C1' AS \"Number\"")
        key = connection.execute(f"SELECT {record_key_sql(['Number'])} FROM one").fetchone()[0]
    rows = reveal(
        workspace,
        acting_viewer(who),
        RecordType.INCIDENT,
        [str(key)],
        ["caller.full_name"],
        purpose=Purpose.CRIME_AND_DISORDER,
        reason="To call back",
        feed="calls",
    )
    return rows[0]["caller.full_name"]


def test_from_nothing_shared_to_signed_to_taken_back(line, tmp_path):
    assert seen(line, "fay") == ["calls"], "it is the helpline's own data"
    assert seen(line, "ann") == []
    assert "No agreement is recorded" in run(line, "ann", "agreements").output

    draft = tmp_path / "agreement.toml"
    assert run(line, "ann", "agreements", "draft", "--out", str(draft)).exit_code == 0
    recorded = run(line, "ann", "agreements", "record", str(draft))
    assert recorded.exit_code == 0, recorded.stderr
    assert "helpline has not signed" in recorded.stderr
    assert seen(line, "ann") == []

    draft.write_text(signed(draft.read_text()).replace("version = 1", "version = 2"))
    assert run(line, "ann", "agreements", "record", str(draft)).exit_code == 0
    assert seen(line, "ann") == ["calls"]
    told = json.loads(run(line, "ann", "agreements", "show", "community-safety", "--format", "json").stdout)
    share = next(one for one in told[0]["shares"] if one["owner"] == "helpline")
    assert share["holds"]

    stopped = run(
        line, "fay", "agreements", "stop", "community-safety", "--owner", "helpline", "--reason", "Review"
    )
    assert stopped.exit_code == 0, stopped.stderr
    assert seen(line, "ann") == []
    assert seen(line, "fay") == ["calls"]
    kinds = [act.what for act in acts(kind="administration")]
    assert kinds[0] == "took back what helpline shares by the agreement community-safety"
    assert "recorded the agreement community-safety, version 2" in kinds


def test_a_draft_is_a_file_that_can_be_recorded_and_is_never_written_over(line, tmp_path):
    draft = tmp_path / "agreement.toml"
    draft.write_text("mine")
    refused = run(line, "ann", "agreements", "draft", "--out", str(draft))
    assert refused.exit_code == 2
    assert draft.read_text() == "mine"


def test_a_file_that_is_wrong_is_refused_with_its_name_and_nothing_is_recorded(line, tmp_path):
    file = tmp_path / "a.toml"
    file.write_bytes(b"\xff\xfe")
    for content in (b"\xff\xfe", b"code ="):
        file.write_bytes(content)
        refused = run(line, "ann", "agreements", "record", str(file))
        assert refused.exit_code == 2
        assert "a.toml" in refused.stderr
    assert "No agreement is recorded" in run(line, "ann", "agreements").output


def test_another_agencys_people_take_nothing_back(line, tmp_path):
    draft = tmp_path / "agreement.toml"
    run(line, "ann", "agreements", "draft", "--out", str(draft))
    run(line, "ann", "agreements", "record", str(draft))
    refused = run(
        line, "fay", "agreements", "stop", "community-safety", "--owner", "council", "--reason", "x"
    )
    assert refused.exit_code == 2
    assert "fay is a data owner" in refused.stderr


def test_names_need_an_agreement_that_shares_them(line, tmp_path):
    draft = tmp_path / "agreement.toml"
    run(line, "ann", "agreements", "draft", "--out", str(draft))
    whole = signed(draft.read_text())
    draft.write_text(whole.replace('names = ["caller.*"]', "names = []"))
    assert run(line, "ann", "agreements", "record", str(draft)).exit_code == 0
    assert seen(line, "ann") == ["calls"]
    with pytest.raises(NotPermitted, match="does not share those identifying details of calls"):
        name_of_caller(line, "ann")
    draft.write_text(whole.replace("version = 1", "version = 2"))
    assert run(line, "ann", "agreements", "record", str(draft)).exit_code == 0
    assert name_of_caller(line, "ann") == "Obadiah Stays"
    act = acts(kind="consultation")[0]
    assert act.detail["agreement"] == "community-safety 2"
    assert act.detail["owners"] == ["helpline"]
    with pytest.raises(NotPermitted, match="An administrator has no access to personal data"):
        name_of_caller(line, "sam")
