"""An empty workspace for what the room keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from joinedup.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace of an invented partnership."""
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire")
    yield made
    made.close()
