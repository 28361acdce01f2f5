"""The door for figures of linked people and places: of sources that this person may see whole, and logged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from joinedup.release.asking import Decisions
from joinedup.release.whole_sources import log_counted, require_whole, whole_enough
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures.linked import Definition, LinkedFigure, LinkedQuery
    from joinedup.workspace import Workspace

_ROUGHLY = 3  # decimals of a degree in the log, about a hundred metres: a point may be somebody's home


def linked_available(workspace: Workspace, viewer: Viewer) -> list[Definition]:
    """The definitions of which this person may see anything."""
    from joinedup.measures.linked import LINKED

    return whole_enough(workspace, viewer, LINKED.values())


def released_linked(
    workspace: Workspace, viewer: Viewer, query: LinkedQuery, *, purpose: Purpose, reason: str = ""
) -> LinkedFigure:
    """A figure of linked people or places, from the sources that this person may see whole; others are left
    out and told in a note.

    Small counts of people are not protected, so people who see protected tables get none. Raises ``NotFound``
    for a definition there is not, ``BadInput`` for what it needs and the query lacks, and ``NotPermitted``.
    """
    from joinedup.measures.linked import linked, linked_named

    definition = linked_named(query.name)
    whole = require_whole(
        Decisions(workspace, viewer),
        definition.sources,
        asked=query.sources,
        needed=definition.needed,
        purpose=purpose,
    )
    figure = linked(workspace, replace(query, sources=whole.sources))
    detail = {
        "definition": definition.name,
        "version": definition.version,
        "period": str(query.period),
        "at": [round(one, _ROUGHLY) for one in query.at] if query.at else None,
        "linkage": figure.linkage,
    }
    what = f"{definition.title}, {query.period.words}"
    log_counted(viewer, [whole], what, detail, purpose=purpose, reason=reason)
    return replace(figure, notes=(*figure.notes, *whole.notes))
