"""What a break-glass grant allows: whom it names sees what it names, while it holds. Nothing leaves by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.accounts import grants_of, is_open
from joinedup.release.decision import Access, Decision, What
from joinedup.release.policies import Request
from joinedup.terms import LONDON, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import Grant

SEEN = frozenset({What.FIGURE, What.REVEAL, What.COMPARE})
"""What somebody may see by a grant: each of it is an act that names the grant."""


@dataclass(frozen=True)
class Broken:
    """The grants there are, as they hold at a moment (aware; None: whenever a decision is made)."""

    grants: Sequence[Grant] = ()
    at: dt.datetime | None = None

    def allows(self, request: Request) -> Decision | None:
        """What a grant of this person allows of closed data; None where none does. Single records that are
        restricted stay so: those inside can be asked."""
        for_the_public = request.purpose is Purpose.PUBLIC_INFORMATION
        if request.is_open or for_the_public or request.what not in SEEN or request.matter.restrictions:
            return None
        held = [one for one in self.grants if is_open(one, self.at) and _speaks_of(one, request)]
        if not held:
            return None
        last = max(held, key=lambda one: one.ends_at)
        sentence = _(
            "The glass is broken for you until %(end)s, because of an emergency: all that you see by it is "
            "logged and reviewed."
        ) % {"end": f"{last.ends_at.astimezone(LONDON):%H:%M}"}
        return Decision(Access.FULL, sentence, "break-glass", grants=(last.pk,))


WHOLE = Broken()


def broken_for(viewer: Viewer) -> Broken:
    """The grants that this person has now."""
    return Broken(grants_of(viewer))


def _speaks_of(grant: Grant, request: Request) -> bool:
    matter = request.matter
    named = grant.username.casefold() == request.viewer.username.casefold()
    return named and bool(matter.owner) and matter.owner == grant.owner and matter.feed in grant.feeds
