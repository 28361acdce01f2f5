"""The hub in this process, without a server: a workspace with people, and a browser for each of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from joinedup.accounts import add_agency, add_user
from joinedup.demo import open_data
from joinedup.hub import application
from joinedup.terms import Role
from joinedup.workspace import Workspace
from nominated_town import nominated
from paired_town import build_paired
from repeating_town import Repeating
from tiny_town import build_town

PASSWORD = "a-long-enough-passphrase"
FEED = "police-uk-stop-and-search"
MONTHS = ("2024-05", "2024-07")  # June is left out: a gap


def add_people() -> None:
    """One person of each role, named after it; they have no password."""
    agency = add_agency("testshire-council", "Testshire Council")
    for role in Role:
        add_user(role.value, name=f"Robin {role.value.title()}", role=role, agency=agency)


def browser_of(role: str | None) -> object:
    """A browser in which the person of this role has signed in, or nobody."""
    from django.test import Client

    from joinedup.accounts.models import User

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    if role is not None:
        client.force_login(User.objects.get(username=role))
    return client


@pytest.fixture
def hub(workspace: Workspace) -> Workspace:
    """An open workspace that the hub shows, with people and without data."""
    add_people()
    application(workspace)
    return workspace


@pytest.fixture
def visitor(hub: Workspace) -> object:
    """A browser of somebody who has not signed in."""
    return browser_of(None)


@pytest.fixture
def signed_in(hub: Workspace) -> Callable[[str], object]:
    """Gives a browser in which the person of this role has signed in."""
    return lambda role="analyst": browser_of(role)


@pytest.fixture
def fast_passwords(hub: Workspace) -> Iterator[None]:
    """Everybody's password, hashed at a test's pace; the hub's own hasher is Django's default."""
    from django.contrib.auth.hashers import make_password
    from django.test import override_settings

    from joinedup.accounts.models import User

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        User.objects.update(password=make_password(PASSWORD))
        yield


@pytest.fixture(scope="session")
def delivered_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two real months of one feed, made once; tests leave its data alone."""
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import deliver

    folder = tmp_path_factory.mktemp("delivered") / "workspace"
    made = Workspace.create(folder, partnership="Testshire")
    add_people()
    for file in open_data.police_files():
        if file.feed == FEED and file.path.name.startswith(MONTHS):
            deliver(made, FEED, file.path, by=acting_viewer("analyst"), received_at=file.received_at)
    made.close()
    return folder


@pytest.fixture
def delivered(delivered_folder: Path) -> Iterator[Workspace]:
    """The workspace with two real months, shown by the hub."""
    opened = Workspace.open(delivered_folder)
    application(opened)
    yield opened
    opened.close()


@pytest.fixture
def analyst_at(delivered: Workspace) -> object:
    """The analyst's browser on the workspace with two real months."""
    return browser_of("analyst")


@pytest.fixture(scope="session")
def paired_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with people to compare, made once; no pair is drawn."""
    made = build_paired(tmp_path_factory.mktemp("paired"))
    made.close()
    return made.folder


@pytest.fixture
def paired(paired_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of that town, shown by the hub."""
    shutil.copytree(paired_folder, tmp_path / "town")
    opened = Workspace.open(tmp_path / "town")
    application(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def nominated_folder(shared_folder: Path) -> Path:
    """The town in which four are nominated for May and June 2024, made once for each run; everything is
    shared in it."""
    folder = shared_folder / "nominated"
    with FileLock(shared_folder / "nominated.lock"):
        if not (shared_folder / "nominated.done").is_file():
            folder.mkdir()
            made = Workspace.open(build_town(folder))
            nominated(Repeating(made))
            made.close()
            (shared_folder / "nominated.done").touch()
    return folder / "workspace"


@pytest.fixture
def nominated_town(nominated_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of that town, shown by the hub."""
    shutil.copytree(nominated_folder, tmp_path / "town")
    opened = Workspace.open(tmp_path / "town")
    application(opened)
    yield opened
    opened.close()
