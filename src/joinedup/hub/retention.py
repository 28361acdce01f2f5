"""What is up for review: contracts' rules and the book's months, brought to the partnership's register."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.partnership import Review, Rule, retention
from joinedup.records import RecordBook
from joinedup.terms import Viewer

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


def rules(workspace: Workspace) -> list[Rule]:
    """The rules of the feeds that have delivered and whose contract says how long their records are kept."""
    from joinedup.feeds import contracts

    delivered = {row.feed for row in RecordBook(workspace).deliveries()}
    return [
        Rule(feed, one.title, one.owner_name, one.publishing.retention_years)
        for feed, one in contracts(workspace).items()
        if one.publishing.retention_years is not None and feed in delivered
    ]


def look(workspace: Workspace, viewer: Viewer, on: dt.date) -> Register:
    """The register as it is on a day."""
    require_decider(viewer)
    agreed = rules(workspace)
    book = RecordBook(workspace)
    held = {rule.feed: book.months_held(rule.feed) for rule in agreed}
    decided = retention.decisions()
    found = retention.reviews(agreed, held, decided, on)
    return Register(found, retention.next_review(agreed, held, on), decided[::-1])
