"""When things happened, said the slow way: every hour in which a record may have happened, one by one.

It shares nothing with the code it checks: London's clocks are those of ``zoneinfo``, calendars are loops.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = dt.timedelta(hours=1)
CHANGES = (dt.date(2024, 3, 31), dt.date(2024, 10, 27))
Night = tuple[int, int]
Weekend = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Told:
    """What a record says of its time: instants in UTC (None: only days), days, and how precisely."""

    begins: dt.datetime | None
    ends: dt.datetime | None
    first: dt.date
    last: dt.date
    precision: str = "minute"

    def envelope(self) -> dict[str, str]:
        """As the record book stages it, in SQL."""
        told = {
            "occurred_date": f"DATE '{self.first}'",
            "occurred_to_date": f"DATE '{self.last}'",
            "precision": f"'{self.precision}'",
            "month": f"DATE '{self.first:%Y-%m}-01'",
        }
        if self.begins is not None:
            told["occurred_from"] = f"TIMESTAMP '{self.begins:%Y-%m-%d %H:%M:%S}'"
            local = self.begins.astimezone(LONDON)
            told["occurred_time"] = f"TIME '{local:%H:%M:%S}'"
        if self.ends is not None:
            told["occurred_to"] = f"TIMESTAMP '{self.ends:%Y-%m-%d %H:%M:%S}'"
        return told


def moment(text: str, until: str = "", fold: int = 0) -> Told:
    """A moment, or a span, by the clock on the wall of London; ``fold`` 1 is the second of two such hours."""
    begins, ends = (
        dt.datetime.fromisoformat(one).replace(tzinfo=LONDON, fold=fold).astimezone(dt.UTC)
        for one in (text, until or text)
    )
    return Told(begins, ends, begins.astimezone(LONDON).date(), ends.astimezone(LONDON).date())


def day(first: str, last: str = "") -> Told:
    """A day, or several, without a time."""
    return Told(None, None, dt.date.fromisoformat(first), dt.date.fromisoformat(last or first), "day")


def month(text: str) -> Told:
    """A month, and nothing finer."""
    first = dt.date.fromisoformat(f"{text}-01")
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return Told(None, None, first, last, "month")


def drawn(draw: random.Random) -> Told:
    """Any of these from March to October 2024, often round the days on which clocks change."""
    start = dt.date(2024, 3, 2) + dt.timedelta(days=draw.randrange(244))  # an hour earlier is March still
    if draw.random() < 0.3:
        start = draw.choice(CHANGES) + dt.timedelta(days=draw.choice([-1, 0, 0, 0, 1]))
    kind = draw.random()
    if kind < 0.1:
        return month(f"{start:%Y-%m}")
    if kind < 0.25:
        return day(f"{start}", f"{start + dt.timedelta(days=draw.choice([0, 0, 1, 2, 9]))}")
    midnight = dt.datetime.combine(start, dt.time(), dt.UTC)
    begins = midnight + dt.timedelta(minutes=draw.choice([0, -60, draw.randrange(-60, 1440)]))
    size = draw.choice([0, 0, 0, draw.randrange(60), draw.randrange(600), draw.randrange(6000)])
    ends = begins + dt.timedelta(minutes=size)
    if draw.random() < 0.1:  # the end's time was not written
        last = ends.astimezone(LONDON).date()
        return Told(begins, None, begins.astimezone(LONDON).date(), last)
    return Told(begins, ends, begins.astimezone(LONDON).date(), ends.astimezone(LONDON).date())


def civil_hours(told: Told) -> list[dt.datetime]:
    """Every hour of the wall clock in which it may have happened."""
    if told.begins is None:
        first, last = dt.datetime.combine(told.first, dt.time()), dt.datetime.combine(told.last, dt.time(23))
    else:
        first = told.begins.astimezone(LONDON).replace(tzinfo=None, fold=0, minute=0, second=0)
        last = dt.datetime.combine(told.last, dt.time(23))
        if told.ends is not None:
            last = told.ends.astimezone(LONDON).replace(tzinfo=None, fold=0, minute=0, second=0)
    first, last = min(first, last), max(first, last)  # within the hour that comes twice an end may lie before
    return [first + HOUR * number for number in range(round((last - first) / HOUR) + 1)]


def at_night(hour: dt.datetime, night: Night) -> dt.date | None:
    """The day on which the night that the hour is in began; None by day."""
    for evening in (hour.date(), hour.date() - dt.timedelta(days=1)):
        begins = dt.datetime.combine(evening, dt.time(night[0]))
        if begins <= hour < begins + dt.timedelta(hours=(night[1] - night[0]) % 24):
            return evening
    return None


def in_weekend(hour: dt.datetime, weekend: Weekend) -> bool:
    """Whether the hour lies in a weekend of that beginning and end (day of the week, hour)."""
    for back in range(8):
        begins = dt.datetime.combine(hour.date() - dt.timedelta(days=back), dt.time(weekend[0][1]))
        if begins.weekday() != weekend[0][0]:
            continue
        ends = begins
        while (ends.weekday(), ends.hour) != weekend[1]:
            ends += HOUR
        if begins <= hour < ends:
            return True
    return False


def _kind(name: str, hour: dt.datetime, night: Night, weekend: Weekend) -> tuple[str, object]:
    """The value of an hour, and what tells two stretches of that value apart."""
    if name == "hour":
        return f"{hour:%H}", hour
    if name == "day_of_week":
        return WEEK[hour.weekday()], hour.date()
    evening = at_night(hour, night)
    if name == "day_or_night":
        return ("night", evening) if evening else ("day", _day_between(hour, night))
    if name == "night_of_week":
        if evening:
            return f"{WEEK[evening.weekday()]}-night", evening
        return "day", _day_between(hour, night)
    if name == "part_of_week":
        inside = in_weekend(hour, weekend)
        return ("weekend" if inside else "weekdays"), None
    season = {12: "winter", 1: "winter", 2: "winter", 3: "spring", 4: "spring", 5: "spring"}
    season |= {6: "summer", 7: "summer", 8: "summer", 9: "autumn", 10: "autumn", 11: "autumn"}
    return season[hour.month], None


def _day_between(hour: dt.datetime, night: Night) -> dt.datetime:
    """When the night before ended."""
    while at_night(hour - HOUR, night) is None:
        hour -= HOUR
    return hour


def value(name: str, told: Told, night: Night, weekend: Weekend) -> str:
    """What a rhythm makes of a record."""
    by_hours = name in {"hour", "day_or_night", "night_of_week"}
    by_hours |= name == "part_of_week" and (weekend[0][1], weekend[1][1]) != (0, 0)
    if name != "season":
        if told.precision == "month":
            return "day-not-known"
        if by_hours and told.begins is None:
            return "time-not-known"
        if (
            by_hours
            and told.ends == told.begins
            and f"{told.begins.astimezone(LONDON):%H:%M:%S}" == "00:00:00"
        ):
            return "exactly-midnight"
    kinds = [_kind(name, hour, night, weekend) for hour in civil_hours(told)]
    if len(set(kinds)) > 1:
        return "span"
    return kinds[0][0]


def on_days(told: Told, days: dict[dt.date, str]) -> str:
    """What a calendar makes of a record: ``days`` are those it tells of."""
    if told.precision == "month":
        return "day-not-known"
    size = (told.last - told.first).days
    found = [days.get(told.first + dt.timedelta(days=number)) for number in range(size + 1)]
    if None in found:
        return "calendar-not-known"
    return found[0] if len(set(found)) == 1 else "span"  # type: ignore[return-value]


def time_of_each(name: str, first: dt.date, last: dt.date, night: Night, weekend: Weekend) -> Counter[str]:
    """The real hours of each value from the first to the last day, by walking through them in UTC."""
    found: Counter[str] = Counter()
    now = dt.datetime.combine(first, dt.time(), LONDON).astimezone(dt.UTC)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), LONDON).astimezone(dt.UTC)
    while now < end:
        local = now.astimezone(LONDON).replace(tzinfo=None, fold=0)
        found[_kind(name, local, night, weekend)[0]] += 1
        now += HOUR
    return found
