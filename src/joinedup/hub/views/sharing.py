"""The information-sharing agreements: what is shared with whom, and taking a share back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from joinedup.accounts import Agreement, may_stop, today
from joinedup.errors import JoinedupError
from joinedup.hub import served
from joinedup.hub.broken_glass import all_seen
from joinedup.hub.context import viewer_of
from joinedup.hub.contracts import agency_names
from joinedup.release import agreements_known, close_glass, restrictions, review_glass, stop_sharing
from joinedup.terms import Purpose, Restriction, Role, Viewer


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest) -> HttpResponse:
    """Every agreement with its shares and receivers, and where the glass was broken.

    An owner's people take their share back here, and close and review grants.
    """
    viewer = viewer_of(request)
    if request.method == "POST":
        try:
            messages.success(request, _done(request))
        except JoinedupError as error:
            messages.error(request, error.sentence())
        return redirect("data-sharing")
    told = [_told(one, viewer) for one in agreements_known(served.workspace(), viewer)]
    names = agency_names(served.workspace())
    glass = all_seen(served.workspace(), viewer)
    hidden = [one for one in restrictions(served.workspace(), viewer) if one.stands]
    shown = {"agreements": told, "names": names, "glass": glass, "restrictions": hidden}
    return render(request, "hub/sharing.html", shown)


def _done(request: HttpRequest) -> str:
    """Take a share back, or close or review a break-glass grant; what to tell the person."""
    workspace, viewer, said = served.workspace(), viewer_of(request), request.POST
    if said.get("close", "").isdecimal():
        close_glass(workspace, viewer, int(said["close"]))
        return _("Closed: nothing more is seen by it.")
    if said.get("review", "").isdecimal():
        review_glass(workspace, viewer, int(said["review"]), said.get("finding", ""))
        return _("Written down: this grant is reviewed.")
    code, owner, reason = (said.get(name, "") for name in ("code", "owner", "reason"))
    stop_sharing(code, owner, reason=reason, by=viewer)
    return _("Taken back: from now on this agreement shares nothing of theirs.")


def _told(agreement: Agreement, viewer: Viewer) -> dict[str, Any]:
    """What the page says of an agreement, each list in an order of its own."""
    day = today()
    shares = [
        {
            "owner": one.owner,
            "feeds": sorted(one.feeds),
            "names": one.names,
            "restricted": [kind for kind in Restriction if kind in one.restricted],
            "signature": one,
            "stopped": one.owner in agreement.stopped,
            "signed": agreement.is_signed(one, day),
            "is_own": one.owner == viewer.agency and may_stop(viewer, one.owner),
        }
        for one in agreement.shares
    ]
    receivers = [
        {
            "agency": one.agency,
            "roles": [role for role in Role if role in one.roles],
            "purposes": _purposes(one.purposes),
        }
        for one in agreement.receivers
    ]
    return {
        "agreement": agreement,
        "purposes": _purposes(agreement.purposes),
        "holds": agreement.holds_on(day),
        "review_is_due": agreement.review <= day,
        "shares": shares,
        "receivers": receivers,
    }


def _purposes(named: Collection[Purpose]) -> list[Purpose]:
    return [one for one in Purpose if one in named]
