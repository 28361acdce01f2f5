"""Breaking the glass: in an emergency, a named person sees for some hours what is otherwise refused to them.

An administrator opens it on the server, for somebody else. The owner's data owners are alerted until one of
them has reviewed it with a finding. ``release`` decides by it; each step is an act in the log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.accounts.agreements import today
from joinedup.accounts.people import user_named
from joinedup.accounts.permission import administers, require_administrator
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.terms import LONDON, Role, Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import Grant

LONGEST_HOURS = 24
REVIEW_DAYS = 7


def open_glass(
    username: str, feeds: Sequence[str], owner: str, *, reason: str, by: Viewer, hours: int = 4
) -> Grant:
    """Let a person see feeds of one owner for so many hours, at most ``LONGEST_HOURS``.

    Raises NotPermitted for whoever does not run the workspace and for oneself, BadInput without a reason.
    """
    from django.db import transaction

    from joinedup.accounts.models import Grant

    require_administrator(by)
    who = user_named(username)
    if who.username.casefold() == by.username.casefold():
        raise NotPermitted(
            _("Nobody breaks the glass for themselves"),
            where=by.username,
            next_step=_("Another administrator opens it; add one with: joinedup users add"),
        )
    if not who.is_active:
        raise BadInput(_("That person may not sign in or act"), where=who.username)
    if not 1 <= hours <= LONGEST_HOURS:
        raise BadInput(_("It is open for 1 to %(most)s hours") % {"most": LONGEST_HOURS}, where=str(hours))
    if not reason.strip():
        raise BadInput(_("Breaking the glass needs its reason"), next_step=_("Say which emergency it is"))
    now = dt.datetime.now(dt.UTC)
    ends = now + dt.timedelta(hours=hours)
    with transaction.atomic():
        made = Grant.objects.create(
            username=who.username,
            owner=owner,
            feeds=sorted(set(feeds)),
            opened_by=by.username,
            opened_at=now,
            ends_at=ends,
            review_on=ends.astimezone(LONDON).date() + dt.timedelta(days=REVIEW_DAYS),
        )
        made.opened_act = _act("opened", made, by, reason.strip())
        made.save(update_fields=["opened_act"])
    return made


def close_glass(number: int, *, by: Viewer) -> Grant:
    """End it now: for the owner's data owners, auditors, and whoever runs the workspace."""
    from django.db import transaction

    with transaction.atomic():
        one = _held(number)
        if not may_close(one, by):
            raise NotPermitted(
                _("It is closed by a data owner of %(owner)s, an auditor or an administrator")
                % {"owner": one.owner}
            )
        if not is_open(one):
            raise BadInput(_("It has ended already"), where=str(number))
        one.closed_by, one.closed_at = by.username, dt.datetime.now(dt.UTC)
        _act("closed", one, by)
        one.save()
    return one


def may_close(one: Grant, by: Viewer) -> bool:
    """Whether this person ends it early."""
    return _is_data_owner(by, one.owner) or by.role is Role.AUDITOR or administers(by)


def review_glass(number: int, *, finding: str, by: Viewer) -> Grant:
    """Write down what its review found, once it has ended: that ends the alert."""
    from django.db import transaction

    with transaction.atomic():
        one = _held(number)
        if why := why_not_review(one, by):
            raise NotPermitted(why)
        if not finding.strip():
            raise BadInput(_("A review needs its finding"), where=str(number))
        one.reviewed_by, one.reviewed_at = by.username, dt.datetime.now(dt.UTC)
        one.reviewed_act = _act("reviewed", one, by, finding.strip())
        one.save()
    return one


def why_not_review(one: Grant, by: Viewer) -> str:
    """The sentence for whoever may not review it now; empty for those who may."""
    if by.username.casefold() in {one.username.casefold(), one.opened_by.casefold()}:
        return _("Who had it or opened it does not review it.")
    if not reviews(one, by):
        return _("It is reviewed by a data owner of %(owner)s; where there is none, by an auditor.") % {
            "owner": one.owner
        }
    if one.reviewed_at is not None:
        return _("It is reviewed already.")
    if is_open(one):
        return _("It is still open: close it first, or wait until it ends.")
    return ""


def reviews(one: Grant, by: Viewer) -> bool:
    """Whether the review is this person's: the owner's data owners'; an auditor's where there is none."""
    return _is_data_owner(by, one.owner) or (by.role is Role.AUDITOR and not _has_data_owner(one))


def is_open(one: Grant, at: dt.datetime | None = None) -> bool:
    """Whether it holds at a moment (None: now)."""
    at = at or dt.datetime.now(dt.UTC)
    return one.opened_at <= at < min(one.ends_at, one.closed_at or one.ends_at)


def is_overdue(one: Grant, day: dt.date | None = None) -> bool:
    """Whether it should have been reviewed by a day (None: today)."""
    return one.reviewed_at is None and one.review_on < (day or today())


def grants(username: str | None = None) -> list[Grant]:
    """Every grant, or those of a person, the latest first."""
    from joinedup.accounts.models import Grant

    found = Grant.objects.order_by("-id")
    return list(found.filter(username__iexact=username) if username else found)


def grants_of(viewer: Viewer) -> tuple[Grant, ...]:
    """The grants by which this person may see something now; each decision asks the clock again."""
    return tuple(one for one in grants(viewer.username) if is_open(one))


def no_grant(number: int) -> NotFound:
    """The error for a number that no grant has, or none that exists for whoever asks."""
    return NotFound(
        _("There is no break-glass grant of that number"),
        where=str(number),
        next_step=_("See: joinedup break-glass list"),
    )


def _is_data_owner(by: Viewer, owner: str) -> bool:
    return by.role is Role.DATA_OWNER and by.agency == owner


def _has_data_owner(one: Grant) -> bool:
    """Whether the owner's agency has a data owner who could review it."""
    from joinedup.accounts.models import User

    there = User.objects.filter(is_active=True, role=Role.DATA_OWNER.value, agency__code=one.owner)
    names = there.values_list("username", flat=True)
    return any(name.casefold() not in {one.username.casefold(), one.opened_by.casefold()} for name in names)


def _held(number: int) -> Grant:
    from joinedup.accounts.models import Grant

    one = Grant.objects.select_for_update().filter(pk=number).first()
    if one is None:
        raise no_grant(number)
    return one


def _act(verb: str, one: Grant, by: Viewer, reason: str = "") -> object:
    return record_act(
        "administration",
        by=by,
        purpose=None,
        what=f"{verb} break-glass {one.pk} for {one.username}: {', '.join(one.feeds)}"[:300],
        reason=reason,
        recipients=[one.username],
        detail={
            "break_glass": one.pk,
            "feeds": list(one.feeds),
            "owners": [one.owner],
            "ends_at": one.ends_at.isoformat(),
        },
    ).id
