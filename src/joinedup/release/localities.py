"""The door for indexes of localities: counts that have passed the door for figures, and published places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.release.admitting import admit
from joinedup.release.decision import What
from joinedup.release.figures import ReleasedFigure, release
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures.localities import LocalityFigure, LocalityQuery
    from joinedup.workspace import Workspace


def released_localities(
    workspace: Workspace,
    viewer: Viewer,
    query: LocalityQuery,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    channel: str = "hub",
) -> LocalityFigure:
    """The index of every area, from the counts that this person may see; each is logged as the figure it is.

    Raises ``NotPermitted``, ``NotFound`` for what there is not, ``BadInput`` for a part that is not known,
    and for whoever sees protected numbers: beside published scores an index would tell what they hide.
    """
    from joinedup.measures.localities import compute, localities_named, measures_of, parts_of, questions

    definition = localities_named(workspace, query.definition)
    parts = parts_of(definition, query)
    for name in measures_of(parts, query):
        _require_exact(workspace, viewer, name, purpose, reason)
    found: dict[str, ReleasedFigure] = {}
    period = query.period
    for name in questions(parts, query, period, workspace):
        question = questions(parts, query, period, workspace)[name]
        found[name] = release(workspace, viewer, question, purpose=purpose, reason=reason, channel=channel)
        period = found[name].query.period  # of the first, where none was asked for
    return compute(workspace, definition, query, found)


def _require_exact(workspace: Workspace, viewer: Viewer, name: str, purpose: Purpose, reason: str) -> None:
    """Before anything is said of the measure: whether this person may see its counts as they are."""
    _measure, decision = admit(workspace, viewer, name, What.FIGURE, purpose=purpose, reason=reason)
    if decision.protected:
        raise BadInput(
            _("An index is worked out from exact counts, and those of this source are not shown to you"),
            where=name,
            next_step=_("Ask an analyst of the partnership"),
        )
