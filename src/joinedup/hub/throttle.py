"""Slowing down whoever guesses: too many failures, and the next attempt has to wait, each time longer.

Passwords are counted for a name from an address (few, then growing waits), for an address over all names, and
for a name over all addresses (many, so that strangers do not easily lock somebody out). Codes of a second
factor are counted for the name over all addresses (few, then growing waits): whoever gets so far knows the
password, so strangers cannot lock anybody out there. The counts are in the database: they hold for every
process and over restarts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from joinedup.hub.models import FailedSignIn

ALLOWED_FAILURES = 5
ALLOWED_FAILURES_BY_ADDRESS = 30
ALLOWED_FAILURES_BY_NAME = 50
WINDOW = timedelta(minutes=15)
"""How long the failures of an address, and of a name over all addresses, count."""
MEMORY = timedelta(days=1)
"""How long failures count towards growing waits, unless the person signs in."""
WAITS = [1, 2, 4, 8, 15, 30, 60]
"""Minutes to wait after the fifth failure, the sixth…; the last for all that follow."""


class Step(StrEnum):
    """What is being proved."""

    PASSWORD = "password"  # nosec B105  # noqa: S105 - the name of a step
    SECOND = "second"


@dataclass(frozen=True)
class Attempt:
    """An attempt to sign in: ``minutes_to_wait`` is 0 where it may go on; ``entry`` is what it left.

    ``failures`` counts those before it, ``holds_up`` says whether its own failure makes the next one wait.
    """

    minutes_to_wait: int
    entry: int | None = None
    failures: int = 0
    holds_up: bool = False


def begin(request: HttpRequest, username: str, step: Step = Step.PASSWORD) -> Attempt:
    """Write an attempt down before what it brings is looked at, if it may be made at all.

    It counts as a failure until ``succeeded``, so attempts made at the same moment count for each other.
    """
    from joinedup.hub.models import FailedSignIn

    now = timezone.now()
    name, address = _name(username, step), _address(request)
    with transaction.atomic():
        _one_at_a_time()
        FailedSignIn.objects.filter(moment__lte=now - MEMORY).delete()
        own, others = _own(name, address, step), []
        if step is Step.PASSWORD:
            others.append((FailedSignIn.objects.filter(name=name), ALLOWED_FAILURES_BY_NAME))
        others.append((FailedSignIn.objects.filter(address=address), ALLOWED_FAILURES_BY_ADDRESS))
        failures = own.count()
        over = [_until_fewer(rows, allowed, now) for rows, allowed in others]
        wait = max([_growing(own, failures, now), *over])
        if wait > timedelta():
            return Attempt(-(-int(wait.total_seconds()) // 60) or 1)
        made = FailedSignIn.objects.create(name=name, address=address, moment=now)
        return Attempt(0, made.pk, failures, holds_up=failures + 1 >= ALLOWED_FAILURES)


def succeeded(request: HttpRequest, username: str, *attempts: Attempt) -> None:
    """Whoever signed in has no failures of theirs from here to answer for; other people's stay."""
    from joinedup.hub.models import FailedSignIn

    FailedSignIn.objects.filter(pk__in=[attempt.entry for attempt in attempts]).delete()
    for step in Step:
        _own(_name(username, step), _address(request), step).delete()


def passed(attempt: Attempt) -> None:
    """This step was no failure, but the person is not signed in yet: what failed before still counts."""
    from joinedup.hub.models import FailedSignIn

    FailedSignIn.objects.filter(pk=attempt.entry).delete()


def forget(username: str) -> int:
    """Let a person try again at once, from everywhere; how many failures are forgotten."""
    from joinedup.hub.models import FailedSignIn

    names = [_name(username, step) for step in Step]
    deleted, _each = FailedSignIn.objects.filter(name__in=names).delete()
    return int(deleted)


def _own(name: str, address: str, step: Step) -> QuerySet[FailedSignIn]:
    from joinedup.hub.models import FailedSignIn

    rows = FailedSignIn.objects.filter(name=name)
    return rows.filter(address=address) if step is Step.PASSWORD else rows


def _growing(rows: QuerySet[FailedSignIn], failures: int, now: datetime) -> timedelta:
    """How long to wait after this many failures, counted from the last one."""
    if failures < ALLOWED_FAILURES:
        return timedelta()
    minutes = WAITS[min(failures - ALLOWED_FAILURES, len(WAITS) - 1)]
    last = rows.order_by("-moment").values_list("moment", flat=True)[0]
    return timedelta(minutes=minutes) - (now - last)


def _until_fewer(rows: QuerySet[FailedSignIn], allowed: int, now: datetime) -> timedelta:
    """How long until fewer than this many failures lie within the window; not above zero where so now."""
    moments = list(rows.order_by("-moment").values_list("moment", flat=True)[:allowed])
    return moments[-1] + WINDOW - now if len(moments) == allowed else timedelta()


def _name(username: str, step: Step) -> str:
    return _hash(f"{step}\n{username.strip().casefold()[:200]}")


def _address(request: HttpRequest) -> str:
    return _hash(f"\n{request.META.get('REMOTE_ADDR', '')}")


def _hash(text: str) -> str:
    digest: str = salted_hmac("joinedup.sign-in", text, algorithm="sha256").hexdigest()
    return digest


def _one_at_a_time() -> None:
    """Nobody else counts attempts until this transaction ends. SQLite's are immediate anyway."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('joinedup.sign-in'))")
