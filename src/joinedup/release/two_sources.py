"""The door for two sources side by side: two released figures. What either hides stays hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from joinedup.release.figures import ReleasedFigure, release
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery
    from joinedup.measures.two_sources import SideBySide
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class ReleasedSides:
    """Two figures that have passed the door, and both side by side."""

    first: ReleasedFigure
    second: ReleasedFigure
    found: SideBySide

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each group, the same keys in all."""
        first, second = self.first, self.second
        fixed = {
            "first_measure": first.measure.name,
            "first_definition_version": first.measure.version,
            "second_measure": second.measure.name,
            "second_definition_version": second.measure.version,
            "area_level": first.query.level.value,
            "breakdown": ", ".join(first.query.by),
            "months": [str(month) for month in self.found.months],
            "months_left_out": [str(month) for month in self.found.left_out],
        }
        known = {f"{name}_{key}": value for name, key, value in self._known()}
        return [{**fixed, **row.to_json(), **known} for row in self.found.rows]

    def _known(self) -> list[tuple[str, str, Any]]:
        """Since when each is known, and which deliveries it rests on."""
        return [
            part
            for name, one in (("first", self.first), ("second", self.second))
            for part in (
                (name, "known_on", one.known_on.isoformat() if one.known_on else None),
                (name, "deliveries", [delivery.number for delivery in one.deliveries]),
            )
        ]


def released_sides(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    second: FigureQuery,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> ReleasedSides:
    """Two measures of different sources side by side, from the counts that this person may see, both logged.

    ``query`` and ``second`` are alike but for the measure and its conditions, cut by the same breakdown or by
    none. Raises ``NotPermitted``, ``NotFound`` for what there is not, ``BadInput`` where they cannot be laid
    side by side, or where either is shown to this person protected.
    """
    from joinedup.measures.two_sources import question, require_unlike, side_by_side

    asked = (question(query), question(second))
    figures = [
        release(workspace, viewer, one, purpose=purpose, reason=reason, channel=channel) for one in asked
    ]
    measures = (figures[0].measure, figures[1].measure)
    by = next(iter(query.by), "")
    require_unlike(*measures, by)  # told only to whom both figures may be shown
    small = workspace.settings.small_number
    found = side_by_side(figures[0].rows, figures[1].rows, measures, by, 2 * small)
    notes = dict.fromkeys((*found.notes, *figures[0].notes, *figures[1].notes))
    return ReleasedSides(figures[0], figures[1], replace(found, notes=tuple(notes)))
