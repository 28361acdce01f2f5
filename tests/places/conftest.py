"""What the tests of places share: writing files, and an invented country that is loaded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from invented_wards import WARD_COLUMNS, ward_features

from joinedup import places
from joinedup.workspace import Workspace


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace's folder, to be copied: sooner than making one for each test."""
    made = Workspace.create(tmp_path_factory.mktemp("made") / "workspace", partnership="Testshire")
    made.close()
    return made.folder


@pytest.fixture
def workspace(made_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace of an invented partnership."""
    shutil.copytree(made_once, tmp_path / "workspace")
    opened = Workspace.open(tmp_path / "workspace")
    yield opened
    opened.close()


@pytest.fixture
def geojson(tmp_path: Path) -> Callable[..., Path]:
    """Writes features to a GeoJSON file."""

    def write(features: list[dict[str, Any]], name: str = "areas.geojson") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return path

    return write


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes lines to a CSV file."""

    def write(*lines: str, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


@pytest.fixture
def wards(workspace: Workspace, geojson: Callable[..., Path]) -> Workspace:
    """The workspace with the four wards loaded, and their districts."""
    file = geojson(ward_features(), "wards.geojson")
    places.load_boundaries(workspace, file, level="ward", vintage="2024", **WARD_COLUMNS)
    places.dissolve(workspace, level="district", vintage="2024", child_level="ward", child_vintage="2024")
    return workspace
