"""Spark beside DuckDB: collected where pyspark is installed (``make test-spark``), one Java for the run."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

for room in ("measures", "people"):  # their towns, and their naive counts
    sys.path.append(str(Path(__file__).parents[1] / room))

# A run is short: what Java would compile with more care is not asked often enough to pay for it.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

INSTALLED = importlib.util.find_spec("pyspark") is not None
collect_ignore_glob = [] if INSTALLED else ["test_*.py"]


@pytest.fixture(scope="session")
def busy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The busy town's workspace (see ``busy_town``), made once. Read it only."""
    from busy_town import build

    return build(tmp_path_factory.mktemp("busy"))


@pytest.fixture
def busy(busy_folder: Path) -> Iterator:
    """The busy town, opened."""
    from joinedup.workspace import Workspace
    from tiny_town import Town

    workspace = Workspace.open(busy_folder)
    yield Town(workspace)
    workspace.close()


@pytest.fixture(scope="session", autouse=True)
def _stopped() -> Iterator[None]:
    """Spark ends with the run."""
    yield
    from joinedup.spark import session

    session.stop()
