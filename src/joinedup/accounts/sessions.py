"""Open sessions: begun at sign-in, ended by limits, by the person, or when the account changes.

A session lives as long as its row: idle and absolute limits are judged on the server at every request.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

if TYPE_CHECKING:
    from joinedup.accounts.models import OpenSession, User

NOTED_EVERY = timedelta(minutes=1)
"""A session's last activity is written down this often at most, so the idle limit is kept to a minute."""
RECENT = timedelta(minutes=10)
"""How long after proving who one is the ways to sign in can be changed."""
_BROWSERS = [
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
]
_SYSTEMS = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
]


class Ended(StrEnum):
    """Why a session is not open any more."""

    IDLE = "idle"
    LONG = "long"
    ELSEWHERE = "elsewhere"


def begin(sender: Any, request: HttpRequest, user: User, **_rest: Any) -> None:
    """Django's signal at sign-in: write the new session down, and sweep up what has run out."""
    from joinedup.accounts.models import OpenSession

    request.session.save()
    now = timezone.now()
    _sweep(now)
    OpenSession.objects.update_or_create(
        key=request.session.session_key,
        defaults={
            "user": user,
            "started_at": now,
            "seen_at": now,
            "confirmed_at": now,
            "browser": browser_of(request.META.get("HTTP_USER_AGENT", "")),
            "factor": "",
        },
    )


def end(sender: Any, request: HttpRequest, user: User | None, **_rest: Any) -> None:
    """Django's signal at sign-out: the session's row goes with it."""
    from joinedup.accounts.models import OpenSession

    OpenSession.objects.filter(key=request.session.session_key or "").delete()


def current(request: HttpRequest) -> OpenSession | None:
    """The row of the session that asks; None where it was ended."""
    from joinedup.accounts.models import OpenSession

    return OpenSession.objects.filter(key=request.session.session_key or "", user=request.user).first()


def why_ended(session: OpenSession | None, now: datetime) -> Ended | None:
    """Why this session is over, or None where it goes on."""
    if session is None:
        return Ended.ELSEWHERE
    if now - session.started_at >= timedelta(seconds=settings.SESSION_COOKIE_AGE):
        return Ended.LONG
    return Ended.IDLE if now - session.seen_at >= timedelta(seconds=settings.JOINEDUP_IDLE_AGE) else None


def note_activity(session: OpenSession | None, now: datetime) -> None:
    """Write down that the session is in use; at most once in ``NOTED_EVERY``."""
    if session is not None and now - session.seen_at >= NOTED_EVERY:
        type(session).objects.filter(pk=session.pk).update(seen_at=now)


def is_recent(session: OpenSession, now: datetime) -> bool:
    """Whether the person proved who they are in the last minutes (``RECENT``)."""
    return now - session.confirmed_at < RECENT


def rekey(session: OpenSession, request: HttpRequest) -> None:
    """The person proved again who they are and the browser was given a new key: the old one is void."""
    session.key, session.confirmed_at = request.session.session_key, timezone.now()
    session.save(update_fields=["key", "confirmed_at"])


def rest_on(request: HttpRequest, factor: str) -> None:
    """This session rests on a second factor: of which kind."""
    from joinedup.accounts.models import OpenSession

    OpenSession.objects.filter(key=request.session.session_key).update(factor=factor)


def end_all(user: User, *, but: str = "") -> int:
    """End a person's sessions at once, but for the one with this key; how many there were.

    What Django keeps of them stays until it runs out, so that the browser can be told why it is signed out.
    """
    ended, _each = user.open_sessions.exclude(key=but).delete()
    return int(ended)


def _sweep(now: datetime) -> None:
    """Delete what has run out, so that no list of who was signed in where builds up."""
    from django.contrib.sessions.models import Session

    from joinedup.accounts.models import OpenSession

    Session.objects.filter(expire_date__lt=now).delete()
    oldest = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    idlest = now - timedelta(seconds=settings.JOINEDUP_IDLE_AGE)
    OpenSession.objects.filter(started_at__lt=oldest).delete()
    OpenSession.objects.filter(seen_at__lt=idlest).delete()


def browser_of(agent: str) -> str:
    """What to call a browser by what it says of itself: ``Edge on Windows``; empty where it says nothing."""
    names = [name for mark, name in _BROWSERS if re.search(rf"{mark}\w*/", agent)]
    systems = [name for mark, name in _SYSTEMS if mark in agent]
    return " on ".join([*names[:1], *systems[:1]])
