"""The value types every room shares: areas, periods, dates of knowledge, record types, flags.

Definitions only: nothing here reads a file, a clock or a database.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from joinedup.errors import BadInput

LONDON = ZoneInfo("Europe/London")


class AreaLevel(StrEnum):
    """How finely a figure is cut by place. ``all`` includes records outside every area and unlocated ones."""

    ALL = "all"
    PARTNERSHIP = "partnership"
    DISTRICT = "district"
    WARD = "ward"
    MSOA = "msoa"
    LSOA = "lsoa"
    OA = "oa"
    SQUARE = "square"


class RecordType(StrEnum):
    """What kind of thing one record tells of."""

    INCIDENT = "incident"
    INVOLVEMENT = "involvement"
    OUTCOME = "outcome"
    SPELL = "spell"
    SANCTION = "sanction"
    ASSESSMENT = "assessment"
    RESPONSE = "response"
    RETURN = "return"


class DeliveryMode(StrEnum):
    """What the absence of a record from a delivery means."""

    SNAPSHOT = "snapshot"  # the whole of a period: absent now means withdrawn
    CHANGES = "changes"  # only what is new or changed: absence means nothing
    APPEND = "append"  # only new rows; a known key again is unchanged or revised, never withdrawn
    WITHDRAWAL = "withdrawal"  # no file: records that their owner took back, one by one


class Role(StrEnum):
    """What a person who signs in does in the partnership."""

    ANALYST = "analyst"
    COORDINATOR = "meeting-coordinator"
    PRACTITIONER = "practitioner"
    DATA_OWNER = "data-owner"  # answers for what their agency sends
    THEME_LEAD = "theme-lead"
    REVIEW_CHAIR = "review-chair"  # of a domestic homicide review
    AUDITOR = "auditor"
    COUNCILLOR = "councillor"
    ADMINISTRATOR = "administrator"


class Purpose(StrEnum):
    """Why data is used. Every disclosure names one."""

    CRIME_AND_DISORDER = "crime-and-disorder"
    OFFENDER_MANAGEMENT = "offender-management"
    SAFEGUARDING = "safeguarding"
    MARAC = "marac"
    DATA_MATCHING = "data-matching"
    RESEARCH = "research"
    PUBLIC_INFORMATION = "public-information"


class Sensitivity(StrEnum):
    """How a source or measure may be shown: ``open`` is published data, shown as it is."""

    OPEN = "open"
    OFFICIAL = "official"
    RESTRICTED = "restricted"


class Restriction(StrEnum):
    """Why a single record does not exist for those outside."""

    JUVENILE = "juvenile"
    WITNESS_PROTECTION = "witness-protection"
    HOMICIDE_REVIEW = "homicide-review"
    MARAC = "marac"
    COURT_ORDER = "court-order"


class Strictness(StrEnum):
    """How sure a linkage was that two mentions are of one person: three linkings stand side by side."""

    STRICT = "strict"
    BEST = "best"
    LOOSE = "loose"


class Flag(StrEnum):
    """A caution that travels with a figure."""

    PROVISIONAL = "provisional"
    NOT_YET_MATURE = "not-yet-mature"
    SERIES_BREAK = "series-break"
    SMALL_NUMBER = "small-number"
    INCOMPLETE_FEED = "incomplete-feed"
    SUPPRESSED = "suppressed"
    ROUNDED = "rounded"
    NO_DATA = "no-data"
    NO_DENOMINATOR = "no-denominator"
    NO_WEIGHT = "no-weight"
    RESIDENTS_MISLEAD = "residents-mislead"


class Every(StrEnum):
    """How a figure is cut by time. ``whole`` is one row for the period; years are April to March."""

    WHOLE = "whole"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Engine(StrEnum):
    """Which engine counts the records of a figure: the answer is the same."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class Form(StrEnum):
    """How a counted measure is shown."""

    COUNT = "count"
    RATE = "rate"  # per 1,000 residents, or another number that it can divide by
    SHARE = "share"  # of all that the measure counts, or of its own denominator
    CHANGE = "change"  # against a period of equal length before
    YEAR_TO_DATE = "year-to-date"  # April to the month, against the same months before
    ROLLING_12 = "rolling-12-months"


class Per(StrEnum):
    """What a rate divides by, for 1,000 of them. A rate always says of which."""

    RESIDENTS = "residents"
    WORKDAY = "workday"  # who is there on a working day: those who work there, and residents not in work
    VISITORS = "visitors"  # who comes from elsewhere on an average day, as its publisher counts them
    DWELLINGS = "dwellings"  # or households, as the title of their table says


_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-?[Qq](\d)", re.ASCII)
_FINANCIAL = re.compile(r"(\d{4})/(\d{2})", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)
_WRITE = "Write a month (2024-04), quarter (2024-Q2), financial year (2024/25) or year (2024)"
_YEARS_OF_KNOWLEDGE = range(1900, 9999)  # a day or a zone more or less is still in the calendar


def add_months(first: dt.date, months: int) -> dt.date:
    """The first day of the month ``months`` after (or before) the month of ``first``."""
    index = first.year * 12 + first.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def _beginning(text: str) -> tuple[dt.date, int]:
    """The first day of a period as people write it, and its months. ValueError: no such year."""
    if match := _MONTH.fullmatch(text):
        return _month(text, int(match[1]), int(match[2])), 1
    if match := _QUARTER.fullmatch(text):
        if int(match[2]) not in range(1, 5):
            raise BadInput(f"{text} is not a quarter: quarters run from Q1 to Q4")
        return dt.date(int(match[1]), int(match[2]) * 3 - 2, 1), 3
    if match := _FINANCIAL.fullmatch(text):
        after = (int(match[1]) + 1) % 100
        if int(match[2]) != after:
            raise BadInput(
                f"{text} is not a financial year: the one from April {match[1]} is {match[1]}/{after:02}"
            )
        return dt.date(int(match[1]), 4, 1), 12
    if match := _YEAR.fullmatch(text):
        return dt.date(int(match[1]), 1, 1), 12
    raise BadInput(f"{text!r} is not a period", next_step=_WRITE)


def _month(text: str, year: int, month: int) -> dt.date:
    if month in range(1, 13):
        return dt.date(year, month, 1)
    meant = f"; the financial year is {year}/{month:02}" if month == (year + 1) % 100 else ""
    raise BadInput(f"{text} is not a month: months run from 01 to 12{meant}")


@dataclass(frozen=True, order=True)
class Period:
    """Whole months, from the first day of ``start``'s month up to, not including, ``end``.

    Both are first days of months; ``end`` is exclusive and later than ``start``.
    """

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.start.day != 1 or self.end.day != 1:
            raise BadInput("A period starts and ends on the first day of a month")
        if self.end <= self.start:
            last = self.end - dt.timedelta(days=1)
            raise BadInput("A period ends after it starts", where=f"{self.start:%Y-%m} to {last:%Y-%m}")

    @classmethod
    def of_month(cls, day: dt.date) -> Period:
        """The calendar month that holds ``day``."""
        first = day.replace(day=1)
        return cls(first, add_months(first, 1))

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2024-04``, ``2024-Q2`` (calendar), ``2024/25`` (April to March), ``2024``, or ``A..B``.

        BadInput says what is wrong with anything else: which months, quarters and years there are.
        """
        text = text.strip()
        if ".." in text:
            return cls._from_to(text)
        try:
            start, length = _beginning(text)
            return cls(start, add_months(start, length))
        except ValueError as error:
            raise BadInput(f"{text} is not in the calendar", next_step=_WRITE) from error

    @classmethod
    def _from_to(cls, text: str) -> Period:
        ends = [part.strip() for part in text.split("..", 1)]
        if not all(ends):
            raise BadInput(
                f"{text} lacks its {'end' if ends[0] else 'beginning'}",
                next_step="Write the first and the last month: 2024-04..2025-03",
            )
        first, last = (cls.parse(end) for end in ends)
        return cls(first.start, last.end)

    @property
    def months(self) -> int:
        """How many months the period has."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    @property
    def last(self) -> dt.date:
        """The last day of the period."""
        return self.end - dt.timedelta(days=1)

    def each(self, every: Every) -> list[Period]:
        """The period cut into months, calendar quarters, April years, or kept whole.

        Quarters and years are whole ones clipped to the period, so the first and last may be shorter.
        """
        if every is Every.WHOLE:
            return [self]
        length = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[every]
        offset = 3 if every is Every.YEAR else 0
        index = self.start.year * 12 + self.start.month - 1
        start = add_months(self.start, -((index - offset) % length))
        parts = []
        while start < self.end:
            end = add_months(start, length)
            parts.append(Period(max(start, self.start), min(end, self.end)))
            start = end
        return parts

    def shifted(self, months: int) -> Period:
        """The same length of time, ``months`` later (negative: earlier)."""
        return Period(add_months(self.start, months), add_months(self.end, months))

    def __str__(self) -> str:
        last = add_months(self.end, -1)
        if self.months == 1:
            return f"{self.start:%Y-%m}"
        return f"{self.start:%Y-%m}..{last:%Y-%m}"

    @property
    def words(self) -> str:
        """For people: ``April 2024``, or ``April 2024 to March 2025``."""
        last = add_months(self.end, -1)
        if self.months == 1:
            return f"{self.start:%B %Y}"
        return f"{self.start:%B %Y} to {last:%B %Y}"


def parse_knowledge_date(text: str) -> dt.datetime:
    """The UTC instant of a date of knowledge.

    A date without a time means the end of that day in London (the last microsecond of it). A time without a
    zone is London civil time. ``BadInput`` for what is no date, and for years in which nobody knew anything.
    """
    text = text.strip()
    try:
        moment = _knowledge_instant(text)
    except (ValueError, OverflowError) as error:
        raise BadInput(
            "That date of knowledge cannot be read",
            where=text,
            next_step="Write a date (2024-05-01) or a date and time (2024-05-01T09:30)",
        ) from error
    if moment.year not in _YEARS_OF_KNOWLEDGE:
        raise BadInput(
            "That date of knowledge is out of reach",
            where=text,
            next_step=f"Write a date from {_YEARS_OF_KNOWLEDGE[0]} to {_YEARS_OF_KNOWLEDGE[-1]}",
        )
    return moment


def parse_beginning(text: str) -> dt.datetime:
    """The UTC instant at which a civil date begins in London, or that of a date and time.

    The other end of ``parse_knowledge_date``, which takes the end of a date; it raises the same.
    """
    date_only = len(text.strip()) == len("2024-05-01")
    return parse_knowledge_date(f"{text.strip()}T00:00" if date_only else text)


def _knowledge_instant(text: str) -> dt.datetime:
    if len(text) == len("2024-05-01"):
        day = dt.date.fromisoformat(text)
        midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=LONDON)
        return midnight.astimezone(dt.UTC) - dt.timedelta(microseconds=1)
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=LONDON)
    return moment.astimezone(dt.UTC)


@dataclass(frozen=True)
class Viewer:
    """Who asks: a named person with a role in an agency. Nobody acts without a name."""

    username: str
    name: str
    role: Role
    agency: str
