"""The closed town, made once and opened for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import cube_town as cubes
import pytest
from closed_town import CONTRACT, PATROL_MEASURE, PATROLS, patrol_file, publish, viewer, ward_file

from joinedup import places
from joinedup.feeds import deliver
from joinedup.measures import registry
from joinedup.terms import Role, parse_knowledge_date
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.release.models import Publication


@pytest.fixture(scope="session")
def closed_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with its closed feed delivered, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("closed-town")
    made = Workspace.create(folder / "workspace", partnership="Testshire")
    (made.contracts_folder / "warden-patrols.toml").write_text(CONTRACT)
    places.load_boundaries(
        made,
        ward_file(folder),
        level="ward",
        vintage="2025",
        code="code",
        name="name",
        parent="of",
        parent_name="called",
    )
    places.dissolve(made, level="district", vintage="2025", child_level="ward", child_vintage="2025")
    receipt = deliver(
        made,
        "warden-patrols",
        patrol_file(folder),
        by=viewer(Role.ANALYST),
        received_at=parse_knowledge_date("2024-07-05"),
    )
    assert receipt.accepted == sum(sum(kinds.values()) for kinds in PATROLS.values())
    made.close()
    return made.folder


@pytest.fixture
def town(closed_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The town, opened, with a measure of its closed feed in the catalogue."""
    known = dict(registry.catalogue())
    monkeypatch.setattr(registry, "_discovered", lambda: {**known, "patrols": PATROL_MEASURE})
    shutil.copytree(closed_template, tmp_path / "town")
    opened = Workspace.open(tmp_path / "town")
    yield opened
    opened.close()


@pytest.fixture
def published(town: Workspace) -> Publication:
    """The town's patrols, published by ward, quarter and kind."""
    return publish(town)


@pytest.fixture(scope="session")
def cube_template(closed_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with three quarters of data and a [[cube]], made once and copied for each test."""
    folder = tmp_path_factory.mktemp("cube-town")
    shutil.copytree(closed_template, folder / "workspace")
    opened = Workspace.open(folder / "workspace")
    (opened.folder / "public-tables.toml").write_text(cubes.FILE)
    for seed, quarter in enumerate(cubes.QUARTERS):
        cubes.sent(opened, folder / "sent", quarter, cubes.first_counts(seed), "2025-01-10")
    opened.close()
    return folder / "workspace"


@pytest.fixture
def cube_town(cube_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """That town, opened; nothing of its cube was shown yet."""
    known = dict(registry.catalogue())
    monkeypatch.setattr(registry, "_discovered", lambda: {**known, "patrols": cubes.MEASURE})
    shutil.copytree(cube_template, tmp_path / "town")
    opened = Workspace.open(tmp_path / "town")
    yield opened
    opened.close()
