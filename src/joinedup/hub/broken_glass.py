"""Break-glass grants as pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.accounts import is_open, is_overdue, may_close, reviews, why_not_review
from joinedup.release import glass_alerts, glass_seen
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import Grant
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class GlassShown:
    """A grant for one person: ``may_not`` is the sentence where its review is theirs, and not yet."""

    grant: Grant
    open: bool
    overdue: bool
    may_close: bool
    asks_review: bool
    may_not: str

    @property
    def ended(self) -> dt.datetime:
        """When it ends, or ended."""
        return self.grant.closed_at or self.grant.ends_at


def all_seen(workspace: Workspace, viewer: Viewer) -> list[GlassShown]:
    """Every grant that exists for this person, those that wait for their review first."""
    waiting = alerts(workspace, viewer)
    numbers = {one.grant.pk for one in waiting}
    others = [one for one in glass_seen(workspace, viewer) if one.pk not in numbers]
    return [*waiting, *(_shown(one, viewer) for one in others)]


def alerts(workspace: Workspace, viewer: Viewer) -> list[GlassShown]:
    """Those that wait for a review by this person, and for auditors those whose review is overdue."""
    return [_shown(one, viewer) for one in glass_alerts(workspace, viewer)]


def _shown(one: Grant, viewer: Viewer) -> GlassShown:
    asks_review = one.reviewed_at is None and reviews(one, viewer)
    return GlassShown(
        one,
        open=is_open(one),
        overdue=is_overdue(one),
        may_close=is_open(one) and may_close(one, viewer),
        asks_review=asks_review,
        may_not=why_not_review(one, viewer) if asks_review else "",
    )
