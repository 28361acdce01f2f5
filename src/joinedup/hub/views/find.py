"""Finding one person by name: asked for and answered in one page, whose address tells nothing of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from joinedup.errors import NotFound, NotPermitted
from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.hub.contracts import agency_names, agency_words, feed_words
from joinedup.hub.same import asked, comparison
from joinedup.hub.same.stated import LONGEST
from joinedup.people.looking_up import BornAgrees, Found
from joinedup.people.reviewing import Mentioned
from joinedup.release import What
from joinedup.release.comparing import Side, TellingReason
from joinedup.release.finding import LONGEST as LONGEST_NAME
from joinedup.release.finding import (
    MOST_FOUND,
    RefusedReason,
    UnsearchedName,
    look_at_found,
    look_up,
    searched,
)
from joinedup.release.linking import Linkable, linkable_for
from joinedup.terms import Purpose

_USUAL = Purpose.CRIME_AND_DISORDER
_ORDERED = (_USUAL, *(one for one in Purpose if one not in {_USUAL, Purpose.DATA_MATCHING}))
Offered = dict[Purpose, Linkable]


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask whom somebody looks for, what for and why; posted, whoever is like, once the log has the look."""
    by_purpose, offered = _offered(request)
    if request.method != "POST":
        return _page(request, by_purpose, offered)
    if not offered:
        raise NotPermitted(_("You may know none of the feeds whose people can be looked for"))
    given = {name: request.POST.get(name, "") for name in asked.FIELDS}
    told, wrong = asked.read(given, offered)
    if told is None:
        return _page(request, by_purpose, offered, given, wrong)
    try:
        found = look_up(
            served.workspace(),
            viewer_of(request),
            told.name,
            born=told.born,
            purpose=told.purpose,
            reason=told.reason,
        )
    except UnsearchedName as error:
        return _page(request, by_purpose, offered, given, {"name": error.sentence()})
    except RefusedReason as error:
        return _page(request, by_purpose, offered, given, {"reason": error.sentence()})
    answer = _answer(found, told, by_purpose[told.purpose])
    return _page(request, by_purpose, offered, given, answer=answer)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """What one record that was found says of the person; a look of its own, with the same purpose and
    reason."""
    if request.method != "POST":
        return redirect("data-same-find")
    mention, purpose = _named(request)
    reason = request.POST.get("reason", "").strip()[:LONGEST]
    workspace, viewer = served.workspace(), viewer_of(request)
    try:
        side = look_at_found(workspace, viewer, mention, purpose=purpose, reason=reason)
    except NotFound:
        raise Http404 from None
    except (RefusedReason, TellingReason) as error:
        by_purpose, offered = _offered(request)
        given = {"purpose": purpose.value, "reason": reason}
        return _page(request, by_purpose, offered, given, {"reason": error.sentence()})
    context = {
        "facts": _facts(side),
        "details": comparison.details_of(side),
        "purpose": purpose,
        "reason": reason,
    }
    return render(request, "hub/find_record.html", context)


def _offered(request: HttpRequest) -> tuple[Offered, Offered]:
    """For each purpose the feeds to search, and the same without those of which there is none: somebody is
    mostly looked for because of crime and disorder, and never to match data."""
    found = linkable_for(served.workspace(), viewer_of(request), _ORDERED, What.REVEAL)
    return found, {purpose: one for purpose, one in found.items() if one.feeds}


def _named(request: HttpRequest) -> tuple[Mentioned, Purpose]:
    """Which record was asked for and what for; 404 for what the page itself cannot have sent."""
    said = request.POST
    try:
        key, ordinal = UUID(said.get("key", "")), int(said.get("ordinal", ""))
        return Mentioned(said.get("feed", ""), key, said.get("role", ""), ordinal), Purpose(
            said.get("purpose", "")
        )
    except ValueError:
        raise Http404 from None


def _page(
    request: HttpRequest,
    by_purpose: Offered,
    offered: Offered,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    answer: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "offered": list(offered),
        "refused": sorted(set(by_purpose[_USUAL].refused.values())),
        "given": given or {},
        "errors": errors or {},
        "answer": answer,
        "most": MOST_FOUND,
        "longest": LONGEST,
        "longest_name": LONGEST_NAME,
    }
    return render(request, "hub/find.html", context, status=422 if errors else 200)


def _answer(found: list[Found], told: asked.Asked, linkable: Linkable) -> dict[str, Any]:
    """Whoever was found, and what was searched and what not."""
    workspace = served.workspace()
    words, agencies = feed_words(workspace, linkable.feeds), agency_words(workspace)
    owners = {feed: agencies[one.owner.casefold()][1] for feed, one in words.items()}
    rows = [
        {
            "found": one,
            "born": _born(one),
            "stands": [
                (words[feed].title, owners[feed], records) for feed, records in sorted(one.records.items())
            ],
            "likest": words[one.mention.feed].title,
        }
        for one in found
    ]
    return {
        "rows": rows,
        "heading": _heading(len(found)),
        "asked": told,
        "feeds": [words[feed].title for feed in linkable.feeds],
        "refused": sorted(set(linkable.refused.values())),
        "searched": searched(workspace, linkable.feeds),
    }


def _heading(count: int) -> str:
    if not count:
        return _("Nobody was found")
    if count == MOST_FOUND:
        return _("The %(count)d people whose names are most like it") % {"count": count}
    return ngettext("%(count)d person has a name like it", "%(count)d people have names like it", count) % {
        "count": count
    }


def _born(one: Found) -> str:
    told = {
        BornAgrees.NOT_ASKED: _("not asked"),
        BornAgrees.DAY: _("the same day"),
        BornAgrees.YEAR: _("the same year"),
        BornAgrees.NEAR: _("within two years"),
        BornAgrees.UNKNOWN: _("not written down"),
    }[one.born]
    return _("{how}; another record says otherwise").format(how=told) if one.born_otherwise else told


def _facts(side: Side) -> list[tuple[str, str]]:
    """What the record is: whose, of which feed, in which role, of when."""
    workspace = served.workspace()
    owner = agency_names(workspace).get(side.owner, side.owner)
    return [
        (_("Owner"), owner),
        (_("Feed"), feed_words(workspace, [side.mention.feed])[side.mention.feed].title),
        (_("Role"), side.mention.role.replace("_", " ").replace("-", " ")),
        (_("When"), comparison.when(side.happened)),
        (_("Record"), str(side.mention.record_key)),
    ]
