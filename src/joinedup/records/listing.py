"""The list of segments at one generation of the ledger, kept in memory until the ledger moves on."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from joinedup.records import ledger
from joinedup.terms import Period

if TYPE_CHECKING:
    from joinedup.records.models import Segment

# A workspace that was made anew in the same place has other deliveries, so the latest one's id is in the key.
_Key = tuple[Path, int, UUID | None]
_guard = threading.Lock()
_kept: dict[_Key, tuple[ListedSegment, ...]] = {}


@dataclass(frozen=True)
class ListedSegment:
    """One pos, neg or who segment as a reader needs it.

    ``columns`` are names and types; months are first days; ``bytes`` are the file's.
    """

    path: Path
    kind: str
    feed: str
    source: str
    owner: str
    record_type: str
    delivery: int
    columns: tuple[tuple[str, str], ...]
    touches: frozenset[int]
    known_from: dt.datetime
    month_from: dt.date | None
    month_to: dt.date | None
    sha256: str
    rows: int
    bytes: int

    def holds(self, period: Period) -> bool:
        """Whether it may hold a record of the period."""
        if self.month_from is None or self.month_to is None:
            return False
        return self.month_from < period.end and self.month_to >= period.start


def listed(records: Path, generation: int) -> tuple[ListedSegment, ...]:
    """Every pos, neg and who segment that the ledger had at a generation, oldest first."""
    latest = ledger.delivery_query().order_by("-number").values_list("id", flat=True).first()
    key = (records, generation, latest)
    with _guard:
        found = _kept.get(key)
    if found is None:
        found = _read(records, generation)
        with _guard:
            _kept.clear()
            _kept[key] = found
    return found


def _read(records: Path, generation: int) -> tuple[ListedSegment, ...]:
    from joinedup.records.models import Segment

    kinds = [Segment.Kind.POS, Segment.Kind.NEG, Segment.Kind.WHO]
    segments = Segment.objects.filter(kind__in=kinds, generation__lte=generation)
    return tuple(_listed(records, one) for one in segments.select_related("delivery").order_by("id"))


def _listed(records: Path, segment: Segment) -> ListedSegment:
    delivery = segment.delivery
    return ListedSegment(
        path=records / segment.file,
        kind=segment.kind,
        feed=delivery.feed,
        source=delivery.source,
        owner=delivery.owner,
        record_type=delivery.record_type,
        delivery=delivery.number,
        columns=tuple((name, kind) for name, kind in segment.fields),
        touches=frozenset(segment.touches),
        known_from=segment.known_from,
        month_from=segment.month_from,
        month_to=segment.month_to,
        sha256=segment.sha256,
        rows=segment.rows,
        bytes=segment.bytes,
    )
