"""Your account: setting up and removing second factors."""

from __future__ import annotations

import io

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from joinedup.accounts import passkeys, second_factor, sessions
from joinedup.accounts.sign_in_models import Factor
from joinedup.errors import BadInput, NotFound
from joinedup.hub import asking, served
from joinedup.hub.context import viewer_of
from joinedup.hub.views.account import confirmed
from joinedup.log import record_act

_NEW_SECRET = "new_code_app"  # nosec B105  # noqa: S105 - where it is kept, encrypted, until a code proves it


@require_http_methods(["GET", "POST"])
@never_cache
@confirmed
@sensitive_post_parameters("code")
def code_app(request: HttpRequest) -> HttpResponse:
    """Set up an app for codes: show its secret as a square, and take it once a code proves it."""
    folder = served.workspace().secrets_folder
    if _NEW_SECRET not in request.session:
        sealed = second_factor.seal_secret(request.user, second_factor.new_secret(), folder)
        request.session[_NEW_SECRET] = sealed
    secret = second_factor.unseal_secret(request.user, request.session[_NEW_SECRET], folder)
    errors = {}
    if request.method == "POST":
        try:
            with transaction.atomic():
                second_factor.add_code_app(request.user, secret, request.POST.get("code", "")[:20], folder)
                return _set_up(request, "set up an app for codes", Factor.CODE)
        except BadInput as error:
            errors = {"code": error.sentence()}
    address = second_factor.address_for_app(request.user, secret, served.workspace().settings.partnership)
    groups = [secret[place : place + 4] for place in range(0, len(secret), 4)]
    context = {"square": _square(address), "key": " ".join(groups), "errors": errors}
    return render(request, "hub/account_code_app.html", context, status=400 if errors else 200)


@require_POST
@never_cache
@confirmed
def remove_code_app(request: HttpRequest) -> HttpResponse:
    """Take the app away."""
    with transaction.atomic():
        second_factor.remove_code_app(request.user)
        _log(request, "removed their app for codes")
    return _removed(request, _("The app is removed. Its codes are worth nothing now."))


@require_POST
@never_cache
@confirmed
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them, once."""
    if not second_factor.has_any(request.user):
        raise BadInput(_("Recovery codes stand in for a second factor"), next_step=_("Set one up first"))
    with transaction.atomic():
        codes = second_factor.new_recovery_codes(request.user)
        _log(request, "made new recovery codes")
    return render(request, "hub/account_recovery.html", {"codes": codes})


@require_http_methods(["GET", "POST"])
@never_cache
@confirmed
@sensitive_post_parameters("passkey")
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey that the browser has made."""
    site, errors = asking.site(request), {}
    if request.method == "POST":
        name = request.POST.get("name", "").strip()
        try:
            answer, challenge, handle = asking.answered(request, "new")
            if not name:
                raise BadInput(_("The passkey needs a name"), next_step=_("Say which device it is on"))
            with transaction.atomic():
                passkeys.add(request.user, name, answer, handle, challenge, site)
                return _set_up(request, "added a passkey", Factor.PASSKEY)
        except BadInput as error:
            errors = {"name": error.sentence()}
    context = {"possible": site.can_have_passkeys, "errors": errors, "longest": passkeys.LONGEST_NAME}
    return render(request, "hub/account_passkey.html", context, status=400 if errors else 200)


@require_POST
@never_cache
@confirmed
def new_passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser is to make, as JSON."""
    options, challenge = passkeys.asking_for_new(request.user, asking.site(request))
    return HttpResponse(asking.remember(request, "new", options, challenge), content_type="application/json")


@require_POST
@never_cache
@confirmed
def remove_passkey(request: HttpRequest, number: int) -> HttpResponse:
    """Take one of one's own passkeys away."""
    passkey = request.user.passkeys.filter(pk=number).first()
    if passkey is None:
        raise NotFound(_("You have no such passkey"), next_step=_("See Your account"))
    with transaction.atomic():
        passkey.delete()
        second_factor.drop_unneeded_recovery_codes(request.user)
        _log(request, "removed a passkey")
    return _removed(request, _("The passkey is removed."))


def _set_up(request: HttpRequest, what: str, factor: Factor) -> HttpResponse:
    """A factor was added: other sessions end, this one rests on it; the first one brings recovery codes."""
    request.session.pop(_NEW_SECRET, None)
    sessions.end_all(request.user, but=request.open_session.key)
    request.session.cycle_key()
    sessions.rekey(request.open_session, request)
    sessions.rest_on(request, factor)
    codes = [] if request.user.recovery_codes.exists() else second_factor.new_recovery_codes(request.user)
    _log(request, what)
    if codes:
        return render(request, "hub/account_recovery.html", {"codes": codes, "first": True})
    messages.success(request, _("Done. From now on you are asked for it when you sign in."))
    return redirect("account")


def _removed(request: HttpRequest, sentence: str) -> HttpResponse:
    """A factor was removed: other sessions end, and where it was the last this one rests on none."""
    if not second_factor.has_any(request.user) and request.open_session.factor != Factor.PROVIDER:
        sessions.rest_on(request, "")
    sessions.end_all(request.user, but=request.open_session.key)
    messages.success(request, sentence)
    return redirect("account")


def _log(request: HttpRequest, what: str) -> None:
    record_act("administration", by=viewer_of(request), purpose=None, what=what)


def _square(address: str) -> SafeString:
    """A QR code as SVG, drawn here; it has neither styles nor scripts."""
    import segno

    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, light="#fff", dark="#000"
    )
    return mark_safe(drawn.getvalue().decode())  # nosec B308 B703  # noqa: S308 - made by segno from our own address
