"""From a cell with a type of its own to the text that a contract reads. Nothing is guessed.

Spreadsheets mangle: they take leading zeros away, make dates of codes and numbers of references. What can be
undone in one way only is undone; what cannot is a wrong value, for whose row quarantine is the place.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from joinedup.errors import BadInput
from joinedup.feeds.reading.expected import Expectation, Holds
from joinedup.feeds.reading.rows import Cell, SheetError, Strange
from joinedup.terms import LONDON

EXACT_BELOW = 1e15  # a spreadsheet keeps 15 digits of a number
_DAY_PARTS = frozenset("djuUwWVxcsmbBYyGD")
_LOOKED_AT = 1000  # texts of a column of dates
_ENOUGH = 10  # cells from which swapped days and months can be told


class Wrong(Exception):
    """A cell whose value is no value; ``rule`` says why."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        super().__init__(rule)


@dataclass
class _Days:
    """Days of the month seen in a column of dates: in date cells, and in cells that stayed text."""

    cells: Counter[bool] = field(default_factory=Counter)  # over 12 or not
    texts: Counter[bool] = field(default_factory=Counter)


class Typist:
    """Writes typed cells as text, column by column, and keeps count of what it changed."""

    def __init__(self, columns: tuple[Expectation, ...]) -> None:
        self._columns = columns
        self._padded = {column.name: _without_zeros(column) for column in columns if column.spellings}
        self._days: dict[str, _Days] = defaultdict(_Days)
        self._looked_at: Counter[str] = Counter()
        self.numbers: Counter[str] = Counter()
        self.padded: Counter[str] = Counter()
        self.moments: Counter[str] = Counter()
        self.zoned: Counter[str] = Counter()

    def text(self, column: Expectation, cell: Cell) -> str | None:
        """The text of a cell that is no plain text. Raises Wrong where there is none."""
        if isinstance(cell, SheetError):
            return self._or_wrong(column, str(cell), "spreadsheet-error")
        if isinstance(cell, Strange):
            return self._or_wrong(column, "", str(cell), always=True)
        if isinstance(cell, bool):
            shown = ("FALSE", "TRUE") if column.holds is not Holds.BOOLEAN else (column.false, column.true)
            return shown[cell]
        if isinstance(cell, int | float):
            return self._number(column, cell)
        if isinstance(cell, dt.date | dt.time):
            return self._moment(column, cell)
        return None if cell is None else str(cell)

    @staticmethod
    def _or_wrong(column: Expectation, shown: str, rule: str, *, always: bool = False) -> str | None:
        """As it is shown where the contract judges it; nothing where it is not looked at; else Wrong."""
        if column.ignored:
            return None
        if column.rule_of_its_own and not always:
            return shown
        raise Wrong(rule)

    def _number(self, column: Expectation, cell: float) -> str | None:
        written = number_text(cell)
        if column.holds is Holds.CODE and written not in column.spellings:
            meant = self._padded[column.name].get(written.lstrip("0"), [])
            if written.isdigit() and len(meant) == 1:
                self.padded[column.name] += 1
                return meant[0]
        if column.holds is Holds.TEXT:
            if isinstance(cell, float) and abs(cell) >= EXACT_BELOW:
                return self._or_wrong(column, written, "digits-lost")
            if not column.ignored:
                self.numbers[column.name] += 1
        return written

    def _moment(self, column: Expectation, cell: dt.date | dt.time) -> str | None:
        shown = cell.isoformat()
        if column.holds is not Holds.MOMENT:
            return self._or_wrong(column, shown, "spreadsheet-date")
        if not column.pattern:
            return shown
        if isinstance(cell, dt.time):
            only_clock = not _DAY_PARTS & _directives(column.pattern)
            return cell.strftime(column.pattern) if only_clock else shown
        if isinstance(cell, dt.datetime) and cell.tzinfo is not None:
            try:
                cell = cell.astimezone(LONDON)
            except OverflowError:  # the first or the last day that there is
                raise Wrong("date-out-of-range") from None
            self.zoned[column.name] += 1
        self.moments[column.name] += 1
        self._days[column.name].cells[cell.day > 12] += 1
        return cell.strftime(column.pattern)

    def look_at_text(self, column: Expectation, text: str) -> None:
        """Remember the day of a date that stayed text among date cells."""
        days = self._days[column.name].texts
        self._looked_at[column.name] += 1
        if self._looked_at[column.name] <= _LOOKED_AT and {"d", "m"} <= _directives(column.pattern):
            try:
                day = dt.datetime.strptime(text, column.pattern).day  # noqa: DTZ007 - only its day is looked at
            except ValueError:
                return
            days[day > 12] += 1

    def check_days(self) -> None:
        """Raise BadInput where a spreadsheet took days for months.

        Then the dates that are possible both ways became date cells, all with a day of at most 12, and just
        the others, all with a day over 12, stayed text.
        """
        for name, days in self._days.items():
            swapped = not days.cells[True] and not days.texts[False]
            if swapped and days.cells[False] >= _ENOUGH and days.texts[True] >= _ENOUGH:
                raise BadInput(
                    "The spreadsheet took days for months",
                    where=f"column {name}: up to the 12th they are dates, after it they stayed text",
                    next_step="Ask for the file as CSV, straight from the system that holds the data",
                )

    def notes(self) -> list[str]:
        """What was changed or may have been lost, column by column."""
        told = [
            f"{name}: numbers where the contract has text, written as they stand (leading zeros may be "
            f"lost): {count:,}."
            for name, count in sorted(self.numbers.items())
        ]
        told += [
            f"{name}: leading zeros put back, to the only code that it can be: {count:,}."
            for name, count in sorted(self.padded.items())
        ]
        if self.moments:
            columns = ", ".join(sorted(self.moments))
            told.append(f"Date cells were written as the contract writes dates: {columns}.")
        if self.zoned:
            columns = ", ".join(sorted(self.zoned))
            told.append(f"Times with a time zone of their own were turned into London's: {columns}.")
        return told


def number_text(value: float) -> str:
    """A number as text: whole ones without a point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_BELOW:
        return str(int(value))
    return str(value) if isinstance(value, int) else repr(value)


def _without_zeros(column: Expectation) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for text in sorted(column.spellings):
        if text.isdigit():
            found[text.lstrip("0")].append(text)
    return found


def _directives(pattern: str) -> set[str]:
    """The letters of a pattern of dates: those after a per cent sign."""
    letters = pattern.replace("%%", "").split("%")[1:]
    return {part.lstrip("-")[:1] for part in letters}
