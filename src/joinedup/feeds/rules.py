"""The rules of a contract about whole rows and files: period, time, place, state. Definitions only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from joinedup.errors import BadInput

# What the engine that reads in linear time (RE2) does not know: it would be refused when a file comes.
_BACKTRACKING = re.compile(r"\(\?(?:[=!>(]|<[=!]|P=)|\\[1-9]")


FIRST_YEAR, LAST_YEAR = 1890, 2100
"""Dates outside are mistyped: "24" for 2024 reads as the year 24. A day that stands for none (9999-12-31) is
a word for unknown."""

GREAT_BRITAIN = (50_000, 5_000, 660_000, 1_225_000)
"""West, south, east and north of the land, in metres of the British National Grid. Smaller numbers were cut
short."""


class FileFormat(StrEnum):
    """What a file may be. A CSV may have any delimiter and encoding."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True)
class FileRule:
    """What may come, and how it is opened.

    ``encoding``: what text is read as that is neither marked nor valid UTF-8 (utf-8: refused). ``delimiter``:
    the preferred one. ``sheet``: the name of the sheet (None: the only one that has the header).
    ``header_within``: the header is looked for in the first so many rows.
    """

    formats: tuple[FileFormat, ...] = (FileFormat.CSV,)
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    header_within: int = 1

    def __post_init__(self) -> None:
        if not self.formats or len(set(self.formats)) != len(self.formats):
            raise BadInput("formats names one or more formats, each once", where="file")
        if self.encoding not in {"utf-8", "cp1252"}:
            raise BadInput("encoding is utf-8 or cp1252", where="file")
        if len(self.delimiter.encode()) != 1 or self.delimiter in '"\r\n':
            raise BadInput("delimiter is one character", where="file")
        if self.sheet is not None and not self.sheet.strip():
            raise BadInput("sheet is the name of a sheet", where="file")
        if not 1 <= self.header_within <= 200:
            raise BadInput("header_within is a number of rows from 1 to 200", where="file")


class TimeFormat(StrEnum):
    """How a time column is written."""

    MONTH = "month"  # 2024-05: nothing finer is known
    DATE = "date"  # a civil date, in ``pattern``
    LOCAL = "local"  # a civil date and time of London, in ``pattern``
    UTC = "utc"  # an ISO 8601 instant with its offset


@dataclass(frozen=True)
class PeriodRule:
    """How the period of a delivery is found: from the file's name, from a column, or both.

    ``file_name`` is a pattern with a group ``period``, or ``first`` and ``last``. ``one_month`` says that a
    file never holds more than a month.
    """

    file_name: str | None = None
    from_column: bool = True
    one_month: bool = True

    def __post_init__(self) -> None:
        if self.file_name is None:
            return
        groups = checked_pattern(self.file_name, "period")
        if groups not in ({"period"}, {"first", "last"}):
            raise BadInput(
                "The file-name pattern needs a group 'period', or 'first' and 'last'", where="period"
            )


def checked_pattern(pattern: str, where: str) -> set[str]:
    """The named groups of a file-name pattern; BadInput for one that cannot be matched in linear time."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise BadInput("The file-name pattern is not a regular expression", where=where) from error
    groups = set(compiled.groupindex)
    if _BACKTRACKING.search(pattern) or compiled.groups > len(groups):
        raise BadInput(
            "The file-name pattern looks ahead, behind or back, or has a group without a name",
            where=where,
            next_step="Write (?:...) for a group that needs no name, and nothing that looks around",
        )
    return groups


_OF_DATES = frozenset("aAbBdmyYHIMSfgpjzZwUWGuV%")  # what the engine's strptime knows


def check_date_pattern(pattern: str, where: str) -> None:
    """Raise BadInput unless this is a pattern of dates or times: %d/%m/%Y and the like."""
    parts = re.findall(r"%-?(.?)", pattern)
    if not parts or not all(part in _OF_DATES and part for part in parts):
        raise BadInput(
            "The pattern is not one of dates or times", where=where, next_step="Write it like %d/%m/%Y %H:%M"
        )


@dataclass(frozen=True)
class TimeRule:
    """When it happened: a column, or one for the beginning and one for the end, and how they are written.

    ``clock`` and ``until_clock`` are columns of their own with the time of day, in ``clock_pattern``; an
    empty one leaves a date without a time. ``midnight_means_day``: midnight in London is a date of which no
    time is known. The time is essential: a row whose time is wrong always goes to quarantine.
    """

    column: str
    format: TimeFormat
    pattern: str = "%Y-%m-%d"
    midnight_means_day: bool = False
    until: str | None = None
    clock: str | None = None
    clock_pattern: str = "%H:%M"
    until_clock: str | None = None

    def __post_init__(self) -> None:
        check_date_pattern(self.pattern, "time, pattern")
        check_date_pattern(self.clock_pattern, "time, clock_pattern")
        if (self.clock or self.until_clock) and self.format is not TimeFormat.LOCAL:
            raise BadInput('A clock column goes with format = "local"', where="time")
        if self.until_clock and not (self.until and self.clock):
            raise BadInput("until_clock goes with until and clock", where="time")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it uses."""
        used = (self.column, self.clock, self.until, self.until_clock)
        return tuple(dict.fromkeys(name for name in used if name))


class IfUnplaceable(StrEnum):
    """What becomes of a row whose place is wrong."""

    QUARANTINE = "quarantine"
    UNLOCATED = "unlocated"  # the row is kept without a point, the place counted as invalid


@dataclass(frozen=True)
class PlaceRule:
    """Where it happened: two columns of degrees (WGS84) or of metres (British National Grid), or one column
    with a grid reference (``x`` and ``y`` are then empty, and ``grid`` is grid-reference).

    ``bounds`` are west, south, east, north in degrees; outside them a point is refused, and so is one in
    metres outside ``GREAT_BRITAIN``.
    ``zero_is_missing``: 0, 0 stands for no place at all.
    """

    x: str = ""
    y: str = ""
    grid: str = "wgs84"
    bounds: tuple[float, float, float, float] = (-9.0, 49.0, 2.5, 61.5)
    zero_is_missing: bool = True
    grid_reference: str | None = None
    if_wrong: IfUnplaceable = IfUnplaceable.QUARANTINE

    def __post_init__(self) -> None:
        if self.grid not in {"wgs84", "british-national-grid", "grid-reference"}:
            raise BadInput("grid is wgs84, british-national-grid or grid-reference", where="place")
        by_reference = self.grid == "grid-reference"
        if by_reference != bool(self.grid_reference) or by_reference == bool(self.x and self.y):
            raise BadInput("A place is two columns of coordinates, or one grid reference", where="place")
        west, south, east, north = self.bounds
        if not (west < east and south < north):
            raise BadInput("bounds are west, south, east, north", where="place")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it uses."""
        return (self.grid_reference,) if self.grid_reference else (self.x, self.y)


@dataclass(frozen=True)
class StatedArea:
    """The column with the area code the owner wrote, and the sets (level, vintage) it may belong to."""

    column: str
    sets: tuple[str, ...] = ()


@dataclass(frozen=True)
class StatusRule:
    """The column whose words make a record cancelled or reclassified; with any other it is recorded."""

    column: str
    cancelled: tuple[str, ...] = ()
    reclassified: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.cancelled and not self.reclassified:
            raise BadInput("status names the words for cancelled or for reclassified", where="status")
        if set(self.cancelled) & set(self.reclassified):
            raise BadInput("A text means both cancelled and reclassified", where="status")


@dataclass(frozen=True)
class ValidationRule:
    """What makes a record provisional: a column's words, or a pattern in the file's name.

    It gives the BOOLEAN field ``FIELD``.
    """

    FIELD = "provisional"

    column: str | None = None
    provisional: tuple[str, ...] = ()
    file_name: str | None = None

    def __post_init__(self) -> None:
        if (self.column is None) == (self.file_name is None):
            raise BadInput("validation is by a column or by the file's name", where="validation")
        if (self.column is None) != (not self.provisional):
            raise BadInput("column and provisional go together", where="validation")
        if self.file_name is not None:
            checked_pattern(self.file_name, "validation")


@dataclass(frozen=True)
class SetAside:
    """Rules by which rows are left out, each named, each counted. A rule is off unless it is switched on.

    ``exact_repeats``: the second and later whole-row copies of a row that has a key.
    ``repeated_headers``: rows that are the header again. ``empty_rows``: rows with nothing in any cell.
    ``totals``: column to texts that make a row a total. ``footers``: pattern that a whole line matches.
    """

    exact_repeats: bool = False
    repeated_headers: bool = False
    empty_rows: bool = False
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    footers: str | None = None

    def __post_init__(self) -> None:
        try:
            re.compile(self.footers or "")
        except re.error as error:
            raise BadInput("footers is not a regular expression", where="set_aside") from error
