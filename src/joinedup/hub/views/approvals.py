"""Acts that take two people: what waits, and approving or declining it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from joinedup.errors import BadInput, JoinedupError
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.contracts import agency_names
from joinedup.release import approvals as of_release


@require_http_methods(["GET", "HEAD", "POST"])
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits that this person could decide or proposed; a decision is posted here."""
    workspace, viewer = served.workspace(), viewer_of(request)
    if request.method == "POST":
        try:
            messages.success(request, _decided(request))
        except JoinedupError as error:
            messages.error(request, error.sentence())
        return redirect("data-approvals")
    context = {"waiting": of_release.waiting(workspace, viewer), "names": agency_names(workspace)}
    return render(request, "hub/approvals.html", context)


def _decided(request: HttpRequest) -> str:
    """Do what was posted; what to tell the person."""
    workspace, viewer, said = served.workspace(), viewer_of(request), request.POST
    number, decision = said.get("number", ""), said.get("decision", "")
    if not number.isdecimal() or decision not in {"approve", "decline"}:
        raise BadInput(_("It is not said what is decided"), next_step=_("Approve or decline one of these"))
    if decision == "decline":
        of_release.decline(workspace, viewer, int(number), said.get("reason", ""))
        return _("Declined: nothing is done.")
    made = of_release.approve(workspace, viewer, int(number))
    return _("Approved: %(who)s can now do it, once, exactly as it was proposed.") % {"who": made.proposed_by}
