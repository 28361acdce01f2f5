"""Watch-lists: which there are for this person, and looking at one for a stated reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.contracts import agency_names
from joinedup.hub.templatetags.hub_words import day
from joinedup.release.watch_lists import (
    KnownWatchList,
    Row,
    ShownWatchList,
    detail_names,
    in_words,
    look_at_watch_list,
    looks_at,
    watch_list,
    watch_lists,
    why_not,
)
from joinedup.terms import Viewer

LOOKS_SHOWN = 200
NOTHING = "–"


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Those that exist for this person; of each whether it is open, for whom it is, and who keeps it."""
    found = watch_lists(served.workspace(), viewer_of(request))
    names = agency_names(served.workspace())
    told = [{"known": one, "recipients": _recipients(one, names)} for one in found]
    return render(request, "hub/watch_lists.html", {"lists": told})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, name: str) -> HttpResponse:
    """What a list is for and who saw it; with a reason posted, who is on it, once the log has the look."""
    workspace, viewer = served.workspace(), viewer_of(request)
    known = watch_list(workspace, viewer, name)
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST" and reason:
        shown = look_at_watch_list(workspace, viewer, name, reason=reason)
        context = {"known": known, "shown": shown, "sections": _sections(shown)}
        return render(request, "hub/watch_list_shown.html", {**context, "nothing": NOTHING})
    lacking = _("Write why you need to see it") if request.method == "POST" else ""
    context = {**_told(known, viewer), "lacking": lacking}
    return render(request, "hub/watch_list.html", context, status=422 if lacking else 200)


def _told(known: KnownWatchList, viewer: Viewer) -> dict[str, Any]:
    workspace = served.workspace()
    names = agency_names(workspace)
    looks = looks_at(workspace, viewer, known.row.name, limit=LOOKS_SHOWN) if known.sees_looks else []
    return {
        "known": known,
        "refused": why_not(workspace, viewer, known) if known.may_look else "",
        "recipients": _recipients(known, names),
        "details": detail_names(known.definition.details),
        "looks": looks,
        "names": names,
        "is_cut": len(looks) == LOOKS_SHOWN,
    }


def _recipients(known: KnownWatchList, names: dict[str, str]) -> list[str]:
    return [in_words(one, names) for one in known.definition.recipients]


def _sections(shown: ShownWatchList) -> list[dict[str, Any]]:
    """Of each section its headings and rows of words; why and until when where any entry is by hand."""
    told = []
    for one in shown.sections:
        by_hand = any(row.why for row in one.rows)
        headings = [*detail_names(one.details), one.day_title]
        headings += [_("Why"), _("Until")] if by_hand else []
        rows = [list(zip(headings, _words(row, by_hand=by_hand), strict=True)) for row in one.rows]
        told.append({"section": one, "headings": headings, "rows": rows})
    return told


def _words(row: Row, *, by_hand: bool) -> list[str]:
    values = [*row.values, row.day, *([row.why, row.until] if by_hand else [])]
    return [day(value) if isinstance(value, dt.date) else str(value or NOTHING) for value in values]
