"""Days to compare an event's days with: the same day of the week, in the weeks before and after.

Each day of the event is laid beside the same day of the week up to ``WEEKS`` weeks before and after it, but
for days of any event. A day that fits two days of the event goes to the nearer (of two as near, to the
earlier), so that no count is used twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from joinedup.measures.rhythms.definitions import Dates, Grain, Rhythm, Unit, runs_of
from joinedup.measures.rhythms.events import Event
from joinedup.measures.rhythms.files import each_day
from joinedup.measures.translating import marked
from joinedup.terms import Period

WEEKS = 4
MATCHED = "matched_"
OTHER = "other-days"


def breakdown(event: Event) -> str:
    """The name of the breakdown that has a value for each day of the event and each day beside it."""
    return MATCHED + event.name.replace("-", "_")


def days_of(events: Iterable[Event]) -> frozenset[dt.date]:
    """The days of all these events."""
    return frozenset(day for one in events for day in one.days)


def matched(
    days: Collection[dt.date], avoided: Collection[dt.date], usable: Collection[dt.date]
) -> dict[dt.date, tuple[dt.date, ...]]:
    """For each of these days that is usable, the days that it is compared with, of those that are usable."""
    avoid, there = {*days, *avoided}, set(usable)
    asked = sorted(there.intersection(days))
    nearest: dict[dt.date, dt.date] = {}
    for day in asked:
        for week in range(1, WEEKS + 1):
            for other in (day - dt.timedelta(weeks=week), day + dt.timedelta(weeks=week)):
                if other not in there or other in avoid:
                    continue
                if other not in nearest or abs(other - day) < abs(other - nearest[other]):
                    nearest[other] = day
    found: dict[dt.date, list[dt.date]] = {day: [] for day in asked}
    for other, day in sorted(nearest.items()):
        found[day].append(other)
    return {day: tuple(others) for day, others in found.items()}


def pairs_of(
    event: Event, period: Period, others: Collection[dt.date], months: Collection[dt.date] | None = None
) -> Mapping[dt.date, tuple[dt.date, ...]]:
    """The event's days in the period, each with the days beside it; ``months``, where given, are those with
    data."""
    days = [
        day
        for day in each_day(period.start, period.last)
        if event.known_from <= day <= event.known_to and (months is None or day.replace(day=1) in months)
    ]
    return matched(event.days, others, days)


def rhythm(event: Event, period: Period, others: Collection[dt.date]) -> Rhythm:
    """The period's days as a way of cutting: one value for each day that is compared, one for the rest."""
    pairs = pairs_of(event, period, others)
    compared = sorted({*pairs, *(day for beside in pairs.values() for day in beside)})
    values = (*(day.isoformat() for day in compared), OTHER)
    days = dict.fromkeys(each_day(period.start, period.last), OTHER)
    days |= {day: day.isoformat() for day in compared}
    return Rhythm(
        name=breakdown(event),
        version=1,
        title=event.title,
        meaning=marked("The days of the event, and the same days of the week in the weeks around them."),
        grain=Grain.DAY,
        unit=Unit.DAYS,
        division=Dates(values, runs_of(values, days)),
        labels={value: value for value in values[:-1]} | {OTHER: marked("Other days")},
        within=event.areas,
    )
