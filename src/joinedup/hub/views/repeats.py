"""Repeats: which definitions there are for this person, and what one of them gives for some months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.errors import BadInput, NotPermitted
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.contracts import feed_words
from joinedup.hub.provenance import shown
from joinedup.hub.repeats import asked, groups, pictures
from joinedup.measures.repeats import Repeat, RepeatFigure, told_beside
from joinedup.records import RecordBook
from joinedup.release.linked import linked_available, released_linked
from joinedup.release.repeats import released_repeats, repeats_available
from joinedup.release.whole_sources import Offer, deliveries_told, offered
from joinedup.terms import Every, Period, Sensitivity

if TYPE_CHECKING:
    from joinedup.hub.repeats.groups import Counted
    from joinedup.measures.linked import LinkedFigure


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """Every definition of which this person may see anything, in groups, with what it counts."""
    workspace, viewer = served.workspace(), viewer_of(request)
    found: list[Counted] = [*repeats_available(workspace, viewer), *linked_available(workspace, viewer)]
    context = {
        "groups": groups.grouped(found),
        "none": "" if found else _none().sentence(),
        "linked": bool(RecordBook(workspace).linkages()),
    }
    return render(request, "hub/repeats.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest, name: str) -> HttpResponse:
    """What a definition means, and the form; with months asked for, what it gives, once the log has it.

    What is around a point is posted: where a point is asked about stands in no address.
    """
    definition = groups.counted_named(name)
    if definition is None:
        raise Http404
    is_posted = asked.needs_point(definition)
    if request.method == "POST" and not is_posted:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    workspace = served.workspace()
    offer = offered(workspace, viewer_of(request), definition)
    if not offer.sources:
        raise _none()
    said = request.POST if is_posted else request.GET
    given = {field: said.get(field, "") for field in asked.FIELDS}
    areas = asked.areas_offered(workspace, definition)
    question: asked.Question | None = None
    wrong: dict[str, str] = {}
    if request.method == "POST" or given["from"]:
        question, wrong = asked.read(given, definition, offer, dict(areas))
    answer: dict[str, Any] = {}
    if question is not None:
        try:
            answer = _answer(request, question)
        except BadInput as error:
            wrong = {"longitude" if is_posted else "possible": error.sentence()}
    context = {
        "definition": definition,
        "group": groups.titles()[groups.group_of(definition)],
        "facts": groups.facts(
            workspace, definition, {one for seen in offer.sources.values() for one in seen}
        ),
        "form": _form(definition, offer, given),
        "areas": areas,
        "given": given,
        "errors": wrong,
        "is_posted": is_posted,
        "is_repeat": isinstance(definition, Repeat),
        "linked": bool(RecordBook(workspace).linkages()),
        **answer,
    }
    return render(request, "hub/repeats_count.html", context, status=422 if wrong else 200)


def _none() -> NotPermitted:
    """Why somebody gets none of it, in the words of the door."""
    return NotPermitted(
        _("Counts of linked people are for those who see the counts of their sources as they are."),
        next_step=_("Ask an analyst of the partnership"),
    )


def _form(definition: Counted, offer: Offer, given: dict[str, str]) -> dict[str, Any]:
    """What the form offers, and what it has chosen: the months that tell of it, and for what."""
    if offer.period is None:
        return {}
    usual = asked.usual_period(definition, offer.period)
    first = given["from"] or f"{usual.start:%Y-%m}"
    last = given["to"] or given["from"] or f"{usual.last:%Y-%m}"
    return {
        "years": _years(offer.period),
        "first": first,
        "last": last,
        "covered": offer.period,
        "purposes": list(offer.sources),
        "purpose": given["purpose"] or asked.usual_purpose(offer).value,
    }


def _years(covered: Period) -> Sequence[tuple[int, Sequence[Period]]]:
    """The months by their year, the latest year first."""
    months = covered.each(Every.MONTH)
    years = sorted({one.start.year for one in months}, reverse=True)
    return [(year, [one for one in months if one.start.year == year]) for year in years]


def _answer(request: HttpRequest, question: asked.Question) -> dict[str, Any]:
    """The released figure in words, with what it rests on."""
    workspace, viewer = served.workspace(), viewer_of(request)
    figure: RepeatFigure | LinkedFigure
    if isinstance(question.definition, Repeat):
        figure = released_repeats(workspace, viewer, question.repeats(), purpose=question.purpose)
        tables, beside = pictures.of_repeats(figure), told_beside(figure)
    else:
        figure = released_linked(workspace, viewer, question.linked(), purpose=question.purpose)
        tables, beside = pictures.of_linked(figure), pictures.ratios_in_words(figure)
    counted = pictures.has_number(figure)
    common, tables = pictures.common_cautions(tables if counted else [])
    told = deliveries_told(workspace, viewer, figure.deliveries, question.purpose)
    to_open = {row.number for row in shown(workspace, viewer).deliveries}
    words = feed_words(workspace, {row.feed for row in told})
    return {
        "question": question,
        "restricted": getattr(question.definition, "sensitivity", None) is Sensitivity.RESTRICTED,
        "figure": figure,
        "tables": tables,
        "counted": counted,
        "common": common,
        "beside": beside,
        "deliveries": [(row, words[row.feed].title, row.number in to_open) for row in told],
        "untold": len(figure.deliveries) - len(told),
    }
