"""Clusters by hand: chains, contradictions, decisions; and the whole against a slow way."""

import itertools
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.clustering import Rules, Thresholds, cluster
from joinedup.people.evidence import BIRTHS, NONE, PROVEN, SUPPORTED
from joinedup.people.scoring import Pairs
from joinedup.people.settling import components
from sampling import examples

ALL_AT_NOUGHT = Thresholds(0.0, 0.0, 0.0)


def pairs_of(weights):
    """Pairs from ``{(one, other): weight}``."""
    keys = sorted(weights)
    left, right = np.array(keys, dtype=np.int64).reshape(-1, 2).T
    return Pairs(left, right, np.array([weights[key] for key in keys], dtype=np.float64))


def clustered(count, weights, against=None, **named):
    """The best clustering as sets."""
    pairs = pairs_of(weights)
    marks = np.array([(against or {}).get(key, NONE) for key in sorted(weights)], dtype=np.int8)
    labels = cluster(count, pairs, marks, named.pop("thresholds", ALL_AT_NOUGHT), **named).best
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


def test_one_strong_link_does_not_chain_two_crowds():
    crowd = dict.fromkeys(itertools.combinations(range(4), 2), 10.0)
    other = dict.fromkeys(itertools.combinations(range(4, 8), 2), 10.0)
    weights = {**crowd, **other, (3, 4): 12.0}
    pairs = pairs_of(weights)
    assert len(set(components(8, pairs.left, pairs.right).tolist())) == 1
    # 3 and 4 are the nearest and join first; then each crowd would have to take the other in
    assert clustered(8, {**weights, (3, 4): 9.0}) == {frozenset(range(4)), frozenset(range(4, 8))}


def test_groups_that_contradict_do_not_join_however_strong_the_link():
    father, son, unclear = 0, 1, 2
    weights = {(father, son): 12.0, (father, unclear): 9.0, (son, unclear): 8.0}
    assert clustered(3, weights, {(father, son): BIRTHS}) == {frozenset({0, 2}), frozenset({1})}


def test_one_mistake_among_much_support_is_no_contradiction():
    weights = dict.fromkeys(itertools.combinations(range(6), 2), 9.0)
    marks = dict.fromkeys(weights, SUPPORTED)
    assert len(clustered(6, weights, marks | {(0, 5): BIRTHS})) == 1


def test_one_number_of_an_agency_outweighs_a_contradiction():
    weights = {(0, 1): 10.0, (0, 2): 9.0, (1, 2): 9.0}
    assert clustered(3, weights, {(0, 2): BIRTHS, (1, 2): PROVEN, (0, 1): SUPPORTED}) == {
        frozenset({0, 1, 2})
    }


def test_decisions_bind():
    weights = {(0, 1): 12.0, (1, 2): -9.0, (2, 3): 12.0}
    assert clustered(4, weights, cannot=[(1, 0)], must=[(1, 2)]) == {frozenset({0}), frozenset({1, 2, 3})}


def test_what_was_never_compared_counts_against():
    weights = {(0, 1): 10.0, (1, 2): 5.0}
    assert clustered(3, weights, rules=Rules(unseen=-8.0)) == {frozenset({0, 1}), frozenset({2})}
    assert clustered(3, weights, rules=Rules(unseen=-4.0)) == {frozenset({0, 1, 2})}


def test_strict_lies_within_best_within_loose():
    weights = {(0, 1): 9.0, (2, 3): 1.0, (4, 5): -3.0}
    found = cluster(6, pairs_of(weights), np.zeros(3, np.int8), Thresholds(5.0, 0.0, -5.0))
    assert found.strict.tolist() == [0, 0, 1, 2, 3, 4]
    assert found.best.tolist() == [0, 0, 1, 1, 2, 3]
    assert found.loose.tolist() == [0, 0, 1, 1, 2, 2]


def _slowly(count, weights, rules):
    """Average linkage by looking at all groups again and again."""
    groups = [{one} for one in range(count)]

    def mean(one, other):
        found = [weights.get((min(a, b), max(a, b))) for a in one for b in other]
        if all(weight is None for weight in found):
            return -np.inf
        bounded = [rules.unseen if w is None else min(max(w, rules.lowest), rules.highest) for w in found]
        return sum(bounded) / len(bounded)

    while len(groups) > 1:
        height, one, other = max(
            ((mean(a, b), i, j) for (i, a), (j, b) in itertools.combinations(enumerate(groups), 2))
        )
        if height < 0:
            break
        groups[one] |= groups.pop(other)
    return {frozenset(group) for group in groups}


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]),
        st.integers(-900, 1400),
        min_size=1,
    )
)
def test_it_is_average_linkage(whole_numbers):
    # inside the bounds, and hardly ever equal: ties may be broken in either way
    weights = {
        pair: round(value / 100 + 1e-4 * (pair[0] + 1) * (pair[1] + 2) ** 0.5, 6)
        for pair, value in whole_numbers.items()
    }
    assert clustered(8, weights) == _slowly(8, weights, Rules())


PAIR = st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1])
# many at the bounds, at the lines and alike: cliques, ties and means that just do or do not reach a line
WEIGHT = st.sampled_from([20.0, 15.0, 14.0, 3.0, 2.0, 0.5, -3.0, -4.0, -6.0, -7.5, -11.0])
AGAINST = st.sampled_from([NONE, NONE, NONE, SUPPORTED, PROVEN, BIRTHS])


@given(
    st.dictionaries(PAIR, st.tuples(WEIGHT, AGAINST), min_size=1, max_size=36),
    st.lists(PAIR, max_size=2),
    st.lists(PAIR, max_size=2),
)
def test_what_is_known_at_once_is_what_growing_every_group_finds(told, must, cannot):
    pairs = pairs_of({pair: weight for pair, (weight, _) in told.items()})
    marks = np.array([told[pair][1] for pair in sorted(told)], dtype=np.int8)
    careful, quick = (
        cluster(9, pairs, marks, must=must, cannot=cannot, carefully=way) for way in (True, False)
    )
    with patch("joinedup.people.contracting.FEW", 1):  # joins that many tables have, in so small a one
        at_once = cluster(9, pairs, marks, must=must, cannot=cannot)
    for level in ("strict", "best", "loose"):
        assert getattr(quick, level).tolist() == getattr(careful, level).tolist(), level
        assert getattr(at_once, level).tolist() == getattr(careful, level).tolist(), level


def test_ties_do_not_depend_on_the_order_of_adding_up():
    thirds = [0.1, 0.2, 0.3, 0.7, 1.1, 2.3]
    weights = {(0, 1): 15.0, (0, 2): 15.0, (1, 2): 15.0, (3, 4): 15.0}
    weights |= dict(zip(((a, b) for a in (0, 1, 2) for b in (3, 4)), thirds, strict=True))
    weights |= dict(zip(((a, b) for a in (0, 1, 2) for b in (5, 6)), reversed(thirds), strict=True))
    weights |= {(5, 6): 15.0, (3, 5): -9.0, (3, 6): -9.0, (4, 5): -9.0, (4, 6): -9.0}
    # both would take in the three at one and the same mean: the one with the lower number does
    assert frozenset({0, 1, 2, 3, 4}) in clustered(7, weights)


@pytest.mark.parametrize("seed", range(examples(40, 4)))
def test_groups_of_a_larger_table_joined_at_once_are_those_that_grow_one_by_one(seed):
    chance = np.random.default_rng(seed)
    pairs = np.array(list(itertools.combinations(range(60), 2)))
    pairs = pairs[np.sort(chance.permutation(len(pairs))[: chance.integers(60, 900)])]
    tied = [20.0, 15.0, 14.0, 3.0, 0.5, -3.0, -6.0, -11.0]  # alike often, so that numbers decide
    weights = chance.choice(tied, len(pairs)) if seed % 2 else chance.normal(2, 7, len(pairs)).round(6)
    marks = chance.choice([NONE, NONE, SUPPORTED, BIRTHS], len(pairs)).astype(np.int8)
    must, cannot = (chance.integers(0, 60, (3, 2)).tolist() for _ in range(2))
    found = Pairs(*pairs.T.copy(), weights)
    with patch("joinedup.people.contracting.FEW", 1):
        at_once = cluster(60, found, marks, must=must, cannot=cannot)
    slowly = cluster(60, found, marks, must=must, cannot=cannot, carefully=True)
    for level in ("strict", "best", "loose"):
        assert getattr(at_once, level).tolist() == getattr(slowly, level).tolist(), level


def test_where_what_was_never_compared_joins_every_group_grows():
    found = cluster(4, pairs_of({(0, 1): 9.0, (2, 3): -5.0}), np.zeros(2, np.int8), rules=Rules(unseen=-4.0))
    assert (found.best.tolist(), found.loose.tolist()) == ([0, 0, 1, 2], [0, 0, 1, 1])
