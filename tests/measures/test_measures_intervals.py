"""Intervals against published values, brute force, and what must hold of any of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from joinedup.measures import intervals

COUNTS = st.integers(0, 100_000)


def bisected(rises, low, high):
    """Where ``rises(x)`` turns from False to True."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) else (middle, high)
    return (low + high) / 2


@pytest.mark.parametrize(
    ("hits", "total", "share", "lower", "upper"),
    [(2208, 4432, 49.8, 48.3, 51.3), (1138, 3510, 32.4, 30.9, 34.0), (1632, 4432, 36.8, 35.4, 38.3)],
)
def test_shares_of_the_partnership_papers(hits, total, share, lower, upper):
    low, high = intervals.wilson(hits, total)
    assert round(100 * hits / total, 1) == share
    assert (round(100 * float(low), 1), round(100 * float(high), 1)) == (lower, upper)


def test_seven_to_twenty_five_of_the_partnership_papers():
    lower, upper = intervals.ratio(25, 7)
    assert (round(25 / 7, 2), round(float(lower), 2), round(float(upper), 2)) == (3.57, 1.50, 9.78)
    assert round(float(intervals.same_rate_p(25, 7)), 3) == 0.002
    low, high = intervals.change(25, 7)
    assert (float(low), float(high)) == (float(lower) - 1, float(upper) - 1)


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    # the limits that Garwood's table and every textbook since give for 95 %
    [(0, 0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (50, 37.11, 65.92)],
)
def test_published_limits_of_poisson_counts(count, lower, upper):
    low, high = intervals.poisson([count])
    assert low[0] == pytest.approx(lower, abs=0.006)
    assert high[0] == pytest.approx(upper, abs=0.006)


@pytest.mark.parametrize("count", [1, 2, 7, 40, 333])
def test_poisson_limits_turn_the_tail_probabilities_round(count):
    def tail_above(mean):
        return 1 - sum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(count))

    def tail_below(mean):
        return sum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(count + 1))

    low, high = intervals.poisson([count])
    assert low[0] == pytest.approx(bisected(lambda m: tail_above(m) > 0.025, 1e-9, 10 * count + 50), rel=1e-6)
    assert high[0] == pytest.approx(
        bisected(lambda m: tail_below(m) < 0.025, 1e-9, 10 * count + 50), rel=1e-6
    )


@pytest.mark.parametrize(("now", "before"), [(25, 7), (3, 9), (1, 1), (0, 4), (120, 118)])
def test_ratio_limits_turn_the_binomial_tails_round(now, before):
    total = now + before

    def upper_tail(p):
        return sum(math.comb(total, k) * p**k * (1 - p) ** (total - k) for k in range(now, total + 1))

    def lower_tail(p):
        return sum(math.comb(total, k) * p**k * (1 - p) ** (total - k) for k in range(now + 1))

    low, high = (float(limit) for limit in intervals.ratio(now, before))
    if now:
        share = bisected(lambda p: upper_tail(p) > 0.025, 0, 1)
        assert low == pytest.approx(share / (1 - share), rel=1e-6)
    share = bisected(lambda p: lower_tail(p) < 0.025, 0, 1)
    assert high == pytest.approx(share / (1 - share), rel=1e-6)


@given(COUNTS, COUNTS)
def test_wilson_limits_are_the_shares_that_a_score_test_just_allows(hits, misses):
    total = hits + misses
    low, high = (float(limit) for limit in intervals.wilson(hits, total))
    if total == 0:
        assert math.isnan(low) and math.isnan(high)
        return
    assert 0 <= low <= hits / total <= high <= 1
    z = stats.norm.ppf(0.975)
    for limit in (low, high):
        if 0 < limit < 1:
            assert abs(hits - total * limit) / math.sqrt(total * limit * (1 - limit)) == pytest.approx(
                z, rel=1e-6
            )


@given(COUNTS, COUNTS)
def test_the_share_of_the_others_is_the_mirror(hits, misses):
    total = hits + misses
    low, high = intervals.wilson(hits, total)
    other_low, other_high = intervals.wilson(misses, total)
    np.testing.assert_allclose([1 - high, 1 - low], [other_low, other_high], atol=1e-12)


@given(st.lists(COUNTS, min_size=2, max_size=50))
def test_poisson_limits_hold_the_count_and_rise_with_it(counts):
    counts = np.array(sorted(counts))
    low, high = intervals.poisson(counts)
    assert (low <= counts).all() and (counts < high).all()
    rising = np.diff(counts) > 0
    assert (np.diff(low)[rising] > 0).all() and (np.diff(high)[rising] > 0).all()
    np.testing.assert_allclose(np.diff(low)[~rising], 0)


@given(COUNTS, COUNTS)
def test_a_ratio_turned_round_has_the_limits_turned_round(now, before):
    low, high = intervals.ratio(now, before)
    other_low, other_high = intervals.ratio(before, now)
    if now and before:
        assert low <= now / before <= high
        np.testing.assert_allclose([1 / high, 1 / low], [other_low, other_high], rtol=1e-7)
    assert intervals.same_rate_p(now, before) == pytest.approx(float(intervals.same_rate_p(before, now)))


@given(COUNTS, COUNTS)
def test_a_change_is_beyond_chance_just_when_its_interval_leaves_out_no_change(now, before):
    low, high = intervals.ratio(now, before)
    p = float(intervals.same_rate_p(now, before))
    if now + before and abs(p - 0.05) > 1e-6:
        assert (p < 0.05) == (not low <= 1 <= high)


def test_a_change_from_nothing_has_no_value_and_no_limits():
    low, high = intervals.change([0, 5], [0, 0])
    assert np.isnan(low).all() and np.isnan(high).all()


def test_limits_keep_the_shape_of_what_they_are_given():
    counts = np.arange(24).reshape(2, 3, 4)
    for low, high in (
        intervals.poisson(counts),
        intervals.wilson(counts, counts + 1),
        intervals.ratio(counts, counts + 1),
    ):
        assert low.shape == high.shape == (2, 3, 4)
    low, _ = intervals.poisson(counts)
    assert low[1, 2, 3] == intervals.poisson([23])[0][0]
