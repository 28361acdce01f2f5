"""Admitting a question about a measure, or refusing it, before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.accounts import in_force
from joinedup.errors import NotPermitted
from joinedup.release import matters
from joinedup.release.breaking import broken_for
from joinedup.release.deciding import decide
from joinedup.release.decision import Decision, What
from joinedup.release.matters import no_such_measure
from joinedup.release.own_measures import held_back
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace


def admit(
    workspace: Workspace, viewer: Viewer, name: str, what: What | str, *, purpose: Purpose, reason: str
) -> tuple[Measure, Decision]:
    """The measure of this name and the decision that lets this person have ``what`` of it.

    Raises ``NotPermitted`` with the decision's sentence, and ``NotFound`` where there is no such measure or
    none that they may know of.
    """
    from joinedup.measures import catalogue

    measure, known = catalogue(workspace).get(name), matters.known(workspace)
    asked = known.of_measure(measure) if measure else (matters.NOWHERE,)
    decision = decide(
        viewer,
        what,
        asked,
        agreements=in_force(),
        purpose=purpose,
        reason=reason,
        broken=broken_for(viewer),
    )
    if measure is None or (not decision.allowed and any(one.is_restricted for one in asked)):
        # For those outside, what is restricted does not exist: the same words as for what is not there.
        raise no_such_measure(name)
    decision = held_back(workspace, measure, decision)
    if not decision.allowed:
        raise NotPermitted(decision.sentence)
    return measure, decision
