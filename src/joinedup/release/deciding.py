"""The decision: role and agreement or broken glass (who), policies (in which state), the strictest first.

Default: no.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from joinedup.accounts import Agreement, today
from joinedup.release.agreeing import by_agreement
from joinedup.release.breaking import WHOLE, Broken
from joinedup.release.decision import Access, Decision, What
from joinedup.release.matters import Matter
from joinedup.release.permissions import most_of_closed, most_of_open
from joinedup.release.policies import NAMING, Request, limits
from joinedup.terms import Purpose, Role, Sensitivity, Viewer

_STRICTNESS = {Access.NONE: 0, Access.PROTECTED: 1, Access.FULL: 2}
OF_ROLES = {"role-refused", "open-reveal", "administrator-reveal", "administrator-rows"}
"""The rules by which a role has nothing, whatever the purpose and the reason."""


def decide(
    viewer: Viewer,
    what: What | str,
    matters: Sequence[Matter],
    *,
    agreements: Iterable[Agreement],
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
    day: dt.date | None = None,
    broken: Broken = WHOLE,
) -> Decision:
    """Whether ``viewer`` may have ``what`` of all these matters for this purpose, and why.

    ``agreements`` are those in force on ``day`` (None: today); ``broken`` are the break-glass grants. Depends
    on nothing but its arguments, so a page can ask before it draws a button; ``asking`` asks with what the
    workspace has of them.
    """
    held, on = tuple(agreements), day or today()
    requests = [Request(viewer, What(what), one, purpose, reason) for one in matters]
    return all_of([_decided(one, held, on, broken) for one in requests])


def all_of(decisions: Sequence[Decision]) -> Decision:
    """The strictest of several decisions (the first of equals), under all their agreements, of all owners."""
    strictest = min(decisions, key=lambda one: _STRICTNESS[one.access])
    return replace(
        strictest,
        agreement=", ".join(sorted({one.agreement for one in decisions if one.agreement})),
        owners=tuple(sorted({owner for one in decisions for owner in one.owners})),
        grants=tuple(sorted({number for one in decisions for number in one.grants})),
    )


def _decided(request: Request, agreements: Sequence[Agreement], day: dt.date, broken: Broken) -> Decision:
    allowed = _by_role(request, agreements, day)
    if allowed.access is not Access.FULL:
        allowed = broken.allows(request) or allowed
    limiting = list(limits(request))
    decisions = [allowed, *limiting] if allowed.rule in OF_ROLES else [*limiting, allowed]
    owners = (request.matter.owner,) if request.matter.owner else ()
    return replace(all_of(decisions), owners=owners)


def _by_role(request: Request, agreements: Sequence[Agreement], day: dt.date) -> Decision:
    role, what = request.viewer.role, request.what
    if request.is_open:
        access = most_of_open(role, what)
        if access is Access.FULL:
            return Decision(access, _("This is open data, shown as published."), "open")
        return _refused_role(request)
    access = most_of_closed(role, what)
    if access is Access.NONE:
        return _refused_role(request)
    allowed = _of_own_agency(request) or by_agreement(request, agreements, day)
    if access is Access.PROTECTED and allowed.allowed:
        sentence = _("Small numbers and their partners are hidden, because this is closed data.")
        return Decision(access, sentence, "role-protected", allowed.agreement)
    return allowed


def _of_own_agency(request: Request) -> Decision | None:
    """The agency's own people; of restricted records, whoever answers for its data."""
    if not request.matter.owner or request.viewer.agency != request.matter.owner:
        return None
    if request.matter.restrictions and request.viewer.role is not Role.DATA_OWNER:
        return None
    return Decision(Access.FULL, _("This is your own agency's data."), "own-agency")


def _refused_role(request: Request) -> Decision:
    """Why the role has nothing, in words that say whom to ask."""
    if request.what in NAMING and request.matter.sensitivity is Sensitivity.OPEN:
        return Decision(Access.NONE, _("Open data has no identifying details to show."), "open-reveal")
    administrator = request.viewer.role is Role.ADMINISTRATOR
    if administrator and request.what in NAMING:
        sentence = _(
            "An administrator has no access to personal data by being administrator: ask an analyst or a "
            "practitioner."
        )
        return Decision(Access.NONE, sentence, "administrator-reveal")
    if administrator and request.what is What.REFUSED_ROWS:
        sentence = _(
            "An administrator has no access to rows of closed data: ask an analyst to send them back."
        )
        return Decision(Access.NONE, sentence, "administrator-rows")
    if request.what in NAMING:
        sentence = _("Your role may not see whom records name: ask an analyst of the partnership.")
        return Decision(Access.NONE, sentence, "role-refused")
    sentence = _("Your role may not see this: ask an analyst of the partnership.")
    return Decision(Access.NONE, sentence, "role-refused")
