"""Asking the log: who did what, when, and why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from joinedup.log.models import Act


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
    return list(found if limit is None else found[:limit])
