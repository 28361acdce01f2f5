"""The desk: files that wait, files refused whole, and refused rows; each is decided here, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from joinedup.accounts import NeedsSecond
from joinedup.errors import JoinedupError, NotFound
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.desk import waiting as on_desk
from joinedup.hub.provenance import shown
from joinedup.release import approvals
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

REFUSED_SHOWN = 20
ROWS_ON_A_PAGE = 50
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a person."""
    from joinedup.feeds import desk as of_feeds
    from joinedup.feeds import waiting

    workspace, viewer = served.workspace(), viewer_of(request)
    numbers = {row.number for row in shown(workspace, viewer).deliveries}
    found = [one for one in waiting(workspace) if one.delivery in numbers]
    refused = on_desk.of_feeds_seen(workspace, viewer, of_feeds.refusals())
    context = {
        "held": on_desk.held_seen(workspace, viewer),
        "refused": refused[:REFUSED_SHOWN],
        "rules": on_desk.by_rule(found),
        "deliveries": found,
        "rows": sum(len(one.waiting) for one in found),
    }
    return render(request, "hub/desk.html", context)


@require_safe
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    """The refused rows of one delivery: each one's story, and what may be done with it."""
    from joinedup.feeds import of_delivery
    from joinedup.feeds.waiting import home_of

    workspace, viewer = served.workspace(), viewer_of(request)
    row = shown(workspace, viewer).delivery(number)
    if row is None:
        raise Http404
    if (first := home_of(row.file_name)) is not None:
        return redirect("data-desk-delivery", first)
    try:
        home = of_delivery(workspace, number)
    except NotFound:
        raise Http404 from None
    rows = on_desk.rows_of(workspace, home)
    context = {
        "home": home,
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page", "1")),
        "any_droppable": any(not one.must_be_mended and one.story.state == "waiting" for one in rows),
        "may_not": on_desk.who_may_decide(viewer, home.owner),
        "export": on_desk.export_decision(workspace, viewer, home.feed),
    }
    return render(request, "hub/desk_delivery.html", context)


def _told(request: HttpRequest, act: Callable[[], str]) -> None:
    """Do it and say what came of it; what the house refuses is a sentence on the page."""
    try:
        messages.success(request, act())
    except JoinedupError as error:
        messages.error(request, error.sentence())


@require_POST
def decide_held(request: HttpRequest, number: int) -> HttpResponse:
    """Accept or refuse a held file; whoever comes second is told what was decided."""
    from joinedup.feeds import desk as of_feeds

    workspace, viewer, why = served.workspace(), viewer_of(request), request.POST.get("why", "")

    def act() -> str:
        if not on_desk.of_feeds_seen(workspace, viewer, [of_feeds.held_file(number)]):
            raise NotFound(
                "There is no held file of that number", where=str(number), next_step="See: joinedup held"
            )
        if request.POST.get("decision") == "accept":
            receipt = of_feeds.accept(workspace, number, by=viewer, why=why)
            return " ".join([receipt.summary(), *receipt.notes])
        of_feeds.refuse(workspace, number, by=viewer, why=why)
        return _("The file is refused and deleted. Tell its owner what is wrong with it.")

    _told(request, act)
    return redirect("data-desk")


@require_POST
def release_rows(request: HttpRequest, number: int) -> HttpResponse:
    """Let the chosen rows in without the values that are wrong."""
    from joinedup.feeds import release

    workspace, viewer = served.workspace(), viewer_of(request)
    if shown(workspace, viewer).delivery(number) is None:
        raise Http404
    rows = [int(row) for row in request.POST.getlist("row") if row.isdecimal()]
    why = request.POST.get("why", "")
    if rows:
        _told(request, lambda: release(workspace, number, rows, by=viewer, why=why).summary())
    else:
        messages.error(request, _("Choose the rows to let in."))
    return redirect("data-desk-delivery", number)


@require_POST
def judge_rows_again(request: HttpRequest, number: int) -> HttpResponse:
    """Let in the rows that the contract accepts by now."""
    from joinedup.feeds import judge_again

    workspace, viewer = served.workspace(), viewer_of(request)
    if shown(workspace, viewer).delivery(number) is None:
        raise Http404

    def act() -> str:
        told = judge_again(workspace, number, by=viewer)
        return " ".join([told.summary(), *told.notes])

    _told(request, act)
    return redirect("data-desk-delivery", number)


@require_POST
def export(request: HttpRequest, number: int) -> HttpResponse:
    """The rows that wait, as a workbook for their owner; logged as a disclosure before it is written."""
    from joinedup.feeds.scratch import scratch
    from joinedup.release import export_quarantine

    workspace, viewer = served.workspace(), viewer_of(request)
    try:
        with scratch(workspace) as folder:
            target = folder / "rows-to-mend.xlsx"
            export_quarantine(
                workspace,
                viewer,
                number,
                target,
                purpose=Purpose.CRIME_AND_DISORDER,
                reason=request.POST.get("why", ""),
            )
            content = target.read_bytes()
    except NeedsSecond as needs:
        _told(request, partial(_proposed, workspace, viewer, needs))
        return redirect("data-approvals")
    except JoinedupError as error:
        messages.error(request, error.sentence())
        return redirect("data-desk")
    name = f"delivery-{number}-rows-to-mend.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=_SPREADSHEET, headers=headers)


def _proposed(workspace: Workspace, viewer: Viewer, needs: NeedsSecond) -> str:
    made = approvals.propose(workspace, needs, by=viewer)
    return _(
        "So many rows take two people: proposal %(number)s waits for the second. When it is approved, "
        "download them again with the same reason."
    ) % {"number": made.pk}
