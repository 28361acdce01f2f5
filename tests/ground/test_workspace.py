"""A workspace is made whole or not at all, opens again, and says what is wrong with its settings."""

import pytest

from joinedup.errors import BadInput, NotFound
from joinedup.settings import database
from joinedup.workspace import SETTINGS_FILE, Settings, Workspace, read_settings, render_settings


def test_a_workspace_opens_again_with_the_settings_it_was_made_with(tmp_path):
    folder = tmp_path / "a partnership's folder"
    Workspace.create(folder, partnership='Testshire "North"', districts=["E1", "E2"]).close()
    opened = Workspace.open(folder)
    assert opened.settings == Settings(partnership='Testshire "North"', districts=("E1", "E2"))
    opened.close()


def test_two_workspaces_in_one_process_keep_their_users_apart(tmp_path):
    from joinedup.accounts import acting_viewer, add_agency, add_user
    from joinedup.terms import Role

    Workspace.create(tmp_path / "one", partnership="One")
    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council"))
    Workspace.create(tmp_path / "two", partnership="Two")
    with pytest.raises(NotFound, match="no user yet"):
        acting_viewer(None)
    Workspace.open(tmp_path / "one")
    assert acting_viewer(None).username == "ann"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(BadInput, match="not empty"):
        Workspace.create(tmp_path, partnership="Testshire")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_workspace_whose_making_was_broken_off_is_made_again(tmp_path, monkeypatch):
    folder = tmp_path / "workspace"

    def fail(self, **_how):
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(Workspace, "activate", fail)
        with pytest.raises(RuntimeError):
            Workspace.create(folder, partnership="Testshire")
    with pytest.raises(NotFound, match="no joinedup workspace"):
        Workspace.open(folder)
    assert Workspace.create(folder, partnership="Testshire").settings.partnership == "Testshire"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("layout = 1", "layout = 2"), "layout 2"),
        (("[hub]", "[hob]"), r"Unknown section \[hob\]"),
        (("port = 8765", "prot = 8765"), "Unknown setting 'prot'"),
        (("port = 8765", 'port = "8765"'), "port should be int"),
        (('name = "Testshire"', 'name = ""'), "no name"),
        (('name = "Testshire"', "name = Testshire"), "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, change, message):
    path = tmp_path / SETTINGS_FILE
    path.write_text(render_settings(Settings(partnership="Testshire")).replace(*change))
    with pytest.raises(BadInput, match=message):
        read_settings(path)


def test_the_secret_key_is_for_its_owner_only(workspace):
    key = workspace.secrets_folder / "django.key"
    assert key.stat().st_mode & 0o077 == 0
    assert len(key.read_text()) >= 50


def test_a_missing_secret_key_is_said_with_its_remedy(workspace):
    (workspace.secrets_folder / "django.key").unlink()
    with pytest.raises(NotFound, match="repair-key"):
        Workspace.open(workspace.folder)


def test_a_database_that_is_neither_sqlite_nor_postgresql_is_refused(tmp_path):
    with pytest.raises(BadInput, match="neither 'sqlite' nor a postgresql"):
        database("mysql://somewhere/else", tmp_path)


def test_a_postgresql_url_is_read_with_its_escapes(tmp_path):
    entry = database("postgresql://ann%40council:p%2Fw@db.example:6543/safer?sslmode=require", tmp_path)
    assert (entry["USER"], entry["PASSWORD"], entry["NAME"]) == ("ann@council", "p/w", "safer")
    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]) == ("db.example", "6543", {"sslmode": "require"})


def test_a_workspace_of_a_newer_version_is_not_touched(workspace):
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder(connection).record_applied("log", "9999_from_the_future")
    with pytest.raises(BadInput, match="newer joinedup"):
        Workspace.open(workspace.folder)
