"""Signing in, being slowed and signing out, on SQLite and on PostgreSQL."""

from joinedup.accounts import add_agency, add_user
from joinedup.hub import application
from joinedup.terms import Role
from joinedup.workspace import Workspace

PASSWORD = "a-long-enough-passphrase"


def test_sign_in_works_on_either_database(tmp_path, database_url):
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    try:
        agency = add_agency("testshire-council", "Testshire Council")
        add_user("ann", name="Ann Tester", role=Role.ANALYST, agency=agency, password=PASSWORD)
        application(made)

        from django.test import Client

        from joinedup.log.models import Act

        client = Client(SERVER_NAME="localhost")

        def attempt(username, password):
            return client.post("/sign-in/", {"username": username, "password": password}).status_code

        assert [attempt("bob", "a-guess") for _ in range(6)] == [401] * 5 + [429]
        assert attempt("ann", PASSWORD) == 302
        assert client.get("/data/").status_code == 200
        client.post("/sign-out/")
        assert client.get("/data/").status_code == 302
        assert [act.what for act in Act.objects.order_by("id")] == ["signed in", "signed out"]
    finally:
        made.close()
