"""What stands before every page: who may enter, and what a browser may do with the answer."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from joinedup.accounts import second_factor, sessions
from joinedup.errors import JoinedupError
from joinedup.hub import served
from joinedup.hub.policy import content_security_policy
from joinedup.log import AboutData, seeing, sign_if_possible
from joinedup.release import log_sight
from joinedup.settings import YEAR
from joinedup.terms import LONDON

_REFUSED_DEVICES = [
    "camera",
    "microphone",
    "geolocation",
    "usb",
    "payment",
    "display-capture",
    "midi",
    "serial",
]
PERMISSIONS_POLICY = ", ".join(f"{device}=()" for device in _REFUSED_DEVICES)


class SecurityHeaders:
    """Every answer says what a browser may do with it; a page that sets its own stricter policy keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        tiles = served.workspace().settings.map_tiles
        headers.setdefault("Content-Security-Policy", content_security_policy(tiles))
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(f"{django_settings.STATIC_URL}vendor/"):
            if response.status_code in {200, 304}:  # the version is part of the path
                headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        elif not request.path.startswith(django_settings.STATIC_URL):
            headers.setdefault("Cache-Control", "no-store")
        return response


class HeadsOfTheLog:
    """The first request of a day has the ends of the log's chains signed, as they were when days ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._signed_on: dt.date | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        today = dt.datetime.now(LONDON).date()
        if self._signed_on != today:
            self._signed_on = today
            if error := sign_if_possible(served.workspace().secrets_folder):
                logging.getLogger(__name__).error("Heads of the log: %s", type(error).__name__)
        return self.get_response(request)


class RowSecurity:
    """While a page is made, PostgreSQL itself shows of the log only what its reader may see."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if connection.vendor != "postgresql":
            return self.get_response(request)
        workspace = served.workspace()
        known = request.user.is_authenticated
        with seeing(log_sight(workspace, request.user.viewer()) if known else AboutData()):
            return self.get_response(request)


class CalmErrors:
    """An error of the house that no page caught becomes a page (or JSON) with its sentence.

    Those sentences say what, where and what next, and hold no personal value.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's hook; None leaves every other error to the page for errors."""
        from joinedup.hub.views.errors import refused, status_of

        if not isinstance(exception, JoinedupError):
            return None
        status = status_of(exception)
        if status >= 500:
            logging.getLogger(__name__).error("%s: %s", request.path, exception.sentence())
        if by_script(request):
            return JsonResponse({"error": exception.sentence()}, status=status)
        try:
            return refused(request, exception)
        except JoinedupError:  # the page's own frame needs what is broken
            return HttpResponse(exception.sentence(), status=status, content_type="text/plain; charset=utf-8")


def by_script(request: HttpRequest) -> bool:
    """Whether a script of ours asks, rather than somebody who opens a page."""
    return request.headers.get("Sec-Fetch-Dest") == "empty" or "HX-Request" in request.headers


class SessionLimits:
    """A session that was idle too long, is too old or was ended elsewhere is over: nobody is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not request.path.startswith(django_settings.STATIC_URL):
            now = timezone.now()
            session = sessions.current(request)
            ended = sessions.why_ended(session, now)
            if ended is not None:
                logout(request)
            else:
                sessions.note_activity(session, now)
            request.open_session, request.session_ended = session if ended is None else None, ended
        return self.get_response(request)


class SecondFactorRequired:
    """Where everybody needs a second factor, whoever has none is led to set one up, and sees nothing else."""

    _OPEN = ("account-", "sign-out", "health")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, *_arguments: Any) -> HttpResponse | None:
        """Django's hook, once the page is known."""
        session = getattr(request, "open_session", None)
        if session is None or session.factor or not served.second_factor_required():
            return None
        if second_factor.has_any(request.user):  # it was set up in another session, or was not needed then
            logout(request)
            return redirect("sign-in")
        name = request.resolver_match.url_name or ""
        if name == "account" or name.startswith(self._OPEN):
            return None
        if by_script(request):
            return JsonResponse({"error": gettext("Set up a second factor first.")}, status=403)
        return redirect("account")


class SignInRequired(LoginRequiredMiddleware):
    """Nothing is shown to anybody who has not signed in, but for the pages that say so themselves.

    A page is sent to the sign-in page; a request by a script gets 401 and a sentence, so that a script never
    takes the sign-in page for data.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:
        """What somebody who is not signed in gets."""
        if by_script(request):
            return JsonResponse({"error": gettext("You are signed out. Sign in again.")}, status=401)
        answer: HttpResponse = super().handle_no_permission(request, view_func)
        if ended := getattr(request, "session_ended", None):
            answer["Location"] += f"&ended={ended}"
        return answer
