"""Every ending of the command line is one sentence and an exit status; results and messages stay apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from joinedup.cli import discovery, main
from joinedup.cli.mishaps import needs_person
from joinedup.errors import BadInput
from joinedup.workspace import Workspace


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command line in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, **options):
        return CliRunner().invoke(main, [str(argument) for argument in arguments], **options)

    return call


@pytest.fixture
def made(run, tmp_path):
    """A workspace made by ``joinedup init`` in the folder ``workspace``."""
    result = run("init", "workspace", "--partnership", "Testshire", "--user", "ann", "--name", "Ann Tester")
    assert result.exit_code == 0, result.stderr
    return tmp_path / "workspace"


@pytest.fixture
def verb(monkeypatch):
    """Put a verb of the test's own in place of all others."""

    def put(function):
        monkeypatch.setattr(discovery, "command", lambda name: click.command(name=name)(function))

    return put


def test_init_makes_a_workspace_with_its_first_user_and_says_what_is_next(run, made):
    result = run("users", "--format", "json")
    (user,) = json.loads(result.stdout)
    assert (user["user"], user["name"], user["role"]) == ("ann", "Ann Tester", "analyst")
    again = run("init", "workspace", "--partnership", "Testshire")
    assert again.exit_code == 2
    assert "not empty" in again.stderr


def test_init_with_a_user_name_that_will_not_do_makes_nothing(run, tmp_path):
    result = run("init", "new", "--partnership", "Testshire", "--user", "no spaces, please")
    assert result.exit_code == 2
    assert not (tmp_path / "new").exists()


def test_without_a_workspace_the_sentence_says_how_to_name_one(run):
    result = run("users")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: It is not said which workspace")
    assert "joinedup init" in result.stderr


def test_the_workspace_is_found_by_option_variable_or_place(run, made, monkeypatch, tmp_path):
    assert run("users").exit_code == 0  # ./workspace
    monkeypatch.chdir(made)
    assert run("users").exit_code == 0  # this folder
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run("users").exit_code == 2
    assert run("-C", made, "users").exit_code == 0
    assert run("users", env={"JOINEDUP_WORKSPACE": str(made)}).exit_code == 0


def test_wrong_use_is_refused_with_status_2_on_standard_error(run):
    for arguments in (["nonsense"], ["users", "--format", "xml"], ["init"]):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "Error" in result.stderr


def test_what_needs_a_person_ends_with_status_1_after_its_result(run, verb):
    def act():
        click.echo("the result")
        needs_person("Three rows wait in quarantine.")

    verb(act)
    result = run("anything")
    assert (result.exit_code, result.stdout) == (1, "the result\n")
    assert result.stderr == "Three rows wait in quarantine.\n"


def test_a_refusal_is_one_sentence_with_status_2(run, verb):
    def act():
        raise BadInput("That will not do", where="row 4", next_step="Mend it")

    verb(act)
    result = run("anything")
    assert (result.exit_code, result.stderr) == (2, "Error: That will not do (row 4). Mend it.\n")


def test_an_unforeseen_error_shows_no_value_and_keeps_its_details_for_the_owner(run, made, verb):
    def act():
        raise RuntimeError("Jane Doe, born 1980")

    verb(act)
    result = run("-C", made, "anything")
    assert result.exit_code == 2
    assert "Jane" not in result.output
    assert "Traceback" not in result.output
    kept = Path(result.stderr.split(" are in ")[1].strip().removesuffix("."))
    assert kept.parent == made / "tmp"
    assert "Jane Doe" in kept.read_text(encoding="utf-8")
    if sys.platform != "win32":
        assert kept.stat().st_mode & 0o077 == 0


def test_ctrl_c_ends_with_130(run, verb):
    def act():
        raise KeyboardInterrupt

    verb(act)
    assert run("anything").exit_code == 130


def _joinedup(*arguments, folder, **options):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JOINEDUP_")}
    return subprocess.Popen(
        [sys.executable, "-m", "joinedup", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_a_reader_who_leaves_ends_it_without_a_word(made):
    process = _joinedup("log", "--limit", "1000", "--format", "json", folder=made.parent)
    process.stdout.close()
    said = process.stderr.read()
    process.wait()
    assert process.returncode != 2
    assert "Traceback" not in said
    assert "Error" not in said


def test_results_are_on_standard_output_and_messages_on_standard_error(made):
    process = _joinedup("users", "--format", "csv", folder=made.parent)
    out, err = process.communicate()
    assert process.returncode == 0
    assert out.splitlines()[0].startswith("user,name,role")
    assert err == ""


@pytest.mark.parametrize(
    "words",
    [
        ("quality", "--measures"),
        ("measures",),
        ("measures", "show", "recorded-crime"),
        ("harm",),
        ("rhythm",),
        ("repeats",),
        ("reoffending",),
        ("reoffending", "proven-reoffending", "--from", "2024-04", "--show-sql"),
    ],
)
def test_what_there_is_can_be_listed_in_a_process_that_did_nothing_before(made, words):
    process = _joinedup(*words, folder=made.parent)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert out


def test_changes_to_users_are_made_and_logged_together(run, made):
    assert (
        run(
            "users",
            "add",
            "bob",
            "--name",
            "Bob",
            "--role",
            "councillor",
            "--agency",
            "Council",
            "--no-password",
        ).exit_code
        == 0
    )
    assert run("users").exit_code == 0
    assert run("--as", "ann", "users", "set-role", "bob", "practitioner").exit_code == 0
    assert run("--as", "ann", "users", "deactivate", "bob").exit_code == 0
    result = run("log", "--kind", "administration", "--format", "json")
    assert [act["what"] for act in json.loads(result.stdout)] == [
        "barred bob",
        "gave bob the role practitioner",
        "added the user bob, councillor",
        "made the workspace, first user",
    ]
    assert {act["who"] for act in json.loads(result.stdout)} == {"ann"}


def test_a_change_that_cannot_be_logged_is_not_made(run, made):
    _block_the_log(made)
    result = run("users", "set-role", "ann", "councillor")
    assert result.exit_code == 2
    (user,) = json.loads(run("users", "--format", "json").stdout)
    assert user["role"] == "analyst"


def _block_the_log(folder):
    from django.db import connection

    opened = Workspace.open(folder)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER full BEFORE INSERT ON log_act BEGIN SELECT RAISE(ABORT, 'no'); END")
    opened.close()


def test_passwords_are_asked_for_twice_and_weak_ones_refused(run, made):
    weak = run("users", "set-password", "ann", input="password\npassword\n")
    assert weak.exit_code == 2
    assert "password will not do" in weak.stderr
    good = run("users", "set-password", "ann", input="seven brown otters\nseven brown otters\n")
    assert good.exit_code == 0
    (user,) = json.loads(run("users", "--format", "json").stdout)
    assert user["signs_in"]


def test_with_several_users_it_must_be_said_who_acts(run, made):
    arguments = ["--name", "Bob", "--role", "analyst", "--agency", "Council", "--no-password"]
    run("users", "add", "bob", *arguments)
    result = run("log")
    assert result.exit_code == 2
    assert "--as" in result.stderr
    assert run("log", env={"JOINEDUP_USER": "BOB"}).exit_code == 0


def test_the_log_is_asked_by_user_kind_text_and_day(run, made):
    rows = json.loads(run("log", "--what", "first user", "--format", "json").stdout)
    assert [row["who"] for row in rows] == ["ann"]
    assert json.loads(run("log", "--by", "nobody", "--format", "json").stdout) == []
    assert json.loads(run("log", "--until", "2020-01-01", "--format", "json").stdout) == []
    assert len(json.loads(run("log", "--since", "2020-01-01", "--format", "json").stdout)) == 1


def test_the_details_of_an_unforeseen_error_hold_no_message_of_another_library(run, made, verb):
    def users():
        """Break."""
        try:
            int("Katherine Aldersey")
        except ValueError as error:
            raise KeyError("1984-03-07") from error

    verb(users)
    result = run("users")
    assert result.exit_code != 0
    kept = result.stderr.split("The details are in ", 1)[1].strip().rstrip(".")
    told = Path(kept).read_text(encoding="utf-8")
    assert "builtins.KeyError" in told and "builtins.ValueError" in told and "in users" in told
    assert "1984-03-07" not in told.replace('KeyError("1984-03-07")', "")
    assert "invalid literal" not in told
