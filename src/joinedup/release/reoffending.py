"""The door for measures of reoffending and the bridges between them: of sources seen whole, and logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.release.asking import Decisions
from joinedup.release.whole_sources import Whole, log_counted, require_whole, whole_enough
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures.linked import LinkedFigure, LinkedQuery
    from joinedup.measures.reoffending import Bridge, Reoffending
    from joinedup.workspace import Workspace


def reoffending_available(workspace: Workspace, viewer: Viewer) -> list[Reoffending]:
    """The measures of which this person may see anything."""
    from joinedup.measures.reoffending import REOFFENDING

    return whole_enough(workspace, viewer, REOFFENDING.values())


def released_reoffending(
    workspace: Workspace, viewer: Viewer, query: LinkedQuery, *, purpose: Purpose, reason: str = ""
) -> LinkedFigure:
    """A measure of reoffending, from the sources that this person may see whole; a way into the cohort whose
    source is not among them is left out and told in a note.

    Small counts of people are not protected, so people who see protected tables get none. Raises ``NotFound``
    for a measure there is not, and ``NotPermitted``.
    """
    from joinedup.measures.reoffending import reoffending, reoffending_named

    measure = reoffending_named(query.name)
    whole = _whole(workspace, viewer, [measure], query, purpose)
    figure = reoffending(workspace, replace(query, sources=whole.sources))
    what = f"{measure.title}, {query.period.words}"
    detail = _detail(figure.query, [measure], figure.linkage)
    log_counted(viewer, [whole], what, detail, purpose=purpose, reason=reason)
    return replace(figure, notes=(*figure.notes, *whole.notes))


def released_needs(
    workspace: Workspace, viewer: Viewer, query: LinkedQuery, *, purpose: Purpose, reason: str = ""
) -> LinkedFigure:
    """What those need who reoffend by a measure, beside the others; as ``released_reoffending``, and of the
    assessments too."""
    from joinedup.measures.reoffending import by_need_of, needs

    measure = by_need_of(query.name)
    whole = _whole(workspace, viewer, [measure], query, purpose)
    figure = needs(workspace, replace(query, sources=whole.sources))
    what = _("{measure} by need, {period}").format(measure=measure.title, period=query.period.words)
    detail = _detail(figure.query, [measure], figure.linkage)
    log_counted(viewer, [whole], what, detail, purpose=purpose, reason=reason)
    return replace(figure, notes=(*figure.notes, *whole.notes))


def released_bridge(
    workspace: Workspace,
    viewer: Viewer,
    query: LinkedQuery,
    other: str,
    *,
    purpose: Purpose,
    reason: str = "",
) -> Bridge:
    """What leads from one measure to another; of the sources of both, as ``released_reoffending``."""
    from joinedup.measures.reoffending import bridge, reoffending_named

    both = [reoffending_named(query.name), reoffending_named(other)]
    whole = _whole(workspace, viewer, both, query, purpose)
    found = bridge(workspace, replace(query, sources=whole.sources), other)
    what = f"{both[0].title} and {both[1].title}, {query.period.words}"
    log_counted(viewer, [whole], what, _detail(query, both, found.linkage), purpose=purpose, reason=reason)
    return replace(found, notes=(*found.notes, *whole.notes))


def _whole(
    workspace: Workspace,
    viewer: Viewer,
    measures: Sequence[Reoffending],
    query: LinkedQuery,
    purpose: Purpose,
) -> Whole:
    return require_whole(
        Decisions(workspace, viewer),
        frozenset[str]().union(*(one.sources for one in measures)),
        asked=query.sources,
        needed=frozenset[str]().union(*(one.needed for one in measures)),
        purpose=purpose,
    )


def _detail(query: LinkedQuery, measures: Sequence[Reoffending], linkage: int | None) -> dict[str, object]:
    return {
        "definition": ", ".join(one.name for one in measures),
        "version": ", ".join(str(one.version) for one in measures),
        "period": str(query.period),
        "linkage": linkage,
    }
