"""The door for breaking the glass: opening it for somebody, who sees that it was, closing and reviewing it.

A grant is there for whom it names, who opened it, the owner's data owners and auditors; for other
administrators where its feeds exist for them. For everybody else it does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup import accounts
from joinedup.accounts import grants, is_overdue, no_grant, require_administrator, reviews
from joinedup.errors import BadInput, NotFound
from joinedup.release import matters
from joinedup.release.asking import Decisions
from joinedup.terms import Role, Sensitivity, Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import Grant
    from joinedup.workspace import Workspace


def open_glass(
    workspace: Workspace, username: str, feeds: Sequence[str], *, reason: str, by: Viewer, hours: int = 4
) -> Grant:
    """Let a person see closed feeds of one owner (see ``accounts.open_glass``).

    Raises NotFound for a feed that is not there, BadInput where the feeds are open or of several owners.
    """
    require_administrator(by)
    known, owners = matters.known(workspace), set()
    for feed in feeds:
        found = [one for one in known.of_feed(feed) if one.owner]
        if not found:
            raise NotFound(_("There is no feed of that name"), where=feed, next_step="See: joinedup feeds")
        if all(one.sensitivity is Sensitivity.OPEN for one in found):
            raise BadInput(_("That feed is open: everybody sees it"), where=feed)
        owners |= {one.owner for one in found}
    if len(owners) != 1:
        raise BadInput(
            _("A grant is of feeds of one owner"),
            where=", ".join(sorted(owners)),
            next_step=_("Open one for each owner: each is reviewed by its own people"),
        )
    return accounts.open_glass(username, feeds, owners.pop(), reason=reason, by=by, hours=hours)


def glass_seen(workspace: Workspace, viewer: Viewer) -> list[Grant]:
    """The grants that exist for this person, the latest first."""
    decisions = Decisions(workspace, viewer)
    return [one for one in grants() if _exists(decisions, viewer, one)]


def glass_alerts(workspace: Workspace, viewer: Viewer) -> list[Grant]:
    """The grants that wait for a review by this person; for auditors also those that are overdue."""
    return [
        one
        for one in glass_seen(workspace, viewer)
        if one.reviewed_at is None
        and (reviews(one, viewer) or (viewer.role is Role.AUDITOR and is_overdue(one)))
    ]


def close_glass(workspace: Workspace, viewer: Viewer, number: int) -> Grant:
    """End a grant now. Raises NotFound for one that does not exist for this person."""
    _seen(workspace, viewer, number)
    return accounts.close_glass(number, by=viewer)


def review_glass(workspace: Workspace, viewer: Viewer, number: int, finding: str) -> Grant:
    """Review a grant that has ended, with a finding. Raises NotFound as ``close_glass``."""
    _seen(workspace, viewer, number)
    return accounts.review_glass(number, finding=finding, by=viewer)


def _seen(workspace: Workspace, viewer: Viewer, number: int) -> None:
    if number not in {one.pk for one in glass_seen(workspace, viewer)}:
        raise no_grant(number)


def _exists(decisions: Decisions, viewer: Viewer, one: Grant) -> bool:
    if viewer.username.casefold() in {one.username.casefold(), one.opened_by.casefold()}:
        return True
    if viewer.role is Role.AUDITOR or (viewer.role is Role.DATA_OWNER and viewer.agency == one.owner):
        return True
    return viewer.role is Role.ADMINISTRATOR and all(decisions.knows(feed) for feed in one.feeds)
