"""Asking the log: who did what, when, and why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from joinedup.log.models import Act, Words


_AT_ONCE = 500  # keys in one question: SQLite takes at most some thousand


def acts(
    *,
    by: str | None = None,
    kind: str | None = None,
    text: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    limit: int | None = None,
) -> list[Act]:
    """Acts that fit, the latest first; ``text`` is sought in ``what``, ``since`` and ``until`` are UTC."""
    from joinedup.log.models import Act

    found = Act.objects.order_by("-id")
    if by:
        found = found.filter(username__iexact=by)
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(what__icontains=text)
    if since:
        found = found.filter(moment__gte=since)
    if until:
        found = found.filter(moment__lte=until)
    return with_words(list(found if limit is None else found[:limit]))


def with_words(found: list[Act]) -> list[Act]:
    """The same acts, with their reasons looked up together."""
    from joinedup.log.models import Words

    given = [act.id for act in found if act.commitment]
    words: dict[UUID, Words] = {}
    for start in range(0, len(given), _AT_ONCE):
        words |= Words.objects.in_bulk(given[start : start + _AT_ONCE])
    for act in found:
        act.remember(words.get(act.id))
    return found
