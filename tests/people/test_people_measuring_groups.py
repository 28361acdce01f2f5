"""Quality for groups: a hand-worked case, every pair counted by hand, and intervals that hold the truth."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.measuring_groups import FEW, per_group
from joinedup.people.measuring_quality import b_cubed, pairwise

records = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=14
)


def test_a_hand_worked_case():
    found = [1, 1, 1, 2, 3]
    truth = [7, 7, 8, 8, 8]
    group = [0, 0, 1, 1, 1]
    women, men = per_group(found, truth, group, 2)
    # Together are (0,1), which is right, and (0,2) and (1,2), which are half of either group.
    assert (women.precision.right, women.precision.of) == (1, 2)
    assert (men.precision.right, men.precision.of) == (0, 1)
    assert (women.recall.right, women.recall.of) == (1, 1)
    assert (men.recall.right, men.recall.of) == (0, 3)
    assert women.f1 == pytest.approx(2 / 3) and men.f1 == 0
    assert (women.records, men.records) == (2, 3)
    assert women.b_cubed_precision.value == pytest.approx(2 / 3)
    assert men.b_cubed_precision.value == pytest.approx((1 / 3 + 1 + 1) / 3)
    assert men.b_cubed_recall.value == pytest.approx(1 / 3)


@given(records)
def test_each_pair_counts_half_for_each_of_its_two_records(rows):
    found, truth, group = (np.array(column) for column in zip(*rows, strict=True))
    told = per_group(found, truth, group, 3)
    for one in range(3):
        right = put = belong = 0.0
        for a, b in combinations(range(len(rows)), 2):
            share = (int(group[a] == one) + int(group[b] == one)) / 2
            together, same = found[a] == found[b], truth[a] == truth[b]
            right += share * (together and same)
            put += share * together
            belong += share * same
        assert (told[one].precision.right, told[one].precision.of) == pytest.approx((right, put))
        assert (told[one].recall.right, told[one].recall.of) == pytest.approx((right, belong))


@given(records)
def test_the_groups_together_are_the_whole(rows):
    found, truth, group = (list(column) for column in zip(*rows, strict=True))
    told = per_group(found, truth, group, 3)
    whole, records_of = pairwise(found, truth), b_cubed(found, truth)
    put = sum(one.precision.of for one in told)
    if put:
        assert sum(one.precision.right for one in told) / put == pytest.approx(whole.precision)
    right = sum(one.b_cubed_recall.right for one in told)
    assert right / len(rows) == pytest.approx(records_of.recall)
    assert sum(one.records for one in told) == len(rows)


def test_who_has_no_pair_has_no_share_and_an_empty_group_has_none():
    alone, nobody = per_group([1, 2], [1, 2], [0, 0], 2)
    assert alone.precision.value is None and alone.precision.lower is None and alone.f1 is None
    assert alone.b_cubed_precision.value == 1
    assert nobody.records == 0 and nobody.b_cubed_recall.value is None


def test_where_none_errs_the_interval_is_that_of_wilson():
    (told,) = per_group(np.arange(20) // 2, np.arange(20) // 2, np.zeros(20, int), 1)
    assert (told.precision.value, told.precision.units) == (1, 10)
    assert told.precision.lower == pytest.approx(10 / (10 + 1.959964**2))  # its closed form for 10 of 10
    assert told.precision.upper == 1
    assert told.precision.is_of_few and FEW == 30


def test_errors_that_hang_together_widen_the_interval():
    """Sixty wrong pairs in one crowd say less than sixty wrong pairs apart."""
    good = np.repeat(np.arange(200), 2)
    crowd_found = np.append(good, np.full(11, 1_000))  # 55 pairs of eleven people taken for one
    crowd_truth = np.append(good, 2_000 + np.arange(11))
    apart_found = np.append(good, 1_000 + np.repeat(np.arange(55), 2))
    apart_truth = np.append(good, 2_000 + np.arange(110))
    (crowd,) = per_group(crowd_found, crowd_truth, np.zeros(len(crowd_found), int), 1)
    (apart,) = per_group(apart_found, apart_truth, np.zeros(len(apart_found), int), 1)
    assert crowd.precision.value == apart.precision.value == 200 / 255
    width = [one.precision.upper - one.precision.lower for one in (crowd, apart)]
    assert width[0] > 1.5 * width[1]


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    """People have one to five records; of each, one may have been left apart: recall, over many tables."""
    chance = np.random.default_rng(5)
    sizes, lost = np.array([2, 3, 4, 5]), np.array([0.05, 0.1, 0.2, 0.3])
    belong = sizes * (sizes - 1) / 2
    true = 1 - (lost * (sizes - 1)).sum() / belong.sum()
    held = 0
    for _table in range(60):
        of = chance.integers(0, 4, size=300)
        split = chance.random(300) < lost[of]
        truth = np.repeat(np.arange(300), sizes[of])
        first = np.append(True, truth[1:] != truth[:-1])
        found = np.where(first & split[truth], 1_000 + truth, truth)
        (told,) = per_group(found, truth, np.zeros(len(truth), int), 1)
        held += told.recall.lower <= true <= told.recall.upper
    assert held >= 52
