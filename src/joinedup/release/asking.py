"""Asking for a decision with what a workspace knows: its contracts, its deliveries, its agreements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from joinedup.accounts import Agreement, in_force
from joinedup.release import matters
from joinedup.release.deciding import decide
from joinedup.release.decision import Access, Decision, What
from joinedup.release.matters import Matter
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace

_WIDTH = {Access.NONE: 0, Access.PROTECTED: 1, Access.FULL: 2}
_FIRST = Purpose.CRIME_AND_DISORDER


def decide_feed(
    workspace: Workspace,
    viewer: Viewer,
    what: What | str,
    feed: str,
    *,
    purpose: Purpose | None = None,
    reason: str = "",
    fields: Sequence[str] = (),
) -> Decision:
    """The decision about a feed; ``purpose`` None: for whichever purpose shows the most of it."""
    asked = matters.asking_for(matters.of_feed(workspace, feed), fields)
    return _decided(viewer, what, asked, purpose, reason, in_force())


def decide_sources(
    workspace: Workspace, viewer: Viewer, what: What | str, sources: Iterable[str]
) -> dict[str, Decision]:
    """The decision about everything each source brings, for whichever purpose shows the most of it."""
    held = in_force()
    return {one: _decided(viewer, what, matters.of_source(workspace, one), None, "", held) for one in sources}


def decide_measure(
    workspace: Workspace,
    viewer: Viewer,
    what: What | str,
    measure: Measure,
    *,
    purpose: Purpose | None = _FIRST,
    reason: str = "",
) -> Decision:
    """The decision about a measure: of all the feeds it rests on."""
    asked = matters.of_measure(workspace, measure)
    return _decided(viewer, what, asked, purpose, reason, in_force())


def decide_documents(workspace: Workspace, viewer: Viewer) -> Decision:
    """The decision about written documents: of every measure that anything was delivered for, because any of
    them may have been put in; of all measures where nothing was."""
    from joinedup.measures import catalogue
    from joinedup.records import RecordBook

    delivered, measures = RecordBook(workspace).sources(), list(catalogue().values())
    counted = [one for one in measures if delivered.intersection(one.sources)] or measures
    asked = dict.fromkeys(matter for one in counted for matter in matters.of_measure(workspace, one))
    return _decided(viewer, What.DOCUMENT, list(asked), _FIRST, "", in_force())


def _decided(
    viewer: Viewer,
    what: What | str,
    asked: Sequence[Matter],
    purpose: Purpose | None,
    reason: str,
    held: Sequence[Agreement],
) -> Decision:
    purposes = [_FIRST, *(one for one in Purpose if one is not _FIRST)] if purpose is None else [purpose]
    decisions = [decide(viewer, what, asked, agreements=held, purpose=one, reason=reason) for one in purposes]
    return max(decisions, key=lambda one: _WIDTH[one.access])
