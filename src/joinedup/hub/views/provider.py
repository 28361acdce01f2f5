"""Signing in at the identity provider, and linking one's account to it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from joinedup.accounts import provider_identities, second_factor, sessions
from joinedup.accounts.sign_in_models import Factor
from joinedup.errors import BadInput, JoinedupError, NotFound
from joinedup.hub import asking, openid, served, signing_in
from joinedup.hub.context import viewer_of
from joinedup.hub.views.account import confirmed
from joinedup.hub.views.errors import status_of
from joinedup.log import record_act

_SENT = "sent_to_provider"
TIME_AWAY = timedelta(minutes=10)


@login_not_required
@require_safe
@never_cache
def to_provider(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider; only from a page of the hub, for nobody is signed in unasked."""
    target = signing_in.local(request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(target)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return redirect("sign-in")
    request.session.set_expiry(int(TIME_AWAY.total_seconds()))
    try:
        return _send(request, target, "sign-in")
    except JoinedupError as error:
        return _refused(request, error.sentence(), status_of(error))


@require_safe
@never_cache
@confirmed
def link(request: HttpRequest) -> HttpResponse:
    """Send somebody who is signed in to the provider, to link their account."""
    return _send(request, reverse("account"), "link")


@login_not_required
@require_safe
@never_cache
@sensitive_variables()
def from_provider(request: HttpRequest) -> HttpResponse:
    """The browser comes back: check what it brings, then sign the person in, or link them."""
    try:
        sent = _sent(request)
        known = _provider()
        subject = known.subject(
            request.GET.get("code", ""), _returning_to(request), sent["nonce"], sent["verifier"]
        )
        if sent["why"] == "link":
            return _link(request, known, subject)
    except JoinedupError as error:
        return _refused(request, error.sentence(), status_of(error))
    user = provider_identities.user_of(known.issuer, subject)
    if user is None:
        logging.getLogger(__name__).warning("Somebody whom no user is linked to signed in at the provider")
        sentence = _("Your account there is not linked to a user here. Give your administrator this subject:")
        return _refused(request, sentence, 403, subject)
    if served.workspace().settings.openid_second_factor == "provider":
        signing_in.let_in(request, user, factor=Factor.PROVIDER)
    elif second_factor.has_any(user):
        signing_in.go_half_way(request, user, sent["next"])
        return redirect("sign-in-second")
    else:
        signing_in.let_in(request, user)
    return redirect(sent["next"])


def _link(request: HttpRequest, known: openid.Provider, subject: str) -> HttpResponse:
    """Link whoever is signed in to what the provider says; it was asked for in this very session."""
    if not request.user.is_authenticated:
        return redirect("sign-in")
    with transaction.atomic():
        provider_identities.link(request.user, known.issuer, subject)
        sessions.end_all(request.user, but=request.open_session.key)
        record_act(
            "administration",
            by=viewer_of(request),
            purpose=None,
            what="linked their account to the identity provider",
        )
    messages.success(request, _("Your account is linked."))
    return redirect("account")


def _provider() -> openid.Provider:
    known = openid.provider(served.workspace())
    if known is None:
        raise NotFound(_("This hub has no identity provider"), next_step=_("Sign in with your password"))
    return known


def _send(request: HttpRequest, target: str, why: str) -> HttpResponse:
    sent = {name: openid.fresh() for name in ("state", "nonce", "verifier")}
    address = _provider().address_to_sign_in(_returning_to(request), **sent)
    request.session[_SENT] = sent | {"next": target, "why": why, "at": timezone.now().timestamp()}
    return redirect(address)


def _sent(request: HttpRequest) -> dict[str, Any]:
    """What this browser was sent to the provider with; once only, and only for what it brings back."""
    sent: dict[str, Any] | None = request.session.pop(_SENT, None)
    if (
        sent is None
        or timezone.now().timestamp() - sent["at"] > TIME_AWAY.total_seconds()
        or not constant_time_compare(request.GET.get("state", ""), sent["state"])
        or not request.GET.get("code")
    ):
        raise BadInput(_("Signing in at the identity provider was not finished"), next_step=_("Try again"))
    return sent


def _returning_to(request: HttpRequest) -> str:
    address: str = request.build_absolute_uri(reverse("sign-in-provider-back"))
    return address


def _refused(request: HttpRequest, sentence: str, status: int, subject: str = "") -> HttpResponse:
    context = {
        "next": reverse("home"),
        "error": "",
        "provider_error": sentence,
        "subject": subject,
        "provider": openid.provider(served.workspace()),
        "passkeys": asking.site(request).can_have_passkeys,
    }
    return render(request, "hub/sign-in.html", context, status=status)
