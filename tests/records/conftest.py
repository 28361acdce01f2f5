"""An empty record book, and a way to deliver into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tiny_feed import ANALYST, MAY, Deliver, Rows, draft, stage

from joinedup.records import DeliveryRow, RecordBook
from joinedup.terms import Period
from joinedup.workspace import Workspace


@pytest.fixture(scope="session")
def empty_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace's folder, made once: copying it is much quicker than making another."""
    folder = tmp_path_factory.mktemp("records") / "workspace"
    Workspace.create(folder, partnership="Testshire").close()
    return folder


@pytest.fixture
def workspace(empty_workspace: Path, tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace of an invented partnership, on SQLite."""
    shutil.copytree(empty_workspace, tmp_path / "workspace")
    opened = Workspace.open(tmp_path / "workspace")
    yield opened
    opened.close()


@pytest.fixture
def book(workspace: Workspace) -> RecordBook:
    """An empty record book."""
    return RecordBook(workspace)


@pytest.fixture
def deliver(book: RecordBook) -> Deliver:
    """Deliver rows: a mapping of key to content, or a list of pairs."""

    def act(rows: Rows | Sequence[tuple[str, str]], **changes: object) -> DeliveryRow:
        listed = list(rows.items()) if isinstance(rows, Mapping) else list(rows)
        period = changes.get("period", MAY)
        month = period.start if isinstance(period, Period) else MAY.start
        with book.writing() as writer:
            return writer.add(draft(listed, **changes), stage(writer, listed, month), None, by=ANALYST)

    return act
