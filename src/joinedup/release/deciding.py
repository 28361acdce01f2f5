"""The decision: permission (who) and policies (in which state), the strictest first. The default is no."""

from __future__ import annotations

from django.utils.translation import gettext as _

from joinedup.release.decision import Access, Decision, What
from joinedup.release.permissions import permitted
from joinedup.release.policies import Request, limits
from joinedup.terms import Purpose, Role, Sensitivity, Viewer

_STRICTNESS = {Access.NONE: 0, Access.PROTECTED: 1, Access.FULL: 2}


def decide(
    viewer: Viewer,
    what: What | str,
    *,
    sensitivity: Sensitivity,
    purpose: Purpose = Purpose.CRIME_AND_DISORDER,
    reason: str = "",
) -> Decision:
    """Whether ``viewer`` may have ``what`` of data of this sensitivity for this purpose, and why.

    Depends on nothing but its arguments, so a page can ask before it draws a button.
    """
    request = Request(viewer, What(what), sensitivity, purpose, reason)
    decisions = [*limits(request), _by_role(request)]
    return min(decisions, key=lambda decision: _STRICTNESS[decision.access])


def _by_role(request: Request) -> Decision:
    access = permitted(request.viewer.role, request.sensitivity, request.what)
    if access is Access.FULL:
        if request.sensitivity is Sensitivity.OPEN:
            return Decision(access, _("This is open data, shown as published."), "open")
        return Decision(access, _("Your role may see this closed data as it is."), "role")
    if access is Access.PROTECTED:
        sentence = _("Small numbers and their partners are hidden, because this is closed data.")
        return Decision(access, sentence, "role-protected")
    return _refused_role(request)


def _refused_role(request: Request) -> Decision:
    """Why the role has nothing, in words that say whom to ask."""
    if request.what is What.REVEAL and request.sensitivity is Sensitivity.OPEN:
        return Decision(Access.NONE, _("Open data has no identifying details to show."), "open-reveal")
    administrator = request.viewer.role is Role.ADMINISTRATOR
    if administrator and request.what is What.REVEAL:
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
    sentence = _("Your role may not see this: ask an analyst of the partnership.")
    return Decision(Access.NONE, sentence, "role-refused")
