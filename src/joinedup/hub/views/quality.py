"""How good the data is, feed by feed; the register of data gaps; the register of section 17A."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from joinedup.errors import BadInput, NotFound
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.contracts import feed_words, owner_names
from joinedup.hub.data_quality import latest_quarters, latest_with_any, section_17a
from joinedup.hub.data_quality.pictures import STATES, latest_year, of_feed, of_fields, overlaps
from joinedup.hub.data_quality.registers import (
    gap_seen,
    gaps_seen,
    history_seen,
    latest_readings,
    proof_in_words,
    ready_counts,
    some_shared,
    standards_seen,
)
from joinedup.hub.provenance import shown
from joinedup.terms import Period

if TYPE_CHECKING:
    from joinedup.partnership.models import DataGap


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """One feed's quality over its latest year: as a whole, and field by field."""
    workspace, viewer = served.workspace(), viewer_of(request)
    seen = shown(workspace, viewer)
    words = feed_words(workspace, sorted({row.feed for row in seen.deliveries}))
    wanted = request.GET.get("feed", "")
    chosen = wanted if wanted in words else next(iter(words), "")
    period = latest_year(workspace, viewer, chosen) if chosen else None
    context: dict[str, Any] = {"feeds": words, "chosen": chosen, "period": period, "withheld": seen.withheld}
    if chosen and wanted not in {"", chosen}:
        context["instead"] = words[chosen].title
    if period is not None:
        fields = of_fields(workspace, viewer, chosen, period)
        states = {
            state: {one.name: one.numerator for one in of_fields(workspace, viewer, chosen, period, state)}
            for state in STATES
        }
        context |= {
            "words": words[chosen],
            "whole": of_feed(workspace, viewer, chosen, period),
            "fields": [
                {"picture": one, "states": [states[state].get(one.name, 0) for state in STATES]}
                for one in fields
            ],
            "overlaps": [
                {"title": words[one.other].title, "pair": one}
                for one in overlaps(workspace, viewer, chosen, period)
            ],
        }
    return render(request, "hub/quality.html", context)


@require_safe
def gaps(request: HttpRequest) -> HttpResponse:
    """The register of data gaps, the open ones first."""
    from joinedup.measures.quality import QUALITY

    workspace, viewer = served.workspace(), viewer_of(request)
    found, asked = gaps_seen(workspace, viewer), standards_seen(workspace, viewer)
    words = feed_words(workspace, sorted({one.feed for one in asked}))
    context = {
        "open": [_row(gap) for gap in found if gap.state == gap.State.OPEN],
        "closed": [_row(gap) for gap in found if gap.state == gap.State.CLOSED],
        "standards": [
            {"standard": one, "feed": words[one.feed].title, "measure": QUALITY[one.measure].title}
            for one in asked
        ],
    }
    return render(request, "hub/gaps.html", context)


def _row(gap: DataGap) -> dict[str, Any]:
    return {"gap": gap, "proof": proof_in_words(gap.standard)}


@require_safe
def gap(request: HttpRequest, reference: str) -> HttpResponse:
    """One gap with its history."""
    workspace, viewer = served.workspace(), viewer_of(request)
    try:
        found = gap_seen(workspace, viewer, reference)
    except NotFound:
        raise Http404 from None
    history = history_seen(workspace, viewer, found)
    standard = found.standard
    readings = latest_readings(workspace, viewer, standard) if standard is not None else []
    context = {**_row(found), "history": history, "readings": readings}
    return render(request, "hub/gap.html", context)


@require_safe
def duties(request: HttpRequest) -> HttpResponse:
    """The register of section 17A for a period."""
    wanted = request.GET.get("period", "")
    try:
        period = Period.parse(wanted) if wanted else latest_quarters(2)
        problem = ""
    except BadInput as error:
        period = latest_quarters(2)
        problem = _("%(wrong)s Shown is %(period)s.") % {"wrong": error.sentence(), "period": period.words}
    workspace, viewer = served.workspace(), viewer_of(request)
    lines = section_17a(workspace, viewer, period)
    anything = any(line.months for line in lines)
    owners = owner_names(workspace)
    quarters = [
        {
            "period": quarter,
            "due": own[0].due,
            "lines": [(line, owners.get(line.holder, line.holder)) for line in own],
        }
        for quarter in dict.fromkeys(line.period for line in lines)
        for own in [[line for line in lines if line.period == quarter]]
    ]
    context = {
        "quarters": quarters,
        "wanted": wanted or str(period),
        "problem": problem,
        "shown": period.words,
        "nothing": not anything,
        "some_uncounted": any(line.uncounted for line in lines),
        "some_shared": some_shared(lines),
        "some_unnamed": (unnamed := any(line.state == "nobody" for line in lines)),
        "counts": ready_counts(workspace, viewer) if unnamed else {},
        "latest": None if anything else latest_with_any(workspace, viewer),
    }
    return render(request, "hub/section_17a.html", context)
