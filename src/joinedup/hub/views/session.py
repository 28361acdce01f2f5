"""Signing in and out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from joinedup.hub import throttle
from joinedup.hub.context import viewer_of
from joinedup.log import record_act

LONGEST = 400


def _local(request: HttpRequest, path: str) -> str:
    """``path`` where it stays within the hub, else the home page."""
    kept = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return path if kept else reverse("home")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. What it says about a failure is the same whichever part was wrong."""
    target = _local(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.user.is_authenticated:
        return redirect(target)
    context = {"next": target, "username": "", "error": ""}
    if request.method != "POST":
        return render(request, "hub/sign-in.html", context)
    username = request.POST.get("username", "")[:LONGEST].strip()
    password = request.POST.get("password", "")[:LONGEST]
    attempt = throttle.begin(request, username)
    wait = attempt.minutes_to_wait
    if wait:
        context["error"] = ngettext(
            "Too many attempts. Wait %(minutes)d minute, then try again.",
            "Too many attempts. Wait %(minutes)d minutes, then try again.",
            wait,
        ) % {"minutes": wait}
        return render(request, "hub/sign-in.html", context, status=429)
    user = authenticate(request, username=username, password=password)
    if user is None:
        context.update(username=username, error=_("That user name and password do not go together"))
        return render(request, "hub/sign-in.html", context, status=401)
    with transaction.atomic():
        record_act("administration", by=user.viewer(), purpose=None, what="signed in")
        login(request, user)
    throttle.succeeded(request, username, attempt)
    return redirect(target)


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and on the server."""
    record_act("administration", by=viewer_of(request), purpose=None, what="signed out")
    logout(request)
    messages.success(request, _("You have signed out."))
    return redirect("sign-in")
