"""Acts that take two people: what is asked for, which proposals there are, and who may second one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.accounts.roles import role_name
from joinedup.errors import NotFound, NotPermitted
from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import Proposal

ANY_AGENCY = "*"
DAYS = 7
"""So long after proposing, a proposal that was not used runs out."""


@dataclass(frozen=True)
class Seconder:
    """People who may be the second: of a role, of one agency (its code) or of any."""

    role: Role
    agency: str = ANY_AGENCY

    def is_one(self, viewer: Viewer) -> bool:
        """Whether this person is one of them."""
        return viewer.role is self.role and self.agency in {ANY_AGENCY, viewer.agency}


@dataclass(frozen=True)
class Asked:
    """An act of a ``kind`` (``erasure``, ``bulk-export``, ``lifting``) that takes two people.

    ``arguments`` are what JSON can hold and no personal value: keys of records, numbers of deliveries and
    rows, digests. An approval holds for exactly these. ``told`` is for whoever approves: how many records or
    rows, of which months. ``owners`` are the codes of the agencies whose data it is. ``smaller`` says how
    less is asked for, so that it takes nobody else.
    """

    kind: str
    feeds: Sequence[str]
    owners: Sequence[str]
    arguments: Mapping[str, Any]
    seconders: Sequence[Seconder]
    told: Mapping[str, Any] = field(default_factory=dict)
    smaller: str = ""

    def digest(self, reason: str) -> str:
        """By which the same act, for the same reason, is known again."""
        exactly = [self.kind, sorted(self.feeds), self.arguments, reason.strip()]
        return hashlib.sha256(json.dumps(exactly, sort_keys=True).encode()).hexdigest()


class NeedsSecond(NotPermitted):
    """Nothing was done, because it takes a second person: propose ``asked`` with its ``reason``."""

    def __init__(self, asked: Asked, reason: str) -> None:
        self.asked, self.reason = asked, reason
        super().__init__(
            _("This takes a second person, and no approval of exactly this, with this reason, holds for you"),
            where=", ".join(asked.feeds),
            next_step=_("Propose it, and have it approved: joinedup approvals"),
        )


class NobodySeconds(NotPermitted):
    """Nothing was proposed: nobody else here may be the second person."""


def live(now: dt.datetime | None = None) -> list[Proposal]:
    """Proposals that wait, or are approved and not used, and have not run out; oldest first."""
    from joinedup.accounts.models import Proposal

    open_ones = [Proposal.State.WAITING, Proposal.State.APPROVED]
    return list(Proposal.objects.filter(state__in=open_ones, ends_at__gt=now or dt.datetime.now(dt.UTC)))


def proposal(number: int) -> Proposal:
    """The live proposal of this number. Raises NotFound."""
    found = next((one for one in live() if one.pk == number), None)
    if found is None:
        raise no_proposal(number)
    return found


def no_proposal(number: int) -> NotFound:
    """The error for a number that no proposal has, or none that exists for whoever asks."""
    return NotFound(
        _("No proposal of that number waits, or it has run out"),
        where=str(number),
        next_step=_("See: joinedup approvals"),
    )


def seconders_of(one: Proposal) -> list[Seconder]:
    """Who may second it."""
    return [Seconder(Role(role), agency) for role, agency in one.seconders]


def why_not_second(one: Proposal, viewer: Viewer) -> str:
    """The sentence for whoever may not approve or decline it; empty for those who may."""
    if viewer.username.casefold() == one.proposed_by.casefold():
        return _("Nobody approves what they proposed: it takes a second person.")
    if not any(each.is_one(viewer) for each in seconders_of(one)):
        return _("This is seconded by %(whom)s.") % {"whom": in_words(seconders_of(one))}
    return ""


def in_words(seconders: Sequence[Seconder]) -> str:
    """For instance ``an administrator, or a data owner of police-force``."""
    told = []
    for each in seconders:
        of = "" if each.agency == ANY_AGENCY else _(" of %(agency)s") % {"agency": each.agency}
        told.append(f"{role_name(each.role)}{of}")
    return _(", or ").join(told)


def active_viewer(username: str) -> Viewer | None:
    """Who somebody is now; None for whoever is not there or may no longer act."""
    from joinedup.accounts.models import User

    found = User.objects.select_related("agency").filter(username__iexact=username, is_active=True).first()
    return found.viewer() if found else None


def could_second(asked: Asked, by: Viewer) -> list[Viewer]:
    """The active people, other than who proposes, whose role and agency fit."""
    from joinedup.accounts.models import User

    people = (
        User.objects.select_related("agency").filter(is_active=True).exclude(username__iexact=by.username)
    )
    viewers = [one.viewer() for one in people]
    return [who for who in viewers if any(each.is_one(who) for each in asked.seconders)]
