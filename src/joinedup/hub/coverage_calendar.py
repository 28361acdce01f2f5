"""The coverage calendar: for each feed, which months are in, which are missing, where rows are held back."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from joinedup.terms import Every, Period, add_months

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


@dataclass(frozen=True)
class Run:
    """Months one after another in one state, as a part of a strip; both in per cent of its length."""

    state: str
    start: str
    width: str


@dataclass(frozen=True)
class Strip:
    """A feed's months at a glance: how many are in, missing between its ends, with rows in quarantine."""

    runs: tuple[Run, ...]
    months: int
    gaps: int
    held: int

    @property
    def due(self) -> int:
        """The months between the feed's ends in which something was to come, and came or did not."""
        return self.months + self.gaps


def calendar(
    feed: str, deliveries: Sequence[DeliveryRow], coverage: Iterable[Coverage], every: int = 1
) -> list[Year]:
    """The years in which this feed has anything, oldest first. Between its ends, what is not in is a gap.

    ``every``: how many months apart deliveries are due. A register that is sent as it stands at the end of
    each quarter has no gap in the two months before.
    """
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
            due = first <= month.start <= last and _missed(month.start, newest, every)
            cells.append(Cell(month.start, _state(due, number, delivery), delivery))
        years.append(Year(year, tuple(cells)))
    return years


def strip(years: Sequence[Year], first: int, last: int) -> Strip:
    """The calendar of a feed as one strip, on the common axis from January ``first`` to December ``last``."""
    cells = [cell for year in years for cell in year.cells]
    states = Counter(cell.state for cell in cells)
    month = 100 / (12 * (last - first + 1))
    at = 12 * (years[0].year - first) if years else 0
    runs = []
    for state, group in groupby(cells, key=lambda cell: cell.state):
        length = len(list(group))
        if state != "outside":
            runs.append(Run(state, f"{at * month:.3f}%", f"{length * month:.3f}%"))
        at += length
    return Strip(tuple(runs), states["delivered"] + states["held"], states["gap"], states["held"])


def _missed(month: dt.date, there: Mapping[dt.date, int], every: int) -> bool:
    """Whether nothing came of this month nor of those before it that one delivery is to stand for."""
    return not any(add_months(month, -back) in there for back in range(max(every, 1)))


def _state(missed: bool, number: int | None, delivery: DeliveryRow | None) -> str:
    if number is None:
        return "gap" if missed else "outside"
    return "held" if delivery is not None and delivery.quarantined else "delivered"
