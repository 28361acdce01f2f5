"""Which pairs are drawn for people to look at."""

from __future__ import annotations

import numpy as np

from joinedup.people.drawing import EDGES, sample
from joinedup.people.scoring import Pairs


def pairs_of(weights):
    numbers = np.arange(len(weights), dtype=np.int64)
    return Pairs(2 * numbers, 2 * numbers + 1, np.array(weights, dtype=np.float64))


def test_of_each_stratum_so_many_are_drawn_and_its_size_is_told():
    weights = [-9.0] * 40 + [-4.0] * 3 + [5.0] * 30 + [20.0] * 5
    clusters = np.arange(2 * len(weights))
    clusters[2 * 43 + 1 :: 2] = clusters[2 * 43 :: 2]  # of the last two kinds both are put together
    clusters[1] = clusters[0]  # and one pair of the first, by others between them
    drawn = sample(pairs_of(weights), clusters, seed=1, of_each=10)
    strata = {}
    for one in drawn:
        strata.setdefault((one.stratum, one.together), []).append(one)
        assert one.together == (clusters[2 * one.place] == clusters[2 * one.place + 1])
    sizes = sorted((len(some), some[0].stratum_pairs, some[0].stratum_drawn) for some in strata.values())
    assert sizes == [(1, 1, 1), (3, 3, 3), (5, 5, 5), (10, 30, 10), (10, 39, 10)]
    assert len({one.place for one in drawn}) == len(drawn)


def test_the_same_linkage_draws_the_same_and_another_one_others():
    pairs, clusters = pairs_of(np.linspace(-10, 10, 500)), np.arange(1_000)
    one, again, other = (sample(pairs, clusters, seed) for seed in (1, 1, 2))
    assert one == again != other
    assert len(one) == (len(EDGES) + 1) * 12
    order = [place.stratum for place in one]
    assert order != sorted(order)  # what comes next tells nothing


def test_where_nothing_was_compared_nothing_is_drawn():
    assert sample(pairs_of([]), np.arange(3), seed=1) == []
