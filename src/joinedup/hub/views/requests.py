"""Requests for information: the list with its clocks, one request with what may be done, and asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.accounts import today
from joinedup.errors import BadInput, NotFound
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.information import changing, leads, seeing
from joinedup.hub.information.about import parameters_of, read_about, shown
from joinedup.hub.information.telling import in_order, told
from joinedup.partnership import DAYS
from joinedup.partnership import asking_models as limits
from joinedup.terms import Role

if TYPE_CHECKING:
    from joinedup.partnership.models import InformationRequest


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The requests that are there for this person, the late ones first."""
    workspace, viewer, on = served.workspace(), viewer_of(request), today()
    found = [told(workspace, one, on) for one in in_order(seeing.requests_seen(workspace, viewer))]
    waiting = [one for one in found if one.request.is_open]
    context = {
        "waiting": waiting,
        "late": sum(one.clock.late > 0 for one in waiting),
        "ended": [one for one in found if not one.request.is_open],
        "days": DAYS,
        "for_all": viewer.role in {Role.ANALYST, Role.AUDITOR},
        "committee": viewer.role is Role.COUNCILLOR,
    }
    return render(request, "hub/requests.html", context)


@sensitive_post_parameters("question", "purpose")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask: with the question of Intelligence from which somebody came, or in words alone."""
    workspace, viewer = served.workspace(), viewer_of(request)
    if request.method != "POST":
        about = read_about(workspace, viewer, request.GET.dict())
        return _new_page(request, about.measure, about.address, {})
    given = {name: request.POST.get(name, "") for name in ("question", "purpose", "about")}
    parameters = parameters_of(given["about"])
    try:
        made = changing.ask(workspace, viewer, given["question"], given["purpose"], parameters)
    except BadInput as error:
        about = read_about(workspace, viewer, parameters)
        return _new_page(request, about.measure, about.address, given, error.sentence())
    messages.success(request, _("Request {number} is asked.").format(number=made.pk))
    return redirect("requests-request", made.pk)


@sensitive_post_parameters("answer", "note")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One request: its clock, its answer, its steps, and what this person may do about it."""
    workspace, viewer = served.workspace(), viewer_of(request)
    try:
        found = seeing.request_seen(workspace, viewer, number)
    except NotFound:
        raise Http404 from None
    if request.method != "POST":
        return _page(request, found)
    act = request.POST.get("act", "")
    if act not in _ACTS:
        raise BadInput(_("That cannot be done to a request"))
    try:
        _ACTS[act](request, number)
    except (BadInput, NotFound) as error:
        return _page(request, found, act, error.sentence())
    return redirect("requests-request", number)


def _lead(request: HttpRequest, number: int) -> None:
    lead = request.POST.get("lead", "")
    found = changing.give_lead(served.workspace(), viewer_of(request), number, lead)
    name = leads.lead_of(served.workspace(), found)
    messages.success(request, _("{name} leads the answer.").format(name=name))


def _answer(request: HttpRequest, number: int) -> None:
    lines = request.POST.get("tables", "").split("\n")
    said = changing.answer(
        served.workspace(),
        viewer_of(request),
        number,
        request.POST.get("answer", ""),
        [line.strip() for line in lines if line.strip()],
        depersonalised=request.POST.get("depersonalised") == "yes",
    )
    messages.success(request, _("Request {number} is answered.").format(number=number))
    for sentence in said:
        messages.warning(request, sentence)


def _refuse(request: HttpRequest, number: int) -> None:
    why, note = request.POST.get("why", ""), request.POST.get("note", "")
    changing.refuse(served.workspace(), viewer_of(request), number, why, note)
    messages.success(request, _("Request {number} is refused, with the reason.").format(number=number))


def _withdraw(request: HttpRequest, number: int) -> None:
    changing.withdraw(served.workspace(), viewer_of(request), number)
    messages.success(request, _("Request {number} is withdrawn.").format(number=number))


_ACTS: dict[str, Callable[[HttpRequest, int], None]] = {
    "lead": _lead,
    "answer": _answer,
    "refuse": _refuse,
    "withdraw": _withdraw,
}
_FIELDS = {"lead": "lead", "answer": "answer", "refuse": "why", "withdraw": "withdraw"}
"""Where an error of each act leads: the first field of its form."""


def _page(request: HttpRequest, found: InformationRequest, act: str = "", wrong: str = "") -> HttpResponse:
    workspace, viewer = served.workspace(), viewer_of(request)
    names = {step.by: leads.name_of(step.by) for step in found.steps.all()}
    context: dict[str, Any] = {
        "one": told(workspace, found, today()),
        "about": shown(workspace, viewer, found.measure, found.about),
        "tables": [shown(workspace, viewer, each.measure, each.address) for each in found.tables.all()],
        "steps": [(step, names[step.by]) for step in found.steps.all()],
        "days": DAYS,
        "limits": limits,
        "refusals": found.Refusal.choices,
        "given": request.POST if wrong else {},
        "wrong_act": act,
        "errors": {_FIELDS[act]: wrong} if wrong else {},
    }
    if found.is_open:
        context |= {
            "may_answer": seeing.may_answer(workspace, viewer, found),
            "may_give_lead": seeing.may_give_lead(workspace, viewer, found),
            "may_withdraw": seeing.may_withdraw(viewer, found),
            "agencies": leads.agencies(workspace),
            "people": leads.people(),
        }
    return render(request, "hub/request.html", context, status=422 if wrong else 200)


def _new_page(
    request: HttpRequest, measure: str, address: str, given: dict[str, str], wrong: str = ""
) -> HttpResponse:
    about = shown(served.workspace(), viewer_of(request), measure, address)
    field = (
        "purpose"
        if given.get("question", "").strip() and not given.get("purpose", "").strip()
        else "question"
    )
    context = {
        "about": about,
        "address": address,
        "given": given,
        "errors": {field: wrong} if wrong else {},
        "days": DAYS,
        "limits": limits,
    }
    return render(request, "hub/request_new.html", context, status=422 if wrong else 200)
