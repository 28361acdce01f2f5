"""The door for what residents answered: of sources that this person may see whole, and logged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from joinedup.release.asking import Decisions
from joinedup.release.whole_sources import log_counted, require_whole, seen_whole
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures.consulting import Consultation, Consulted, ConsultQuery
    from joinedup.workspace import Workspace


def consultations_available(workspace: Workspace, viewer: Viewer) -> list[Consultation]:
    """The consultations that this person may see for some purpose."""
    from joinedup.measures.consulting import CONSULTATIONS

    decisions = Decisions(workspace, viewer)
    return [one for one in CONSULTATIONS.values() if seen_whole(decisions, [one.source], None)]


def released_consultation(
    workspace: Workspace, viewer: Viewer, query: ConsultQuery, *, purpose: Purpose, reason: str = ""
) -> Consulted:
    """What residents answered, for whoever may see the counts of the source as they are.

    Small counts are not protected, so people who see protected tables get none. Raises ``NotFound`` for a
    consultation there is not, ``BadInput`` for margins that cannot be weighted by, and ``NotPermitted``.
    """
    from joinedup.measures.consulting import consultation_named, consulted

    definition = consultation_named(query.name)
    whole = require_whole(
        Decisions(workspace, viewer),
        [definition.source],
        asked=(),
        needed=[definition.source],
        purpose=purpose,
    )
    found = consulted(workspace, query)
    detail = {
        "consultation": definition.name,
        "version": definition.version,
        "period": str(query.period),
        "weighted_by": [one.value for one in found.weighted_by],
        "question": query.question,
        "as_at": None if query.as_at is None else query.as_at.isoformat(),
    }
    what = f"{definition.title}, {query.period.words}"
    log_counted(viewer, [whole], what, detail, purpose=purpose, reason=reason)
    return replace(found, notes=(*found.notes, *whole.notes))
