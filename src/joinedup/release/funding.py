"""The door for changes of funding: which exist for somebody, and what might show them, before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, JoinedupError, MissingPart
from joinedup.release.interventions import Asked, Begun, PlacedReading, placed_reading
from joinedup.release.naming import all_exist, require_nameable
from joinedup.terms import AreaLevel, Engine, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.funding import Change
    from joinedup.partnership.keeping import Where
    from joinedup.partnership.models import FundingChange
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class MeasureRead:
    """One measure that might show a change: its reading, or the sentence that says why there is none."""

    measure: str
    where: Where
    reading: PlacedReading | None
    why_not: str = ""


@dataclass(frozen=True)
class ReleasedImpact:
    """Each named measure before and after the day of a change."""

    change: Change
    measures: tuple[MeasureRead, ...]

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row of each measure that could be read."""
        return [
            {"funding_change": self.change.name, "where": [f"{k}={v}" for k, v in one.where], **row}
            for one in self.measures
            if one.reading is not None
            for row in one.reading.to_json_rows()
        ]


def add_changes(workspace: Workspace, viewer: Viewer, planned: Sequence[Change]) -> list[FundingChange]:
    """Enter changes, all or none. Raises what ``require_nameable`` and the register raise."""
    from joinedup.partnership import funding, keeping

    keeping.require_keeper(viewer)
    for one in planned:
        keeping.require_area(workspace, one.level, one.area, of=one.name)
        for name, where in one.measures:
            require_nameable(workspace, viewer, name, where, of=one.name)
    return funding.add_changes(planned, by=viewer)


def changes_seen(workspace: Workspace, viewer: Viewer, *, closed: bool = False) -> list[FundingChange]:
    """The changes whose measures exist for this person."""
    from joinedup.partnership.funding import changes

    return [row for row in changes(closed=closed) if _exists(workspace, viewer, row)]


def change_seen(workspace: Workspace, viewer: Viewer, name: str) -> FundingChange:
    """The change of this name. Raises NotFound where there is none that exists for this person."""
    from joinedup.partnership.funding import change_named, no_such_change

    row = change_named(name)
    if not _exists(workspace, viewer, row):
        raise no_such_change(name)
    return row


def released_impact(  # noqa: PLR0913 - the parts of a question, each with its default
    workspace: Workspace,
    viewer: Viewer,
    name: str,
    *,
    months: int = 12,
    family: str = "",
    as_at: dt.datetime | None = None,
    engine: Engine = Engine.DUCKDB,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    channel: str = "hub",
) -> ReleasedImpact:
    """Each measure that a change names, before and after its day, in its area beside the rest of the
    district, or in the whole partnership, which has no comparison; each logged.

    A measure that cannot be read says why. Raises the first reason where none can, ``BadInput`` where the
    change names none, and ``MissingPart`` where the engine is not installed.
    """
    from joinedup.partnership.funding import change_of
    from joinedup.partnership.interventions import Place

    change = change_of(change_seen(workspace, viewer, name))
    if not change.measures:
        raise BadInput(_("No measure is named that might show this change"), where=name)
    place = Place(AreaLevel(change.level), change.area) if change.area else None
    begun = Begun("change of funding", change.name, change.started_on, None, place, None)
    found, errors = [], []
    for measure, where in change.measures:
        asked = Asked(measure, change.name, months, family, where, as_at, engine)
        try:
            reading = placed_reading(
                workspace, viewer, asked, begun, purpose=purpose, reason="", channel=channel
            )
            found.append(MeasureRead(measure, where, reading))
        except MissingPart:  # of the engine, so that no measure can be read by it
            raise
        except JoinedupError as error:
            errors.append(error)
            found.append(MeasureRead(measure, where, None, str(error)))
    if len(errors) == len(found):
        raise errors[0]
    return ReleasedImpact(change, tuple(found))


def _exists(workspace: Workspace, viewer: Viewer, row: FundingChange) -> bool:
    return all_exist(workspace, viewer, [name for name, _where in row.measures])
