"""The interval of a share of events: against draws of single units, and against a formula."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.measures.intervals import wilson
from joinedup.measures.repeats.counting import NOBODY, Counted, Mentions, counted
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.measures.repeats.resampling import share_of_events
from joinedup.terms import Period
from repeating_town import Repeating, calls

YEAR = Period.parse("2024")
WINDOWS = [
    Window(Clock.PERIOD),
    Window(Clock.ROLLING, 2),
    Window(Clock.AFTER_FIRST, 2),
    Window(Clock.SINCE_LAST, 2),
]


def of_sizes(sizes: list[int], nobody: int = 0) -> Counted:
    """Units with so many events each, and events of nobody known, counted from three in the period."""
    unit = np.r_[np.repeat(np.arange(len(sizes)), sizes), np.full(nobody, NOBODY)]
    day = np.full(len(unit), np.datetime64("2024-03-01"))
    rows = Mentions(np.arange(len(unit)), unit, day, np.ones(len(unit), dtype=np.bool_))
    return counted(rows, Window(Clock.PERIOD), 3, YEAR, dt.date(2025, 1, 1))


def test_it_agrees_with_drawing_units_one_by_one() -> None:
    sizes, nobody = [1] * 60 + [2] * 20 + [3] * 8 + [6] * 5 + [25], 30
    events = np.r_[sizes, np.ones(nobody)]
    repeats = np.where(events >= 3, events, 0)
    draw = np.random.default_rng(5)
    drawn = draw.integers(0, len(events), (20_000, len(events)))
    ends = np.quantile(repeats[drawn].sum(axis=1) / events[drawn].sum(axis=1), [0.025, 0.975])
    assert share_of_events(of_sizes(sizes, nobody)) == pytest.approx(tuple(ends), abs=0.015)


def test_with_many_units_it_is_the_ratio_s_own_formula() -> None:
    """Taylor's variance of a ratio R of two sums: the sum of (repeats - R events)^2 over events squared."""
    sizes = [1 + number % 9 for number in range(3000)]
    events = np.array(sizes)
    repeats = np.where(events >= 3, events, 0)
    ratio = repeats.sum() / events.sum()
    half = 1.96 * np.sqrt(((repeats - ratio * events) ** 2).sum()) / events.sum()
    told = share_of_events(of_sizes(sizes))
    assert told == pytest.approx((ratio - half, ratio + half), abs=0.1 * half)


def test_it_is_wider_than_if_each_event_were_by_itself() -> None:
    found = of_sizes([1] * 50 + [20] * 4)
    lower, upper = share_of_events(found) or (0.0, 0.0)
    single = [float(end) for end in wilson(found.repeat_events, found.events)]
    assert lower < single[0] < found.repeat_events / found.events < single[1] < upper
    assert share_of_events(found) == (lower, upper)  # the same draws again


def test_where_every_draw_would_say_the_same_there_is_none() -> None:
    assert share_of_events(of_sizes([])) is None
    assert share_of_events(of_sizes([1, 2, 2])) is None
    assert share_of_events(of_sizes([3, 4])) is None
    assert share_of_events(of_sizes([3, 4], nobody=1)) is not None


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: window.clock.value)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 3)), max_size=25, unique=True))
def test_the_parts_of_events_add_up(window: Window, pairs: list[tuple[int, int]]) -> None:
    """Also where an event is of several units: what the draws start from is the share that is told."""
    known = {event for event, unit in pairs if unit != NOBODY}
    told = [(event, unit) for event, unit in pairs if unit != NOBODY or event not in known]
    event, unit = (np.array([pair[part] for pair in told], dtype=np.int64) for part in (0, 1))
    day = np.datetime64("2024-01-10") + 25 * event
    rows = Mentions(event, unit, day, np.ones(len(event), dtype=np.bool_))
    found = counted(rows, window, 2, YEAR, dt.date(2026, 1, 1))
    strangers = 0 if window.clock is Clock.AFTER_FIRST else found.without_unit
    assert found.weight.sum() + strangers == pytest.approx(found.events)
    assert found.repeat_weight.sum() == pytest.approx(found.repeat_events)
    assert (found.repeat_weight <= found.weight + 1e-9).all()


def test_a_figure_s_share_of_units_is_wilson_s_and_of_events_is_resampled(people: Repeating) -> None:
    days = [f"2024-02-{day:02}" for day in range(1, 21)]
    rows = [*calls("Ann", *days), *calls("Bob", *days)]
    for number in range(30):
        rows += calls(f"Cat {number}", "2024-03-01")
    people.told("police-incidents", "2024", rows)
    people.link()
    units, events = people.repeats("repeat-caller", "2024").rows
    assert (units.lower, units.upper) == pytest.approx([float(end) for end in wilson(2, 32)])
    single = [float(end) for end in wilson(40, 70)]
    assert events.lower is not None
    assert events.upper is not None
    assert events.lower < single[0] - 0.1
    assert events.upper > single[1] + 0.05
    assert people.repeats("repeat-caller-jag", "2024-03").rows[1].lower is None
