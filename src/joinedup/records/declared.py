"""What a contract declares beside its rows, kept with the delivery that told it: breaks, and when it is due.

So whoever measures reads them in the record book, as known on any date, and never in a contract.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

from joinedup.records.definitions import DeliveryDraft, Promise, SeriesBreak
from joinedup.terms import Every

if TYPE_CHECKING:
    from joinedup.records.models import Delivery


def insert(delivery: Delivery, draft: DeliveryDraft) -> None:
    """Write down a draft's breaks and, where it is another than before, its promise; in the caller's
    transaction."""
    from joinedup.records.models import SeriesBreak as Row

    Row.objects.bulk_create(
        Row(
            delivery=delivery,
            feed=delivery.feed,
            source=delivery.source,
            date=one.date,
            kind=str(one.kind),
            what=one.what,
            known_from=delivery.known_from,
        )
        for one in draft.breaks
    )
    _insert_promise(delivery, draft)


def _insert_promise(delivery: Delivery, draft: DeliveryDraft) -> None:
    from joinedup.records.models import Promise as Row

    if draft.expected_every is None or draft.late_after_days is None:
        return
    promised = {
        "source": draft.source,
        "owner": draft.owner,
        "expected_every": draft.expected_every.value,
        "late_after_days": draft.late_after_days,
    }
    last = Row.objects.filter(feed=draft.feed).order_by("-known_from").first()
    if last is None or any(getattr(last, name) != value for name, value in promised.items()):
        Row.objects.create(delivery=delivery, feed=draft.feed, known_from=delivery.known_from, **promised)


def breaks(sources: Iterable[str], as_at: dt.datetime | None, up_to: int) -> list[SeriesBreak]:
    """The breaks of these sources' feeds, oldest first, each once, as at a date and a generation.

    Told by the latest delivery of each feed and contract version that stands: so a break that was told in
    error goes with the next delivery, and one that only an older version tells stays.
    """
    from joinedup.records.models import SeriesBreak as Row

    latest = Row.objects.filter(delivery__number__in=_latest_standing(sources, as_at, up_to))
    standing = {(row.feed, row.date, row.kind): row for row in latest.order_by("delivery__number")}
    found: dict[tuple[str, dt.date, str], SeriesBreak] = {}
    rows = Row.objects.filter(feed__in={feed for feed, _, _ in standing}, delivery__generation__lte=up_to)
    for first in rows.select_related("delivery").order_by("known_from"):
        key = (first.feed, first.date, first.kind)
        if key in standing and key not in found:
            row = standing[key]
            own = (row.feed, row.source, first.known_from, first.delivery.number)
            found[key] = SeriesBreak(row.date, row.kind, row.what, *own)
    return sorted(found.values(), key=lambda one: (one.date, one.feed, one.kind))


def _latest_standing(sources: Iterable[str], as_at: dt.datetime | None, up_to: int) -> list[int]:
    """The numbers of the latest delivery of each feed and contract version that stands."""
    from joinedup.records.models import Delivery

    stood = models.Q(withdrawn_at__isnull=True)
    told = Delivery.objects.filter(source__in=list(sources), generation__lte=up_to)
    if as_at is not None:
        stood |= models.Q(withdrawn_at__gt=as_at)
        told = told.filter(known_from__lte=as_at)
    by_contract = told.filter(stood).values("feed", "contract_version")
    return list(by_contract.annotate(latest=models.Max("number")).values_list("latest", flat=True))


def promises(feeds: Iterable[str] | None, as_at: dt.datetime | None, up_to: int) -> dict[str, Promise]:
    """By feed (None: every feed), when its deliveries are due, as at a date and a generation."""
    from joinedup.records.models import Promise as Row

    rows = Row.objects.filter(delivery__generation__lte=up_to)
    if feeds is not None:
        rows = rows.filter(feed__in=list(feeds))
    if as_at is not None:
        rows = rows.filter(known_from__lte=as_at)
    return {
        row.feed: Promise(
            feed=row.feed,
            source=row.source,
            owner=row.owner,
            expected_every=Every(row.expected_every),
            late_after_days=row.late_after_days,
            known_from=row.known_from,
        )
        for row in rows.order_by("known_from")
    }
