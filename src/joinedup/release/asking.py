"""Asking for decisions with what a workspace knows: its contracts, its deliveries, its agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from joinedup.accounts import in_force, today
from joinedup.release import matters
from joinedup.release.breaking import WHOLE, broken_for
from joinedup.release.deciding import decide
from joinedup.release.decision import Access, Decision, What
from joinedup.release.matters import Matter
from joinedup.release.own_measures import held_back
from joinedup.terms import Purpose, Restriction, Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace

_WIDTH = {Access.NONE: 0, Access.PROTECTED: 1, Access.FULL: 2}
_FIRST = Purpose.CRIME_AND_DISORDER


class Decisions:
    """What one person may have, by what the workspace knows and its agreements say at this moment.

    All that is read once. Make one for a page or a command that asks of many things, and keep it no longer,
    so that what an owner takes back holds at once. ``purpose`` None asks for whichever shows the most.
    ``glass`` False leaves break-glass grants out: for what outlives them.
    """

    def __init__(self, workspace: Workspace, viewer: Viewer, *, glass: bool = True) -> None:
        self.known = matters.known(workspace)
        self.workspace = workspace
        self.viewer = viewer
        self._held = in_force()
        self._broken = broken_for(viewer) if glass else WHOLE

    @property
    def state(self) -> tuple[object, ...] | None:
        """All that its decisions rest on: where it is equal, so are they. None where this person ever broke
        the glass, for a grant ends by the minute."""
        return None if self._broken.grants else (self.viewer, self.known, self._held, today())

    def of_feed(
        self,
        what: What | str,
        feed: str,
        *,
        purpose: Purpose | None = None,
        reason: str = "",
        fields: Sequence[str] = (),
    ) -> Decision:
        """The decision about a feed, of which these identifying details are asked for."""
        return self._of(what, matters.asking_for(self.known.of_feed(feed), fields), purpose, reason)

    def of_feed_for_each(
        self,
        purposes: Sequence[Purpose],
        what: What | str,
        feed: str,
        *,
        reason: str = "",
        fields: Sequence[str] = (),
    ) -> list[Decision]:
        """The same for each of these purposes, in their order."""
        asked = matters.asking_for(self.known.of_feed(feed), fields)
        return [self._of(what, asked, purpose, reason) for purpose in purposes]

    def of_source(self, what: What | str, source: str, *, purpose: Purpose | None = None) -> Decision:
        """The decision about everything a source brings."""
        return self._of(what, self.known.of_source(source), purpose)

    def of_measure(
        self, what: What | str, measure: Measure, *, purpose: Purpose | None = _FIRST, reason: str = ""
    ) -> Decision:
        """The decision about a measure: of all the feeds it rests on."""
        decision = self._of(what, self.known.of_measure(measure), purpose, reason)
        return held_back(self.workspace, measure, decision)

    def of_documents(self) -> Decision:
        """The decision about written documents: of every measure that anything was delivered for, because any
        of them may have been put in; of all measures where nothing was. The partnership's own are in none."""
        from joinedup.measures import catalogue
        from joinedup.records import RecordBook

        delivered, measures = RecordBook(self.workspace).sources(), list(catalogue().values())
        counted = [one for one in measures if delivered.intersection(one.sources)] or measures
        asked = dict.fromkeys(matter for one in counted for matter in self.known.of_measure(one))
        return self._of(What.DOCUMENT, list(asked), _FIRST)

    def inside(self, feed: str) -> frozenset[Restriction]:
        """Which kinds of restricted records of a feed exist for this person."""
        asked = self.known.of_feed(feed)
        return frozenset(
            kind
            for kind in Restriction
            if self._of(
                What.REVEAL,
                [replace(one, restrictions=frozenset({kind})) for one in asked],
                None,
                reason="to know of it",
            ).allowed
        )

    def sees_deliveries(self, feed: str) -> bool:
        """Whether this person sees a feed's deliveries as they are, rows counted."""
        return self.of_feed(What.WORKINGS, feed).access is Access.FULL

    def knows(self, feed: str) -> bool:
        """Whether anything that came of this feed exists for this person: what is restricted does for those
        alone who may see something of it, and what is not there for nobody."""
        asked = self.known.of_feed(feed)
        return not any(one.is_restricted for one in asked) or self._of(What.WORKINGS, asked, None).allowed

    def knows_measure(self, measure: Measure) -> bool:
        """The same of a measure, whether or not this person may have figures of it."""
        asked = self.known.of_measure(measure)
        return not any(one.is_restricted for one in asked) or self._of(What.FIGURE, asked, None).allowed

    def _of(
        self, what: What | str, asked: Sequence[Matter], purpose: Purpose | None, reason: str = ""
    ) -> Decision:
        purposes = [_FIRST, *(one for one in Purpose if one is not _FIRST)] if purpose is None else [purpose]
        decisions = [
            decide(
                self.viewer,
                what,
                asked,
                agreements=self._held,
                purpose=one,
                reason=reason,
                broken=self._broken,
            )
            for one in purposes
        ]
        return max(decisions, key=lambda one: _WIDTH[one.access])


def purposes_of(decisions: Decisions) -> tuple[Purpose, ...]:
    """The purposes for which somebody may see any measure of closed data; the usual one always, and first."""
    from joinedup.measures import catalogue

    closed = [
        one
        for one in catalogue(decisions.workspace).values()
        if any(matter.sensitivity is not Sensitivity.OPEN for matter in decisions.known.of_measure(one))
    ]
    return tuple(
        purpose
        for purpose in Purpose
        if purpose is _FIRST
        or any(decisions.of_measure(What.FIGURE, one, purpose=purpose).allowed for one in closed)
    )
