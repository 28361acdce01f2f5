"""Counting repeats: pure functions over arrays of events and the units they happened to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import Period, add_months

Integers = NDArray[np.int64]
Days = NDArray[np.datetime64]
Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
NOBODY = -1
_DAYS_APART = np.int64(10_000_000)  # more days than any calendar has, to sort units and days as one number


@dataclass(frozen=True)
class Mentions:
    """One row for each event and unit, each once; ``unit`` is ``NOBODY`` for an event of which none is known.

    ``event`` and ``unit`` are whole numbers from 0, ``day`` days (an event has one day), ``may_repeat``
    whether the event can be the further one.
    """

    event: Integers
    unit: Integers
    day: Days
    may_repeat: Booleans

    def where(self, kept: Booleans) -> Mentions:
        """These rows only."""
        return Mentions(self.event[kept], self.unit[kept], self.day[kept], self.may_repeat[kept])

    def by_unit(self) -> Mentions:
        """The rows of known units, in the order of unit and day, and as they were within a day."""
        known = self.where(self.unit != NOBODY)
        order = np.argsort(known.unit * _DAYS_APART + known.day.astype(np.int64), kind="stable")
        return Mentions(known.event[order], known.unit[order], known.day[order], known.may_repeat[order])


@dataclass(frozen=True)
class Counted:
    """What was counted. By unit, in ascending order of ``unit``: ``events_of`` its events in scope,
    ``reached`` the most of them in one window, ``repeats`` whether it is a repeat; ``weight`` its part of
    ``events`` and ``repeat_weight`` of ``repeat_events``, where an event of several units is shared evenly.

    ``events`` and ``repeat_events``: events in scope, and those by units that repeat, each once;
    ``without_unit``: events of the period of which no unit is known; ``immature``: units whose clock still
    runs, which are in nothing else; ``in_period``: rows of known units in the period.
    """

    unit: Integers
    events_of: Integers
    reached: Integers
    repeats: Booleans
    weight: Floats
    repeat_weight: Floats
    events: int
    repeat_events: int
    without_unit: int
    immature: int
    in_period: int

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.unit)

    @property
    def repeat_units(self) -> int:
        """How many of them repeat."""
        return int(self.repeats.sum())


def months_after(day: Days, months: int) -> Days:
    """The same day so many months on (or before), or the month's last where it has no such day."""
    month = day.astype("datetime64[M]")
    target = month + months
    last = (target + 1).astype("datetime64[D]") - 1
    found: Days = np.minimum(target.astype("datetime64[D]") + (day - month.astype("datetime64[D]")), last)
    return found


def day_after(day: np.datetime64, months: int) -> np.datetime64:
    """``months_after`` of one day."""
    found: np.datetime64 = months_after(np.array([day], dtype="datetime64[D]"), months)[0]
    return found


def counted(
    mentions: Mentions, window: Window, threshold: int, period: Period, told_until: dt.date
) -> Counted:
    """Count the repeats among these mentions.

    ``told_until`` is the first day of which nothing has been told yet: a clock that runs until later has not
    run yet. Mentions before and after the period are looked at as far as the window reaches.
    """
    if window.clock is Clock.AFTER_FIRST:
        return _after_first(mentions, window.months, threshold, period, told_until)
    if window.clock is Clock.SINCE_LAST:
        return _since_last(mentions, window.months, period)
    return _within(mentions, window, threshold, period)


def _in(mentions: Mentions, start: dt.date, end: dt.date) -> Booleans:
    kept: Booleans = (mentions.day >= np.datetime64(start)) & (mentions.day < np.datetime64(end))
    return kept


def _groups(unit: Integers) -> tuple[Integers, Integers, Integers]:
    """Of sorted units: where each begins, how many rows it has, and the unit of each row by number."""
    begins = np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]]) if len(unit) else np.empty(0, dtype=np.int64)
    sizes = np.diff(np.r_[begins, len(unit)])
    return begins, sizes, np.repeat(np.arange(len(begins)), sizes)


def _distinct(event: Integers) -> int:
    there = np.zeros(int(event.max(initial=-1)) + 1, dtype=np.bool_)
    there[event] = True
    return int(there.sum())


def _weights(event: Integers, number: Integers, units: int, repeats: Booleans) -> tuple[Floats, Floats]:
    """For each of ``units``, by its number: its part of the events, and of those with a row that repeats."""
    if not len(event):
        return np.zeros(units), np.zeros(units)
    part = 1 / np.bincount(event)[event]
    is_repeat = np.bincount(event, weights=repeats)[event] > 0
    weight: Floats = np.bincount(number, weights=part, minlength=units).astype(np.float64)
    repeat_weight: Floats = np.bincount(number, weights=part * is_repeat, minlength=units).astype(np.float64)
    return weight, repeat_weight


def _without(mentions: Mentions) -> int:
    return _distinct(mentions.event[mentions.unit == NOBODY])


def _within(mentions: Mentions, window: Window, threshold: int, period: Period) -> Counted:
    inside = mentions.where(_in(mentions, period.start, period.end))
    rows = inside.by_unit()
    begins, sizes, number = _groups(rows.unit)
    reached = sizes
    if window.clock is Clock.ROLLING and len(begins):
        reached = np.maximum.reduceat(_in_window(rows.day, number, window.months), begins)
    repeats = reached >= threshold
    return Counted(
        rows.unit[begins],
        sizes,
        reached,
        repeats,
        *_weights(rows.event, number, len(begins), repeats[number]),
        _distinct(inside.event),
        _distinct(rows.event[repeats[number]]),
        _without(inside),
        0,
        len(rows.event),
    )


def _in_window(day: Days, number: Integers, months: int) -> Integers:
    """For each row, how many of its unit's lie in the window that begins with it."""
    placed = number * _DAYS_APART + day.astype(np.int64)
    ends = number * _DAYS_APART + months_after(day, months).astype(np.int64)
    found: Integers = np.searchsorted(placed, ends, side="left") - np.arange(len(day))
    return found


def _after_first(
    mentions: Mentions, months: int, threshold: int, period: Period, told_until: dt.date
) -> Counted:
    inside = mentions.where(_in(mentions, period.start, period.end))
    rows = mentions.where(_in(mentions, period.start, add_months(period.end, months))).by_unit()
    begins, _sizes, number = _groups(rows.unit)
    first = rows.day[begins]
    begun = first < np.datetime64(period.end)
    until = months_after(first, months)
    mature = begun & (until <= np.datetime64(told_until))
    counts = (rows.day < until[number]) & mature[number]
    events_of = np.bincount(number[counts], minlength=len(begins))[mature]
    repeats = np.zeros(len(begins), dtype=np.bool_)
    repeats[mature] = events_of >= threshold
    again = repeats[number[counts]]
    weight, repeat_weight = _weights(rows.event[counts], number[counts], len(begins), again)
    return Counted(
        rows.unit[begins][mature],
        events_of,
        events_of,
        repeats[mature],
        weight[mature],
        repeat_weight[mature],
        _distinct(rows.event[counts]),
        _distinct(rows.event[counts & repeats[number]]),
        _without(inside),
        int((begun & ~mature).sum()),
        int((inside.unit != NOBODY).sum()),
    )


def _since_last(mentions: Mentions, months: int, period: Period) -> Counted:
    inside = mentions.where(_in(mentions, period.start, period.end))
    rows = mentions.where(_in(mentions, add_months(period.start, -months), period.end)).by_unit()
    again = np.zeros(len(rows.event), dtype=np.bool_)
    again[1:] = (rows.unit[1:] == rows.unit[:-1]) & (rows.day[1:] < months_after(rows.day[:-1], months))
    asked = rows.day >= np.datetime64(period.start)
    again &= rows.may_repeat & asked
    rows, again = rows.where(asked), again[asked]
    begins, sizes, number = _groups(rows.unit)
    repeats = np.zeros(len(begins), dtype=np.bool_)
    repeats[number[again]] = True
    return Counted(
        rows.unit[begins],
        sizes,
        np.where(repeats, np.maximum(sizes, 2), 1),
        repeats,
        *_weights(rows.event, number, len(begins), again),
        _distinct(inside.event),
        _distinct(rows.event[again]),
        _without(inside),
        0,
        len(rows.event),
    )
