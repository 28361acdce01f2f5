"""The door for acts that take two people: what waits for whom, approving, declining, proposing.

A proposal tells how many records or rows a feed has, so it exists for those who see the feed's deliveries in
full, and, where it is an erasure, for administrators; and for who proposed it. Whether somebody may be the
second for taking rows away is decided as if they took them themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup import accounts
from joinedup.accounts import Asked, NeedsSecond, NobodySeconds, in_force, live, no_proposal, why_not_second
from joinedup.release import matters
from joinedup.release.asking import Decisions
from joinedup.release.deciding import decide
from joinedup.release.decision import Access, What
from joinedup.terms import Purpose, Role, Viewer

if TYPE_CHECKING:
    from joinedup.accounts.models import Proposal
    from joinedup.workspace import Workspace

BULK = "bulk-export"
_ERASURE, _LIFTING = "erasure", "lifting"


@dataclass(frozen=True)
class Waiting:
    """A proposal as one person sees it: ``may_not`` is the sentence why they do not decide it, or empty."""

    proposal: Proposal
    about: str
    may_not: str
    is_own: bool

    @property
    def waits_for_me(self) -> bool:
        """Whether this person can decide it, and nobody has."""
        return not self.may_not and self.proposal.state == "waiting"


def waiting(workspace: Workspace, viewer: Viewer) -> list[Waiting]:
    """What waits that this person could decide, or proposed; approved ones too, until they are done."""
    waiting_ones = live()
    decisions = Decisions(workspace, viewer) if waiting_ones else None
    there = [one for one in waiting_ones if decisions and _exists(decisions, viewer, one)]
    seen = [
        Waiting(one, in_numbers(one), _may_not(workspace, viewer, one), _is_of(one, viewer)) for one in there
    ]
    return [one for one in seen if one.is_own or not one.may_not]


def waits_for(workspace: Workspace, viewer: Viewer) -> int:
    """How many things wait for this person's approval."""
    return sum(one.waits_for_me for one in waiting(workspace, viewer))


def propose(workspace: Workspace, needs: NeedsSecond, *, by: Viewer) -> Proposal:
    """Propose what was just refused for want of a second person (see ``accounts.propose``)."""
    asked = needs.asked
    fits = fitting(workspace, asked.kind, asked.feeds, asked.arguments)
    try:
        return accounts.propose(asked, by=by, reason=needs.reason, fits=fits)
    except NobodySeconds as nobody:
        if asked.kind != BULK:
            raise
        what = f"{how_many(workspace, asked)} {nobody.what}"
        raise NobodySeconds(what, where=nobody.where, next_step=nobody.next_step) from None


def how_many(workspace: Workspace, asked: Asked) -> str:
    """How much leaves at once, and from how much on that takes two people: of people or rows alike."""
    numbers = {"rows": f"{asked.told['rows']:,}", "limit": f"{workspace.settings.bulk_rows:,}"}
    return _("That is %(rows)s at once, and %(limit)s or more take two people.") % numbers


def approve(workspace: Workspace, viewer: Viewer, number: int) -> Proposal:
    """Approve a proposal as the second person. Raises NotFound for one that does not exist for them."""
    one = _seen(workspace, viewer, number)
    fits = fitting(workspace, one.kind, one.feeds, one.arguments)
    return accounts.approve(number, by=viewer, fits=fits)


def decline(workspace: Workspace, viewer: Viewer, number: int, reason: str) -> Proposal:
    """Decline a proposal with a reason, or take one's own back."""
    one = _seen(workspace, viewer, number)
    fits = fitting(workspace, one.kind, one.feeds, one.arguments)
    return accounts.decline(number, by=viewer, reason=reason, fits=fits)


def fitting(
    workspace: Workspace, kind: str, feeds: Sequence[str], arguments: Any
) -> Callable[[Viewer], bool]:
    """What else a second person has to be: somebody who sees the feeds' deliveries, and could take such rows
    away themselves. No break-glass grant counts for that."""
    known = matters.known(workspace)

    def fits(viewer: Viewer) -> bool:
        if kind != BULK:
            return _sees(Decisions(workspace, viewer), viewer, kind, feeds)
        held, purpose = in_force(), Purpose(arguments["purpose"])
        reason = _("to be the second person")
        asked = [
            (what, matters.asking_for(known.of_feed(feed), fields))
            for feed in feeds
            for what, fields in [_of_feed(feed, arguments)]
        ]
        decisions = [
            decide(viewer, what, some, agreements=held, purpose=purpose, reason=reason)
            for what, some in asked
        ]
        return all(one.access is Access.FULL for one in decisions)

    return fits


def _of_feed(feed: str, arguments: Any) -> tuple[What, Sequence[str]]:
    """What a second person has to be able to have of a feed, and which details. Where the act says which
    feeds it names people of (``named``), figures are enough of the others: these name nobody."""
    named = arguments.get("named")
    if named is None:
        return What(arguments["what"]), arguments.get("fields", ())
    return (What(arguments["what"]), named[feed]) if feed in named else (What.FIGURE, ())


def in_numbers(one: Proposal) -> str:
    """What a proposal is about, without a name: ``3 records; 1 refused row; 2024-04 to 2024-06``."""
    told = one.told
    counted = (
        (told.get("records", 0), ngettext("%(n)s record", "%(n)s records", told.get("records", 0))),
        (told.get("rows", 0), ngettext("%(n)s row", "%(n)s rows", told.get("rows", 0))),
        (
            told.get("refused_rows", 0),
            ngettext("%(n)s refused row", "%(n)s refused rows", told.get("refused_rows", 0)),
        ),
    )
    parts = [words % {"n": f"{number:,}"} for number, words in counted if number]
    if "first_month" in told:
        first, last = told["first_month"], told["last_month"]
        parts.append(first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last})
    if "delivery" in told:
        parts.append(_("delivery %(number)s") % {"number": told["delivery"]})
    if told.get("fields"):
        parts.append(", ".join(told["fields"]))
    if "study" in told:
        parts.append(_("study %(name)s, for %(to)s") % {"name": told["study"], "to": told["to"]})
    return "; ".join(parts)


def _seen(workspace: Workspace, viewer: Viewer, number: int) -> Proposal:
    found = accounts.proposal(number)
    if not _exists(Decisions(workspace, viewer), viewer, found):
        raise no_proposal(number)
    return found


def _may_not(workspace: Workspace, viewer: Viewer, one: Proposal) -> str:
    if why := why_not_second(one, viewer):
        return why
    if one.state == "approved":
        return _("Approved by %(who)s: it waits to be done.") % {"who": one.decided_by}
    if not fitting(workspace, one.kind, one.feeds, one.arguments)(viewer):
        return _("Who seconds this has to be somebody who may see those rows themselves.")
    return ""


def _exists(decisions: Decisions, viewer: Viewer, one: Proposal) -> bool:
    return _is_of(one, viewer) or _sees(decisions, viewer, one.kind, one.feeds)


def _sees(decisions: Decisions, viewer: Viewer, kind: str, feeds: Sequence[str]) -> bool:
    """Whether they see how many records or rows there are: an administrator of what is to be erased, and of
    restricted records who is inside by answering for them, or audits."""
    if kind == _ERASURE and viewer.role is Role.ADMINISTRATOR:
        return True
    if kind == _LIFTING:
        owners = {matter.owner for feed in feeds for matter in decisions.known.of_feed(feed)}
        return viewer.role is Role.AUDITOR or (viewer.role is Role.DATA_OWNER and owners == {viewer.agency})
    return all(decisions.sees_deliveries(feed) for feed in feeds)


def _is_of(one: Proposal, viewer: Viewer) -> bool:
    """Whether this person proposed it or approved it."""
    return viewer.username.casefold() in {one.proposed_by.casefold(), one.decided_by.casefold()}
