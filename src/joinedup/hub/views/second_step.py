"""The second step of signing in, and signing in by a passkey alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from joinedup.accounts import passkeys, second_factor
from joinedup.accounts.sign_in_models import Factor
from joinedup.errors import JoinedupError
from joinedup.hub import asking, openid, served, signing_in, throttle
from joinedup.hub.throttle import Step

if TYPE_CHECKING:
    from joinedup.accounts.models import User


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("code", "recovery", "passkey")
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of somebody whose password was right."""
    known = signing_in.half_way(request)
    if known is None:
        return redirect("sign-in")
    user, target = known
    if request.method == "GET":
        return _page(request, user)
    if request.POST.get("passkey"):
        return _by_passkey(request, user, target)
    attempt = throttle.begin(request, user.username, Step.SECOND)
    if attempt.minutes_to_wait:
        return _page(request, user, {"code": signing_in.wait_sentence(attempt.minutes_to_wait)}, 429)
    code, recovery = (request.POST.get(name, "")[: signing_in.LONGEST_TYPED] for name in ("code", "recovery"))
    if code and second_factor.use_code(user, code, served.workspace().secrets_folder):
        factor = Factor.CODE
    elif recovery and second_factor.use_recovery_code(user, recovery):
        factor = Factor.RECOVERY
    else:
        signing_in.failed(user.username, attempt)
        field = "recovery" if recovery and not code else "code"
        return _page(request, user, {field: _("That code is not right, or was used before")}, 401)
    signing_in.let_in(request, user, attempt, factor=factor)
    return redirect(target)


def _by_passkey(request: HttpRequest, user: User, target: str) -> HttpResponse:
    try:
        answer, challenge, _handle = asking.answered(request, "second")
        passkeys.use(user, answer, challenge, asking.site(request))
    except JoinedupError as error:
        return _page(request, user, {"passkey-button": error.sentence()}, 401)
    signing_in.let_in(request, user, factor=Factor.PASSKEY)
    return redirect(target)


def _page(
    request: HttpRequest, user: User, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "errors": errors or {},
        "app": second_factor.has_code_app(user),
        "passkeys": asking.site(request).can_have_passkeys and user.passkeys.exists(),
        "recovery": user.recovery_codes.exists(),
    }
    return render(request, "hub/sign-in-second.html", context, status=status)


@login_not_required
@require_POST
@never_cache
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser is to ask the person's device for, as JSON."""
    site, known = asking.site(request), signing_in.half_way(request)
    user = known[0] if known and request.POST.get("for") == "second" else None
    if not known:
        request.session.set_expiry(int(signing_in.TIME_FOR_THE_SECOND.total_seconds()))
    options, challenge = passkeys.asking_for_known(user, site)
    kind = "second" if user else "alone"
    return HttpResponse(asking.remember(request, kind, options, challenge), content_type="application/json")


@login_not_required
@require_POST
@never_cache
@sensitive_post_parameters("passkey")
def by_passkey_alone(request: HttpRequest) -> HttpResponse:
    """Sign in by a passkey without a password: the device has verified the person, so it is two factors."""
    target = signing_in.local(request.POST.get("next", ""))
    if request.user.is_authenticated:
        return redirect(target)
    try:
        answer, challenge, _handle = asking.answered(request, "alone")
        passkey = passkeys.use(None, answer, challenge, asking.site(request))
    except JoinedupError as error:
        context = {
            "next": target,
            "passkeys": True,
            "passkey_error": error.sentence(),
            "provider": openid.provider(served.workspace()),
        }
        return render(request, "hub/sign-in.html", context, status=401)
    signing_in.let_in(request, passkey.user, factor=Factor.PASSKEY)
    return redirect(target)
