"""Letting somebody in: the act in the log, the new session, and what it rests on."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.accounts import sessions
from joinedup.hub import throttle
from joinedup.log import record_act

if TYPE_CHECKING:
    from joinedup.accounts.models import User

LONGEST_TYPED = 400  # characters; nothing longer is anybody's name, password or code
HALF_WAY = "half_way"
TIME_FOR_THE_SECOND = timedelta(minutes=10)


def local(path: str, otherwise: str = "home") -> str:
    """``path`` where it stays within the hub, else the page of that name."""
    kept = url_has_allowed_host_and_scheme(path, allowed_hosts=None) and path.startswith("/")
    return path if kept else reverse(otherwise)


def let_in(request: HttpRequest, user: User, *attempts: throttle.Attempt, factor: str = "") -> None:
    """Sign a person in, in the log and in a new session: both, or neither. ``factor`` is the second one."""
    failures = max((attempt.failures for attempt in attempts), default=0)
    detail: dict[str, object] = {"failed_before": failures} if failures else {}
    if factor:
        detail["second_factor"] = factor
    with transaction.atomic():
        record_act("administration", by=user.viewer(), purpose=None, what="signed in", detail=detail)
        request.session.pop(HALF_WAY, None)
        request.session.set_expiry(None)
        login(request, user)
        sessions.rest_on(request, factor)
        throttle.succeeded(request, user.username, *attempts)


def go_half_way(request: HttpRequest, user: User, target: str) -> None:
    """The first factor was right and a second is needed: remember who, for minutes and in a new session.

    Nobody is signed in by this.
    """
    request.session.flush()
    request.session[HALF_WAY] = {
        "user": user.pk,
        "account": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "next": target,
    }
    request.session.set_expiry(int(TIME_FOR_THE_SECOND.total_seconds()))


def half_way(request: HttpRequest) -> tuple[User, str] | None:
    """Who has given the first factor a few minutes ago and may give the second, and where they go then."""
    from joinedup.accounts.models import User

    said = request.session.get(HALF_WAY)
    if not said or timezone.now().timestamp() - said["at"] > TIME_FOR_THE_SECOND.total_seconds():
        return None
    user = User.objects.select_related("agency").filter(pk=said["user"], is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), said["account"]):
        return None
    return user, said["next"]


def failed(username: str, attempt: throttle.Attempt) -> None:
    """An attempt has failed. Where the next has to wait, the log says so, for people whom there are.

    A name that nobody has is told to no log: it may be a password in the wrong box.
    """
    from joinedup.accounts.models import User

    if not attempt.holds_up:
        return
    user = User.objects.select_related("agency").filter(username__iexact=username).first()
    if user is None:
        logging.getLogger(__name__).warning("Sign-in is held up for a name that nobody has")
        return
    record_act(
        "administration",
        by=user.viewer(),
        purpose=None,
        what="sign-in held up: too many attempts as this user failed",
        detail={"failures": attempt.failures + 1},
    )


def wait_sentence(minutes: int) -> str:
    """What somebody who has to wait is told; the same whether there is an account or not."""
    return ngettext(
        "Too many attempts. Wait %(minutes)d minute, then try again.",
        "Too many attempts. Wait %(minutes)d minutes, then try again.",
        minutes,
    ) % {"minutes": minutes}


def why_signed_out(ended: str) -> str:
    """The sentence on the sign-in page for somebody whose session ended without them; empty for others."""
    return {
        "idle": _("You were signed out because nothing happened for a while. Sign in to go on."),
        "long": _("You were signed out because you were signed in for a long time. Sign in to go on."),
        "elsewhere": _("You were signed out from elsewhere, or your account was changed. Sign in again."),
    }.get(ended, "")
