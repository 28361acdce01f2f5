"""Signing in and out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from joinedup.accounts import second_factor
from joinedup.hub import asking, openid, served, signing_in, throttle
from joinedup.hub.context import viewer_of
from joinedup.log import record_act


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. What it says about a failure is the same whichever part was wrong."""
    target = signing_in.local(request.POST.get("next") or request.GET.get("next") or "")
    if request.user.is_authenticated:
        return redirect(target)
    context = {
        "next": target,
        "ended": signing_in.why_signed_out(request.GET.get("ended", "")),
        "provider": openid.provider(served.workspace()),
        "passkeys": asking.site(request).can_have_passkeys,
    }
    if request.method != "POST":
        return render(request, "hub/sign-in.html", context)
    username = request.POST.get("username", "")[: signing_in.LONGEST_TYPED].strip()
    attempt = throttle.begin(request, username)
    if attempt.minutes_to_wait:
        context["error"] = signing_in.wait_sentence(attempt.minutes_to_wait)
        return render(request, "hub/sign-in.html", context, status=429)
    password = request.POST.get("password", "")
    usable = password if len(password) <= signing_in.LONGEST_TYPED else ""
    user = authenticate(request, username=username, password=usable)
    if user is None:
        signing_in.failed(username, attempt)
        context.update(username=username, error=_("That user name and password do not go together"))
        return render(request, "hub/sign-in.html", context, status=401)
    if second_factor.has_any(user):
        throttle.passed(attempt)
        signing_in.go_half_way(request, user, target)
        return redirect("sign-in-second")
    signing_in.let_in(request, user, attempt)
    return redirect(target)


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and on the server."""
    with transaction.atomic():
        record_act("administration", by=viewer_of(request), purpose=None, what="signed out")
        logout(request)
    messages.success(request, _("You have signed out."))
    return redirect("sign-in")
