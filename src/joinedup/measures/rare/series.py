"""Yearly counts of areas: from a table that somebody brings, or from the rows of a figure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from joinedup.errors import BadInput, JoinedupError
from joinedup.measures.result import OUTSIDE, UNLOCATED, FigureRow
from joinedup.terms import Flag, Period

COLUMNS = ("area", "year", "count", "residents")
LEAST_YEARS = 2
_YEAR = 12
_NOT_EXACT = {Flag.SUPPRESSED, Flag.ROUNDED}


@dataclass(frozen=True)
class AreaYear:
    """The events of an area in a year of twelve months; ``count`` None where nobody knows how many."""

    area: str
    year: Period
    count: int | None
    residents: int

    def __post_init__(self) -> None:
        where = f"{self.area}, {self.year}"
        if not self.area.strip():
            raise BadInput("A row names no area", where=str(self.year))
        if self.year.months != _YEAR:
            raise BadInput("A year has twelve months", where=where, next_step="Write 2023 or 2023/24")
        if self.count is not None and self.count < 0:
            raise BadInput("A count is 0 or more", where=where)
        if self.residents <= 0:
            raise BadInput("Without residents an area has no rate", where=where)


@dataclass(frozen=True)
class Series:
    """Areas and years, each pair of them once, all years of the same months and none overlapping.

    An area and year that is not in it is unknown, which is not 0.
    """

    cells: tuple[AreaYear, ...]

    def __post_init__(self) -> None:
        seen: set[tuple[str, Period]] = set()
        for cell in self.cells:
            if (cell.area, cell.year) in seen:
                raise BadInput("An area and year stand twice", where=f"{cell.area}, {cell.year}")
            seen.add((cell.area, cell.year))
        if len({cell.year.start.month for cell in self.cells}) > 1:
            raise BadInput(
                "The years begin in different months", next_step="Write all as 2023, or as 2023/24"
            )
        if len(self.known_years) < LEAST_YEARS:
            raise BadInput(f"Rare events need the counts of {LEAST_YEARS} years or more")

    @property
    def known(self) -> tuple[AreaYear, ...]:
        """The cells whose count is known."""
        return tuple(cell for cell in self.cells if cell.count is not None)

    @property
    def known_years(self) -> list[Period]:
        """The years of which any count is known, in order."""
        return sorted({cell.year for cell in self.known}, key=lambda year: year.start)

    @property
    def areas(self) -> list[str]:
        """The areas of which any count is known, as they come."""
        return list(dict.fromkeys(cell.area for cell in self.known))

    def residents_now(self, area: str) -> int:
        """The residents of an area in the latest year that it has."""
        return max((cell.year.start, cell.residents) for cell in self.cells if cell.area == area)[1]


def series_of(rows: Sequence[FigureRow]) -> Series:
    """From the rows of one figure of rates by year: whole years of areas with residents, exactly counted."""
    cells = [
        AreaYear(row.area_name, row.period, _whole(row), row.denominator)
        for row in rows
        if row.area_code not in {OUTSIDE, UNLOCATED} and row.denominator and row.period.months == _YEAR
    ]
    if any(_NOT_EXACT & {*row.flags} for row in rows):
        raise BadInput("Rare events are judged by exact counts, and some of these are hidden or rounded")
    if not cells:
        raise BadInput(
            "No area has both residents and a whole year of counts",
            next_step="Choose a level with residents, and --from and --to so that they hold whole years",
        )
    return Series(tuple(cells))


def _whole(row: FigureRow) -> int | None:
    return None if Flag.INCOMPLETE_FEED in row.flags else row.numerator


def read_series(path: Path) -> Series:
    """From a CSV file with the columns area, year, count and residents; an empty count is not known.

    Raises BadInput with the line of what is wrong.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if lacking:
                raise BadInput(
                    f"The table lacks {', '.join(lacking)}",
                    where=path.name,
                    next_step=f"Its columns are {', '.join(COLUMNS)}",
                )
            cells = [_cell(row, f"{path.name}, line {reader.line_num}") for row in reader]
    except FileNotFoundError:
        raise BadInput("There is no such file", where=str(path)) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput("The file cannot be read as a CSV table in UTF-8", where=path.name) from error
    return Series(tuple(cells))


def _cell(row: dict[str, str], where: str) -> AreaYear:
    try:
        return AreaYear(
            (row["area"] or "").strip(),
            Period.parse((row["year"] or "").strip()),
            _number(row["count"], "count", where),
            _number(row["residents"], "residents", where) or 0,
        )
    except JoinedupError as error:
        place = error.where if where in error.where else f"{where}: {error.where}" if error.where else where
        raise BadInput(error.what, where=place, next_step=error.next_step) from error


def _number(text: str | None, column: str, where: str) -> int | None:
    plain = (text or "").replace(",", "").strip()
    if not plain:
        return None
    if not plain.isascii() or not plain.isdecimal():
        raise BadInput("That is no whole number", where=f"{where}, {column}")
    return int(plain)
