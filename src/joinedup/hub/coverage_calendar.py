"""The coverage calendar: for each feed, which months are in, which are missing, where rows are held back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.terms import Every, Period

if TYPE_CHECKING:
    from joinedup.records import Coverage, DeliveryRow


@dataclass(frozen=True)
class Cell:
    """One month of one feed; its state is delivered, held (rows in quarantine), gap or outside.

    A delivered month has no ``delivery`` where this person may see only that the feed was there.
    """

    month: dt.date
    state: str
    delivery: DeliveryRow | None = None


@dataclass(frozen=True)
class Year:
    """Twelve months of a feed, January to December."""

    year: int
    cells: tuple[Cell, ...]


def calendar(feed: str, deliveries: Sequence[DeliveryRow], coverage: Iterable[Coverage]) -> list[Year]:
    """The years in which this feed has anything, oldest first. Between its ends, what is not in is a gap."""
    by_number = {row.number: row for row in deliveries}
    newest: dict[dt.date, int] = {}
    for row in sorted((row for row in coverage if row.feed == feed), key=lambda row: row.known_from):
        for month in row.period.each(Every.MONTH):
            newest[month.start] = row.delivery
    if not newest:
        return []
    first, last = min(newest), max(newest)
    years = []
    for year in range(first.year, last.year + 1):
        months = Period(dt.date(year, 1, 1), dt.date(year + 1, 1, 1)).each(Every.MONTH)
        cells = []
        for month in months:
            number = newest.get(month.start)
            delivery = by_number.get(number) if number is not None else None
            cells.append(Cell(month.start, _state(month.start, first, last, number, delivery), delivery))
        years.append(Year(year, tuple(cells)))
    return years


def _state(
    month: dt.date, first: dt.date, last: dt.date, number: int | None, delivery: DeliveryRow | None
) -> str:
    if number is None:
        return "gap" if first <= month <= last else "outside"
    return "held" if delivery is not None and delivery.quarantined else "delivered"
