"""In which state: prohibitions that hold whoever asks, about the purpose and the reason.

Each policy returns the decision that limits access, or None where it has nothing against it. The strictest
wins: a prohibition beats a permission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.accounts import purpose_name
from joinedup.release.decision import Access, Decision, What
from joinedup.release.matters import Matter
from joinedup.terms import Purpose, Role, Sensitivity, Viewer


@dataclass(frozen=True)
class Request:
    """Who asks for what of which matter, for which purpose and with which stated reason."""

    viewer: Viewer
    what: What
    matter: Matter
    purpose: Purpose
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is about published data; what of it is restricted is none."""
        return self.matter.sensitivity is Sensitivity.OPEN and not self.matter.restrictions


NAMING = (What.REVEAL, What.COMPARE)
"""What shows somebody who people are."""
Policy = Callable[[Request], Decision | None]


def owners_purposes(request: Request) -> Decision | None:
    """Closed data is used for what its contract gives it for; the public gets protected tables only."""
    given = request.matter.purposes
    if request.is_open or not given or request.purpose in {*given, Purpose.PUBLIC_INFORMATION}:
        return None
    sentence = _("%(feed)s is given for %(purposes)s only: state such a purpose.") % {
        "feed": request.matter.feed,
        "purposes": _listed(given),
    }
    return Decision(Access.NONE, sentence, "owners-purposes")


def public_information(request: Request) -> Decision | None:
    """Closed data meant for the public is protected, whoever prepares it."""
    if request.is_open or request.purpose is not Purpose.PUBLIC_INFORMATION:
        return None
    if request.what in NAMING:
        sentence = _("Identifying details are never public information: another purpose would be needed.")
        return Decision(Access.NONE, sentence, "public-reveal")
    if request.what is What.REFUSED_ROWS:
        sentence = _("Rows of closed data are never public information: another purpose would be needed.")
        return Decision(Access.NONE, sentence, "public-rows")
    if request.matter.is_restricted:
        sentence = _("Restricted data is never public information: another purpose would be needed.")
        return Decision(Access.NONE, sentence, "public-restricted")
    sentence = _("Small numbers and their partners are hidden, because this is meant for the public.")
    return Decision(Access.PROTECTED, sentence, "public-protected")


def data_matching(request: Request) -> Decision | None:
    """Data matching finds out who is the same person, and what it finds serves other purposes: analysts link
    and compare for it, and nobody looks anybody up."""
    if request.is_open or request.purpose is not Purpose.DATA_MATCHING:
        return None
    if request.what is What.COMPARE and request.viewer.role is Role.ANALYST:
        return None
    sentence = _("Data matching only finds out who is the same person: state what this is for.")
    return Decision(Access.NONE, sentence, "data-matching")


def stated_reason(request: Request) -> Decision | None:
    """Naming a person takes a reason in words, and so does taking whole rows of closed data away."""
    if request.reason.strip():
        return None
    if request.what is What.REFUSED_ROWS and not request.is_open:
        sentence = _("Rows of closed data are taken away only for a stated reason: write why you need them.")
        return Decision(Access.NONE, sentence, "reason")
    if request.what not in NAMING:
        return None
    sentence = _("Identifying details are shown only for a stated reason: write why you need them.")
    return Decision(Access.NONE, sentence, "reason")


POLICIES: tuple[Policy, ...] = (owners_purposes, public_information, data_matching, stated_reason)


def limits(request: Request) -> Iterator[Decision]:
    """Every policy that limits this request."""
    for policy in POLICIES:
        decision = policy(request)
        if decision is not None:
            yield decision


def _listed(purposes: frozenset[Purpose]) -> str:
    *others, last = [purpose_name(one) for one in Purpose if one in purposes]
    return _("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last} if others else last
