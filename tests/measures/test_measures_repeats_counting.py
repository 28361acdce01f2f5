"""Repeats over arrays: equal to a naive count on random events, and the edges of each window by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_repeats import Seen, count, on_from

from joinedup.measures.repeats.counting import NOBODY, Counted, Mentions, counted, months_after
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.measures.repeats.unknown import Bound, most
from joinedup.terms import Period
from sampling import examples

SPRING = Period.parse("2024-01..2024-04")
YEAR = Period.parse("2024")
FAR = dt.date(2030, 1, 1)
WINDOWS = [
    Window(Clock.PERIOD),
    Window(Clock.ROLLING, 1),
    Window(Clock.ROLLING, 2),
    Window(Clock.AFTER_FIRST, 1),
    Window(Clock.AFTER_FIRST, 3),
    Window(Clock.SINCE_LAST, 2),
]


def mentions(seen: list[Seen]) -> Mentions:
    """The naive rows as arrays."""
    return Mentions(
        np.array([one.event for one in seen], dtype=np.int64),
        np.array([NOBODY if one.unit is None else one.unit for one in seen], dtype=np.int64),
        np.array([one.day for one in seen], dtype="datetime64[D]"),
        np.array([one.may_repeat for one in seen], dtype=np.bool_),
    )


def numbers(found: Counted) -> dict[str, object]:
    """What was counted, as the naive count tells it."""
    return {
        "units": dict(zip(found.unit.tolist(), found.events_of.tolist(), strict=True)),
        "repeating": set(found.unit[found.repeats].tolist()),
        "events": found.events,
        "repeat_events": found.repeat_events,
        "without_unit": found.without_unit,
        "immature": found.immature,
        "in_period": found.in_period,
    }


@st.composite
def histories(draw: st.DrawFn) -> list[Seen]:
    """Up to 14 events from before the period to after it, each of nobody, one or two of five units."""
    seen = []
    for event in range(draw(st.integers(0, 14))):
        day = dt.date(2023, 10, 1) + dt.timedelta(draw(st.integers(0, 330)))
        units = draw(st.sets(st.integers(0, 4), max_size=2)) or {None}
        may_repeat = draw(st.booleans())
        seen += [Seen(event, unit, day, may_repeat) for unit in sorted(units, key=str)]
    return seen


@settings(max_examples=examples(1500, 3))
@given(histories(), st.sampled_from(WINDOWS), st.integers(2, 4), st.sampled_from([FAR, dt.date(2024, 5, 10)]))
def test_equal_to_a_naive_count(
    seen: list[Seen], window: Window, threshold: int, told_until: dt.date
) -> None:
    threshold = 2 if window.clock is Clock.SINCE_LAST else threshold
    found = counted(mentions(seen), window, threshold, SPRING, told_until)
    assert numbers(found) == count(seen, window, threshold, SPRING, told_until)
    assert ((found.reached >= threshold) == found.repeats).all()


@settings(max_examples=examples(300, 3))
@given(st.dates(dt.date(1999, 1, 1), dt.date(2030, 12, 31)), st.integers(-30, 30))
def test_the_same_day_months_on_is_that_of_the_calendar(day: dt.date, months: int) -> None:
    assert months_after(np.array([day], dtype="datetime64[D]"), months)[0].item() == on_from(day, months)


def days(*texts: str, unit: int = 0) -> list[Seen]:
    """Events of one unit on these days."""
    return [Seen(unit * 100 + number, unit, dt.date.fromisoformat(text)) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("third", "repeats"), [("2024-03-14", True), ("2024-03-15", False), ("2024-04-30", False)]
)
def test_a_window_of_two_months_ends_before_the_same_day(third: str, repeats: bool) -> None:
    seen = days("2024-01-15", "2024-02-01", third)
    for window, found in [(Window(Clock.ROLLING, 2), repeats), (Window(Clock.PERIOD), True)]:
        assert counted(mentions(seen), window, 3, YEAR, FAR).repeat_units == found


def test_the_window_may_begin_at_any_event_and_stays_in_the_period() -> None:
    later = days("2024-01-02", "2024-05-20", "2024-06-10", "2024-07-01")
    assert counted(mentions(later), Window(Clock.ROLLING, 2), 3, YEAR, FAR).repeat_units == 1
    across = days("2023-12-20", "2024-01-02", "2024-01-20")
    assert counted(mentions(across), Window(Clock.ROLLING, 2), 3, YEAR, FAR).repeat_units == 0


def test_everybody_is_followed_as_long_also_beyond_the_period() -> None:
    seen = [
        *days("2024-12-30", "2025-12-29", unit=0),  # again on the last of its days
        *days("2024-12-30", "2025-12-30", unit=1),  # a day too late
        *days("2023-12-31", "2024-06-01", unit=2),  # the first before the period is not looked at
        *days("2024-03-01", "2024-03-01", unit=3),  # two on one day are two
    ]
    window = Window(Clock.AFTER_FIRST, 12)
    found = counted(mentions(seen), window, 2, YEAR, FAR)
    assert set(found.unit[found.repeats]) == {0, 3}
    assert (found.units, found.immature, found.events, found.repeat_events) == (4, 0, 6, 4)
    running = counted(mentions(seen), window, 2, YEAR, dt.date(2025, 12, 29))
    assert (running.units, running.immature, running.repeat_units) == (2, 2, 1)
    run = counted(mentions(seen), window, 2, YEAR, dt.date(2025, 12, 30))
    assert (run.units, run.immature, run.repeat_units) == (4, 0, 2)


def test_since_the_last_looks_back_before_the_period_and_asks_what_the_further_event_says() -> None:
    seen = [
        *days("2023-06-01", "2024-05-31", "2024-06-01", unit=0),
        *days("2022-12-31", "2024-01-01", unit=1),  # more than a year
        Seen(900, 2, dt.date(2024, 2, 1)),
        Seen(901, 2, dt.date(2024, 2, 2), may_repeat=False),
    ]
    found = counted(mentions(seen), Window(Clock.SINCE_LAST, 12), 2, YEAR, FAR)
    assert (found.events, found.repeat_events) == (5, 2)
    assert set(found.unit[found.repeats]) == {0}


def test_nobody_is_never_a_repeat_and_can_change_so_much_at_most() -> None:
    calls = [Seen(number, None, dt.date(2024, 1, 1)) for number in range(4)]
    window = Window(Clock.PERIOD)
    found = counted(mentions(calls), window, 3, YEAR, FAR)
    assert (found.units, found.repeat_units, found.events, found.without_unit) == (0, 0, 4, 4)
    assert most(found, 3) == Bound(1, 4)
    some = [*calls, *(Seen(50 + number, number // 2, dt.date(2024, 2, 1)) for number in range(4))]
    assert most(counted(mentions(some), window, 3, YEAR, FAR), 3) == Bound(2, 8)
    few = counted(mentions(calls[:2]), window, 3, YEAR, FAR)
    assert most(few, 3) == Bound(0, 0)


@settings(max_examples=examples(400, 3))
@given(st.lists(st.integers(1, 4), max_size=3), st.integers(0, 4))
def test_no_way_of_giving_anonymous_calls_to_people_beats_the_bound_and_one_reaches_it(
    sizes: list[int], anonymous: int
) -> None:
    threshold = 3
    seen = [
        Seen(100 * unit + n, unit, dt.date(2024, 1, 1))
        for unit, size in enumerate(sizes)
        for n in range(size)
    ]
    seen += [Seen(900 + n, None, dt.date(2024, 1, 1)) for n in range(anonymous)]
    bound = most(counted(mentions(seen), Window(Clock.PERIOD), threshold, YEAR, FAR), threshold)
    best_units = best_events = 0
    for given_to in _ways(len(sizes) + anonymous, anonymous):
        totals = [size + extra for size, extra in zip([*sizes, *[0] * anonymous], given_to, strict=True)]
        reached = [total for total in totals if total >= threshold]
        best_units, best_events = max(best_units, len(reached)), max(best_events, sum(reached))
    assert (bound.repeat_units, bound.repeat_events) == (best_units, best_events)


def _ways(people: int, calls: int) -> list[tuple[int, ...]]:
    """Every way of giving so many calls to so many people."""
    if people == 0:
        return [()] if calls == 0 else []
    return [(first, *rest) for first in range(calls + 1) for rest in _ways(people - 1, calls - first)]
