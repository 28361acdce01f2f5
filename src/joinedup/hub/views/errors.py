"""Pages for what goes wrong. None of them repeats what was asked for."""

from __future__ import annotations

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from joinedup.errors import Busy, Damaged, JoinedupError, MissingPart, NotFound, NotPermitted

_STATUS = {NotPermitted: 403, NotFound: 404, Damaged: 500, MissingPart: 500, Busy: 503}


def _page(request: HttpRequest, status: int, heading: str, sentence: str) -> HttpResponse:
    context = {"heading": heading, "sentence": sentence, "status": status}
    return render(request, "hub/error.html", context, status=status)


def status_of(error: JoinedupError) -> int:
    """The HTTP status of an error of the house."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)


def refused(request: HttpRequest, error: JoinedupError) -> HttpResponse:
    """A page for an error of the house: its sentence says what, where and what next."""
    status = status_of(error)
    headings = {
        400: _("That could not be done"),
        403: _("You may not see this"),
        404: _("Not found"),
        500: _("Something stored here is not as it should be"),
        503: _("Something else is using this now"),
    }
    return _page(request, status, headings[status], error.sentence())


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400"""
    return _page(
        request,
        400,
        _("That request could not be read"),
        _("Something in the address or the form is not as it should be. Go back and try again."),
    )


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    return _page(
        request,
        403,
        _("You may not see this"),
        _("Your role does not allow this page. An administrator of your partnership can tell you who may."),
    )


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    return _page(
        request,
        404,
        _("Page not found"),
        _("There is nothing at this address. Check it for a slip, or start from the home page."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500. It leans on nothing that may be broken: no database, no session."""
    try:
        return render(
            None,
            "hub/broken.html",
            {
                "heading": _("Something went wrong on our side"),
                "sentence": _(
                    "Nothing you entered was lost or shown to anybody. Try again; if it happens twice, "
                    "tell whoever runs this server. The reason is in its log."
                ),
            },
            status=500,
        )
    except Exception:
        logging.getLogger(__name__).exception("The page for errors failed too")
        return HttpResponse("Something went wrong on our side.", status=500, content_type="text/plain")


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "", **_unused: Any) -> HttpResponse:
    """A form that did not come from our own page, or came too late."""
    return _page(
        request,
        403,
        _("That form is no longer valid"),
        _(
            "You may have signed in or out in another tab since it was opened. Go back, load the page "
            "again, and retry."
        ),
    )
