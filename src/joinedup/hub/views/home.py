"""The first page after signing in: what is here, how fresh it is, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from joinedup.hub import served
from joinedup.hub.broken_glass import alerts
from joinedup.hub.context import viewer_of
from joinedup.hub.information.telling import summary
from joinedup.hub.library import documents
from joinedup.hub.provenance import Shown, shown
from joinedup.hub.views.data import feeds_of
from joinedup.hub.views.documents import may_read
from joinedup.release import approvals, available
from joinedup.terms import AreaLevel, Form, Period

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.terms import Viewer
    from joinedup.workspace import Workspace

QUESTIONS = 6
DOCUMENTS = 6
FEEDS = 8


@dataclass(frozen=True)
class Question:
    """A question worth asking first, where Intelligence answers it, and what to keep in mind."""

    words: str
    query: str
    caveat: str = ""


@dataclass(frozen=True)
class Ended:
    """The months that a measure will always have: its feeds bring nothing more."""

    period: Period

    @property
    def years(self) -> str:
        """``2018 to 2020``, or the one year."""
        first, last = self.period.start.year, self.period.last.year
        return str(first) if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def ended_of(measure: Measure, seen: Shown, feeds: Sequence[dict[str, Any]]) -> Ended | None:
    """What a measure has where every feed of its sources has ended; None where one still delivers."""
    bearing = {row.feed for row in seen.coverage if row.source in measure.sources}
    entries = [entry for entry in feeds if entry["words"].name in bearing and entry["fresh"]]
    if not entries or not all(entry["words"].ended for entry in entries):
        return None
    first = min(entry["fresh"].first for entry in entries)
    return Ended(Period(first, max(entry["fresh"].last.end for entry in entries)))


def _question_of_the_past(measure: Measure, ended: Ended) -> list[Question]:
    if Form.RATE not in measure.forms:
        return []
    words = _("Which districts had the highest rate of %(noun)s (%(years)s)?")
    query = {
        "form": Form.RATE.value,
        "measure": measure.name,
        "level": AreaLevel.DISTRICT.value,
        "from": f"{ended.period.start:%Y-%m}",
        "to": f"{ended.period.last:%Y-%m}",
        "against": "none",
    }
    caveat = str(measure.caveats[0]) if measure.caveats else ""
    return [Question(words % {"noun": measure.noun, "years": ended.years}, urlencode(query), caveat)]


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


def first_questions(
    workspace: Workspace, viewer: Viewer, seen: Shown, feeds: Sequence[dict[str, Any]]
) -> list[Question]:
    """Questions that the data at hand can answer: one for each measure first, then second ones."""
    sources = {row.source for row in seen.deliveries}
    lists = []
    for measure in available(workspace, viewer):
        if measure.placed and sources & set(measure.sources):
            ended = ended_of(measure, seen, feeds)
            lists.append(_question_of_the_past(measure, ended) if ended else _questions_of(measure))
    by_turns = [each[turn] for turn in range(2) for each in lists if len(each) > turn]
    return by_turns[:QUESTIONS]


def _reads(viewer: Viewer) -> bool:
    decision = may_read(viewer)
    return decision.allowed and not decision.protected


def _most_pressing(feeds: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The feeds to look at first: those with rows held back, then the late ones, the longest silent first."""

    def order(entry: dict[str, Any]) -> tuple[int, bool, str]:
        fresh = entry["fresh"]
        held = sum(row.quarantined for row in entry["deliveries"])
        return -held, not entry["late"], fresh.received.isoformat() if fresh else ""

    return list(feeds) if len(feeds) <= FEEDS else sorted(feeds, key=order)[:FEEDS]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Home."""
    workspace, viewer = served.workspace(), viewer_of(request)
    seen = shown(workspace, viewer)
    feeds = feeds_of(seen, timezone.localdate())
    written = [document for document in documents(workspace) if document.file("html")]
    context = {
        "glass": alerts(workspace, viewer),
        "approvals": approvals.waits_for(workspace, viewer),
        "feeds": _most_pressing(feeds),
        "all_feeds": len(feeds),
        "late_feeds": sum(bool(entry["late"]) for entry in feeds),
        "deliveries": len(seen.deliveries),
        "rows_in": sum(row.rows_in for row in seen.deliveries),
        "quarantined": sum(row.quarantined for row in seen.deliveries),
        "newest": seen.deliveries[0] if seen.deliveries else None,
        "questions": first_questions(workspace, viewer, seen, feeds),
        "documents": written[:DOCUMENTS] if _reads(viewer) else [],
        "are_written": bool(written),
        "asked": summary(workspace, viewer),
    }
    return render(request, "hub/home.html", context)
