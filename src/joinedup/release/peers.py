"""The door for areas among their peers: a released figure, compared. What the figure hides stays hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from joinedup.release.figures import ReleasedFigure, release
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery
    from joinedup.measures.peers import Comparison
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class ReleasedComparison:
    """A figure that has passed the door, and its areas among their peers."""

    figure: ReleasedFigure
    comparison: Comparison

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: what a figure's rows have, then what comparing them adds."""
        family = {"peers_rate": self.comparison.rate, "peers_compared": self.comparison.compared}
        figures = self.figure.to_json_rows()
        return [
            {**figure, **one.to_json(), **family}
            for figure, one in zip(figures, self.comparison.rows, strict=True)
        ]


def released_comparison(
    workspace: Workspace,
    viewer: Viewer,
    query: FigureQuery,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> ReleasedComparison:
    """The areas of a level among their peers, from the rates that this person may see, logged as such.

    Everything is worked out from what is released, so that it tells nothing that the figure hides. Raises
    ``NotPermitted``, ``NotFound`` for what there is not, ``BadInput`` where rates cannot be compared.
    """
    from joinedup.measures.peers import compare, question, require_family

    figure = release(workspace, viewer, question(query), purpose=purpose, reason=reason, channel=channel)
    require_family(figure.measure)  # told only to whom the figure may be shown
    found = compare(figure.rows, form=figure.query.form)
    return ReleasedComparison(figure, replace(found, notes=(*found.notes, *figure.notes)))
