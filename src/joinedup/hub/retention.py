"""What is up for review: contracts' rules and the book's months, brought to the partnership's register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.partnership import Review, Rule, retention
from joinedup.records import RecordBook
from joinedup.release import Decisions
from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.partnership.models import RetentionDecision
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Register:
    """Reviews, the next day on which more come up, and what was decided, the latest first."""

    reviews: list[Review]
    next_on: dt.date | None
    decisions: list[RetentionDecision]


def require_decider(viewer: Viewer) -> None:
    """Raise NotPermitted for whoever does not decide how long records are kept."""
    if viewer.role not in retention.DECIDERS:
        raise NotPermitted(
            _("Only analysts and administrators see and decide how long records are kept"),
            next_step=_("Ask one of them"),
        )


def _concern(workspace: Workspace, viewer: Viewer) -> Callable[[str], bool]:
    """Whether a feed's retention is this person's: of feeds whose deliveries they may see as they are.

    An administrator, who alone erases, has to see how many records each erasure is of.
    """
    if viewer.role is Role.ADMINISTRATOR:
        return lambda _feed: True
    return Decisions(workspace, viewer).sees_deliveries


def rules(workspace: Workspace, viewer: Viewer) -> list[Rule]:
    """The rules of the feeds that concern this person, that have delivered and whose contract says how long
    their records are kept."""
    from joinedup.feeds import contracts

    concerns = _concern(workspace, viewer)
    rows = {feed for feed, *_rest in RecordBook(workspace).feeds()}
    delivered = {feed for feed in rows if concerns(feed)}
    return [
        Rule(feed, one.title, one.owner_name, one.publishing.retention_years)
        for feed, one in contracts(workspace).items()
        if one.publishing.retention_years is not None and feed in delivered
    ]


def decisions(workspace: Workspace, viewer: Viewer) -> list[RetentionDecision]:
    """What was decided so far of the feeds that concern this person, the oldest first."""
    require_decider(viewer)
    concerns = _concern(workspace, viewer)
    return [one for one in retention.decisions() if concerns(one.feed)]


def end(workspace: Workspace, number: int, why: str, *, by: Viewer) -> RetentionDecision:
    """End a decision before its time. Raises NotFound where none of that number concerns this person."""
    one = next((each for each in retention.decisions() if each.pk == number), None)
    if one is not None and by.role in retention.DECIDERS and not _concern(workspace, by)(one.feed):
        number = 0  # no decision has it: the same words as for what is not there
    return retention.end(workspace, number, why, by=by)


def look(workspace: Workspace, viewer: Viewer, on: dt.date) -> Register:
    """The register as it is on a day."""
    require_decider(viewer)
    agreed = rules(workspace, viewer)
    book = RecordBook(workspace)
    held = {rule.feed: book.months_held(rule.feed) for rule in agreed}
    decided = decisions(workspace, viewer)
    found = retention.reviews(agreed, held, decided, on)
    return Register(found, retention.next_review(agreed, held, on), decided[::-1])
