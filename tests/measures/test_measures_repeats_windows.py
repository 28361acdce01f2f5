"""What chance gives within windows: known answers where there is a closed form, and a simulation of all."""

from __future__ import annotations

import math

import numpy as np
import pytest

from joinedup.measures.repeats.chance import in_period
from joinedup.measures.repeats.chance_in_windows import rolling, since_last
from joinedup.measures.repeats.counting import Mentions, counted
from joinedup.measures.repeats.definitions import Clock, Window
from joinedup.terms import Period

YEAR = Period.parse("2023")
FAR = YEAR.end.replace(year=2030)


def test_a_window_as_long_as_the_period_is_the_period() -> None:
    of_window, of_period = rolling(300, 500, YEAR, 12, 3, 1000), in_period(300, 500, 3, 1000)
    assert of_window.repeat_units == pytest.approx(of_period.repeat_units, rel=1e-6)
    assert of_window.repeat_events == pytest.approx(of_period.repeat_events, rel=1e-6)


def test_two_of_two_within_a_part_of_the_period() -> None:
    """Two points of a line are within a part w of each other with chance 1 - (1 - w)^2; more are rarer."""
    rate = 0.01  # so few that a unit has two at most
    found = rolling(1, 1000, YEAR, 2, 2, 100_000)
    part = 61 / 365
    pairs = 100_000 * rate**2 / 2 * math.exp(-rate)
    assert found.repeat_units == pytest.approx(pairs * (1 - (1 - part) ** 2), rel=0.03)


def test_repeats_since_the_last_are_those_whose_last_is_near() -> None:
    """An event has another in the months before it with chance 1 - exp(-rate of those months)."""
    found = since_last(500, 1200, YEAR, 6, 2000)
    assert found.repeat_events == pytest.approx(1200 * (1 - math.exp(-0.6 * 0.5)), rel=0.02)


def test_nobody_and_one_each() -> None:
    assert rolling(0, 0, YEAR, 2, 3).repeat_units == 0
    alone = rolling(10, 10, YEAR, 2, 3)  # each one event: no rate fits
    assert (alone.repeat_units, math.isinf(alone.units)) == (0, True)


def test_the_same_question_has_the_same_answer() -> None:
    assert rolling(300, 900, YEAR, 2, 3) == rolling(300, 900, YEAR, 2, 3)


@pytest.mark.parametrize(("clock", "threshold"), [(Clock.ROLLING, 3), (Clock.SINCE_LAST, 2)])
def test_it_is_what_events_at_random_come_to(clock: Clock, threshold: int) -> None:
    """Forty towns of 400 units and events on random days, counted as real ones are."""
    random, window = np.random.default_rng(3), Window(clock, 2)
    before = np.datetime64(YEAR.start) - 62
    spread = int((np.datetime64(YEAR.end) - before).astype(int))
    units, events = [], []
    for _ in range(40):
        many = random.poisson(1.5 * 400 * spread / 365)
        day = before + random.integers(0, spread, many)
        drawn = Mentions(
            np.arange(many),
            random.integers(0, 400, many),
            day.astype("datetime64[D]"),
            np.ones(many, np.bool_),
        )
        found = counted(drawn, window, threshold, YEAR, FAR)
        units.append(found.repeat_units)
        events.append(found.repeat_events)
    if clock is Clock.ROLLING:
        expected = rolling(400, 600, YEAR, 2, threshold, 400)
    else:
        expected = since_last(400, 600, YEAR, 2, 400)
    for seen, chance in ((units, expected.repeat_units), (events, expected.repeat_events)):
        error = np.std(seen) / math.sqrt(40)
        assert abs(np.mean(seen) - chance) < 4 * error + 0.02 * chance
