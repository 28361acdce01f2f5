"""Which targets are there for somebody, and what they may read of them.

A target is there for whoever may know its measure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from joinedup.errors import NotFound
from joinedup.partnership import targets as register
from joinedup.partnership.aims import Aim, Place
from joinedup.release import Decisions, What, measure_known
from joinedup.terms import Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.target_models import KeptTarget, TargetEvent
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Told:
    """A target as one person may read it."""

    target: KeptTarget
    aim: Aim
    place: Place
    year: Period
    history: tuple[TargetEvent, ...]


def targets_seen(
    workspace: Workspace, viewer: Viewer, *, year: Period | None = None, state: str | None = None
) -> list[KeptTarget]:
    """The targets that are there for this person, by year and reference."""
    return [one for one in register.targets(year=year, state=state) if _is_there(workspace, viewer, one)]


def target_seen(workspace: Workspace, viewer: Viewer, reference: str) -> KeptTarget:
    """The target of this reference. Raises NotFound where there is none that is there for this person."""
    found = register.target_named(reference)
    if not _is_there(workspace, viewer, found):
        raise register.no_such_target(reference)
    return found


def told_to(
    workspace: Workspace,
    viewer: Viewer,
    one: KeptTarget,
    *,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
) -> Told:
    """A target as this person may read it: without the number of its baseline, and without what its history
    says of it, for whoever does not see the counts of its measure as they are."""
    aim, events = register.aim_of(one), list(one.history.all())
    decision = Decisions(workspace, viewer).of_measure(
        What.FIGURE, measure_known(workspace, viewer, one.measure), purpose=purpose
    )
    if not decision.allowed or decision.protected:
        if aim.baseline_value is not None:
            aim = replace(aim, baseline_value=None, known_at=None)
        for event in events:  # these copies only: nothing is saved
            event.text = event.text if event.kind == event.Kind.CLOSED else ""
    return Told(one, aim, register.place_of(one), register.year_of(one), tuple(events))


def _is_there(workspace: Workspace, viewer: Viewer, one: KeptTarget) -> bool:
    try:
        measure_known(workspace, viewer, one.measure)
    except NotFound:
        return False
    return True
