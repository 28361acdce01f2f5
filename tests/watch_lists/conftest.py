"""The watched town, built once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from joinedup.workspace import Workspace
from watched_town import build, row, send


@pytest.fixture(scope="session")
def watched_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with three complaints, four releases and a lodger."""
    made = build(tmp_path_factory.mktemp("watched"))
    complaints = row("C1", -40, "Ann Zeal", alias="Zed") + row("C1", -40, "Bob Young", index=2)
    send(made, "complaints", complaints + row("C2", -3, "Cy Abel"))
    releases = row("R1", -28, "Di First") + row("R2", 28, "Ed Last") + row("R3", -29, "Flo Early")
    send(made, "releases", releases + row("R4", 1, "Gus Off", state="off"), offset=28)
    send(made, "lodgers", row("L1", -3, "Hal Hidden"))
    made.close()
    return made.folder


@pytest.fixture
def town(watched_template: Path, tmp_path: Path) -> Iterator[Workspace]:
    """The town, opened."""
    shutil.copytree(watched_template, tmp_path / "town")
    opened = Workspace.open(tmp_path / "town")
    yield opened
    opened.close()
