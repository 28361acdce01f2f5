"""Held files that a newer whole file of their period has overtaken: to accept one would undo that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
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


def _is_whole(row: DeliveryRow, period: Period) -> bool:
    """Whether it replaced all that stood of some of the period."""
    other = row.period if row.mode is DeliveryMode.SNAPSHOT and row.state == "standing" else None
    return other is not None and other.start < period.end and period.start < other.end
