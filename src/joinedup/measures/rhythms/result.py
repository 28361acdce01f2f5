"""The rows of a rhythm, and of an event beside matched days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from joinedup.measures.rhythms.definitions import Rhythm
from joinedup.measures.rhythms.events import Event
from joinedup.terms import AreaLevel, Flag, Period


@dataclass(frozen=True)
class RhythmRow:
    """One value of a rhythm in an area and period.

    ``exposure`` is how many hours or days of the value there were in the months with data, ``rate`` the count
    for each 1,000 hours or 100 days of them, with its exact Poisson interval. ``ratio`` is that rate over the
    rate of all other values together, with its exact conditional interval; ``least`` and ``most`` are what it
    would be if all records without a value were of the others, or of this one. A row of records without a
    value (``told`` false) has a count only. ``exposure`` None: the months have no data.
    """

    area_level: AreaLevel
    area_code: str
    area_name: str
    period: Period
    value: str
    label: str
    told: bool
    count: int | None
    exposure: int | None
    rate: float | None
    lower: float | None
    upper: float | None
    ratio: float | None
    ratio_lower: float | None
    ratio_upper: float | None
    least: float | None
    most: float | None
    flags: tuple[Flag, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The row as plain values."""
        return _plain(self)


@dataclass(frozen=True)
class RhythmFigure:
    """The answer: rows, by which definition, and sentences."""

    rhythm: Rhythm
    rows: Sequence[RhythmRow]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class EventRow:
    """An event's days in an area, beside the same days of the week around them.

    ``days`` and ``count`` are of the event's days that have any day beside them, ``days_beside`` and
    ``count_beside`` of these; ``expected`` is what the event's days would have had at their rate. ``ratio``
    is the rate of the event's days over theirs, with its exact conditional interval, made wider where days
    differ by more than chance (``dispersion``, 1 is chance). ``day_not_known`` counts records of the period
    that are on no known day.
    """

    area_level: AreaLevel
    area_code: str
    area_name: str
    period: Period
    days: int
    count: int | None
    days_beside: int
    count_beside: int | None
    expected: float | None
    ratio: float | None
    lower: float | None
    upper: float | None
    dispersion: float | None
    widened: bool
    day_not_known: int | None
    flags: tuple[Flag, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The row as plain values."""
        return _plain(self)


@dataclass(frozen=True)
class EventFigure:
    """The answer: rows, the event, which days were laid beside which, and sentences."""

    event: Event
    rows: Sequence[EventRow]
    pairs: Sequence[tuple[str, tuple[str, ...]]]
    notes: tuple[str, ...]


def _plain(row: RhythmRow | EventRow) -> dict[str, Any]:
    """JSON knows no infinity: a limit that there is none of is null, as one that is not known."""
    return {
        name: None if isinstance(value, float) and math.isinf(value) else value
        for name, value in vars(row).items()
    } | {
        "area_level": str(row.area_level),
        "period": str(row.period),
        "flags": [str(flag) for flag in row.flags],
    }
