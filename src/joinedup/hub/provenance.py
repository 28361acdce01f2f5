"""Where the shell asks release for what was delivered and what it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.release import provenance
from joinedup.terms import Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.records import Coverage, DeliveryRow


@dataclass(frozen=True)
class Shown:
    """What a person may see of the deliveries, newest first; of ``withheld`` sources the coverage only."""

    deliveries: Sequence[DeliveryRow]
    coverage: Sequence[Coverage]
    withheld: Sequence[str] = ()

    @property
    def feeds(self) -> list[str]:
        """Every feed of which anything may be seen."""
        return sorted({row.feed for row in self.deliveries} | {row.feed for row in self.coverage})

    def delivery(self, number: int) -> DeliveryRow | None:
        """The delivery of that number, if it may be seen."""
        return next((row for row in self.deliveries if row.number == number), None)


def shown(workspace: Workspace, viewer: Viewer) -> Shown:
    """Deliveries and coverage that this person may see."""
    seen = provenance(workspace, viewer)
    newest_first = sorted(seen.deliveries, key=lambda row: (row.known_from, row.number), reverse=True)
    return Shown(newest_first, seen.coverage, seen.withheld)
