"""Who is the same: the queue of pairs, and one pair, blind until it is decided."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.contracts import agency_names, feed_words
from joinedup.hub.information.leads import name_of
from joinedup.hub.same import comparison, stated
from joinedup.hub.same.queue import Queue, pair_of, queue_of
from joinedup.hub.same.standing import standing_of
from joinedup.hub.same.stated import LONGEST, Stated
from joinedup.hub.same.verdicts import verdicts
from joinedup.hub.same.waterfall import in_bits, waterfall
from joinedup.people.evidence import in_words
from joinedup.people.judging_groups import ENOUGH
from joinedup.people.reviewing import DecidedMeanwhile, Pair, decide
from joinedup.records import RecordBook
from joinedup.release.comparing import Side, TellingReason, put_together, refuse_why, side_by_side
from joinedup.release.linkage_quality import quality_by_group, quality_of
from joinedup.release.linking import MATCHING, Linkable, linkable
from joinedup.terms import Purpose

ON_A_PAGE = 25
_USUAL = Purpose.DATA_MATCHING


@sensitive_post_parameters("reason")
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """How many pairs wait, what the decisions tell of the linkage, and where to begin."""
    by_purpose = stated.by_purpose(served.workspace(), viewer_of(request))
    offered = {purpose: one for purpose, one in by_purpose.items() if one.feeds}
    if request.method != "POST":
        return _queue_page(request, by_purpose, offered)
    if not offered:
        raise NotPermitted(_("You may know none of the feeds whose people can be compared"))
    given = {name: request.POST.get(name, "") for name in ("purpose", "reason", "pair")}
    try:
        stated.keep(request, offered, given["purpose"], given["reason"])
    except BadInput as wrong:
        return _queue_page(request, by_purpose, offered, given, {wrong.where: wrong.what})
    if given["pair"].isdecimal():
        return redirect("data-same-pair", int(given["pair"]))
    found = queue_of(served.workspace(), offered[Purpose(given["purpose"])].feeds)
    return _to_next(request, found)


@sensitive_post_parameters("why")
@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, number: int) -> HttpResponse:
    """A pair side by side; a decision is posted here, after which the next pair opens."""
    told = stated.of_session(request)
    if told is None:
        return _ask_first(request, number)
    workspace = served.workspace()
    feeds = linkable(workspace, viewer_of(request), told.purpose).feeds
    try:
        found = pair_of(workspace, number, feeds)
        if request.method != "POST":
            return _pair_page(request, found, told, feeds)
        return _decided(request, found, told, feeds)
    except NotFound:
        raise Http404 from None
    except TellingReason as wrong:
        return _ask_first(request, number, told, {"reason": wrong.sentence()})


def _decided(request: HttpRequest, found: Pair, told: Stated, feeds: Collection[str]) -> HttpResponse:
    """Write down what was posted of a pair, and lead on."""
    workspace, viewer, said = served.workspace(), viewer_of(request), request.POST
    why = said.get("why", "").strip()
    try:
        if why:
            both = found.drawn.left, found.drawn.right
            refuse_why(workspace, viewer, found.number, both, why, purpose=told.purpose)
        verdict, seen = said.get("verdict", ""), _seen(request)
        made = decide(found.number, verdict, feeds=feeds, by=viewer, why=why, seen=seen)
    except DecidedMeanwhile:
        _tell_of_another(request, pair_of(workspace, found.number, feeds))
        return redirect("data-same-pair", found.number)
    except BadInput as wrong:
        return _pair_page(request, found, told, feeds, {"why": wrong.sentence()})
    _tell_decided(request, made)
    if len(made.decisions) > 1:
        return redirect("data-same-pair", found.number)
    return _to_next(request, queue_of(workspace, feeds))


def _seen(request: HttpRequest) -> int:
    """How many decisions of the pair there were on the page that was posted."""
    said = request.POST.get("seen", "")
    return int(said) if said.isdecimal() else 0


def _to_next(request: HttpRequest, found: Queue) -> HttpResponse:
    number = found.next_for(viewer_of(request))
    if number is not None:
        return redirect("data-same-pair", number)
    messages.success(request, _("No pair waits for you now."))
    return redirect("data-same")


def _tell_decided(request: HttpRequest, made: Pair) -> None:
    words = _("Pair {number} is decided: {verdict}.").format(
        number=made.number, verdict=verdicts()[made.verdict]
    )
    link = reverse("data-same-pair", args=[made.number])
    see = _("See what the linkage thought of pair {number}").format(number=made.number)
    messages.success(request, format_html('{} <a href="{}">{}</a>', words, link, see))


def _tell_of_another(request: HttpRequest, found: Pair) -> None:
    latest = found.decisions[-1]
    words = _("Pair {number} was decided meanwhile by {who}: {verdict}. What you chose was not taken.")
    told = words.format(number=found.number, who=name_of(latest.by), verdict=verdicts()[found.verdict])
    messages.warning(request, told)


def _ask_first(
    request: HttpRequest, number: int, told: Stated | None = None, errors: dict[str, str] | None = None
) -> HttpResponse:
    """Ask for what and why, before a pair that is there for this person, whichever the purpose."""
    workspace = served.workspace()
    by_purpose = stated.by_purpose(workspace, viewer_of(request))
    offered = {}
    for purpose, one in by_purpose.items():
        try:
            pair_of(workspace, number, one.feeds)
        except NotFound:
            continue
        offered[purpose] = one
    if not offered:
        raise Http404
    context = {
        "number": number,
        "offered": list(offered),
        "longest": LONGEST,
        "given": {"purpose": told.purpose, "reason": told.reason} if told else {},
        "errors": errors or {},
    }
    return render(request, "hub/same_ask.html", context, status=422 if errors else 200)


def _queue_page(
    request: HttpRequest,
    by_purpose: dict[Purpose, Linkable],
    offered: dict[Purpose, Linkable],
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    workspace, viewer, told = served.workspace(), viewer_of(request), stated.of_session(request)
    if told is not None and told.purpose not in offered:
        told = None
    chosen = told.purpose if told else next(iter(offered), _USUAL)
    feeds = by_purpose[chosen].feeds
    found = queue_of(workspace, feeds)
    decided = sorted(found.decided, key=lambda one: one.decisions[-1].at, reverse=True)
    context = {
        "offered": list(offered),
        "refused": [] if offered else sorted(set(linkable(workspace, viewer, *MATCHING).refused.values())),
        "queue": found,
        **_quality(request, found, chosen, by_purpose[chosen], told),
        "contradictions": found.contradictions(),
        "page": Paginator(decided, ON_A_PAGE).get_page(request.GET.get("page", "1")),
        "names": {one.decisions[-1].by: name_of(one.decisions[-1].by) for one in decided},
        "verdicts": verdicts(),
        "chosen_purpose": chosen,
        "feeds": [one.title for one in feed_words(workspace, feeds).values()],
        "stated": told,
        "next": found.next_for(viewer),
        "longest": LONGEST,
        "given": given or {},
        "errors": errors or {},
    }
    return render(request, "hub/same.html", context, status=422 if errors else 200)


def _quality(
    request: HttpRequest, found: Queue, purpose: Purpose, may: Linkable, told: Stated | None
) -> dict[str, Any]:
    """How good the latest linkage is by what was decided, of everybody and of groups of people."""
    workspace = served.workspace()
    quality = quality_of(workspace, found.pairs, may.feeds)
    groups = quality_by_group(
        workspace,
        viewer_of(request),
        quality,
        found.pairs,
        may,
        purpose=purpose,
        reason=told.reason if told else "",
    )
    named = [
        (dimension.heading, [(dimension.groups[one.group], one) for one in each])
        for dimension, each in groups
    ]
    return {"quality": quality, "groups": named, "enough": ENOUGH}


def _pair_page(
    request: HttpRequest,
    found: Pair,
    told: Stated,
    feeds: Collection[str],
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    workspace = served.workspace()
    both = found.drawn.left, found.drawn.right
    left, right = side_by_side(
        workspace, viewer_of(request), found.number, both, purpose=told.purpose, reason=told.reason
    )
    context = {
        "pair": found,
        "stated": told,
        "facts": _facts(left, right),
        "rows": comparison.rows_of(left, right),
        "verdicts": verdicts(),
        "errors": errors or {},
        "given": request.POST if errors else {},
        **(_thoughts(found, feeds) if found.decisions else {}),
    }
    return render(request, "hub/same_pair.html", context, status=422 if errors else 200)


def _facts(left: Side, right: Side) -> list[tuple[str, str, str]]:
    """What the two records are: whose, of which feed, in which role, of when."""
    workspace = served.workspace()
    names = agency_names(workspace)
    words = feed_words(workspace, {left.mention.feed, right.mention.feed})
    return [
        (_("Owner"), *(names.get(one.owner, one.owner) for one in (left, right))),
        (_("Feed"), *(words[one.mention.feed].title for one in (left, right))),
        (_("Role"), *(one.mention.role.replace("_", " ").replace("-", " ") for one in (left, right))),
        (_("When"), *(comparison.when(one.happened) for one in (left, right))),
    ]


def _thoughts(found: Pair, feeds: Collection[str]) -> dict[str, Any]:
    """What the linkage thought of a pair, for after the decision, to somebody who may know these feeds."""
    workspace, both = served.workspace(), (found.drawn.left, found.drawn.right)
    told = [(in_words(code), bits) for code, bits in found.drawn.evidence]
    titles = {feed: one.title for feed, one in feed_words(workspace, feeds).items()}
    together = put_together(workspace, *both)
    return {
        "weight": in_bits(found.drawn.weight),
        "waterfall": waterfall(told) if told else None,
        "standing": standing_of(found.drawn, titles),
        "together_now": together,
        "as_decided": together is not None and _binds(found, together),
        "names": {one.by: name_of(one.by) for one in found.decisions},
    }


def _binds(found: Pair, together: bool) -> bool:
    """Whether the latest linkage has the pair as the decision that holds says, and came after it."""
    last = RecordBook(served.workspace()).linkages()[-1]
    bound = found.verdict == ("same" if together else "different")
    return bound and last.committed_at > found.decisions[-1].at
