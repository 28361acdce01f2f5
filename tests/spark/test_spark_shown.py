"""Spark as a person at a shell or in Python meets it."""

from __future__ import annotations

import json
import stat

import pytest
from click.testing import CliRunner

import joinedup.api
from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.spark import session
from joinedup.terms import Role
from joinedup.workspace import Workspace
from tiny_town import Town, at, build_town

ASKED = ("figure", "recorded-crime", "--area-level", "ward", "--every", "month", "--by", "type")


@pytest.fixture(scope="module")
def town_folder(tmp_path_factory):
    """A town with one user, whose points nobody has placed."""
    workspace = Workspace.open(build_town(tmp_path_factory.mktemp("shown")))
    add_user("ada", name="Ada Analyst", role=Role.ANALYST, agency=add_agency("council", "Council"))
    town = Town(workspace)
    town.crimes("2024-05", {"W1": 3, "sea": 1}, received=at(2024, 6))
    town.crimes("2024-06", {"W1": 8, "W3": 2, None: 4}, received=at(2024, 7))
    workspace.close()
    return workspace.folder


def run(folder, *words):
    result = CliRunner().invoke(main, ["-C", str(folder), *words])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_the_shell_and_python_get_the_same_rows_of_points_that_spark_had_placed(town_folder):
    in_spark = json.loads(run(town_folder, *ASKED, "--engine", "spark", "--format", "json"))
    found = {(row["area_code"], row["period"]): row["numerator"] for row in in_spark}
    assert found["W1", "2024-06"] == 8 and found["outside", "2024-05"] == 1
    assert in_spark == json.loads(run(town_folder, *ASKED, "--format", "json"))
    with joinedup.api.open(town_folder) as partnership:
        told = partnership.figure("recorded-crime", level="ward", every="month", by=["type"], engine="spark")
        assert json.loads(json.dumps(told.to_json_rows(), default=str)) == in_spark
        assert "`" not in partnership.figure("recorded-crime").sql


def test_the_sql_is_shown_as_spark_is_asked_it(town_folder):
    shown = run(town_folder, *ASKED, "--engine", "spark", "--show-sql")
    assert "CAST('2024-05-01' AS DATE)" in shown and "AS listed(part, month)" in shown
    assert "DATE '2024-05-01'" in run(town_folder, *ASKED, "--show-sql")


def test_spark_writes_into_a_private_folder_of_the_workspace_and_leaves_nothing(town_folder):
    run(town_folder, *ASKED, "--engine", "spark")
    workspace = Workspace.open(town_folder)
    assert stat.S_IMODE(workspace.spark_folder.stat().st_mode) == 0o700
    session.stop()
    assert not workspace.spark_folder.exists()
    workspace.close()
