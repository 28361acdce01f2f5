"""How concentrated events are, and what chance gives: by hand, by other formulas and by simulation."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from joinedup.errors import BadInput
from joinedup.measures.repeats.chance import Expected, after_first, in_period
from joinedup.measures.repeats.concentration import distribution, gini, top_share

NOBODY = np.empty(0, dtype=np.int64)


def test_the_distribution_and_the_share_of_the_top() -> None:
    events = np.array([1, 1, 1, 1, 1, 2, 2, 3, 4, 14])
    assert distribution(events) == {1: 5, 2: 2, 3: 1, 4: 1, 14: 1}
    assert top_share(events, 0.01) == 14 / 30  # a part of a unit is a whole one
    assert top_share(events, 0.10) == 14 / 30
    assert top_share(events, 0.20) == 18 / 30
    assert top_share(np.ones(100, dtype=np.int64), 0.07) == 0.07
    assert top_share(NOBODY, 0.1) is None
    assert distribution(NOBODY) == {}


@pytest.mark.parametrize(
    ("events", "units", "answer"),
    [
        ([10, 8, 2], 10, 0.78),  # examples in the documentation of Steenbeek's and Bernasco's own program
        ([5, 2, 1], 10, 0.75),
        ([1, 1, 1], 10, 0.0),  # as even as three events can be
        ([3, 3, 3], None, 0.0),
        ([10], 10, 0.9),
        ([1, 3], None, 0.25),
    ],
)
def test_gini_corrected_for_fewer_events_than_units(
    events: list[int], units: int | None, answer: float
) -> None:
    assert gini(np.array(events), units) == pytest.approx(answer, abs=1e-12)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.integers(0, 40))
def test_gini_is_the_mean_difference_of_pairs_corrected(events: list[int], more: int) -> None:
    every = [*events, *[0] * more]
    units, total = len(every), sum(every)
    differences = sum(abs(one - other) for one in every for other in every)
    plain = Fraction(differences, 2 * units * total)
    corrected = 1 - max(Fraction(1), Fraction(units, total)) * (1 - plain)
    assert gini(np.array(events), units) == pytest.approx(float(corrected), abs=1e-9)


def test_gini_of_nobody_and_of_fewer_than_there_are() -> None:
    assert gini(NOBODY) is None
    with pytest.raises(BadInput, match="cannot be 2 units where 3 were seen"):
        gini(np.array([1, 1, 1]), 2)


def test_chance_among_a_known_number_by_hand() -> None:
    """1,000 calls of 1,000 residents: a rate of one, P(X >= 3) = 1 - 5 / (2 e)."""
    found = in_period(600, 1000, 3, 1000)
    assert found.repeat_units == pytest.approx(1000 * (1 - 2.5 / math.e))
    assert found.repeat_events == pytest.approx(1000 * (1 - 2 / math.e))
    assert found.units == 1000


@pytest.mark.parametrize(("seen", "events"), [(100, 101), (1179, 3808), (379, 2208), (10, 1000)])
def test_chance_among_those_seen_solves_the_truncated_poisson(seen: int, events: int) -> None:
    rate = optimize.brentq(lambda r: r / -math.expm1(-r) - events / seen, 1e-9, events / seen + 1)
    units = seen / -math.expm1(-rate)
    found = in_period(seen, events, 3)
    counts = np.arange(3, 2000)
    chances = stats.poisson.pmf(counts, rate)
    assert found.units == pytest.approx(units)
    assert found.repeat_units == pytest.approx(units * chances.sum())
    assert found.repeat_events == pytest.approx(units * (counts * chances).sum())


def test_chance_of_nothing_and_of_one_event_each() -> None:
    assert in_period(0, 0, 3) == Expected(0, 0, 0)
    assert in_period(5, 5, 2) == Expected(0, 0, math.inf)


def test_chance_is_what_a_simulation_gives() -> None:
    draw = np.random.default_rng(7)
    units, events = 2000, 1500
    totals = [np.bincount(draw.integers(0, units, events), minlength=units) for _ in range(300)]
    found = in_period(1, events, 3, units)
    assert np.mean([(one >= 3).sum() for one in totals]) == pytest.approx(found.repeat_units, rel=0.03)
    assert np.mean([one[one >= 3].sum() for one in totals]) == pytest.approx(found.repeat_events, rel=0.03)


@pytest.mark.parametrize("threshold", [2, 3, 4])
def test_chance_after_the_first_by_sums(threshold: int) -> None:
    rate = 500 / 2000 / 12 * 6
    further = np.arange(threshold - 1, 200)
    chances = stats.poisson.pmf(further, rate)
    found = after_first(100, 500, 12, 6, threshold, 2000)
    assert found.repeat_units == pytest.approx(100 * chances.sum())
    assert found.repeat_events == pytest.approx(100 * ((further + 1) * chances).sum())
