"""Your account: one's own password, and where one is signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from joinedup.accounts import change_own_password, passwords, provider_identities, sessions
from joinedup.errors import JoinedupError, NotPermitted
from joinedup.hub import openid, served, signing_in, throttle
from joinedup.hub.context import viewer_of
from joinedup.log import record_act

View = Callable[..., HttpResponse]


def confirmed(view: View) -> View:
    """Only for somebody who proved in the last minutes who they are; others are asked to, and come back."""

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if sessions.is_recent(request.open_session, timezone.now()):
            return view(request, *args, **kwargs)
        back = request.path if request.method == "GET" else reverse("account")
        return redirect(f"{reverse('account-confirm')}?{urlencode({'next': back})}")

    return asked


def must_set_up(request: HttpRequest) -> bool:
    """Whether this session needs a second factor that the person does not have yet."""
    return served.second_factor_required() and not request.open_session.factor


@require_safe
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """The page of somebody's own account."""
    from joinedup.accounts.models import CodeApp

    context = {
        "sessions": request.user.open_sessions.all(),
        "here": request.open_session,
        "has_password": request.user.has_usable_password(),
        "app": CodeApp.objects.filter(user=request.user).first(),
        "passkeys": request.user.passkeys.all(),
        "recovery": request.user.recovery_codes.count(),
        "provider": openid.provider(served.workspace()),
        "linked": provider_identities.is_linked(request.user),
        "required": served.second_factor_required(),
        "must_set_up": must_set_up(request),
    }
    return render(request, "hub/account.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("old", "new", "again")
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other browser is signed out."""
    if not request.user.has_usable_password():
        raise NotPermitted(
            _("Your account has no password"), next_step=_("You sign in another way: see Your account")
        )
    context: dict[str, object] = {"shortest": passwords.SHORTEST}
    if request.method == "GET":
        return render(request, "hub/account_password.html", context)
    attempt = throttle.begin(request, request.user.username)
    if attempt.minutes_to_wait:
        context["errors"] = {"old": signing_in.wait_sentence(attempt.minutes_to_wait)}
        return render(request, "hub/account_password.html", context, status=429)
    errors = _changed(request, attempt)
    if errors:
        return render(request, "hub/account_password.html", context | {"errors": errors}, status=400)
    messages.success(request, _("Your password is changed. You are signed out everywhere else."))
    return redirect("account")


def _changed(request: HttpRequest, attempt: throttle.Attempt) -> dict[str, str]:
    """Change the password, log it and end the other sessions; or what is wrong, by field."""
    old, new = request.POST.get("old", ""), request.POST.get("new", "")
    if new != request.POST.get("again", ""):
        throttle.passed(attempt)
        return {"again": _("The two new passwords are not the same")}
    try:
        with transaction.atomic():
            change_own_password(request.user, old, new)
            record_act(
                "administration", by=viewer_of(request), purpose=None, what="changed their own password"
            )
            sessions.end_all(request.user, but=request.open_session.key)
            update_session_auth_hash(request, request.user)
            sessions.rekey(request.open_session, request)
    except NotPermitted as error:
        signing_in.failed(request.user.username, attempt)
        return {"old": error.sentence()}
    except JoinedupError as error:
        throttle.passed(attempt)
        return {"new": error.sentence()}
    throttle.passed(attempt)
    return {}


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove again who one is, before ways to sign in are changed."""
    target = signing_in.local(request.POST.get("next") or request.GET.get("next") or "", "account")
    context = {"next": target, "has_password": request.user.has_usable_password(), "error": ""}
    if request.method == "GET" or not context["has_password"]:
        return render(request, "hub/account_confirm.html", context)
    attempt = throttle.begin(request, request.user.username)
    if attempt.minutes_to_wait:
        context["error"] = signing_in.wait_sentence(attempt.minutes_to_wait)
        return render(request, "hub/account_confirm.html", context, status=429)
    if not request.user.check_password(request.POST.get("password", "")):
        signing_in.failed(request.user.username, attempt)
        context["error"] = _("That is not your password")
        return render(request, "hub/account_confirm.html", context, status=401)
    throttle.passed(attempt)
    with transaction.atomic():
        request.session.cycle_key()
        sessions.rekey(request.open_session, request)
    return redirect(target)


@require_POST
@never_cache
@confirmed
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    with transaction.atomic():
        ended = sessions.end_all(request.user, but=request.open_session.key)
        record_act(
            "administration",
            by=viewer_of(request),
            purpose=None,
            what="signed out everywhere else",
            detail={"sessions": ended},
        )
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("account")
