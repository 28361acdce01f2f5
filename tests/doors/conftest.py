"""The town of the doors, built once, and its people at the browser and at the shell, in this process."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from doors_town import OWN_MEASURES, PEOPLE, build, username

from joinedup.cli import main
from joinedup.hub import application
from joinedup.measures import registry
from joinedup.workspace import Workspace

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


@dataclass(frozen=True)
class Answer:
    """What came back: a page's status or a command's exit status, and all of its text."""

    status: int
    text: str


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the town, built once and copied for each module."""
    with _with_its_measures():
        made = build(tmp_path_factory.mktemp("doors"))
        made.close()
    return made.folder


@contextlib.contextmanager
def _with_its_measures() -> Iterator[pytest.MonkeyPatch]:
    known = dict(registry.catalogue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_discovered", lambda: {**known, **OWN_MEASURES})
        yield patch


@pytest.fixture(scope="module")
def town(built_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The town, shown by the hub; the shell works in the same open workspace."""
    folder = tmp_path_factory.mktemp("town") / "workspace"
    shutil.copytree(built_town, folder)
    with _with_its_measures() as patch:
        made = Workspace.open(folder)
        application(made)
        patch.setattr(Workspace, "open", classmethod(lambda cls, folder: made))
        patch.setattr(Workspace, "close", lambda self: None)
        yield made
    made.close()


@pytest.fixture(scope="module")
def browse(town: Workspace) -> Callable[..., Answer]:
    """Asks an address, or posts to it, as somebody."""
    from django.test import Client

    from joinedup.accounts.models import User

    browsers = {}
    for agency, role in PEOPLE:
        browser = Client(SERVER_NAME="localhost", raise_request_exception=False)
        browser.force_login(User.objects.get(username=username(agency, role)))
        browsers[agency, role] = browser

    def ask(person: tuple[str, str], address: str, posted: dict[str, str] | None = None) -> Answer:
        browser = browsers[person]
        given = browser.get(address) if posted is None else browser.post(address, posted)
        content = b"".join(given.streaming_content) if given.streaming else given.content
        return Answer(given.status_code, _TOKEN.sub("", content.decode(errors="replace")))

    return ask


@pytest.fixture(scope="module")
def shell(town: Workspace) -> Callable[..., Answer]:
    """Runs a command as somebody."""

    def run(person: tuple[str, str], words: str) -> Answer:
        given = ["-C", str(town.folder), "--as", username(*person), *shlex.split(words)]
        result = CliRunner().invoke(main, given)
        return Answer(result.exit_code, result.output)

    return run
