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


def test_codes_recovery_codes_sessions_and_links_work_on_either_database(tmp_path, database_url):
    import re

    import pyotp

    from joinedup.accounts import provider_identities, set_role, user_named

    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    try:
        agency = add_agency("testshire-council", "Testshire Council")
        add_user("ann", name="Ann Tester", role=Role.ANALYST, agency=agency, password=PASSWORD)
        application(made)

        from django.test import Client

        from joinedup.accounts.models import CodeApp, OpenSession
        from joinedup.hub import throttle

        first, second = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
        form = {"username": "ann", "password": PASSWORD}
        first.post("/sign-in/", form)
        page = first.get("/account/code-app/").content.decode()
        app = pyotp.TOTP(re.search(r"ju-key-text\">([A-Z2-7 ]+)<", page)[1].replace(" ", ""))
        shown = first.post("/account/code-app/", {"code": app.now()}).content.decode()
        recovery = re.findall(r"<code>([A-Z0-9-]{27})</code>", shown)
        assert second.post("/sign-in/", form).headers["Location"] == "/sign-in/second/"
        CodeApp.objects.update(last_step=0)
        code = app.now()
        assert second.post("/sign-in/second/", {"code": code}).status_code == 302
        assert second.get("/data/").status_code == 200
        third = Client(SERVER_NAME="localhost")
        third.post("/sign-in/", form)
        assert third.post("/sign-in/second/", {"code": code}).status_code == 401
        assert third.post("/sign-in/second/", {"recovery": recovery[0]}).status_code == 302
        assert OpenSession.objects.count() == 3
        provider_identities.link(user_named("ann"), "https://idp.example/", "subject")
        assert provider_identities.user_of("https://idp.example/", "subject").username == "ann"
        set_role("ann", Role.PRACTITIONER)
        assert [client.get("/data/").status_code for client in (first, second, third)] == [302] * 3
        assert throttle.forget("ann") == 0
    finally:
        made.close()


def test_a_workspace_from_before_opens_and_its_people_sign_in(tmp_path, database_url):
    """As it was before sessions and second factors were kept, with failed attempts of that day."""
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    try:
        agency = add_agency("testshire-council", "Testshire Council")
        add_user("ann", name="Ann Tester", role=Role.ANALYST, agency=agency, password=PASSWORD)

        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        MigrationExecutor(connection).migrate([("accounts", "0001_initial"), ("hub", "0001_initial")])
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into hub_failedsignin (who, moment) values ('x', '2026-01-01 00:00:00+00:00')"
            )
        made.close()
        application(Workspace.open(made.folder))

        from django.test import Client

        client = Client(SERVER_NAME="localhost")
        client.post("/sign-in/", {"username": "ann", "password": PASSWORD})
        assert client.get("/account/").status_code == 200
    finally:
        made.close()
