"""The doctor finds what is wrong with a workspace, and says what to do."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from joinedup.cli import main


def _check(folder, *options):
    result = CliRunner().invoke(main, ["-C", str(folder), "check", "--format", "json", *options])
    findings = json.loads(result.stdout) if result.stdout else []
    return result, [finding for finding in findings if finding["state"] == "wrong"]


def test_a_healthy_workspace_has_nothing_wrong(workspace):
    result, wrong = _check(workspace.folder)
    assert (result.exit_code, wrong) == (0, [])
    assert "Nothing is wrong" in result.stderr


def test_an_extra_file_in_the_record_book_is_found(workspace):
    (workspace.records_folder / "stray.parquet").write_bytes(b"not ours")
    result, wrong = _check(workspace.folder)
    assert result.exit_code == 1
    assert [finding["part"] for finding in wrong] == ["record book"]
    assert "stray.parquet" in wrong[0]["finding"]
    assert wrong[0]["what_to_do"] == "Move it away: joinedup did not put it there"


def test_an_extra_file_in_the_places_is_found(workspace):
    (workspace.places_folder / "extra.parquet").write_bytes(b"not ours")
    result, wrong = _check(workspace.folder)
    assert result.exit_code == 1
    assert [finding["part"] for finding in wrong] == ["places"]
    assert "extra.parquet" in wrong[0]["finding"]
    assert "Move it away" in wrong[0]["what_to_do"]


def test_a_contract_with_an_error_is_found(workspace):
    (workspace.contracts_folder / "small-feed.toml").write_text("name = ", encoding="utf-8")
    result, wrong = _check(workspace.folder)
    assert result.exit_code == 1
    assert [finding["part"] for finding in wrong] == ["contract"]
    assert "small-feed.toml" in wrong[0]["finding"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_secret_that_others_can_read_is_found(workspace):
    (workspace.secrets_folder / "django.key").chmod(0o644)
    result, wrong = _check(workspace.folder)
    assert result.exit_code == 1
    assert [finding["part"] for finding in wrong] == ["secrets"]
    assert "chmod 600" in wrong[0]["what_to_do"]


@pytest.mark.parametrize(
    ("trigger", "can_be"),
    [
        ("log_act_no_update", "changed"),
        ("log_act_no_delete", "deleted"),
        ("log_act_no_replace", "replaced"),
    ],
)
def test_a_log_that_can_be_changed_is_found(workspace, analyst, trigger, can_be):
    from django.db import connection

    from joinedup.log import acts, record_act

    record_act("administration", by=analyst, purpose=None, what="something")
    assert _check(workspace.folder)[1] == []
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {trigger}")
    connection.close()
    result, wrong = _check(workspace.folder)
    assert result.exit_code == 1
    assert [finding["part"] for finding in wrong] == ["log"]
    assert can_be in wrong[0]["finding"]
    assert [act.what for act in acts()] == ["something"]


def test_a_lost_key_is_made_anew(workspace):
    key = workspace.secrets_folder / "django.key"
    before = key.read_text()
    key.unlink()
    result, _ = _check(workspace.folder)
    assert result.exit_code == 2
    assert "--repair-key" in result.stderr
    result, wrong = _check(workspace.folder, "--repair-key")
    assert (result.exit_code, wrong) == (0, [])
    assert key.read_text() != before


def test_without_a_workspace_the_installation_is_examined(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JOINEDUP_WORKSPACE", raising=False)
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 0
    assert "only the installation was examined" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
@pytest.mark.parametrize(
    ("mode", "state"), [(0o700, "good"), (0o750, "note"), (0o755, "wrong"), (0o701, "wrong")]
)
def test_who_can_enter_the_workspace_is_told(workspace, mode, state):
    assert workspace.folder.stat().st_mode & 0o777 == 0o700  # as it was made
    workspace.folder.chmod(mode)
    result, _ = _check(workspace.folder)
    (found,) = [finding for finding in json.loads(result.stdout) if finding["part"] == "folder"]
    assert found["state"] == state
    assert ("chmod 700" in found["what_to_do"]) == (state != "good")


def test_one_calendar_is_told_as_one(workspace):
    (workspace.folder / "term-dates.toml").write_text(
        '[[calendar]]\nname = "Terms"\nsource = "The council"\nknown_from = 2023-09-01\n'
        "known_to = 2024-08-31\nterms = [[2023-09-04, 2023-10-27]]\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, ["-C", str(workspace.folder), "check", "--format", "json"])
    [told] = [one["finding"] for one in json.loads(result.stdout) if one["part"] == "calendars"]
    assert told.startswith("1 calendar of school terms, ")
