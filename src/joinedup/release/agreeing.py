"""What the agreements say of a request; where none allows it, how far the nearest of them goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from joinedup.accounts import Agreement, Share, purpose_name, role_name
from joinedup.release.decision import Access, Decision
from joinedup.release.policies import NAMING, Request

_NEAR = (
    "agreement-feed",
    "agreement-unsigned",
    "agreement-role",
    "agreement-purpose",
    "agreement-names",
    "agreement-restriction",
)
"""What an agreement may lack, the nearer to allowing the later."""


def by_agreement(request: Request, agreements: Sequence[Agreement], day: dt.date) -> Decision:
    """What one of the agreements allows, or the sentence of the one that lacks least."""
    owner = request.matter.owner
    refusals: dict[str, Decision] = {}
    for agreement in agreements:
        share = agreement.share_of(owner) if owner and agreement.holds_on(day) else None
        if share is None:
            continue
        lacking = next(_lacking(request, agreement, share, day), None)
        if lacking is None:
            return _allowed(request, agreement)
        rule, sentence = lacking
        refusals[rule] = Decision(Access.NONE, sentence % _named(request, agreement), rule)
    return next((refusals[rule] for rule in reversed(_NEAR) if rule in refusals), _no_agreement(request))


def _lacking(request: Request, agreement: Agreement, share: Share, day: dt.date) -> Iterator[tuple[str, str]]:
    """What an agreement lacks for this request, the first thing first: a rule and its sentence."""
    matter, viewer = request.matter, request.viewer
    if not share.covers(matter.feed, restricted=matter.is_restricted):
        yield (
            "agreement-feed",
            _("The agreement “%(title)s” does not share %(feed)s: %(owner)s would have to add it."),
        )
    if not agreement.is_signed(share, day):
        yield (
            "agreement-unsigned",
            _("The agreement “%(title)s” is not signed by %(owner)s: its signature would be needed."),
        )
    purposes = agreement.purposes_for(viewer.agency, viewer.role)
    if not purposes:
        yield (
            "agreement-role",
            _("The agreement “%(title)s” does not name the role %(role)s of %(agency)s: it would have to."),
        )
    if request.purpose not in purposes:
        yield (
            "agreement-purpose",
            _(
                "The agreement “%(title)s” gives the role %(role)s of %(agency)s nothing for %(purpose)s: "
                "state another purpose."
            ),
        )
    if request.what in NAMING and not share.names_shared(matter.fields):
        yield (
            "agreement-names",
            _("The agreement “%(title)s” does not share those identifying details of %(feed)s."),
        )
    if not matter.restrictions <= share.restricted:
        yield (
            "agreement-restriction",
            _("The agreement “%(title)s” does not share such restricted records of %(feed)s."),
        )


def _allowed(request: Request, agreement: Agreement) -> Decision:
    sentence = _("The agreement “%(title)s” shares this with the role %(role)s of %(agency)s.")
    return Decision(
        Access.FULL,
        sentence % _named(request, agreement),
        "agreement",
        f"{agreement.code} {agreement.version}",
    )


def _named(request: Request, agreement: Agreement) -> dict[str, str]:
    return {
        "title": agreement.title,
        "feed": request.matter.feed,
        "owner": request.matter.owner,
        "role": role_name(request.viewer.role),
        "agency": request.viewer.agency,
        "purpose": purpose_name(request.purpose),
    }


def _no_agreement(request: Request) -> Decision:
    if request.matter.is_restricted:
        sentence = _(
            "Restricted data is shown to nobody else: an information-sharing agreement that names it and "
            "your role would be needed."
        )
        return Decision(Access.NONE, sentence, "no-agreement")
    sentence = _(
        "No information-sharing agreement shares %(feed)s of %(owner)s with %(agency)s: the signed one has "
        "to be recorded."
    ) % {
        "feed": request.matter.feed or request.matter.source,
        "owner": request.matter.owner or _("an unknown owner"),
        "agency": request.viewer.agency,
    }
    return Decision(Access.NONE, sentence, "no-agreement")
