"""Where the shell asks release for what was delivered, what it covers and how complete it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup import release
from joinedup.terms import Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records.definitions import Coverage, DeliveryRow, FieldState


@dataclass(frozen=True)
class Shown:
    """What a person may see of the deliveries, newest first."""

    deliveries: Sequence[DeliveryRow]
    coverage: Sequence[Coverage]
    field_states: Sequence[FieldState]

    def delivery(self, number: int) -> DeliveryRow | None:
        """The delivery of that number, if it may be seen."""
        return next((row for row in self.deliveries if row.number == number), None)


def shown(workspace: Workspace, viewer: Viewer, sources: Iterable[str] | None = None) -> Shown:
    """Deliveries, coverage and field states that this person may see."""
    if hasattr(release, "provenance"):
        seen = release.provenance(workspace, viewer, sources=None if sources is None else tuple(sources))
        deliveries, coverage, states = seen.deliveries, seen.coverage, seen.field_states
    else:
        deliveries, coverage, states = _from_the_book(workspace)
    newest_first = sorted(deliveries, key=lambda row: (row.known_from, row.number), reverse=True)
    return Shown(newest_first, tuple(coverage), tuple(states))


def _from_the_book(
    workspace: Workspace,
) -> tuple[Sequence[DeliveryRow], Sequence[Coverage], Sequence[FieldState]]:
    from joinedup.records import RecordBook

    book = RecordBook(workspace)
    with book.reading() as reader:
        rows = book.deliveries()
        sources = {row.source for row in rows}
        feeds = {row.feed for row in rows}
        return rows, reader.coverage(sources), reader.field_states(feeds)
