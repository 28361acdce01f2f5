"""The door for targets: figures that are released, projected. What they hide is not judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.release.admitting import admit
from joinedup.release.decision import What
from joinedup.release.figures import ReleasedFigure, release
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery, FigureRow
    from joinedup.measures.projecting import Projection, Target
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class ReleasedProjection:
    """The months that have passed the door, and for each area where its year is going."""

    figure: ReleasedFigure
    areas: tuple[tuple[FigureRow, Projection], ...]

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each area."""
        known_on = self.figure.known_on
        return [
            {
                "measure": self.figure.measure.name,
                "definition_version": self.figure.measure.version,
                "area_level": row.area_level.value,
                "area_code": row.area_code,
                "area_name": row.area_name,
                **one.to_json(),
                "known_on": known_on.isoformat() if known_on else None,
                "deliveries": [delivery.number for delivery in self.figure.deliveries],
            }
            for row, one in self.areas
        ]


def released_projection(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    target: Target,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> ReleasedProjection:
    """Where each area of the query is going in the target's year, from what this person may see; logged.

    Raises ``NotPermitted``, ``NotFound`` for what there is not, ``BadInput`` for what has no year, and for
    whoever sees protected numbers: by these nothing is judged.
    """
    from joinedup.measures.projecting import not_judged, project, questions
    from joinedup.measures.result import OUTSIDE, UNLOCATED

    _measure, decision = admit(workspace, viewer, query.measure, What.FIGURE, purpose=purpose, reason=reason)
    if decision.protected:
        raise BadInput(
            _("A target is judged by exact counts of months, and those of this source are not shown to you"),
            where=query.measure,
            next_step=_("Ask an analyst of the partnership"),
        )
    whole, months = (
        release(workspace, viewer, one, purpose=purpose, reason=reason, channel=channel)
        for one in questions(query, target)
    )
    by_area: dict[str, list[FigureRow]] = {}
    for row in months.rows:
        by_area.setdefault(row.area_code, []).append(row)
    breaks = tuple(note for note in whole.notes if note not in months.notes)
    found = []
    for row in whole.rows:
        if row.area_code in {OUTSIDE, UNLOCATED} and len(whole.rows) > 1:
            nowhere = _("What lies in no area has no target: it is shown and not judged.")
            found.append((row, not_judged(target, by_area[row.area_code], nowhere)))
            continue
        one = project(target, by_area[row.area_code], row)
        found.append((row, replace(one, notes=(*one.notes, *breaks)) if one.chance is None else one))
    return ReleasedProjection(months, tuple(found))
