"""The tiny town of ``tiny_town``, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from joinedup.workspace import Workspace
from repeating_town import Repeating
from tiny_town import Town, build_town


@pytest.fixture(scope="session")
def town_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town before anything is delivered."""
    return build_town(tmp_path_factory.mktemp("town"))


@pytest.fixture
def town(town_template: Path, tmp_path: Path) -> Iterator[Town]:
    """The tiny town with nothing delivered, to be filled."""
    shutil.copytree(town_template, tmp_path / "workspace")
    workspace = Workspace.open(tmp_path / "workspace")
    yield Town(workspace)
    workspace.close()


@pytest.fixture
def people(town: Town) -> Repeating:
    """The tiny town, with nothing told yet."""
    return Repeating(town.workspace)
