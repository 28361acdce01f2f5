"""Slowing down whoever guesses passwords: after five failures for a name from an address, a wait."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

ALLOWED_FAILURES = 5
ALLOWED_FAILURES_BY_NAME = 50
WINDOW = timedelta(minutes=15)


def _keys(request: HttpRequest, username: str) -> tuple[str, str]:
    """Keyed hashes of the name with the address, and of the name alone (for guessing from many addresses)."""
    name = username.strip().casefold()[:200]
    return _hash(f"{name}\n{request.META.get('REMOTE_ADDR', '')}"), _hash(name)


def _hash(text: str) -> str:
    digest: str = salted_hmac("joinedup.sign-in", text, algorithm="sha256").hexdigest()
    return digest


def minutes_to_wait(request: HttpRequest, username: str) -> int:
    """0 when another attempt is allowed, else the minutes until one is."""
    from joinedup.hub.models import FailedSignIn

    now = timezone.now()
    wait = timedelta()
    for key, allowed in zip(
        _keys(request, username), (ALLOWED_FAILURES, ALLOWED_FAILURES_BY_NAME), strict=True
    ):
        recent = FailedSignIn.objects.filter(who=key, moment__gt=now - WINDOW).order_by("-moment")
        moments = list(recent.values_list("moment", flat=True)[:allowed])
        if len(moments) == allowed:
            wait = max(wait, moments[-1] + WINDOW - now)
    return -(-int(wait.total_seconds()) // 60)


def record_failure(request: HttpRequest, username: str) -> None:
    """Remember a failure; those too old to count go."""
    from joinedup.hub.models import FailedSignIn

    now = timezone.now()
    FailedSignIn.objects.filter(moment__lte=now - WINDOW).delete()
    FailedSignIn.objects.bulk_create(FailedSignIn(who=key, moment=now) for key in _keys(request, username))


def forget(request: HttpRequest, username: str) -> None:
    """Whoever signed in has no failures to answer for."""
    from joinedup.hub.models import FailedSignIn

    FailedSignIn.objects.filter(who=_keys(request, username)[0]).delete()
