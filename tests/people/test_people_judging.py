"""What decisions about drawn pairs say of a linkage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.judging import Estimate, Stratum, estimated
from joinedup.people.judging_groups import Looked, by_group


def test_a_hand_worked_case():
    strata = [
        Stratum(pairs=1_000, decided=20, same=20, together=True),
        Stratum(pairs=100, decided=20, same=15, together=True),
        Stratum(pairs=400, decided=20, same=2, together=False),
    ]
    precision, recall = estimated(strata)
    assert precision.value == pytest.approx((1_000 + 75) / 1_100)
    assert recall.value == pytest.approx((1_000 + 75) / (1_000 + 75 + 40))
    for one in (precision, recall):
        assert 0 < one.lower < one.value < one.upper < 1


def test_nothing_is_said_before_each_stratum_was_looked_at():
    assert estimated([Stratum(10, 0, 0, True)]) == (Estimate(), Estimate())
    assert estimated([]) == (Estimate(), Estimate())
    assert estimated([Stratum(10, 5, 5, True), Stratum(0, 0, 0, False)])[0].value == 1


def test_where_nothing_is_put_together_there_is_no_precision():
    precision, recall = estimated([Stratum(10, 5, 2, False)])
    assert precision == Estimate()
    assert recall.value == 0


def test_more_decisions_narrow_the_interval():
    few, many = (
        estimated([Stratum(1_000, times * 4, times * 3, True), Stratum(50, times * 4, times, False)])
        for times in (1, 25)
    )
    for before, after in zip(few, many, strict=True):
        assert after.upper - after.lower < before.upper - before.lower


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    random = np.random.default_rng(4)
    sizes, shares, together = (500, 200, 300), (0.98, 0.6, 0.05), (True, True, False)
    true = [size * share for size, share in zip(sizes, shares, strict=True)]
    held = 0
    for _ in range(120):
        found = [random.binomial(25, share) for share in shares]
        strata = [Stratum(size, 25, int(n), put) for size, n, put in zip(sizes, found, together, strict=True)]
        precision, _recall = estimated(strata)
        held += precision.lower <= (true[0] + true[1]) / 700 <= precision.upper
    assert held >= 105


def test_pairs_of_which_nobody_can_tell_leave_open_what_they_could_be():
    strata = [
        Stratum(pairs=100, decided=8, same=8, together=True, unsure=2),
        Stratum(pairs=50, decided=10, same=5, together=True),
        Stratum(pairs=200, decided=9, same=0, together=False, unsure=1),
    ]
    precision, recall = estimated(strata)
    assert precision.value == pytest.approx((100 + 25) / 150)
    assert (precision.least, precision.most) == pytest.approx(((80 + 25) / 150, (100 + 25) / 150))
    assert recall.value == 1
    # least: those together are two people, the one apart is one; most: the other way round
    assert (recall.least, recall.most) == pytest.approx((105 / (105 + 20), 1))


def test_without_such_pairs_the_least_and_the_most_are_the_estimate():
    precision, recall = estimated([Stratum(100, 10, 7, True), Stratum(100, 10, 1, False)])
    assert (precision.least, precision.most) == (precision.value, precision.value)
    assert (recall.least, recall.most) == (recall.value, recall.value)


def test_while_of_a_stratum_nobody_could_tell_there_is_only_the_least_and_the_most():
    precision, recall = estimated([Stratum(100, 10, 10, True), Stratum(100, 0, 0, True, unsure=3)])
    assert (precision.value, precision.lower) == (None, None)
    assert (precision.least, precision.most) == (0.5, 1)
    assert (recall.value, recall.least, recall.most) == (None, 1, 1)


numbers = st.integers(0, 12)
some_strata = st.lists(
    st.builds(
        lambda pairs, same, different, unsure, others, together: Stratum(
            pairs, same + different, same, together, unsure, others
        ),
        st.integers(1, 10_000), numbers, numbers, numbers, numbers, st.booleans(),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@given(some_strata)
def test_an_estimate_lies_in_its_interval_and_between_the_least_and_the_most(strata):
    for one in estimated(strata):
        if one.least is not None:
            assert 0 <= one.least <= one.most <= 1 + 1e-9
        if one.value is not None:
            assert one.lower <= one.value <= one.upper
            assert one.least - 1e-9 <= one.value <= one.most + 1e-9


def looked(stratum, verdict, *groups, together=True, pairs=100):
    return Looked(stratum, pairs, together, verdict, groups)


def test_a_group_is_estimated_by_its_share_of_each_stratum_and_a_mixed_pair_is_half_of_either():
    pairs = [
        *[looked(1, "same", "f", "f")] * 12,
        *[looked(1, "different", "f", "m")] * 4,
        *[looked(1, "same", "m", "m")] * 4,
        *[looked(2, "different", "f", "f", together=False, pairs=300)] * 5,
        *[looked(2, "same", "m", "m", together=False, pairs=300)] * 5,
    ]
    women, men = by_group(pairs)
    assert (women.group, women.decided, men.decided) == ("f", 19, 11)
    assert women.precision.value == pytest.approx(12 / 14)
    assert women.recall.value == 1  # none of those kept apart is one woman
    assert men.precision is None  # six of theirs were put together: too few
    assert men.recall is None  # nine are one man
    assert women.precision.lower < women.precision.value < women.precision.upper


def test_the_groups_sizes_together_are_the_whole():
    pairs = [
        looked(1, verdict, *both)
        for verdict in ("same", "different", "unsure")
        for both in ("ff", "fm", "mm")
    ]
    women, men = by_group(pairs)
    assert women.decided + men.decided == 6 and women.unsure + men.unsure == 3


def test_where_all_are_of_one_group_it_is_estimated_as_the_whole():
    pairs = [looked(1, "same", "f", "f")] * 15 + [looked(1, "different", "f", "f")] * 3
    (women,) = by_group(pairs)
    whole = estimated([Stratum(100, 18, 15, True)])
    assert (women.precision, women.recall) == whole


def test_the_interval_of_a_group_holds_the_truth_about_as_often_as_it_says():
    random = np.random.default_rng(6)
    sizes, together = (500, 200, 300), (True, True, False)
    of_group, shares = (0.5, 0.3, 0.4), (0.95, 0.6, 0.1)
    pairs = [size * part for size, part in zip(sizes, of_group, strict=True)]
    true = [number * share for number, share in zip(pairs, shares, strict=True)]
    expected = (true[0] + true[1]) / (pairs[0] + pairs[1]), (true[0] + true[1]) / sum(true)
    held = np.zeros(2)
    for _ in range(100):
        inside = [random.binomial(40, part) for part in of_group]
        strata = [
            Stratum(size, n, int(random.binomial(n, share)), put, 0, 40 - n)
            for size, n, share, put in zip(sizes, inside, shares, together, strict=True)
        ]
        held += [
            one.lower <= truth <= one.upper for one, truth in zip(estimated(strata), expected, strict=True)
        ]
    assert (held >= 88).all()
