"""The door for the quality of data: counts of rows and fields, never a value, of sources one may know of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from joinedup.release.provenance import visible_sources
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.measures.quality import QualityFigure, QualityQuery
    from joinedup.workspace import Workspace


def quality(workspace: Workspace, viewer: Viewer, query: QualityQuery) -> QualityFigure:
    """How good the feeds' data is, for the sources whose deliveries this person may see as they are.

    ``query.sources`` empty: all of those. Others are left out, as if they were not there. Raises ``NotFound``
    for a measure there is not.
    """
    from joinedup.measures.quality import quality as computed

    known = visible_sources(workspace, viewer)
    wanted = tuple(source for source in known if not query.sources or source in query.sources)
    return computed(workspace, replace(query, sources=wanted))
