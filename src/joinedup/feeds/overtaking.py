"""Held files that newer ones have overtaken: to accept one must not undo what is newer.

A whole file of its period is overtaken as a whole, and cannot be accepted; of a file of changes the rows of
records that a newer delivery changed are set aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.feeds.translating import ngettext
from joinedup.records.overtaken import RULE
from joinedup.terms import DeliveryMode, Period
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.models import HeldFile
    from joinedup.records import DeliveryRow


def period_of(one: HeldFile) -> Period | None:
    """The period that a held file is for."""
    if one.period_from is None or one.period_to is None:
        return None
    return Period(one.period_from, one.period_to)


def overtaken(workspace: Workspace, files: Iterable[HeldFile]) -> dict[int, DeliveryRow]:
    """Number of each waiting file that was overtaken, and the delivery that did it."""
    from joinedup.records import RecordBook

    waiting = [one for one in files if one.state == one.State.WAITING]
    if not waiting:
        return {}
    rows = RecordBook(workspace).deliveries()
    found = {one.pk: _overtaker(rows, one) for one in waiting}
    return {number: row for number, row in found.items() if row is not None}


def refuse_overtaken(workspace: Workspace, one: HeldFile) -> None:
    """Raise BadInput where a whole file of its period was stored since: it would be undone unseen."""
    from joinedup.records import RecordBook

    row = _overtaker(RecordBook(workspace).deliveries(one.feed), one)
    if row is None or row.period is None:
        return
    raise BadInput(
        "A newer whole file of its period was stored since it was held, and accepting it would undo that",
        where=f"held file {one.pk}; delivery {row.number}, {row.period.words}",
        next_step="Refuse it to put it away; if it is the newer one after all, deliver it again first",
    )


def _overtaker(rows: Sequence[DeliveryRow], one: HeldFile) -> DeliveryRow | None:
    """The latest whole file that stands for a part of its period and was stored since it was held.

    None where none was, or where that is this very file: then it was accepted, and not yet written down.
    """
    period = period_of(one)
    if period is None:
        return None
    later = [row for row in rows if row.feed == one.feed and row.committed_at >= one.held_at]
    latest = next((row for row in reversed(later) if _is_whole(row, period)), None)
    return None if latest is None or latest.file_sha256 == one.file_sha256 else latest


def newer_than(workspace: Workspace, one: HeldFile) -> tuple[int, ...]:
    """The numbers of the standing deliveries of its feed whose files are newer than a held one."""
    from joinedup.records import RecordBook

    rows = RecordBook(workspace).deliveries(one.feed)
    return tuple(row.number for row in _newer(rows, one) if row.state == "standing")


def told_of(row: DeliveryRow) -> list[str]:
    """A sentence on the rows that were overtaken, where there are any."""
    count = row.set_aside.get(RULE, 0)
    if not count:
        return []
    note = ngettext(
        "{count:,} row is of a record that a newer delivery changed since: it was set aside, and what is "
        "newer stands. If this file is the newer one after all, withdraw delivery {number} and deliver it "
        "again.",
        "{count:,} rows are of records that newer deliveries changed since: they were set aside, and what is "
        "newer stands. If this file is the newer one after all, withdraw delivery {number} and deliver it "
        "again.",
        count,
    )
    return [note.format(count=count, number=row.number)]


def _newer(rows: Sequence[DeliveryRow], one: HeldFile) -> list[DeliveryRow]:
    """The deliveries of its feed, in their order, that came when it waited already, and were not received
    before it. What was accepted from the desk came when it was held."""
    from joinedup.feeds.models import HeldFile

    older = HeldFile.objects.filter(feed=one.feed, held_at__lt=one.held_at, delivery__isnull=False)
    from_desk = set(older.values_list("delivery", flat=True))
    return [
        row
        for row in rows
        if row.feed == one.feed
        and row.committed_at >= one.held_at
        and row.received_at >= one.received_at
        and row.number not in from_desk
    ]


def _is_whole(row: DeliveryRow, period: Period) -> bool:
    """Whether it replaced all that stood of some of the period."""
    other = row.period if row.mode is DeliveryMode.SNAPSHOT and row.state == "standing" else None
    return other is not None and other.start < period.end and period.start < other.end
