"""Which row goes into which month's file: late, changed, doubled, or in a month that came in part."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from joinedup.demo.exports.exported import ExportedFile, Named, month_of, receipt_time
from joinedup.demo.exports.mess import Draw, Luck, Mess
from joinedup.terms import Every, Period, add_months

Cells = Sequence[object]
COMPLETED_AFTER = 26  # days between the part of a month and its whole
_AGAIN = 1  # days between a file and the same file under another name


@dataclass(frozen=True)
class Row:
    """One row to be filed: what it is about (for the order), its day, its cells, and whom they may name."""

    about: object
    day: dt.date
    cells: Cells
    named: Sequence[Named] = ()


Rows = Mapping[dt.date, Sequence[Row]]


def by_own_month(found: Iterable[Row]) -> dict[dt.date, list[Row]]:
    """Each row in the file of its own month: for files that are the whole of a month."""
    filed: dict[dt.date, list[Row]] = defaultdict(list)
    for row in found:
        filed[month_of(row.day)].append(row)
    return filed


def cut(months: Sequence[Period], every: Every) -> list[Period]:
    """The quarters or April years of consecutive months; the first and last may be shorter."""
    return Period(months[0].start, months[-1].end).each(every) if months else []


def span(period: Period) -> str:
    """First and last month, for a file's name: ``2024-01_2024-03``."""
    return f"{period.start:%Y-%m}_{period.last:%Y-%m}"


def delay(draw: Draw) -> int:
    """How many months later than it should a row comes: mostly 0."""
    if not draw.happens("late"):
        return 0
    return 2 if draw.happens("later-still") else 1


def with_late(found: Iterable[Row], luck: Luck) -> dict[dt.date, list[Row]]:
    """Each row in the file of its month, or of a later one where it is late: for files of what is new."""
    filed: dict[dt.date, list[Row]] = defaultdict(list)
    for row in found:
        filed[add_months(month_of(row.day), delay(luck.draw("late", row.about)))].append(row)
    return filed


def change_months(first: dt.datetime, changes: Iterable[dt.datetime | None], late: int) -> list[dt.date]:
    """The months whose files hold a record: when it was new (or came late), then each in which it changed."""
    begins = add_months(month_of(first), late)
    return sorted({begins} | {month_of(one) for one in changes if one is not None and month_of(one) > begins})


@dataclass(frozen=True)
class Filing:
    """How a feed's monthly files are named, written and sent.

    ``name`` makes a file's name from its month and a mark: empty, ``-again`` for one that is doubled,
    ``-part`` for a part of a month. ``put`` writes a file from its rows' cells. It comes ``days`` after the
    month's end. ``changes``: it brings what is new or changed, of that month or any earlier one.
    """

    feed: str
    folder: Path
    name: Callable[[Period, str], str]
    put: Callable[[Path, Period, list[Cells]], None]
    days: int
    mess: Mess
    changes: bool = False

    def write(self, filed: Rows, periods: Sequence[Period]) -> list[ExportedFile]:
        """Write every period's file or files, where there is anything to send; rows may be doubled."""
        luck = self.mess.luck(self.feed)
        files: list[ExportedFile] = []
        for period in periods:
            held = [row for month in period.each(Every.MONTH) for row in filed.get(month.start, ())]
            files += self._of_period(period, list(_with_copies(held, luck))) if held else []
        return [replace(file, period=self._tells_of(file.period, periods[0])) for file in files]

    def _tells_of(self, month: Period, first: Period) -> Period:
        """The months that a file may say something of."""
        return Period(first.start, month.end) if self.changes else month

    def _of_period(self, month: Period, held: list[Row]) -> list[ExportedFile]:
        part = self.mess.parts.get((self.feed, str(month)))
        if part is not None:
            early = [row for row in held if month_of(row.day) < month.start or row.day.day <= part.until_day]
            first = self._file(month, "-part" if part.completed else "", early, 0)
            return [first, self._file(month, "", held, COMPLETED_AFTER)] if part.completed else [first]
        files = [self._file(month, "", held, 0)]
        if (self.feed, str(month)) in self.mess.doubled:
            files.append(self._file(month, "-again", held, _AGAIN))
        return files

    def _file(self, month: Period, mark: str, held: list[Row], later: int) -> ExportedFile:
        path = self.folder / self.name(month, mark)
        self.put(path, month, [row.cells for row in held])
        naming = [(row.cells, row.named) for row in held if row.named]
        return ExportedFile(self.feed, path, receipt_time(month, self.days + later), month, naming)


def _with_copies(held: Iterable[Row], luck: Luck) -> Iterable[Row]:
    for row in held:
        yield row
        if luck.draw("copy", row.about, row.day).happens("duplicated-row"):
            yield row


def clock(moment: dt.datetime, draw: Draw, pattern: str = "%H:%M") -> str:
    """The time of day; nothing where nobody wrote it down."""
    return "" if draw.happens("time-missing") else moment.strftime(pattern)


def typed_day(day: dt.date, draw: Draw, pattern: str = "%d/%m/%Y") -> str:
    """The day as a hand types it: now and then one that no calendar has. Drawn apart from all else."""
    if not draw.happens("date-mistyped"):
        return day.strftime(pattern)
    slips = (
        f"{day:%d/%m/%Y}{day.year % 10}",
        f"{day:%d}/{day.month + 12}/{day:%Y}",
        f"{day.day + 31}/{day:%m/%Y}",
    )
    return draw.pick(slips)


def flag(value: Any, draw: Draw, yes: str = "Y", no: str = "N", unknown: str = "U") -> str:
    """A flag in the agency's words."""
    if draw.happens("flag-unknown"):
        return unknown
    return yes if value else no
