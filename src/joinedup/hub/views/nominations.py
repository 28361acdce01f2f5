"""The nomination list of a group's two months: asked for with a reason, and answered in the same page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from joinedup.accounts import NeedsSecond, NobodySeconds
from joinedup.errors import BadInput, NotPermitted
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.repeats import nominating
from joinedup.hub.same.stated import LONGEST
from joinedup.measures.nominations import JAG
from joinedup.records import RecordBook
from joinedup.release import approvals
from joinedup.release.linking import findable
from joinedup.release.nominations import (
    Nominable,
    nominable,
    released_nominations,
    why_no_list,
)
from joinedup.terms import Purpose

if TYPE_CHECKING:
    from joinedup.measures.nominations import NominationList

_USUAL = Purpose.CRIME_AND_DISORDER
_ORDERED = (_USUAL, *(one for one in Purpose if one not in {_USUAL, Purpose.DATA_MATCHING}))
_FIELDS = ("period", "within", "purpose", "reason")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def nominations(request: HttpRequest) -> HttpResponse:
    """Ask for a list, with what it is for and why; posted, whoever is on it, once the log has the look."""
    workspace, viewer = served.workspace(), viewer_of(request)
    offered = nominable(workspace, viewer, _ORDERED)
    form = _form(request, offered)
    if request.method != "POST":
        return _page(request, form)
    if not offered.purposes:
        raise NotPermitted(_("You may know none of the feeds whose people could be on a list"))
    given = {name: request.POST.get(name, "") for name in _FIELDS}
    reasons = request.POST.getlist("why")
    areas = {code for _district, some in form["areas"] for code, _name in some}
    asked, wrong = nominating.read(
        given, reasons, offered.purposes, {str(one) for one in form["periods"]}, areas
    )
    if asked is None:
        return _page(request, form, given, reasons, wrong)
    try:
        found = released_nominations(
            workspace,
            viewer,
            asked.period,
            purpose=asked.purpose,
            reason=asked.reason,
            reasons=asked.reasons,
            within=asked.within,
        )
    except NeedsSecond as needs:
        try:
            made = approvals.propose(workspace, needs, by=viewer)
        except NobodySeconds as nobody:
            return _page(
                request, form, given, reasons, {"within" if form["areas"] else "why": nobody.sentence()}
            )
        words = _(
            "So long a list takes two people: proposal %(number)s waits for the second. %(much)s When it is "
            "approved, ask for the same list again with the same reason."
        )
        much = approvals.how_many(workspace, needs.asked)
        messages.success(request, words % {"number": made.pk, "much": much})
        return redirect("data-approvals")
    except BadInput as error:
        return _page(request, form, given, reasons, {"reason": error.sentence()})
    return _page(request, form, given, reasons, answer=_answer(found, asked, form))


def _form(request: HttpRequest, offered: Nominable) -> dict[str, Any]:
    """What can be asked for; why nothing can."""
    workspace, viewer = served.workspace(), viewer_of(request)
    refused = {} if offered.purposes else findable(workspace, viewer, _USUAL).refused
    return {
        "offered": offered.purposes,
        "refused": why_no_list(refused.values()) if refused else "",
        "periods": nominating.periods(offered.period) if offered.period else [],
        "areas": nominating.areas_offered(workspace),
        "reasons": nominating.reasons_offered(),
        "linked": bool(RecordBook(workspace).linkages()),
        "longest": LONGEST,
        "list": JAG,
    }


def _page(
    request: HttpRequest,
    form: dict[str, Any],
    given: dict[str, str] | None = None,
    reasons: list[str] | None = None,
    errors: dict[str, str] | None = None,
    answer: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        **form,
        "given": given or {},
        "chosen": list(JAG.reasons) if reasons is None else reasons,
        "errors": errors or {},
        "answer": answer,
    }
    return render(request, "hub/nominations.html", context, status=422 if errors else 200)


def _answer(found: NominationList, asked: nominating.Asked, form: dict[str, Any]) -> dict[str, Any]:
    """The list in words, and what a reader has to know of it."""
    names = {code: name for _district, some in form["areas"] for code, name in some}
    return {
        "heading": nominating.heading(len(found.nominees)),
        "of_which": nominating.of_which(found),
        "rows": nominating.listed(served.workspace(), found),
        "asked": asked,
        "within": names.get(asked.within, ""),
        "at": timezone.now(),
        "linkage": found.linkage,
        "notes": found.notes,
        "caveats": found.query.definition.caveats,
        "known_months": found.query.definition.known_months,
    }
