"""The ledger's reading and writing: everything the record book asks of the relational database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DatabaseError, models, transaction

from joinedup.errors import Damaged
from joinedup.log import record_act
from joinedup.records import declared, sealing
from joinedup.records.definitions import Coverage, DeliveryDraft, DeliveryRow, FieldState, Restricting
from joinedup.terms import DeliveryMode, Period, RecordType, Viewer

if TYPE_CHECKING:
    from joinedup.records.models import Delivery, Segment

MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Counts:
    """What became of a delivery's rows."""

    accepted: int = 0
    unchanged: int = 0
    revised: int = 0
    withdrawn: int = 0
    quarantined: int = 0
    mentions: int = 0


@dataclass(frozen=True)
class NewSegment:
    """A segment that waits for its ledger row. ``file`` is relative to ``records/``."""

    kind: str
    file: str
    sha256: str
    rows: int
    bytes: int
    fields: list[list[str]] = field(default_factory=list)
    month_from: dt.date | None = None
    month_to: dt.date | None = None
    touches: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class NewDelivery:
    """What ``commit`` writes down."""

    id: UUID
    number: int
    draft: DeliveryDraft
    known_from: dt.datetime
    counts: Counts
    segments: Sequence[NewSegment]
    of_takings: Sequence[tuple[int, NewSegment]] = ()  # segments of earlier takings back, by their number
    restricted: Sequence[tuple[Restricting, Sequence[UUID]]] = ()  # what rules of the contract restrict


def generation() -> int:
    """The ledger's generation: one more with every change."""
    from joinedup.records.models import Generation

    return Generation.objects.filter(pk=1).values_list("value", flat=True).first() or 0


def state() -> tuple[int, int]:
    """The ledger's generation, and how many erasures there were."""
    from joinedup.records.models import Generation

    return Generation.objects.filter(pk=1).values_list("value", "erasures").first() or (0, 0)


@contextmanager
def change(*, erasing: bool = False) -> Iterator[int]:
    """One durable transaction of the ledger; yields its new generation. Raises Damaged if it fails."""
    try:
        with transaction.atomic(durable=True):
            yield bump_generation(erasing=erasing)
    except DatabaseError as error:
        raise Damaged(
            "The ledger could not be written, so nothing was changed",
            where=type(error).__name__,
            next_step="Check the disk's space and health and that the database answers, then try again",
        ) from error


def next_erasure() -> int:
    """The number of the next erasure; only the holder of the writer's lock may ask."""
    from joinedup.records.models import Erasure

    return (Erasure.objects.aggregate(last=models.Max("number"))["last"] or 0) + 1


def next_number() -> int:
    """The number of the next delivery; only the holder of the writer's lock may ask."""
    from joinedup.records.models import Delivery

    return (Delivery.objects.aggregate(last=models.Max("number"))["last"] or 0) + 1


def next_known_from(feed: str, received_at: dt.datetime) -> dt.datetime:
    """When a delivery becomes known: on receipt, and strictly later than anything the feed has."""
    from joinedup.records.models import Segment

    own = delivery_query(feed).aggregate(models.Max("known_from"), models.Max("withdrawn_at"))
    again = Segment.objects.filter(delivery__feed=feed).aggregate(models.Max("known_from"))
    known = [moment + MICROSECOND for moment in (*own.values(), *again.values()) if moment is not None]
    return max([received_at.astimezone(dt.UTC), *known])


def delivery_query(feed: str | None = None) -> models.QuerySet[Delivery]:
    """The ledger's deliveries, of one feed if named."""
    from joinedup.records.models import Delivery

    deliveries = Delivery.objects.all()
    return deliveries.filter(feed=feed) if feed else deliveries


def segments_of(feed: str, *, every_kind: bool = False) -> list[Segment]:
    """Every segment of a feed but its quarantine (or that too), with its delivery."""
    from joinedup.records.models import Segment

    found = Segment.objects.filter(delivery__feed=feed)
    if not every_kind:
        found = found.exclude(kind=Segment.Kind.QUARANTINE)
    return list(found.select_related("delivery").order_by("delivery__number", "id"))


def standing_files(feed: str) -> list[Delivery]:
    """The deliveries of a feed that stand and brought a file, in their order."""
    from joinedup.records.models import Delivery

    found = delivery_query(feed).filter(state=Delivery.State.STANDING)
    return list(found.exclude(mode=DeliveryMode.WITHDRAWAL.value).order_by("number"))


def latest_standing(feed: str, period: Period | None) -> Delivery | None:
    """The latest standing file of a feed that meets the period (any, where no period is given)."""
    from joinedup.records.models import Delivery

    found = delivery_query(feed).filter(state=Delivery.State.STANDING)
    found = found.exclude(mode=DeliveryMode.WITHDRAWAL.value)
    if period is not None:
        undated = models.Q(period_from__isnull=True)
        found = found.filter(undated | models.Q(period_from__lt=period.end, period_to__gt=period.start))
    return found.order_by("-number").first()


def sources() -> set[str]:
    """The sources of all deliveries."""
    from joinedup.records.models import Delivery

    return set(Delivery.objects.values_list("source", flat=True).order_by().distinct())


def feeds_of(numbers: Iterable[int]) -> list[str]:
    """The feeds of these deliveries, each once."""
    found = delivery_query().filter(number__in=list(numbers))
    return sorted(set(found.values_list("feed", flat=True)))


def owner_of(feed: str) -> str:
    """The owner of a feed, as its latest delivery says; empty where there is none."""
    return delivery_query(feed).order_by("-number").values_list("owner", flat=True).first() or ""


def feeds() -> set[tuple[str, str, str, str]]:
    """Feed, source, owner and record type of all deliveries."""
    from joinedup.records.models import Delivery

    columns = ("feed", "source", "owner", "record_type")
    return set(Delivery.objects.values_list(*columns).order_by().distinct())


def came_after(feeds: Iterable[str], committed_at: dt.datetime, known_from: dt.datetime) -> list[int]:
    """The deliveries of these feeds that were committed after a moment, or became known after another."""
    late = models.Q(committed_at__gt=committed_at) | models.Q(known_from__gt=known_from)
    found = delivery_query().filter(late, feed__in=list(feeds)).order_by("feed", "number")
    return list(found.values_list("number", flat=True))


def period_of(delivery: Delivery) -> Period | None:
    """The period a delivery declared."""
    if delivery.period_from is None or delivery.period_to is None:
        return None
    return Period(delivery.period_from, delivery.period_to)


def row_of(delivery: Delivery, as_at: dt.datetime | None = None) -> DeliveryRow:
    """A delivery as the door gives it, in the state it had as at a date."""
    withdrawn_at = delivery.withdrawn_at
    withdrawn = withdrawn_at is not None and (as_at is None or withdrawn_at <= as_at)
    return DeliveryRow(
        number=delivery.number,
        id=delivery.id,
        feed=delivery.feed,
        contract_version=delivery.contract_version,
        source=delivery.source,
        record_type=RecordType(delivery.record_type),
        owner=delivery.owner,
        mode=DeliveryMode(delivery.mode),
        period=period_of(delivery),
        file_name=delivery.file_name,
        file_sha256=delivery.file_sha256,
        file_bytes=delivery.file_bytes,
        received_at=delivery.received_at,
        known_from=delivery.known_from,
        committed_at=delivery.committed_at,
        rows_in=delivery.rows_in,
        accepted=delivery.accepted,
        unchanged=delivery.unchanged,
        revised=delivery.revised,
        withdrawn=delivery.withdrawn,
        quarantined=delivery.quarantined,
        set_aside=dict(delivery.set_aside),
        state="withdrawn" if withdrawn else "standing",
        delivered_by=delivery.delivered_by,
        mentions=delivery.mentions,
        notes=tuple(delivery.notes),
        provisional=delivery.provisional,
        withdrawn_at=withdrawn_at if withdrawn else None,
    )


def bump_generation(*, erasing: bool = False) -> int:
    """Count the ledger's generation up, within the caller's transaction."""
    from joinedup.records.models import Generation

    Generation.objects.get_or_create(pk=1)
    Generation.objects.filter(pk=1).update(
        value=models.F("value") + 1, erasures=models.F("erasures") + int(erasing)
    )
    return generation()


def commit(new: NewDelivery, by: Viewer) -> DeliveryRow:
    """Write a delivery, its segments, field states and coverage, and the act, in one durable transaction."""
    with change() as now_at:
        delivery = _insert_delivery(new, now_at, by)
        insert_segments(delivery, now_at, new.known_from, new.segments)
        _insert_field_states(delivery, new.draft.field_states)
        _insert_coverage(delivery)
        declared.insert(delivery, new.draft)
        takings = {taking: delivery_query().get(number=taking) for taking, _ in new.of_takings}
        for taking, segment in new.of_takings:
            insert_segments(takings[taking], now_at, new.known_from, [segment])
        sealing.seal([delivery.pk, *(taking.pk for taking in takings.values())])
        if new.restricted:
            from joinedup.records import restricting

            restricting.by_rules(delivery.feed, delivery.owner, delivery.number, new.restricted, by)
        taking_back = new.draft.mode is DeliveryMode.WITHDRAWAL
        record_act(
            "alteration" if taking_back else "collection",
            by=by,
            purpose=None,
            what=f"delivery {new.number} of {new.draft.feed}",
            reason=" ".join(new.draft.notes) if taking_back else "",
            detail=facts_of(delivery),
        )
    return row_of(delivery)


def facts_of(delivery: Delivery) -> dict[str, int | str]:
    """What the log keeps of a delivery, beside the ledger, so that the two can be compared."""
    return {
        "accepted": delivery.accepted,
        "unchanged": delivery.unchanged,
        "revised": delivery.revised,
        "withdrawn": delivery.withdrawn,
        "quarantined": delivery.quarantined,
        "mentions": delivery.mentions,
        "rows_in": delivery.rows_in,
        "sha256": delivery.file_sha256,
        "period": str(period_of(delivery) or ""),
        "known_from": delivery.known_from.astimezone(dt.UTC).isoformat(),
    }


def _insert_delivery(new: NewDelivery, now_at: int, by: Viewer) -> Delivery:
    from joinedup.records.models import Delivery

    draft, period = new.draft, new.draft.period
    return Delivery.objects.create(
        id=new.id,
        number=new.number,
        generation=now_at,
        feed=draft.feed,
        contract_version=draft.contract_version,
        source=draft.source,
        record_type=draft.record_type.value,
        owner=draft.owner,
        mode=draft.mode.value,
        period_from=period.start if period else None,
        period_to=period.end if period else None,
        file_name=draft.file_name,
        file_sha256=draft.file_sha256,
        file_bytes=draft.file_bytes,
        received_at=draft.received_at,
        known_from=new.known_from,
        committed_at=dt.datetime.now(dt.UTC),
        rows_in=draft.rows_in,
        set_aside=dict(draft.set_aside),
        notes=list(draft.notes),
        provisional=draft.provisional,
        delivered_by=by.username,
        **vars(new.counts),
    )


def insert_segments(
    delivery: Delivery,
    now_at: int,
    known_from: dt.datetime,
    segments: Iterable[NewSegment],
    *,
    erased: int = 0,
) -> None:
    """Give placed segment files their ledger rows, within the caller's transaction."""
    from joinedup.records.models import Segment

    Segment.objects.bulk_create(
        Segment(delivery=delivery, generation=now_at, known_from=known_from, erased=erased, **vars(segment))
        for segment in segments
    )


def _insert_field_states(delivery: Delivery, states: Iterable[FieldState]) -> None:
    from joinedup.records.models import DeliveryField

    DeliveryField.objects.bulk_create(
        DeliveryField(
            delivery=delivery,
            field=state.field,
            given=state.given,
            missing=state.missing,
            unknown=state.unknown,
            refused=state.refused,
            invalid=state.invalid,
        )
        for state in states
    )


def _insert_coverage(delivery: Delivery) -> None:
    from joinedup.records.models import CoveredPeriod

    if delivery.period_from is None or delivery.period_to is None:
        return
    CoveredPeriod.objects.create(
        delivery=delivery,
        feed=delivery.feed,
        source=delivery.source,
        period_from=delivery.period_from,
        period_to=delivery.period_to,
        known_from=delivery.known_from,
    )


def coverage(sources: Iterable[str], as_at: dt.datetime | None, up_to: int) -> list[Coverage]:
    """What was covered, as at a date of knowledge and a generation of the ledger."""
    from joinedup.records.models import CoveredPeriod

    found = CoveredPeriod.objects.filter(source__in=list(sources), delivery__generation__lte=up_to)
    if as_at is None:
        found = found.filter(ended_at__isnull=True)
    else:
        found = found.filter(known_from__lte=as_at)
        found = found.filter(models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=as_at))
    own = ("feed", "source", "period_from", "period_to", "delivery__number", "known_from")
    rows = found.order_by("period_from", "feed", "delivery__number").values_list(*own)
    return [
        Coverage(feed, source, Period(first, end), number, known_from)
        for feed, source, first, end, number, known_from in rows
    ]


def field_states(feeds: Iterable[str], as_at: dt.datetime | None, up_to: int) -> list[FieldState]:
    """Field states of these feeds' deliveries, as at a date of knowledge and a generation of the ledger."""
    from joinedup.records.models import DeliveryField

    found = DeliveryField.objects.filter(delivery__feed__in=list(feeds), delivery__generation__lte=up_to)
    if as_at is not None:
        found = found.filter(delivery__known_from__lte=as_at)
    own = ("field", "given", "missing", "unknown", "refused", "invalid")
    rows = found.order_by("delivery__number", "id").values_list(*own, "delivery__feed", "delivery__number")
    return [FieldState(*row) for row in rows]
