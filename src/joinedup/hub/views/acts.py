"""The log: who looked at what, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from joinedup.accounts import agencies
from joinedup.errors import BadInput
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.log.models import ActKind
from joinedup.release import LogQuestion, Reach, log_acts, reach
from joinedup.terms import parse_beginning, parse_knowledge_date

AT_ONCE = 50
_ASKED = ("by", "kind", "what", "subject", "owner", "since", "until")
_LONGEST = 100


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The acts that this person may see and that fit what is asked, the latest first."""
    viewer, workspace = viewer_of(request), served.workspace()
    asked = {name: request.GET.get(name, "")[:_LONGEST].strip() for name in _ASKED}
    error, found = "", []
    try:
        found = log_acts(
            workspace,
            viewer,
            _question(asked),
            after=_act_id(request.GET.get("before", "")),
            limit=AT_ONCE + 1,
        )
    except BadInput as wrong:
        error = wrong.sentence()
    given = {name: value for name, value in asked.items() if value}
    more = len(found) > AT_ONCE
    context = {
        "acts": found[:AT_ONCE],
        "older": urlencode({**given, "before": str(found[AT_ONCE - 1].id)}) if more else "",
        "is_later_page": bool(request.GET.get("before")),
        "newest": urlencode(given),
        "asked": asked,
        "is_asked": bool(given),
        "error": error,
        "kinds": ActKind.choices,
        "agencies": agencies() if reach(viewer) is Reach.ALL else [],
        "reach": reach(viewer).value,
    }
    return render(request, "hub/log.html", context, status=400 if error else 200)


def _question(asked: dict[str, str]) -> LogQuestion:
    if asked["kind"] and asked["kind"] not in ActKind.values:
        raise BadInput(_("There is no such kind of act"))
    question = LogQuestion(
        by=asked["by"],
        kind=asked["kind"],
        text=asked["what"],
        subject=asked["subject"],
        owner=asked["owner"],
        since=_instant(asked["since"], parse_beginning),
        until=_instant(asked["until"], parse_knowledge_date),
    )
    question.subject_key()
    return question


def _act_id(told: str) -> str | None:
    """The id of the act before which the page begins; None at the latest, and for what is no id."""
    try:
        return str(UUID(told)) if told else None
    except ValueError:
        return None


def _instant(told: str, read: Callable[[str], dt.datetime]) -> dt.datetime | None:
    """The instant that a day stands for; what is no day is not repeated, for it may be anything."""
    try:
        return read(told) if told else None
    except BadInput:
        raise BadInput(_("That is not a day"), next_step=_("Write it as 2024-05-01")) from None
