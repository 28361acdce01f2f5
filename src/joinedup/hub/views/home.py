"""The first page after signing in: what is here, how fresh it is, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.library import Document, documents
from joinedup.hub.provenance import shown
from joinedup.hub.views.data import feeds_of
from joinedup.hub.views.documents import may_read
from joinedup.release import available
from joinedup.terms import AreaLevel, Form

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

QUESTIONS = 6
DOCUMENTS = 6


@dataclass(frozen=True)
class Question:
    """A question worth asking first, and where Intelligence answers it."""

    words: str
    query: str


def _questions_of(measure: Measure) -> list[Question]:
    # Counts that arrive ready-made by areas of an older vintage add up to districts, not to wards.
    finest = (
        (Form.RATE, AreaLevel.DISTRICT, _("Which districts have the highest rate of %(noun)s?"))
        if measure.stated_area
        else (Form.RATE, AreaLevel.WARD, _("Which wards have the highest rate of %(noun)s?"))
    )
    asked = [
        finest,
        (Form.CHANGE, AreaLevel.DISTRICT, _("Are there more or fewer %(noun)s than the year before?")),
    ]
    return [
        Question(
            words % {"noun": measure.noun},
            urlencode({"form": form.value, "measure": measure.name, "level": level.value}),
        )
        for form, level, words in asked
        if form in measure.forms
    ]


def first_questions(workspace: Workspace, viewer: Viewer, sources: set[str]) -> list[Question]:
    """Questions that the data at hand can answer: one for each measure first, then second ones."""
    measures = [m for m in available(workspace, viewer) if sources & set(m.sources)]
    lists = [_questions_of(measure) for measure in measures]
    by_turns = [each[turn] for turn in range(2) for each in lists if len(each) > turn]
    return by_turns[:QUESTIONS]


def _readable(workspace: Workspace, viewer: Viewer) -> list[Document]:
    decision = may_read(viewer)
    if not decision.allowed or decision.protected:
        return []
    return [document for document in documents(workspace) if document.file("html")]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Home."""
    workspace, viewer = served.workspace(), viewer_of(request)
    seen = shown(workspace, viewer)
    feeds = feeds_of(seen, timezone.localdate())
    context = {
        "feeds": feeds,
        "deliveries": len(seen.deliveries),
        "rows_in": sum(row.rows_in for row in seen.deliveries),
        "quarantined": sum(row.quarantined for row in seen.deliveries),
        "newest": seen.deliveries[0] if seen.deliveries else None,
        "questions": first_questions(workspace, viewer, {row.source for row in seen.deliveries}),
        "documents": _readable(workspace, viewer)[:DOCUMENTS],
    }
    return render(request, "hub/home.html", context)
