"""The town of the doors, built once, and its people at the browser and at the shell, in this process."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from doors_asked import Answer
from doors_town import OWN_MEASURES, PEOPLE, build, username

from joinedup.cli import main
from joinedup.hub import application
from joinedup.measures import registry
from joinedup.workspace import Workspace

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
_TELLING = ("Location", "Link", "Content-Disposition")
_WRITTEN = re.compile(r"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


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


def _text(content: bytes) -> str:
    """What a reader finds in an answer; of a workbook, in each of its parts, without when it was written."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as workbook:
        return _WRITTEN.sub("", "\n".join(workbook.read(name).decode() for name in workbook.namelist()))


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
        said = "\n".join(given.headers.get(name, "") for name in _TELLING)
        return Answer(given.status_code, _TOKEN.sub("", f"{said}\n{_text(content)}"))

    return ask


@pytest.fixture(scope="module")
def shell(town: Workspace) -> Callable[..., Answer]:
    """Runs a command as somebody."""

    def run(person: tuple[str, str], words: str) -> Answer:
        given = ["-C", str(town.folder), "--as", username(*person), *shlex.split(words)]
        result = CliRunner().invoke(main, given)
        return Answer(result.exit_code, result.output)

    return run
