"""Report what you see: the forms by which people send a feed one record at a time."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.errors import BadInput, Busy, NotPermitted
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.middleware import PERMISSIONS_POLICY
from joinedup.hub.reporting.inputs import inputs, names_of
from joinedup.release import Decisions

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract

_WITH_PLACE = PERMISSIONS_POLICY.replace("geolocation=()", "geolocation=(self)")


@require_safe
def forms(request: HttpRequest) -> HttpResponse:
    """The forms there are for this person; one alone is opened at once."""
    from joinedup.feeds import forms as for_viewer
    from joinedup.feeds import reports_of

    workspace, viewer = served.workspace(), viewer_of(request)
    found = for_viewer(workspace, viewer)
    if len(found) == 1:
        return redirect("report-form", next(iter(found)))
    context = {"forms": found, "sent": reports_of(workspace, viewer)}
    return render(request, "hub/reports.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, feed: str) -> HttpResponse:
    """One form: empty, or sent and, where an answer is wrong, shown again with every answer kept."""
    from joinedup.feeds import WrongAnswers, report

    contract = _contract(request, feed)
    if request.method != "POST":
        return _page(request, contract, secrets.token_hex(16), {}, {})
    given = {column: request.POST.get(name, "") for column, name in names_of(contract).items()}
    token = request.POST.get("token", "")
    try:
        done = report(served.workspace(), feed, given, token=token, by=viewer_of(request))
    except WrongAnswers as error:
        return _page(request, contract, token, given, error.wrong)
    except (BadInput, Busy) as error:
        return _page(request, contract, token, given, {"": error.sentence()})
    return redirect("report-sent", feed, done.reference)


@require_safe
def sent(request: HttpRequest, feed: str, reference: str) -> HttpResponse:
    """What was sent: its reference, and what happens next."""
    from joinedup.feeds import reports_of

    contract = _contract(request, feed)
    mine = reports_of(served.workspace(), viewer_of(request))
    found = next((one for one in mine if (one.feed, one.reference) == (feed, reference)), None)
    if found is None:
        raise Http404
    return render(request, "hub/report_sent.html", {"contract": contract, "report": found})


def _contract(request: HttpRequest, feed: str) -> Contract:
    """The contract with its form; NotPermitted where the form is not for this person, 404 without one."""
    from joinedup.feeds import contracts
    from joinedup.feeds import forms as for_viewer

    workspace, viewer = served.workspace(), viewer_of(request)
    found = for_viewer(workspace, viewer).get(feed)
    if found is not None:
        return found
    known = contracts(workspace).get(feed)
    if known is None or known.form is None or not Decisions(workspace, viewer).knows(feed):
        raise Http404
    raise NotPermitted(_("This form is for other roles"), next_step=_("Ask an analyst of the partnership"))


def _page(
    request: HttpRequest, contract: Contract, token: str, given: dict[str, str], wrong: dict[str, str]
) -> HttpResponse:
    from joinedup.feeds import reports_of

    workspace, viewer = served.workspace(), viewer_of(request)
    asked = inputs(workspace, contract, given, wrong, _today())
    context = {
        "contract": contract,
        "form": contract.form,
        "token": token,
        "inputs": asked,
        "wrong": wrong.get("", ""),
        "errors": [one for one in asked if one.error],
        "sent": [one for one in reports_of(workspace, viewer) if one.feed == contract.name],
        "tiles": workspace.settings.map_tiles,
        "tiles_by": workspace.settings.map_attribution,
    }
    response = render(request, "hub/report.html", context, status=422 if wrong else 200)
    response["Permissions-Policy"] = _WITH_PLACE
    return response


def _today() -> dt.date:
    return timezone.localdate()
