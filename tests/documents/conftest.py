"""The little partnership, built once; a copy of it to change; its assessment, written once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import little_partnership
import pytest
from little_partnership import PERIOD
from reading import Page

from joinedup.accounts import acting_viewer
from joinedup.documents import WrittenDocument, write
from joinedup.terms import Period
from joinedup.workspace import Workspace

Assess = Callable[..., tuple[WrittenDocument, Page]]


@pytest.fixture(scope="session")
def little_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the little partnership's workspace and files, and its first assessment written."""
    folder = tmp_path_factory.mktemp("little")
    workspace = little_partnership.build(folder)
    write(workspace, acting_viewer("ann"), area="Northreach", period=PERIOD)
    workspace.close()
    return folder


@pytest.fixture
def little(little_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of the little partnership, opened, to be changed as a test likes."""
    shutil.copytree(little_folder / "workspace", tmp_path / "workspace")
    opened = Workspace.open(tmp_path / "workspace")
    yield opened
    opened.close()


@pytest.fixture
def assess(little: Workspace, tmp_path: Path) -> Assess:
    """Write the assessment of an area of the little partnership, and read the page that came of it."""

    def written(
        area: str = "Northreach", period: Period = PERIOD, endings: tuple[str, ...] = (".html",)
    ) -> tuple[WrittenDocument, Page]:
        out = [tmp_path / f"assessment{ending}" for ending in endings]
        made = write(little, acting_viewer("ann"), area=area, period=period, out=out)
        return made, Page(out[0].read_text(encoding="utf-8"))

    return written


@pytest.fixture(scope="session")
def first_page(little_folder: Path) -> Page:
    """The page of the first assessment."""
    found = list((little_folder / "workspace" / "documents").glob("*.html"))
    assert len(found) == 1
    return Page(found[0].read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def first_pdf(little_folder: Path) -> Path:
    """The PDF of the first assessment."""
    return next((little_folder / "workspace" / "documents").glob("*.pdf"))
