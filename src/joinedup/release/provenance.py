"""What figures rest on: deliveries, what they cover, how fresh and how complete they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.release.asking import Decisions
from joinedup.release.decision import Access, What
from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.records import Coverage, DeliveryRow, ErasureRow, FieldState
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Provenance:
    """What one person may see of the deliveries of some sources. Counts of rows, never a value.

    ``withheld`` names the sources of which only the coverage is shown, because a delivery's counts of rows
    could undo the protection of their figures.
    """

    deliveries: Sequence[DeliveryRow]
    coverage: Sequence[Coverage]
    withheld: tuple[str, ...] = ()

    @property
    def quarantined(self) -> int:
        """How many delivered rows were refused and wait in quarantine."""
        return sum(row.quarantined for row in self.deliveries)


def provenance(
    workspace: Workspace,
    viewer: Viewer,
    sources: Collection[str] | None = None,
    *,
    as_at: dt.datetime | None = None,
) -> Provenance:
    """Deliveries and coverage of these sources (None: of all) that this person may see, as known at ``as_at``
    (None: now).

    Of closed sources, a person who sees only protected tables sees the coverage; of restricted ones nobody
    sees anything, not even that they are there.
    """
    from joinedup.records import RecordBook

    access = _access(workspace, viewer, _all_sources(workspace) if sources is None else sources)
    whole = [source for source, seen in access.items() if seen is Access.FULL]
    covered = [source for source, seen in access.items() if seen is not Access.NONE]
    with RecordBook(workspace).reading(as_at) as reader:
        return Provenance(
            deliveries=reader.deliveries(whole),
            coverage=reader.coverage(covered),
            withheld=tuple(sorted(set(covered) - set(whole))),
        )


def covered_for_figures(workspace: Workspace, viewer: Viewer, sources: Collection[str]) -> Sequence[Coverage]:
    """For which periods these sources have anything that figures may show this person, by broken glass too.

    What somebody sees by broken glass are figures: of the deliveries themselves they see nothing.
    """
    from joinedup.records import RecordBook

    access = _access(workspace, viewer, sources, What.FIGURE)
    with RecordBook(workspace).reading() as reader:
        return reader.coverage([source for source, seen in access.items() if seen is not Access.NONE])


def field_states(workspace: Workspace, viewer: Viewer, sources: Collection[str]) -> list[FieldState]:
    """How often each field was given, missing, unknown, refused or invalid in each delivery of these sources,
    of which this person may see the deliveries."""
    from joinedup.records import RecordBook

    seen = {row.number: row.feed for row in provenance(workspace, viewer, sources).deliveries}
    with RecordBook(workspace).reading() as reader:
        return [state for state in reader.field_states(set(seen.values())) if state.delivery in seen]


def erasures(workspace: Workspace, viewer: Viewer) -> list[ErasureRow]:
    """The erasures of which this person may know, oldest first: of sources whose deliveries they may see.

    An administrator, who alone erases and has to do it again after a backup was restored, sees each.
    """
    from joinedup.records import RecordBook

    found = RecordBook(workspace).erasures()
    if viewer.role is Role.ADMINISTRATOR:
        return found
    seen = set(visible_sources(workspace, viewer))
    return [row for row in found if seen.issuperset(row.sources)]


def visible_sources(workspace: Workspace, viewer: Viewer) -> list[str]:
    """The sources that were delivered and whose deliveries this person may see as they are, by name."""
    access = _access(workspace, viewer, sorted(_all_sources(workspace)))
    return [source for source, seen in access.items() if seen is Access.FULL]


def _access(
    workspace: Workspace, viewer: Viewer, sources: Collection[str], what: What = What.WORKINGS
) -> dict[str, Access]:
    decisions = Decisions(workspace, viewer)
    return {source: decisions.of_source(what, source).access for source in sources}


def _all_sources(workspace: Workspace) -> set[str]:
    from joinedup.records import RecordBook

    return RecordBook(workspace).sources()
