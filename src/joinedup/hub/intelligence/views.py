"""The pages of Intelligence: each reads a question from its URL and shows the one answer to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from joinedup.errors import JoinedupError
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.intelligence import controls, download, presentation
from joinedup.hub.intelligence.answer import Answer, compute
from joinedup.hub.intelligence.choices import Reading, read
from joinedup.hub.intelligence.deliveries import strip_of
from joinedup.hub.intelligence.doors import Doors
from joinedup.hub.intelligence.finding import finding_sentences
from joinedup.hub.intelligence.presentation import when_address
from joinedup.hub.intelligence.table import has_cautions, table_rows
from joinedup.hub.intelligence.workbook import workbook_of
from joinedup.hub.intelligence.workings import workings_of
from joinedup.hub.views.errors import refused
from joinedup.measures import bases
from joinedup.release import What
from joinedup.terms import AreaLevel

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class _Asked:
    """A request's question, and the doors it is asked at."""

    doors: Doors
    reading: Reading

    def answer(self) -> Answer:
        return compute(self.doors, self.reading.question, self.doors.choices)


def asked_of(request: HttpRequest) -> _Asked | None:
    """The question of a request and its doors; None while there is nothing to ask about."""
    return _asked(request)


def _asked(request: HttpRequest, what: What = What.FIGURE) -> _Asked | None:
    """The question of a request; None while there is nothing to ask about."""
    doors = Doors(served.workspace(), viewer_of(request), what, request.GET.get("purpose", ""))
    if not doors.choices.measures or not doors.choices.levels:
        return None
    return _Asked(doors, read(request.GET.dict(), doors.choices))


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Map, graph and table of one question."""
    try:
        asked = _asked(request)
        if asked is None:
            return render(request, "hub/intelligence/empty.html")
        answer = asked.answer()
    except JoinedupError as error:
        return refused(request, error)
    corrections = asked.reading.corrections
    if asked.reading.question.area and answer.chosen is None:
        corrections = [*corrections, _("The area chosen is not among those shown, so none is chosen.")]
    return render(request, "hub/intelligence/page.html", _context(answer, corrections))


def _context(answer: Answer, corrections: list[str]) -> dict[str, Any]:
    whole = presentation.payload(answer)
    question = answer.question
    return {
        "answer": answer,
        "question": question,
        "payload": {name: whole[name] for name in ("address", "finding", "map", "graph")},
        "finding": finding_sentences(answer),
        "corrections": corrections,
        "controls": controls.controls_of(question, answer.choices),
        "before_title": controls.before_title(question),
        "crumbs": presentation.breadcrumb(answer),
        "openings": presentation.openings(answer),
        "focus_workings": presentation.workings_address(
            question, answer.focus, of_whole=answer.chosen is None
        ),
        "when_address": when_address(question)
        if answer.choices.cutting(question.measure, question.kind)
        else "",
        "lines_by_name": sorted(answer.lines, key=lambda line: line.name),
        "table_rows": table_rows(answer),
        "map": whole["map"],
        "graph": whole["graph"],
        "value_title": presentation.value_title(answer),
        "people_title": bases.heading(question.per),
        "announcement": presentation.announcement(answer),
        "has_cautions": has_cautions(answer),
        "strip": strip_of(answer),
        "clear_url": presentation.page_address(question.but(area="")),
        "query_string": question.query_string(),
        "tiles": served.workspace().settings.map_tiles,
        "tiles_by": served.workspace().settings.map_attribution,
    }


@require_safe
def answer_json(request: HttpRequest) -> HttpResponse:
    """The same answer for programs: question, finding, map, graph and table in one object."""
    try:
        asked = _asked(request)
        if asked is None:
            return JsonResponse({"error": _("There is no data yet.")}, status=404)
        answer = asked.answer()
    except JoinedupError as error:
        return JsonResponse({"error": error.sentence()}, status=400)
    return JsonResponse(
        {
            **presentation.payload(answer),
            "corrections": asked.reading.corrections,
            "rests_on": _rests_on(answer),
        }
    )


def _rests_on(answer: Answer) -> dict[str, Any]:
    strip = strip_of(answer)
    return {
        "deliveries": [row.number for row in strip.deliveries],
        "known_on": strip.known_on.isoformat() if strip.known_on else None,
        "outside": strip.outside,
        "unlocated": strip.unlocated,
        "notes": list(strip.notes),
    }


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """The boundaries of a level as GeoJSON, kept by the browser until the places change."""
    doors = Doors(served.workspace(), viewer_of(request))
    try:
        level = AreaLevel(request.GET.get("level", ""))
    except ValueError as error:
        raise Http404 from error
    within = request.GET.get("within", "")
    if level not in doors.choices.levels or (within and within not in doors.choices.places):
        raise Http404
    tag = f'"{hashlib.sha256(f"{doors.places_state()} {level} {within}".encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = JsonResponse(doors.geometry(level, within or None), content_type="application/geo+json")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def workings(request: HttpRequest) -> HttpResponse:
    """How one number came about."""
    try:
        asked = _asked(request, What.WORKINGS)
        shown = asked and workings_of(asked.doors, asked.reading.question, asked.doors.choices)
    except JoinedupError as error:
        return refused(request, error)
    if not shown:
        raise Http404
    back = presentation.page_address(shown.question)
    return render(request, "hub/intelligence/workings.html", {"workings": shown, "back": back})


@require_safe
def table_csv(request: HttpRequest) -> HttpResponse:
    """The table as CSV."""
    try:
        asked = _asked(request, What.EXPORT)
        if asked is None:
            raise Http404
        answer = asked.answer()
    except JoinedupError as error:
        return refused(request, error)
    response = HttpResponse(download.csv_of(answer), content_type="text/csv; charset=utf-8; header=present")
    response["Content-Disposition"] = f'attachment; filename="{download.file_name(answer)}"'
    response["Link"] = (
        f'<{download.metadata_address(answer)}>; rel="describedby"; type="application/csvm+json"'
    )
    return response


@require_safe
def table_workbook(request: HttpRequest) -> HttpResponse:
    """The table as a workbook."""
    try:
        asked = _asked(request, What.EXPORT)
        if asked is None:
            raise Http404
        answer = asked.answer()
    except JoinedupError as error:
        return refused(request, error)
    response = HttpResponse(workbook_of(answer), content_type=_WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="{download.file_name(answer, "xlsx")}"'
    return response


@require_safe
def table_metadata(request: HttpRequest) -> HttpResponse:
    """What the columns of the CSV mean, as CSV on the Web metadata."""
    try:
        asked = _asked(request)
        if asked is None:
            raise Http404
        answer = asked.answer()
    except JoinedupError as error:
        return refused(request, error)
    return JsonResponse(download.metadata_of(answer), content_type="application/csvm+json")
