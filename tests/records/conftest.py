"""An empty record book, and a way to deliver into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from tiny_feed import ANALYST, MAY, Deliver, Rows, draft, stage

from joinedup.records import DeliveryRow, RecordBook
from joinedup.terms import Period
from joinedup.workspace import Workspace


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
