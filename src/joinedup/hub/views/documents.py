"""Written documents: the list, reading one, taking one away. Each reading is decided and logged first."""

from __future__ import annotations

import datetime as dt
import shlex

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from joinedup.errors import NotPermitted
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.library import FORMATS, Document, File, document_named, documents
from joinedup.hub.provenance import shown
from joinedup.hub.views.errors import refused
from joinedup.log import record_act
from joinedup.places import areas, catalogue
from joinedup.release import Decision, Decisions, stale_since
from joinedup.terms import AreaLevel, Period, Purpose, Viewer, add_months
from joinedup.workspace import Workspace

# A document is one self-contained file with its styles, charts and fonts inside: it runs and fetches nothing.
DOCUMENT_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)


def may_read(viewer: Viewer) -> Decision:
    """Whether this person may read documents: whole or not at all, for a page is not half hidden."""
    return Decisions(served.workspace(), viewer).of_documents()


@require_safe
def shelf(request: HttpRequest) -> HttpResponse:
    """Every written document, with its formats."""
    decision = may_read(viewer_of(request))
    allowed = decision.allowed and not decision.protected
    workspace, viewer = served.workspace(), viewer_of(request)
    shelved = documents(workspace)
    context = {
        "documents": shelved,
        "stale": stale_since(workspace, viewer, {one.name: one.written for one in shelved}),
        "allowed": allowed,
        "decision": decision,
        "command": example_command(workspace, viewer),
    }
    return render(request, "hub/documents.html", context)


def example_command(workspace: Workspace, viewer: Viewer) -> str:
    """A command that writes an assessment of this workspace as it stands; empty before the first delivery."""
    covered = shown(workspace, viewer).coverage
    if not covered:
        return ""
    end = max(row.period.end for row in covered)
    latest = Period(add_months(end, -12), end)
    words = ["joinedup", "document", "assessment", _example_area(workspace), "--period", _written(latest)]
    return shlex.join(words)


def _written(year: Period) -> str:
    """Twelve months as people write them on the command line: ``2024/25``, or first and last month."""
    april = Period(dt.date(year.start.year, 4, 1), dt.date(year.start.year + 1, 4, 1))
    return f"{year.start.year}/{year.end.year % 100:02}" if year == april else str(year)


def _example_area(workspace: Workspace) -> str:
    """A district's name for the example, or the word for the whole."""
    loaded = {str(entry.level) for entry in catalogue(workspace) if entry.kind == "boundaries"}
    districts = areas(workspace, AreaLevel.DISTRICT) if AreaLevel.DISTRICT.value in loaded else []
    return districts[0].name if districts else "partnership"


@require_safe
def read(request: HttpRequest, name: str) -> HttpResponse:
    """A document as a page of its own, in a sandbox."""
    return _handed_over(request, name, "html", as_attachment=False)


@require_safe
def download(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """A document as a file to keep."""
    return _handed_over(request, name, kind, as_attachment=True)


def _handed_over(request: HttpRequest, name: str, kind: str, *, as_attachment: bool) -> HttpResponse:
    document = document_named(served.workspace(), name)
    file = document.file(kind) if document else None
    if document is None or file is None:
        raise Http404
    viewer = viewer_of(request)
    decision = may_read(viewer)
    if not decision.allowed or decision.protected:
        return refused(request, NotPermitted(decision.sentence))
    with transaction.atomic():
        _log(viewer, document, file, decision)
    response = FileResponse(
        file.path.open("rb"),
        as_attachment=as_attachment,
        filename=file.path.name,
        content_type=FORMATS[file.path.suffix],
    )
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


def _log(viewer: Viewer, document: Document, file: File, decision: Decision) -> None:
    record_act(
        "disclosure",
        by=viewer,
        purpose=Purpose.CRIME_AND_DISORDER,
        what=f"document: {document.title}"[:300],
        recipients=[viewer.username],
        detail={"what": "document", "file": file.path.name, "channel": "hub", **decision.basis},
    )
