"""A workspace lives on SQLite or on PostgreSQL, and does the same on both."""

from joinedup.accounts import acting_viewer, add_agency, add_user
from joinedup.terms import Role
from joinedup.workspace import Workspace


def test_a_workspace_opens_again_on_either_database(tmp_path, database_url):
    from django.db import connection

    folder = tmp_path / "workspace"
    Workspace.create(folder, partnership="Testshire", database_url=database_url)
    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council"))
    assert connection.vendor == ("sqlite" if database_url == "sqlite" else "postgresql")
    Workspace.open(folder).close()
    Workspace.open(folder)
    assert acting_viewer("ANN").name == "Ann"
