"""The door for rates by deprivation: a released figure, ranked. What the figure hides stays hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from joinedup.release.figures import ReleasedFigure, release
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery
    from joinedup.measures.gradients import Gradient
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class ReleasedGradient:
    """A figure that has passed the door, and its rate by deprivation."""

    figure: ReleasedFigure
    gradient: Gradient

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each number, the same keys in all."""
        figure = self.figure
        fixed = {
            "measure": figure.measure.name,
            "definition_version": figure.measure.version,
            "area_level": figure.query.level.value,
            "period": str(figure.query.period),
        }
        known = {
            "known_on": figure.known_on.isoformat() if figure.known_on else None,
            "deliveries": [delivery.number for delivery in figure.deliveries],
        }
        return [{**fixed, **row.to_json(), **known} for row in self.gradient.rows]


def released_gradient(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    *,
    year: int | None = None,
    domain: str = "overall",
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> ReleasedGradient:
    """A measure's rate by deprivation of the area (of a ``year`` and ``domain``), from the rates that this
    person may see, logged as such.

    Raises ``NotPermitted``, ``NotFound`` for what there is not, ``BadInput`` where there are no rates, or no
    deprivation, of these areas.
    """
    from joinedup import places
    from joinedup.measures.gradients import by_deprivation
    from joinedup.measures.peers import question, require_family

    figure = release(workspace, viewer, question(query), purpose=purpose, reason=reason, channel=channel)
    require_family(figure.measure)  # told only to whom the figure may be shown
    deprivation = places.deprivation(workspace, query.level, vintage=query.vintage, year=year, domain=domain)
    found = by_deprivation(figure.rows, deprivation)
    return ReleasedGradient(figure, replace(found, notes=(*found.notes, *figure.notes)))
