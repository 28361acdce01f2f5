"""Asking the log: who did what, when, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from joinedup.log.row_security import seeing

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Q, QuerySet

    from joinedup.log.models import Act, Words

GUARDED = ("restrictions", "watch_list", "break_glass")
"""Keys of the detail of acts that are for those alone whose data it was, and for who did them."""
_AT_ONCE = 500  # keys in one question: SQLite takes at most some thousand


@dataclass(frozen=True)
class AboutData:
    """Acts on an agency's data: those that say so, and those that name one of its feeds or measures (in
    ``what``, or in ``feeds`` of their detail).

    Acts of older versions do not say whose data they were about, so they are known by feed and measure.
    ``or_by`` is somebody whose own acts are wanted beside them.
    """

    agency: str = ""
    feeds: Collection[str] = ()
    measures: Collection[str] = ()
    or_by: str = ""


def acts(  # noqa: PLR0913 - what may be asked of a log
    *,
    by: str | None = None,
    kind: str | None = None,
    text: str | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    subject: str | None = None,
    about: AboutData | None = None,
    unless: AboutData | None = None,
    unless_guarded: AboutData | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[Act]:
    """Acts that fit, the latest first; ``text`` is sought in ``what``, ``since`` and ``until`` are UTC.

    ``subject`` is the key of a record that an act names; ``about`` what the acts are about, ``unless`` what
    they are not about (but for those by its ``or_by``); with ``after``, an act's id, only acts before it.
    With ``unless_guarded``, acts marked by a key of ``GUARDED`` are left out that are not about that data.
    """
    from joinedup.log.models import Act

    found: QuerySet[Act] = Act.objects.order_by("-id")
    if about:
        found = found.filter(_about(about))
    if unless:
        hidden = Act.objects.filter(_about(replace(unless, or_by="")))
        found = found.exclude(id__in=hidden.exclude(username__iexact=unless.or_by).values("id"))
    if unless_guarded:
        marked = Act.objects.filter(detail__has_any_keys=list(GUARDED)).exclude(_about(unless_guarded))
        found = found.exclude(id__in=marked.values("id"))
    if subject:
        found = found.filter(subjects__icontains=f'"{subject}"')
    if after:
        found = found.filter(id__lt=after)
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


def latest_disclosure(
    *, measures: Collection[str], roles: Collection[str], purpose: str
) -> dt.datetime | None:
    """When a figure of one of these measures was last shown to somebody in one of these roles, or for this
    purpose; None where it never was."""
    from django.db.models import Max, Q

    from joinedup.log.models import Act

    figures = Act.objects.filter(kind="disclosure", detail__measure__in=list(measures))
    shown = figures.filter(Q(role__in=list(roles)) | Q(purpose=purpose), detail__has_key="channel")
    with seeing(None):  # whoever asks: it is about what left, not about who saw it
        last: dt.datetime | None = shown.aggregate(last=Max("moment"))["last"]
    return last


def _about(data: AboutData) -> Q:
    from django.db.models import Q

    wanted = Q(detail__measure__in=list(data.measures))
    if data.agency:
        wanted |= Q(detail__owners__icontains=f'"{data.agency}"')
    for feed in data.feeds:
        wanted |= Q(what__endswith=f" {feed}") | Q(what__contains=f" {feed}:") | Q(what__contains=f" {feed} ")
        wanted |= Q(detail__feeds__icontains=f'"{feed}"')
    if data.feeds:
        wanted |= Q(what__endswith=" in every feed")
    return wanted | Q(username__iexact=data.or_by) if data.or_by else wanted


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
