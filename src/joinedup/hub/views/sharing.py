"""The information-sharing agreements: what is shared with whom, and taking a share back."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from joinedup.accounts import agencies, may_stop, stop_share, today
from joinedup.errors import JoinedupError
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.contracts import owner_names
from joinedup.log import record_act
from joinedup.release import agreements_known


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest) -> HttpResponse:
    """Every agreement with its shares and receivers; an owner's people take their share back here."""
    viewer = viewer_of(request)
    if request.method == "POST":
        try:
            messages.success(request, _stopped(request))
        except JoinedupError as error:
            messages.error(request, error.sentence())
        return redirect("data-sharing")
    day = today()
    names = {one.code: one.name for one in agencies()} | owner_names(served.workspace())
    told = [
        {
            "agreement": one,
            "holds": one.holds_on(day),
            "review_is_due": one.review <= day,
            "shares": [
                {
                    "share": share,
                    "stopped": share.owner in one.stopped,
                    "signed": one.is_signed(share, day),
                    "may_stop": share.owner not in one.stopped and may_stop(viewer, share.owner),
                }
                for share in one.shares
            ],
        }
        for one in agreements_known(served.workspace(), viewer)
    ]
    return render(request, "hub/sharing.html", {"agreements": told, "names": names, "own": viewer.agency})


def _stopped(request: HttpRequest) -> str:
    by, code, owner = viewer_of(request), request.POST.get("code", ""), request.POST.get("owner", "")
    reason = request.POST.get("reason", "")
    with transaction.atomic():
        stop_share(code, owner, reason=reason, by=by)
        record_act(
            "administration",
            by=by,
            purpose=None,
            what=f"took back what {owner} shares by the agreement {code}",
            reason=reason.strip(),
            detail={"agreement": code, "owners": [owner]},
        )
    return _("Taken back: from now on this agreement shares nothing of theirs.")
