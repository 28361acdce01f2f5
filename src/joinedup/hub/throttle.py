"""Slowing down whoever guesses passwords: too many failures, and the next attempt has to wait.

Three counts: for a name from an address (low), for an address over all names, and for a name over all
addresses (high, so that strangers do not easily lock somebody out).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

ALLOWED_FAILURES = 5
ALLOWED_FAILURES_BY_ADDRESS = 30
ALLOWED_FAILURES_BY_NAME = 50
WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Attempt:
    """An attempt to sign in: ``minutes_to_wait`` is 0 where it may go on; ``entries`` are what it left."""

    minutes_to_wait: int
    entries: tuple[int, ...] = ()


def _limits(request: HttpRequest, username: str) -> dict[str, int]:
    """Keyed hashes of name with address, of the address and of the name, each with what it is allowed."""
    name = username.strip().casefold()[:200]
    address = request.META.get("REMOTE_ADDR", "")
    return {
        _hash(f"{name}\n{address}"): ALLOWED_FAILURES,
        _hash(f"\n{address}"): ALLOWED_FAILURES_BY_ADDRESS,
        _hash(name): ALLOWED_FAILURES_BY_NAME,
    }


def _hash(text: str) -> str:
    digest: str = salted_hmac("joinedup.sign-in", text, algorithm="sha256").hexdigest()
    return digest


def begin(request: HttpRequest, username: str) -> Attempt:
    """Write an attempt down before its password is looked at, if it may be made at all.

    It counts as a failure until ``succeeded``, so attempts made at the same moment count for each other.
    """
    from joinedup.hub.models import FailedSignIn

    now = timezone.now()
    with transaction.atomic():
        _one_at_a_time()
        FailedSignIn.objects.filter(moment__lte=now - WINDOW).delete()
        limits = _limits(request, username)
        wait = max((_wait(key, allowed) for key, allowed in limits.items()), default=timedelta())
        if wait > timedelta():
            return Attempt(-(-int(wait.total_seconds()) // 60) or 1)
        made = [FailedSignIn.objects.create(who=key, moment=now) for key in limits]
        return Attempt(0, tuple(entry.pk for entry in made))


def _one_at_a_time() -> None:
    """Nobody else counts attempts until this transaction ends. SQLite's are immediate anyway."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('joinedup.sign-in'))")


def _wait(key: str, allowed: int) -> timedelta:
    """How long until another attempt for this key is allowed; not above zero where it is allowed now."""
    from joinedup.hub.models import FailedSignIn

    recent = FailedSignIn.objects.filter(who=key).order_by("-moment")
    moments = list(recent.values_list("moment", flat=True)[:allowed])
    return moments[-1] + WINDOW - timezone.now() if len(moments) == allowed else timedelta()


def succeeded(request: HttpRequest, username: str, attempt: Attempt) -> None:
    """Whoever signed in has no failures of theirs from here to answer for; other people's stay."""
    from joinedup.hub.models import FailedSignIn

    own = next(iter(_limits(request, username)))
    FailedSignIn.objects.filter(pk__in=attempt.entries).delete()
    FailedSignIn.objects.filter(who=own).delete()
