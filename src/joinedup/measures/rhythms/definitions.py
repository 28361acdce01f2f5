"""What a rhythm is: a way of dividing time that repeats, by which any dated record can be cut.

A definition is data, and cannot be built wrong. Nothing here runs anything.

Time is divided by the clock on the wall in London. An hour of it has a number: the hours of civil time since
Monday, 1 January 1900, 00:00, each civil day having 24 (``HOUR_0``). A day has a number too, from that day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.translating import marked

DAY = 24
WEEK = 7 * DAY
YEAR = 12  # months
FIRST_DAY = dt.date(1900, 1, 1)
"""Day 0, a Monday."""

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]*")


class Grain(StrEnum):
    """How finely it must be known when something happened, for a rhythm to say where it belongs."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class Unit(StrEnum):
    """What the time of each kind is counted in."""

    HOURS = "hours"
    DAYS = "days"

    @property
    def scale(self) -> int:
        """For how many of them a rate is told."""
        return 1000 if self is Unit.HOURS else 100

    @property
    def words(self) -> str:
        """The unit of a rate, after "for each"."""
        return _("1,000 hours") if self is Unit.HOURS else _("100 days")


class Untold(StrEnum):
    """Why a record belongs to no value of a rhythm. It has a row of its own, and is in no rate."""

    SPAN = "span"
    TIME = "time-not-known"
    MIDNIGHT = "exactly-midnight"
    DAY = "day-not-known"
    CALENDAR = "calendar-not-known"

    @property
    def words(self) -> str:
        """What people read."""
        return str(_(_UNTOLD[self]))


_UNTOLD: Mapping[Untold, str] = MappingProxyType(
    {
        Untold.SPAN: marked("Some time in a span that reaches over several"),
        Untold.TIME: marked("Time of day not known"),
        Untold.MIDNIGHT: marked("Exactly midnight: a time, or none"),
        Untold.DAY: marked("Day not known"),
        Untold.CALENDAR: marked("In days that the calendar does not tell of"),
    }
)


class Division(Protocol):
    """How time is divided."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The values it divides into, in order, each once."""


@dataclass(frozen=True)
class Cycle:
    """Hours that come again: ``length`` hours from ``FIRST_DAY``, 00:00, divided where a run ``begins``.

    ``begins`` has the hour of the cycle at which each run begins and the value it has, in order. The last run
    reaches over the cycle's end to the first. Two runs beside each other have two values.
    """

    length: int
    begins: tuple[tuple[int, str], ...]

    def __post_init__(self) -> None:
        hours = [hour for hour, _code in self.begins]
        if len(hours) < 2 or hours != sorted(set(hours)) or not 0 <= hours[0] <= hours[-1] < self.length:
            raise BadInput("The runs of a cycle begin at hours of it, in order, and there are two at least")
        values = [code for _hour, code in self.begins]
        if any(one == other for one, other in zip(values, [*values[1:], values[0]], strict=True)):
            raise BadInput("Two runs beside each other have the same value")

    @property
    def codes(self) -> tuple[str, ...]:
        """Its values, each once."""
        return tuple(dict.fromkeys(code for _hour, code in self.begins))


@dataclass(frozen=True)
class Seasons:
    """Months that come again each year: in which month (1 to 12) each begins, in order."""

    begins: tuple[tuple[int, str], ...]

    def __post_init__(self) -> None:
        months = [month for month, _code in self.begins]
        if len(months) < 2 or months != sorted(set(months)) or not 1 <= months[0] <= months[-1] <= YEAR:
            raise BadInput("Seasons begin in months of the year, in order, and there are two at least")

    @property
    def codes(self) -> tuple[str, ...]:
        """Its values, each once."""
        return tuple(dict.fromkeys(code for _month, code in self.begins))


@dataclass(frozen=True)
class Dates:
    """Days that somebody told: runs of days (first, last, value), in order, none overlapping.

    ``values`` are those there may be, in order. ``known`` are the stretches of days that the calendar tells
    of without a gap; it is made from the runs. Runs that touch have different values.
    """

    values: tuple[str, ...]
    runs: tuple[tuple[dt.date, dt.date, str], ...]
    known: tuple[tuple[dt.date, dt.date], ...] = ()

    def __post_init__(self) -> None:
        before: tuple[dt.date, dt.date, str] | None = None
        for run in self.runs:
            first, last, code = run
            if last < first or code not in self.values:
                raise BadInput("A run of days ends before it begins, or has a value there is not")
            if before is not None:
                if first <= before[1]:
                    raise BadInput("Two runs of days overlap", where=f"{first} and {before[1]}")
                if (first - before[1]).days == 1 and before[2] == code:
                    raise BadInput("Two runs of days beside each other have the same value")
            before = run
        if not self.known:
            object.__setattr__(self, "known", _stretches(self.runs))

    def near(self, first: dt.date, last: dt.date) -> Dates:
        """The same with no more runs than days from the first to the last, and a year after, need."""
        beyond = last + dt.timedelta(days=366)
        runs = tuple(run for run in self.runs if run[1] >= first and run[0] <= beyond)
        return Dates(self.values, runs, self.known)

    @property
    def codes(self) -> tuple[str, ...]:
        """Its values."""
        return self.values


def _stretches(runs: Sequence[tuple[dt.date, dt.date, str]]) -> tuple[tuple[dt.date, dt.date], ...]:
    found: list[tuple[dt.date, dt.date]] = []
    for first, last, _code in runs:
        if found and (first - found[-1][1]).days == 1:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return tuple(found)


def runs_of(values: Sequence[str], days: Mapping[dt.date, str]) -> tuple[tuple[dt.date, dt.date, str], ...]:
    """Days with their values as the runs of ``Dates``: neighbours of one value are one run."""
    runs: list[tuple[dt.date, dt.date, str]] = []
    for day in sorted(days):
        code = days[day]
        if runs and runs[-1][2] == code and (day - runs[-1][1]).days == 1:
            runs[-1] = (runs[-1][0], day, code)
        else:
            runs.append((day, day, code))
    return tuple(runs)


@dataclass(frozen=True)
class Rhythm:
    """One way of dividing time. ``name`` is the breakdown it is asked for by; ``labels`` are its values.

    ``says`` tells in a sentence where it divides, and by whose word. ``within`` are the codes of the areas
    that it holds for, none being everywhere.
    """

    name: str
    version: int
    title: str
    meaning: str
    grain: Grain
    unit: Unit
    division: Cycle | Seasons | Dates
    labels: Mapping[str, str]
    says: str = ""
    within: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.version < 1:
            raise self._wrong("Its name is words in lower case joined by _, and its version counts from 1")
        if not (self.title.strip() and self.meaning.strip()):
            raise self._wrong("It states no title or no meaning")
        if tuple(self.labels) != self.division.codes:
            raise self._wrong("Its labels are not those of the values it divides into")
        if any(not _CODE.fullmatch(code) or code in set(Untold) for code in self.labels):
            raise self._wrong("A value is words in lower case joined by hyphens, and none of those left over")
        grains = {Cycle: {Grain.HOUR, Grain.DAY}, Seasons: {Grain.MONTH}, Dates: {Grain.DAY}}
        if self.grain not in grains[type(self.division)]:
            raise self._wrong("Its grain does not fit how it divides")
        if self.grain is Grain.DAY and isinstance(self.division, Cycle) and not _by_days(self.division):
            raise self._wrong("It divides days, so the hour has to be known")

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.division))

    def _wrong(self, what: str) -> BadInput:
        return BadInput(what, where=f"rhythm {self.name}", next_step="Correct the definition")

    @property
    def left_over(self) -> tuple[Untold, ...]:
        """Why a record may belong to no value of it."""
        found = {
            Grain.HOUR: (Untold.SPAN, Untold.TIME, Untold.MIDNIGHT, Untold.DAY),
            Grain.DAY: (Untold.SPAN, Untold.DAY),
            Grain.MONTH: (Untold.SPAN,),
        }[self.grain]
        return (*found, Untold.CALENDAR) if isinstance(self.division, Dates) else found

    @property
    def words(self) -> Mapping[str, str]:
        """Title, meaning and what it says, in the reader's language."""
        return {"title": _(self.title), "meaning": _(self.meaning), "says": self.says}

    @property
    def values(self) -> dict[str, str]:
        """Every value and its label in the reader's language, those left over last."""
        told = {code: str(_(label)) for code, label in self.labels.items()}
        return told | {one.value: one.words for one in self.left_over}

    @property
    def values_alone(self) -> dict[str, str]:
        """Its own values as they read where no title stands beside them: those of dates name them."""
        told = {code: str(_(label)) for code, label in self.labels.items()}
        if not isinstance(self.division, Dates):
            return told
        title = self.words["title"]
        return {code: f"{title}: {label[0].lower()}{label[1:]}" for code, label in told.items()}


def _by_days(cycle: Cycle) -> bool:
    return cycle.length % DAY == 0 and all(hour % DAY == 0 for hour, _code in cycle.begins)
