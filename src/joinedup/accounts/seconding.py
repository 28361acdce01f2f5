"""Proposing an act that takes two people, approving or declining it, and using an approval up.

Each step writes its act to the log, in the same transaction. An approval is used once, in the transaction of
the act that it is for, for exactly the same arguments and reason, by either of the two people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.accounts.proposals import (
    DAYS,
    Asked,
    NeedsSecond,
    NobodySeconds,
    active_viewer,
    could_second,
    in_words,
    live,
    no_proposal,
    why_not_second,
)
from joinedup.errors import BadInput, NotPermitted
from joinedup.log import record_act
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import Proposal

Fits = Callable[[Viewer], bool]
"""What else somebody has to be, beside the roles that may second."""


def anybody(_viewer: Viewer) -> bool:
    """Nothing else is asked of a second person."""
    return True


def propose(asked: Asked, *, by: Viewer, reason: str, fits: Fits = anybody) -> Proposal:
    """Keep it until a second person decides; one that waits for the same is not proposed again.

    Raises BadInput without a reason, NotPermitted where nobody else could second it.
    """
    from django.db import transaction

    from joinedup.accounts.models import Proposal

    if not reason.strip():
        raise BadInput(_("What takes two people needs its reason"), where=asked.kind)
    _require_somebody(asked, by, fits)
    now, digest = dt.datetime.now(dt.UTC), asked.digest(reason)
    with transaction.atomic():
        for over in Proposal.objects.filter(ends_at__lte=now).exclude(digest=""):
            _clear(over)
        there = next((one for one in live(now) if one.digest == digest and _can_lead_on(one, fits)), None)
        if there is not None:
            return there
        made = Proposal.objects.create(
            kind=Proposal.Kind(asked.kind).value,
            feeds=sorted(asked.feeds),
            owners=sorted(asked.owners),
            arguments=dict(asked.arguments),
            digest=digest,
            told=dict(asked.told),
            seconders=[[each.role.value, each.agency] for each in asked.seconders],
            proposed_by=by.username,
            proposed_role=by.role.value,
            proposed_at=now,
            ends_at=now + dt.timedelta(days=DAYS),
        )
        made.proposed_act = _act("proposed", made, by, reason.strip())
        made.save(update_fields=["proposed_act"])
    return made


def _require_somebody(asked: Asked, by: Viewer, fits: Fits) -> None:
    """Raise NobodySeconds where nobody else could be the second, saying whether it is for want of people or
    of what they may see."""
    others = could_second(asked, by)
    if any(fits(who) for who in others):
        return
    if not others:
        raise NobodySeconds(
            _("This takes a second person, and nobody else here may be it"),
            where=in_words(asked.seconders),
            next_step=_next_step(asked, _("An administrator adds such a person: joinedup users add")),
        )
    raise NobodySeconds(
        _(
            "This takes a second person, and nobody else here may be it: none of those whose role would do "
            "may see all of it themselves for this purpose"
        ),
        where=in_words(asked.seconders),
        next_step=_next_step(asked, _("See what is shared with whom: joinedup agreements")),
    )


def _next_step(asked: Asked, otherwise: str) -> str:
    """How less is asked for, where that can be said, and what else can be done."""
    return f"{asked.smaller}. {otherwise}" if asked.smaller else otherwise


def approve(number: int, *, by: Viewer, fits: Fits = anybody) -> Proposal:
    """Approve it, as the second person: then either of the two can do it, once, until it runs out."""
    return _decide(number, "approved", by, "", fits)


def decline(number: int, *, by: Viewer, reason: str, fits: Fits = anybody) -> Proposal:
    """Decline it, with a reason; whoever proposed it can take it back so too."""
    if not reason.strip():
        raise BadInput(_("Declining needs a reason"), where=str(number))
    return _decide(number, "declined", by, reason.strip(), fits)


def require_approved(asked: Asked, *, by: Viewer, reason: str, fits: Fits = anybody) -> Proposal:
    """The approval by which this person may do it. Raises NeedsSecond, with nothing changed.

    ``fits`` is asked of whoever approved, as they are now.
    """
    digest = asked.digest(reason)
    for one in live():
        if one.digest == digest and one.state == one.State.APPROVED and _stands(one, by, fits):
            return one
    raise NeedsSecond(asked, reason)


def use(asked: Asked, *, by: Viewer, reason: str, fits: Fits = anybody) -> Proposal:
    """Use the approval up, in the transaction of the act that it is for. Raises NeedsSecond."""
    from django.db import transaction

    from joinedup.accounts.models import Proposal

    with transaction.atomic():
        one = _held(require_approved(asked, by=by, reason=reason, fits=fits).pk)
        if one is None or one.state != Proposal.State.APPROVED:
            raise NeedsSecond(asked, reason)  # the other of the two did it just now
        one.state, one.used_by, one.used_at = Proposal.State.USED, by.username, dt.datetime.now(dt.UTC)
        _act("used", one, by)
        _clear(one)
    return one


def _decide(number: int, verb: str, by: Viewer, reason: str, fits: Fits) -> Proposal:
    from django.db import transaction

    from joinedup.accounts.models import Proposal

    with transaction.atomic():
        one = _held(number)
        if one is None or one not in live():
            raise no_proposal(number)
        takes_back = verb == "declined" and one.proposed_by.casefold() == by.username.casefold()
        if not takes_back:
            _refuse(one, by, fits)
        if one.state != Proposal.State.WAITING and verb == "approved":
            raise BadInput(_("It is approved already"), where=_("by %(who)s") % {"who": one.decided_by})
        one.state, one.decided_by, one.decided_at = Proposal.State(verb), by.username, dt.datetime.now(dt.UTC)
        _act(verb, one, by, reason)
        if one.state == Proposal.State.DECLINED:
            _clear(one)
        one.save()
    return one


def _refuse(one: Proposal, by: Viewer, fits: Fits) -> None:
    if why := why_not_second(one, by):
        raise NotPermitted(why)
    if active_viewer(by.username) != by:
        raise NotPermitted(_("Only who may act, in their present role, decides what takes two people"))
    if not fits(by):
        raise NotPermitted(_("Who seconds this has to be somebody who may see those rows themselves."))


def _stands(one: Proposal, by: Viewer, fits: Fits) -> bool:
    """Whether both people are still who they were, and this is one of them."""
    proposer, second = active_viewer(one.proposed_by), active_viewer(one.decided_by)
    if proposer is None or second is None or by not in {proposer, second}:
        return False
    return proposer.role == one.proposed_role and not why_not_second(one, second) and fits(second)


def _can_lead_on(one: Proposal, fits: Fits) -> bool:
    """Whether it can still be done: where not, the same is proposed anew."""
    proposer = active_viewer(one.proposed_by)
    if proposer is None or proposer.role != one.proposed_role:
        return False
    return one.state == one.State.WAITING or _stands(one, proposer, fits)


def _held(number: int) -> Proposal | None:
    """The proposal, held until the transaction ends."""
    from joinedup.accounts.models import Proposal

    return Proposal.objects.select_for_update().filter(pk=number).first()


def _clear(one: Proposal) -> None:
    """What exactly it was for is no longer needed."""
    one.arguments, one.digest = {}, ""
    one.save()


def _act(verb: str, one: Proposal, by: Viewer, reason: str = "") -> object:
    feeds = ", ".join(one.feeds)
    return record_act(
        "administration",
        by=by,
        purpose=None,
        what=f"{verb} proposal {one.pk}: {one.kind} of {feeds}"[:300],
        reason=reason,
        detail={
            "proposal": one.pk,
            "kind": str(one.kind),
            "feeds": list(one.feeds),
            "owners": list(one.owners),
            **one.told,
        },
    ).id
