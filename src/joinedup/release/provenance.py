"""What figures rest on: deliveries, what they cover, how fresh and how complete they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.release.deciding import decide
from joinedup.release.decision import Access, What
from joinedup.release.sources import of_sources
from joinedup.terms import Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.records import Coverage, DeliveryRow, FieldState
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Provenance:
    """What one person may see of the deliveries of some sources. Counts of rows, never a value.

    ``withheld`` names the sources of which only the coverage is shown, because a delivery's counts of rows
    could undo the protection of their figures.
    """

    deliveries: Sequence[DeliveryRow]
    coverage: Sequence[Coverage]
    field_states: Sequence[FieldState]
    withheld: tuple[str, ...] = ()

    @property
    def freshest(self) -> dt.datetime | None:
        """When the latest of it became known (aware UTC)."""
        return max((row.known_from for row in self.coverage), default=None)

    @property
    def quarantined(self) -> int:
        """How many delivered rows were refused and wait in quarantine."""
        return sum(row.quarantined for row in self.deliveries)

    def completeness(self) -> dict[str, dict[str, float]]:
        """For each feed and field, the share of delivered rows in which the owner gave a value (0 to 1)."""
        counted: dict[tuple[str, str], tuple[int, int]] = {}
        for state in self.field_states:
            given, rows = counted.get((state.feed, state.field), (0, 0))
            rows += state.given + state.missing + state.unknown
            counted[state.feed, state.field] = (given + state.given, rows)
        shares: dict[str, dict[str, float]] = {}
        for (feed, name), (given, rows) in counted.items():
            if rows:
                shares.setdefault(feed, {})[name] = given / rows
        return shares


def provenance(
    workspace: Workspace,
    viewer: Viewer,
    sources: Collection[str] | None = None,
    *,
    as_at: dt.datetime | None = None,
) -> Provenance:
    """Deliveries, coverage and field states of these sources (None: of all) that this person may see, as
    known at ``as_at`` (None: now).

    Of closed sources, a person who sees only protected tables sees the coverage; of restricted ones nobody
    sees anything, not even that they are there.
    """
    from joinedup.records import RecordBook

    known = of_sources(workspace)
    wanted = _all_sources(workspace) if sources is None else sources
    access = {source: _access(viewer, known.get(source, Sensitivity.OFFICIAL)) for source in wanted}
    whole = [source for source, seen in access.items() if seen is Access.FULL]
    covered = [source for source, seen in access.items() if seen is not Access.NONE]
    with RecordBook(workspace).reading(as_at) as reader:
        deliveries = reader.deliveries(whole)
        return Provenance(
            deliveries=deliveries,
            coverage=reader.coverage(covered),
            field_states=reader.field_states({row.feed for row in deliveries}),
            withheld=tuple(sorted(set(covered) - set(whole))),
        )


def visible_sources(workspace: Workspace, viewer: Viewer) -> list[str]:
    """The sources that were delivered and whose deliveries this person may see as they are, by name."""
    known = of_sources(workspace)
    return [
        source
        for source in sorted(_all_sources(workspace))
        if _access(viewer, known.get(source, Sensitivity.OFFICIAL)) is Access.FULL
    ]


def _access(viewer: Viewer, sensitivity: Sensitivity) -> Access:
    return decide(viewer, What.WORKINGS, sensitivity=sensitivity).access


def _all_sources(workspace: Workspace) -> set[str]:
    from joinedup.records import RecordBook

    return {row.source for row in RecordBook(workspace).deliveries()}
