"""What decisions about drawn pairs say of a linkage."""

from __future__ import annotations

import numpy as np
import pytest

from joinedup.people.judging import Estimate, Stratum, estimated


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
