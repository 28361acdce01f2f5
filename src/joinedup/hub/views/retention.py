"""Retention: which records' time has run out, what was decided, and deciding to keep them."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from joinedup.errors import BadInput, JoinedupError
from joinedup.hub import retention as of_hub
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.partnership import retention as register
from joinedup.terms import Period, add_months


@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """What is up for review; a decision to keep is taken here, erasing is an administrator's."""
    workspace, viewer, today = served.workspace(), viewer_of(request), timezone.localdate()
    of_hub.require_decider(viewer)
    if request.method == "POST":
        try:
            messages.success(request, _kept(request, today))
        except JoinedupError as error:
            messages.error(request, error.sentence())
        return redirect("data-retention")
    found = of_hub.look(workspace, viewer, today)
    context = {
        "due": [one for one in found.reviews if one.is_due(today)],
        "kept": [one for one in found.reviews if not one.is_due(today)],
        "next_on": found.next_on,
        "decisions": found.decisions,
        "today": today,
        "in_a_year": add_months(today.replace(day=1), 12),
    }
    return render(request, "hub/retention.html", context)


def _kept(request: HttpRequest, today: dt.date) -> str:
    workspace, feed = served.workspace(), request.POST.get("feed", "")
    rule = next((one for one in of_hub.rules(workspace, viewer_of(request)) if one.feed == feed), None)
    if rule is None:
        raise BadInput(_("That feed has no agreed time"), where=feed)
    up_to = Period.parse(request.POST.get("up_to", ""))
    try:
        until = dt.date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        raise BadInput(_("The day to look again is not a day"), next_step=_("Choose one")) from None
    why = request.POST.get("why", "")
    register.keep(workspace, rule, up_to, until, why, by=viewer_of(request), on=today)
    return _("Written down: kept until {day}, with your reason.").format(day=until)
