"""A workspace and its database belong together: none is begun anew beside records, and none is shared."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from joinedup import durable
from joinedup.accounts import add_agency, add_user
from joinedup.errors import BadInput, Damaged, JoinedupError
from joinedup.settings import database
from joinedup.terms import Role
from joinedup.workspace import SETTINGS_FILE, Settings, Workspace, read_settings, render_settings

OLDER = Path(__file__).parents[1] / "whole" / "data" / "workspace-0.1.0-first-{}.zip"


def _add_ann():
    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council"))


def test_a_workspace_without_its_database_is_not_begun_anew(workspace):
    workspace.close()
    file = workspace.folder / "joinedup.sqlite3"
    kept = file.read_bytes()
    for path in workspace.folder.glob("joinedup.sqlite3*"):
        path.unlink()
    with pytest.raises(Damaged, match="missing or empty"):
        Workspace.open(workspace.folder)
    assert not file.exists()
    file.touch()
    with pytest.raises(Damaged, match="missing or empty"):
        Workspace.open(workspace.folder)
    file.write_bytes(kept)
    Workspace.open(workspace.folder).close()


@pytest.mark.postgresql
def test_a_workspace_pointed_at_an_empty_server_is_not_begun_anew(workspace, postgresql_url, monkeypatch):
    from django.db import connection

    workspace.close()
    monkeypatch.setenv("JOINEDUP_DATABASE_URL", postgresql_url)
    with pytest.raises(Damaged, match="missing or empty"):
        Workspace.open(workspace.folder)
    assert connection.introspection.table_names() == []
    connection.close()


@pytest.mark.postgresql
def test_two_workspaces_cannot_share_a_database(tmp_path, postgresql_url):
    Workspace.create(tmp_path / "one", partnership="One", database_url=postgresql_url)
    _add_ann()
    with pytest.raises(BadInput, match="another workspace"):
        Workspace.create(tmp_path / "two", partnership="Two", database_url=postgresql_url)
    assert not (tmp_path / "two" / SETTINGS_FILE).exists()


@pytest.mark.postgresql
def test_a_making_that_was_broken_off_can_be_begun_again_on_a_server(tmp_path, postgresql_url, monkeypatch):
    def fail(path, text):
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(durable, "write_text", fail)
        with pytest.raises(RuntimeError):
            Workspace.create(tmp_path / "one", partnership="One", database_url=postgresql_url)
    Workspace.create(tmp_path / "one", partnership="One", database_url=postgresql_url).close()


def test_a_workspace_is_never_cleared_for_a_marker_that_its_making_left(workspace):
    _add_ann()
    workspace.close()
    (workspace.folder / ".being-made").touch()  # killed after the settings, before the marker went
    with pytest.raises(BadInput, match="not empty"):
        Workspace.create(workspace.folder, partnership="Another")
    Workspace.open(workspace.folder)
    from joinedup.accounts import user_named

    assert user_named("ann").name == "Ann"


@pytest.mark.parametrize("content", [b"not a database" * 1000, None])
def test_a_damaged_database_is_said_in_our_words(workspace, content):
    workspace.close()
    file = workspace.folder / "joinedup.sqlite3"
    for path in workspace.folder.glob("joinedup.sqlite3-*"):
        path.unlink()
    file.write_bytes(content or file.read_bytes()[:20_000])
    with pytest.raises(Damaged, match="database is damaged"):
        Workspace.open(workspace.folder)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret@db:port/name",
        "postgresql://[half/name",
        "postgresql:///",
        "postgresql://ann@db",
        "postgresql://ann:secret@127.0.0.1:1/name",
        "postgresql://ann:secret@127.0.0.1:1/name?no_such_option=1",
    ],
)
def test_a_server_that_cannot_be_reached_is_said_without_the_password(workspace, url, monkeypatch):
    monkeypatch.setenv("JOINEDUP_DATABASE_URL", url)
    with pytest.raises(BadInput, match=r"\[database\] url") as refused:
        Workspace.open(workspace.folder)
    assert "secret" not in refused.value.sentence()


def test_a_url_without_a_database_is_refused_before_a_folder_is_made(tmp_path):
    with pytest.raises(BadInput, match="with the database's name"):
        database("postgresql://ann@db.example", tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("port = 8765", "port = true"), "port should be int"),
        (("port = 8765", "port = 70000"), "port should be a port number"),
        (("districts = []", "districts = [3]"), "districts should be a list of texts"),
        (("threads = 2", "threads = 0"), "threads should be 1 to 256"),
        (('"1GB"', '"lots"'), "memory_limit should be a size"),
        (("small_number = 5", "small_number = 1"), "small_number should be 3 or more"),
    ],
)
def test_a_setting_out_of_its_range_is_named(tmp_path, change, message):
    path = tmp_path / SETTINGS_FILE
    text = render_settings(Settings(partnership="Testshire"))
    assert change[0] in text
    path.write_text(text.replace(*change))
    with pytest.raises(BadInput, match=message):
        read_settings(path)


def test_a_settings_file_that_is_no_text_is_said_so(tmp_path):
    path = tmp_path / SETTINGS_FILE
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="not UTF-8"):
        read_settings(path)


def test_a_workspace_that_cannot_be_written_to_is_said_so(workspace, monkeypatch):
    from filelock import FileLock

    def fail(*args, **kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(FileLock, "acquire", fail)
    with pytest.raises(BadInput, match=r"cannot be written to .*Read-only file system"):
        Workspace.open(workspace.folder)


def _restore(folder, kind):
    with zipfile.ZipFile(str(OLDER).format(kind)) as archive:
        archive.extractall(folder)
    durable.write_secret(folder / "secrets" / "django.key", "a key of a restored backup" * 3)


def test_processes_that_open_an_older_workspace_together_bring_it_up_once(tmp_path, database_url):
    """On a server even from two folders, as from two machines, where no lock in the folder is shared."""
    kind = "sqlite" if database_url == "sqlite" else "postgresql"
    folders = [tmp_path / "one", tmp_path / ("one" if kind == "sqlite" else "two")]
    for folder in dict.fromkeys(folders):
        _restore(folder, kind)
    environment = dict(os.environ)
    if kind == "postgresql":
        import psycopg

        environment["JOINEDUP_DATABASE_URL"] = database_url
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute((folders[0] / "dump.sql").read_text(encoding="utf-8"))
    opening = (
        "import sys; from pathlib import Path; from joinedup.workspace import Workspace; "
        "Workspace.open(Path(sys.argv[1]))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", opening, str(folder)], env=environment, stderr=subprocess.PIPE, text=True
        )
        for folder in folders
    ]
    for process in started:
        _, complaint = process.communicate(timeout=120)
        assert (process.returncode, complaint) == (0, "")


def test_errors_of_the_house_pass_as_they_are():
    from joinedup.migrating import _errors_told

    with pytest.raises(JoinedupError, match="as it is"), _errors_told():
        raise BadInput("as it is")
