"""In which state: rules that hold whoever asks, about the data, the purpose and the reason.

Each policy returns the decision that limits access, or None where it has nothing against it. The strictest
wins: a prohibition beats a permission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.release.decision import Access, Decision, What
from joinedup.terms import Purpose, Role, Sensitivity, Viewer


@dataclass(frozen=True)
class Request:
    """Who asks for what, of which sensitivity, for which purpose and with which stated reason."""

    viewer: Viewer
    what: What
    sensitivity: Sensitivity
    purpose: Purpose
    reason: str = ""


Policy = Callable[[Request], Decision | None]


def restricted_matters(request: Request) -> Decision | None:
    """Restricted data is shown to nobody until an agreement says to whom."""
    if request.sensitivity is not Sensitivity.RESTRICTED:
        return None
    sentence = _(
        "Restricted data is shown to nobody yet: an information-sharing agreement that names your role "
        "would be needed."
    )
    return Decision(Access.NONE, sentence, "restricted")


def practitioners_purpose(request: Request) -> Decision | None:
    """A practitioner uses closed data for crime and disorder only."""
    closed = request.sensitivity is Sensitivity.OFFICIAL
    if not closed or request.viewer.role is not Role.PRACTITIONER:
        return None
    if request.purpose is Purpose.CRIME_AND_DISORDER:
        return None
    sentence = _(
        "Practitioners see closed data for the purpose of crime and disorder only: state that purpose, or "
        "ask an analyst."
    )
    return Decision(Access.NONE, sentence, "practitioner-purpose")


def public_information(request: Request) -> Decision | None:
    """Closed data meant for the public is protected, whoever prepares it."""
    if request.sensitivity is not Sensitivity.OFFICIAL or request.purpose is not Purpose.PUBLIC_INFORMATION:
        return None
    if request.what is What.REVEAL:
        sentence = _("Identifying details are never public information: another purpose would be needed.")
        return Decision(Access.NONE, sentence, "public-reveal")
    if request.what is What.REFUSED_ROWS:
        sentence = _("Rows of closed data are never public information: another purpose would be needed.")
        return Decision(Access.NONE, sentence, "public-rows")
    sentence = _("Small numbers and their partners are hidden, because this is meant for the public.")
    return Decision(Access.PROTECTED, sentence, "public-protected")


def stated_reason(request: Request) -> Decision | None:
    """Naming a person takes a reason in words, and so does taking whole rows of closed data away."""
    if request.reason.strip():
        return None
    if request.what is What.REFUSED_ROWS and request.sensitivity is not Sensitivity.OPEN:
        sentence = _("Rows of closed data are taken away only for a stated reason: write why you need them.")
        return Decision(Access.NONE, sentence, "reason")
    if request.what is not What.REVEAL:
        return None
    sentence = _("Identifying details are shown only for a stated reason: write why you need them.")
    return Decision(Access.NONE, sentence, "reason")


POLICIES: tuple[Policy, ...] = (restricted_matters, practitioners_purpose, public_information, stated_reason)


def limits(request: Request) -> Iterator[Decision]:
    """Every policy that limits this request."""
    for policy in POLICIES:
        decision = policy(request)
        if decision is not None:
            yield decision
