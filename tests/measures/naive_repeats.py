"""Repeats counted naively, one unit and one day at a time: the oracle of the tests."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import Period


@dataclass(frozen=True)
class Seen:
    """One event and one unit of it (None: nobody known)."""

    event: int
    unit: int | None
    day: dt.date
    may_repeat: bool = True


def on_from(day: dt.date, months: int) -> dt.date:
    """The same day so many months on; a day that the month has not becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 0, -1):
        try:
            return dt.date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has a first")


def count(
    seen: Sequence[Seen], window: Window, threshold: int, period: Period, told_until: dt.date
) -> dict[str, object]:
    """What ``counting.counted`` says, as plain numbers: units, those that repeat, events and so on."""
    inside = [one for one in seen if period.start <= one.day < period.end]
    by_unit: dict[int, list[Seen]] = defaultdict(list)
    for one in sorted(seen, key=lambda one: (one.day, one.event)):
        if one.unit is not None:
            by_unit[one.unit].append(one)
    judge = {Clock.AFTER_FIRST: _followed, Clock.SINCE_LAST: _since}.get(window.clock, _within)
    judged = {unit: judge(one, window, threshold, period, told_until) for unit, one in by_unit.items()}
    there = {unit: one for unit, one in judged.items() if isinstance(one, tuple)}
    followed = window.clock is Clock.AFTER_FIRST
    events = {one.event for each, _ in there.values() for one in each} if followed else _events(inside)
    return {
        "units": {unit: len(each) for unit, (each, _) in there.items()},
        "repeating": {unit for unit, (_, again) in there.items() if again},
        "events": len(events),
        "repeat_events": len({one.event for _, again in there.values() for one in again}),
        "without_unit": len(_events(one for one in inside if one.unit is None)),
        "immature": sum(one == "immature" for one in judged.values()),
        "in_period": sum(one.unit is not None for one in inside),
    }


def _events(seen: Iterable[Seen]) -> set[int]:
    return {one.event for one in seen}


Judged = tuple[list[Seen], list[Seen]] | str | None
"""A unit's events in scope and those of a repeat; or that its clock still runs; or that it has none."""


def _within(mine: list[Seen], window: Window, threshold: int, period: Period, _until: dt.date) -> Judged:
    mine = [one for one in mine if period.start <= one.day < period.end]
    if not mine:
        return None
    ends = [on_from(one.day, window.months) if window.months else period.end for one in mine]
    for one, end in zip(mine, ends, strict=True):
        if sum(one.day <= each.day < end for each in mine) >= threshold:
            return mine, mine
    return mine, []


def _followed(mine: list[Seen], window: Window, threshold: int, period: Period, until: dt.date) -> Judged:
    begun = [one.day for one in mine if period.start <= one.day < period.end]
    if not begun:
        return None
    end = on_from(min(begun), window.months)
    if end > until:
        return "immature"
    mine = [one for one in mine if min(begun) <= one.day < end]
    return mine, mine if len(mine) >= threshold else []


def _since(mine: list[Seen], window: Window, _threshold: int, period: Period, _until: dt.date) -> Judged:
    again = []
    for place, one in enumerate(mine):
        if one.may_repeat and any(one.day < on_from(each.day, window.months) for each in mine[:place]):
            again.append(one)
    mine = [one for one in mine if period.start <= one.day < period.end]
    return (mine, [one for one in again if one in mine]) if mine else None


def joined(
    events: dict[int, tuple[str, dt.datetime | dt.date, tuple[float, float] | None]],
    units: dict[int, set[int]],
    minutes: int,
    metres: float,
    day_is_enough: bool,
) -> set[frozenset[int]]:
    """Which events are one incident: source, moment (or day) and point in metres of each; its units."""
    pairs = []
    for one, (source, when, where) in events.items():
        for other, (source_b, when_b, where_b) in events.items():
            if (
                one >= other
                or source == source_b
                or not units[one] & units[other]
                or not where
                or not where_b
            ):
                continue
            if ((where[0] - where_b[0]) ** 2 + (where[1] - where_b[1]) ** 2) ** 0.5 > metres:
                continue
            if isinstance(when, dt.datetime) and isinstance(when_b, dt.datetime):
                apart = abs((when - when_b).total_seconds()) / 60
                if apart <= minutes:
                    pairs.append((apart, one, other))
            elif day_is_enough and _day(when) == _day(when_b):
                pairs.append((24 * 60, one, other))
    groups = {one: frozenset([one]) for one in events}
    for _, one, other in sorted(pairs):
        both = groups[one] | groups[other]
        sources = Counter(events[each][0] for each in both)
        if max(sources.values()) == 1:
            groups.update(dict.fromkeys(both, both))
    return set(groups.values())


def _day(when: dt.datetime | dt.date) -> dt.date:
    return when.date() if isinstance(when, dt.datetime) else when
