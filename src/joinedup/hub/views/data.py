"""The deliveries: what came, what became of its rows, what it covers, how complete it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from joinedup.hub import served
from joinedup.hub.accounting import field_accounted, rows_accounted
from joinedup.hub.context import viewer_of
from joinedup.hub.contracts import feed_words, freshness, lateness
from joinedup.hub.coverage_calendar import calendar, strip
from joinedup.hub.provenance import Shown, shown
from joinedup.release import field_states
from joinedup.terms import DeliveryMode

if TYPE_CHECKING:
    from joinedup.records import DeliveryRow


ON_A_PAGE = 15
CALENDARS = 6
"""Of more feeds than these, a page shows one line each, and the calendar of the one that is chosen."""


def feeds_of(seen: Shown, today: dt.date) -> list[dict[str, Any]]:
    """For each feed that has delivered: words, freshness, its deliveries and its calendar."""
    workspace = served.workspace()
    entries = []
    for name, words in feed_words(workspace, seen.feeds).items():
        of_feed = [row for row in seen.deliveries if row.feed == name]
        rows = [row for row in of_feed if row.mode is not DeliveryMode.WITHDRAWAL]
        fresh = freshness(words, seen.coverage)
        entries.append(
            {
                "words": words,
                "fresh": fresh,
                "late": lateness(words, fresh, today),
                "deliveries": rows,
                "parts": rows_accounted(rows),
                "calendar": calendar(name, rows, seen.coverage, words.months),
            }
        )
    return entries


def _strips(feeds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One line for each feed, all on one axis of whole years."""
    years = sorted({year.year for entry in feeds for year in entry["calendar"]})
    if not years:
        return {"strips": [], "years": []}
    first, last = years[0], years[-1]
    lines = [{**entry, "strip": strip(entry["calendar"], first, last)} for entry in feeds]
    return {"strips": lines, "years": range(first, last + 1)}


def _page_of(rows: Sequence[DeliveryRow], wanted: str) -> Any:
    page = Paginator(rows, ON_A_PAGE).get_page(wanted)
    page.object_list = [{"row": row, "parts": rows_accounted([row])} for row in page.object_list]
    return page


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Everything delivered: totals, what each feed covers, and the list, for one feed or all."""
    seen = shown(served.workspace(), viewer_of(request))
    feeds = feeds_of(seen, timezone.localdate())
    names = [entry["words"].name for entry in feeds]
    wanted = request.GET.get("feed", "")
    chosen = wanted if wanted in names else ""
    rows = [row for row in seen.deliveries if not chosen or row.feed == chosen]
    many = len(feeds) > CALENDARS
    context = {
        "feeds": feeds,
        "calendars": [one for one in feeds if one["words"].name == chosen or not (many or chosen)],
        **(_strips(feeds) if many and not chosen else {}),
        "titles": {entry["words"].name: entry["words"].title for entry in feeds},
        "chosen": chosen,
        "is_unknown": bool(wanted and not chosen),
        "page": _page_of(rows, request.GET.get("page", "1")),
        "parts": rows_accounted(seen.deliveries),
        "rows_in": sum(row.rows_in for row in seen.deliveries),
        "total": len(seen.deliveries),
        "withheld": seen.withheld,
        "months": [dt.date(2000, month, 1) for month in range(1, 13)],
    }
    return render(request, "hub/data.html", context)


def _reasons(row: DeliveryRow) -> list[tuple[str, int]]:
    """Why rows of this delivery were refused, the commonest first; a row may have several reasons."""
    from joinedup.feeds import show_quarantine

    if not row.quarantined:
        return []
    counted = show_quarantine(served.workspace(), row.number).reasons
    return sorted(counted.items(), key=lambda reason: (-reason[1], reason[0]))


@require_safe
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    """One delivery: where it came from, what became of every row, how complete each field is."""
    workspace = served.workspace()
    seen = shown(workspace, viewer_of(request))
    row = seen.delivery(number)
    if row is None:
        raise Http404
    counted = field_states(workspace, viewer_of(request), [row.source])
    states = [state for state in counted if state.delivery == number]
    context = {
        "row": row,
        "words": feed_words(workspace, [row.feed])[row.feed],
        "parts": rows_accounted([row]),
        "set_aside": sorted(row.set_aside.items()),
        "reasons": _reasons(row),
        "fields": [{"state": state, "parts": field_accounted(state)} for state in states],
    }
    return render(request, "hub/delivery.html", context)
